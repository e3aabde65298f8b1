#include "data/promql_values.h"

#include "base/encoding.h"
#include "data/promql_functions.h"
#include "data/promql_pattern.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::data::promql {
namespace {

std::string text_of(const Scalar& scalar) {
    struct Write {
        std::string operator()(std::monostate) const { return {}; }
        std::string operator()(bool value) const { return value ? "true" : "false"; }
        std::string operator()(std::int64_t value) const { return fmt::to_string(value); }
        std::string operator()(double value) const { return fmt::format("{}", value); }
        std::string operator()(const std::string& value) const { return value; }
        std::string operator()(Time value) const {
            const auto millis = to_unix_millis(value);
            if (millis % 1000 == 0) return fmt::to_string(millis / 1000);
            return fmt::format("{:.3f}", static_cast<double>(millis) / 1000);
        }
        std::string operator()(std::chrono::microseconds value) const {
            return print_duration(value.count() / 1000);
        }
    };
    return std::visit(Write{}, scalar);
}

Error no_value(const Piece& piece, std::size_t at) {
    return wrong_promql(
        at, fmt::format("{} is not a variable of this dashboard", utf8_head(piece.source, 80)));
}

Error no_format(const Piece& piece, std::size_t at) {
    return wrong_promql(
        at, fmt::format("the format of {} cannot be written here", utf8_head(piece.source, 80)));
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), text) != names.end();
}

}  // namespace

std::vector<std::string> texts_of(const Value& value) {
    if (const auto* scalar = std::get_if<Scalar>(&value)) return {text_of(*scalar)};
    std::vector<std::string> texts;
    for (const auto& each : std::get<std::vector<Scalar>>(value))
        texts.push_back(text_of(each));
    return texts;
}

Interpolation::Found Interpolation::find(const std::string& name) const {
    Found found;
    if (const auto built = values_.built_in.find(name); built != values_.built_in.end()) {
        found.texts = {built->second};
        return found;
    }
    if (const auto all = values_.patterns.find(name); all != values_.patterns.end()) {
        found.pattern = &all->second;
        return found;
    }
    if (values_.named != nullptr) {
        if (const auto named = values_.named->find(name); named != values_.named->end()) {
            found.texts = texts_of(named->second);
            return found;
        }
    }
    found.is_known = false;
    found.exists = values_.are_unknown;
    return found;
}

Result<std::string> Interpolation::pattern_of(const Found& found, const Piece& piece,
                                              std::size_t at) const {
    if (found.pattern != nullptr) {
        if (!matches_empty(*found.pattern)) {
            return wrong_promql(
                at, fmt::format("what {} has for All is not a regular expression", piece.source));
        }
        return "(?:" + *found.pattern + ")";
    }
    std::vector<std::string> escaped;
    for (const auto& text : found.texts)
        escaped.push_back(escape_pattern(text));
    if (piece.format == "csv") return fmt::format("{}", fmt::join(escaped, ","));
    if (!is_one_of(piece.format, {"", "regex", "pipe", "raw", "text", "glob"})) {
        return no_format(piece, at);
    }
    if (escaped.size() == 1) return std::move(escaped[0]);
    // Nothing chosen matches nothing; an empty group would match the empty text.
    if (escaped.empty()) return std::string("[^\\x00-\\x{10FFFF}]");
    return fmt::format("({})", fmt::join(escaped, "|"));
}

Result<Text> Interpolation::text(const Token& token, TextUse use, bool in_matcher) const {
    Text out;
    for (const auto& piece : token.pieces) {
        if (!piece.is_value) {
            out.text += piece.text;
            continue;
        }
        const auto found = find(piece.text);
        if (!found.exists) {
            if (in_matcher) return no_value(piece, token.at);
            out.text += piece.source;  // `$name` may be a group of label_replace's expression
            continue;
        }
        if (use == TextUse::pattern && !takes_text_behind(out.text)) {
            return wrong_promql(token.at, fmt::format("{} stands inside of a class, an escape or a "
                                                      "repeat count, where no value can be",
                                                      utf8_head(piece.source, 80)));
        }
        if (!found.is_known) {
            out.is_unknown = true;
            out.text += 'x';
            continue;
        }
        if (use == TextUse::pattern) {
            auto pattern = pattern_of(found, piece, token.at);
            if (!pattern) return pattern.error();
            out.text += *pattern;
            continue;
        }
        if (found.pattern != nullptr) {
            return wrong_promql(token.at, fmt::format("All of {} is a regular expression; it can "
                                                      "stand behind =~ only",
                                                      utf8_head(piece.source, 80)));
        }
        if (found.texts.size() != 1) {
            return wrong_promql(
                token.at, fmt::format("{} has {} values, and one can stand here{}",
                                      utf8_head(piece.source, 80), found.texts.size(),
                                      in_matcher ? "; write =~ for a choice of several" : ""));
        }
        if (!is_one_of(piece.format, {"", "regex", "pipe", "raw", "text", "csv", "glob"})) {
            return no_format(piece, token.at);
        }
        for (const char c : found.texts[0]) {
            if (use == TextUse::replacement && c == '$') out.text += '$';
            out.text += c;
        }
    }
    if (!is_utf8(out.text) && token.has_value()) {
        return wrong_promql(token.at, "a value is not well-formed UTF-8");
    }
    return out;
}

Result<Word> Interpolation::word(const Token& token) const {
    Word out;
    for (const auto& piece : token.pieces) {
        if (!piece.is_value) {
            out.text += piece.text;
            continue;
        }
        out.has_value = true;
        const auto found = find(piece.text);
        if (!found.exists) return no_value(piece, token.at);
        if (found.pattern != nullptr) {
            return wrong_promql(token.at, fmt::format("All of {} is a regular expression; it can "
                                                      "stand behind =~ only",
                                                      utf8_head(piece.source, 80)));
        }
        // Seconds and milliseconds of the range's ends, as Grafana's own formats name them.
        const bool seconds = piece.format == "date:seconds" && found.texts.size() == 1 &&
                             is_one_of(piece.text, {"__from", "__to"}) && found.texts[0].size() > 3;
        if (!seconds && !is_one_of(piece.format, {"", "csv", "raw", "text"})) {
            return no_format(piece, token.at);
        }
        if (!found.is_known) {
            out.is_unknown = true;
            continue;
        }
        if (found.texts.size() != 1) {
            if (token.pieces.size() != 1 || found.texts.empty()) {
                return wrong_promql(token.at,
                                    fmt::format("{} has {} values, and one can stand here",
                                                utf8_head(piece.source, 80), found.texts.size()));
            }
            out.list = found.texts;
            return out;
        }
        out.text += seconds ? found.texts[0].substr(0, found.texts[0].size() - 3) : found.texts[0];
    }
    return out;
}

}  // namespace casement::data::promql
