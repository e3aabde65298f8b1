#include "dashboards/importers/grafana_sql.h"

#include "base/encoding.h"
#include "dashboards/dashboard.h"
#include "dashboards/importers/grafana_sql_translation.h"
#include "dashboards/importers/grafana_sql_values.h"
#include "dashboards/limits.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using Kind = SqlToken::Kind;
constexpr auto kNothing = SqlPlace::kNothing;
constexpr std::size_t kShown = 60;  // of a name in a message

Error not_importable(std::string message) {
    return {ErrorKind::unprocessable, "query_not_importable", std::move(message), {}};
}

}  // namespace

SqlTranslation::SqlTranslation(std::string_view raw, std::span<const SqlVariable> variables,
                               SqlFlavour flavour)
    : variables_(variables),
      values_(flavour),
      flavour_(flavour),
      tokens_(sql_tokens(raw, is_variable(), flavour)),
      places_(sql_places(tokens_)),
      starts_(tokens_.size()) {}

Result<ImportedSql> SqlTranslation::run() {
    ImportedSql imported;
    if (auto ok = translate({0, tokens_.size()}, imported.text); !ok) return ok.error();
    imported.changes = std::move(changes_);
    imported.renamed = std::move(renamed_);
    return imported;
}

IsVariable SqlTranslation::is_variable() const {
    return [this](std::string_view name) { return find(name) != nullptr; };
}

const SqlVariable* SqlTranslation::find(std::string_view name) const {
    for (const auto& variable : variables_) {
        if (variable.name == name) return &variable;
    }
    return nullptr;
}

std::string SqlTranslation::word_at(std::size_t i) const {
    return i == kNothing ? std::string() : lower_word(tokens_[i].text);
}

bool SqlTranslation::touches_name(std::size_t i) const {
    if (i + 1 >= tokens_.size()) return false;
    const auto kind = tokens_[i + 1].kind;
    return kind == Kind::word || kind == Kind::number || kind == Kind::reference;
}

std::size_t SqlTranslation::line_of(std::size_t index) const {
    std::size_t line = 1;
    for (std::size_t i = 0; i < index; ++i) {
        line += static_cast<std::size_t>(
            std::count(tokens_[i].text.begin(), tokens_[i].text.end(), '\n'));
    }
    return line;
}

Error SqlTranslation::refused(std::size_t index, std::string_view what,
                              std::string_view why) const {
    return {ErrorKind::unprocessable,
            "query_not_importable",
            fmt::format("Line {}: \"{}\" {}.", line_of(index), utf8_head(what, kShown), why),
            {}};
}
Error SqlTranslation::refused(std::size_t index, std::string_view why) const {
    return refused(index, tokens_[index].text, why);
}

void SqlTranslation::note(std::size_t index, std::string_view what) {
    changes_.push_back(fmt::format("Line {}: {}", line_of(index), what));
}

// -- the text, token by token -----------------------------------------------------------------

Result<void> SqlTranslation::translate(Range range, std::string& out) {
    for (std::size_t i = range.first; i < range.end; ++i) {
        starts_[i] = out.size();
        const auto& token = tokens_[i];
        Result<void> done;
        switch (token.kind) {
            case Kind::broken:
                return refused(i, "is never closed");
            case Kind::string:
                done = literal(i, range, out);
                break;
            case Kind::quoted_name:
                if (const auto name = without_references(i)) {
                    out += *name;
                    break;
                }
                [[fallthrough]];
            case Kind::dollar_text:
                done = without_values(i);
                out += token.text;
                break;
            case Kind::reference:
                done = reference(i, range, out);
                break;
            case Kind::comment:
                // Behind an argument, one to the end of the line would swallow what is added there.
                out += depth_ > 0 ? std::string_view(" ") : token.text;
                break;
            case Kind::symbol:
                if (token.text == "$") return refused(i, "names nothing");
                [[fallthrough]];
            default:
                out += token.text;
        }
        if (!done) return done.error();
        if (skip_to_ != 0) i = std::exchange(skip_to_, 0);
    }
    return {};
}

Result<void> SqlTranslation::without_values(std::size_t i) const {
    const auto text = tokens_[i].text;
    for (std::size_t at = 1; at < text.size(); ++at) {
        const auto found = reference_at(text.substr(at), is_variable());
        if (found.text.empty()) continue;
        if (find(found.name) != nullptr || is_built_in_name(found.name)) {
            return refused(i, found.text,
                           "stands inside a quoted name or text, where no value can be bound");
        }
    }
    return {};
}

Result<void> SqlTranslation::reference(std::size_t i, Range range, std::string& out) {
    const auto& found = tokens_[i].reference;
    const auto* variable = find(found.name);
    const bool called = !found.is_braced && i + 1 < tokens_.size() && tokens_[i + 1].text == "(";
    if (variable != nullptr) {
        if (variable->missing) return refused(i, kMissing);
        if (!is_bindable(*variable)) return refused(i, kUnbindable);
        if (!found.path.empty()) return refused(i, "asks for a part of a value");
        return variable->multi ? list(i, *variable, range, out) : single(i, *variable, out);
    }
    if (!is_built_in_name(found.name)) {
        return refused(i, called ? "is no macro that is known here"
                                 : "is not one of the dashboard's variables");
    }
    if (called) return macro(i, out);
    const auto value = values_.built_in(found);
    const bool is_text = value && value->type == BuiltIn::Type::text && found.name != "__timezone";
    if (!value || is_text) return refused(i, "has no value that can be bound here");
    if (const auto why = cannot_bind(tokens_, places_, i, i, Pasted::quoted)) {
        return refused(i, *why);
    }
    out += value->expression;
    return {};
}

// -- variables outside of quotes --------------------------------------------------------------

Result<void> SqlTranslation::single(std::size_t i, const SqlVariable& variable,
                                    std::string& out) const {
    const auto format = tokens_[i].reference.format;
    const bool quoted = format == "sqlstring" || format == "singlequote";
    const bool bare = format.empty() || format == "raw" || format == "csv" || format == "pipe" ||
                      format == "glob";
    if (!quoted && !bare) return refused(i, "is in a format that cannot be bound here");
    const auto& place = places_[i];
    const auto name = parameter_of(variable);
    if (word_at(place.before) == "interval" && is_interval_unit(word_at(place.after))) {
        out += fmt::format("({})", name);
        return {};
    }
    const auto pasted = quoted ? Pasted::quoted : Pasted::bare;
    if (const auto why = cannot_bind(tokens_, places_, i, i, pasted)) return refused(i, *why);
    // Else the engine would round it to a whole number beside one.
    const bool is_number = bare && in_arithmetic(tokens_, place);
    out += is_number ? values_.number(name) : name;
    return {};
}

Result<void> SqlTranslation::list(std::size_t i, const SqlVariable& variable, Range range,
                                  std::string& out) {
    const auto format = tokens_[i].reference.format;
    const bool listed = format.empty() || format == "sqlstring" || format == "singlequote" ||
                        format == "csv" || format == "raw";
    if (!listed) return refused(i, "is in a format that cannot be bound here");
    const auto& place = places_[i];
    const auto name = parameter_of(variable);
    const bool alone = place.open != kNothing && place.open == place.before;
    if (alone && !place.in_bracket && word_at(place.after) == ")" &&
        (place.opener == "in" || place.opener == "any" || place.opener == "some" ||
         place.opener == "all")) {
        out += values_.members(name);
        return {};
    }
    if (alone && place.in_bracket && word_at(place.after) == "]" && values_.has_lists()) {
        auto from = place.open;
        if (place.opener == "array") from = places_[place.open].before;
        const bool is_subscript =
            from == place.open && !place.opener.empty() &&
            std::string_view("=<>(,").find(place.opener) == std::string_view::npos;
        if (!is_subscript && from >= range.first && place.after < range.end &&
            !touches_name(place.after)) {
            out.resize(starts_[from]);
            out += name;
            skip_to_ = place.after;
            return {};
        }
    }
    return refused(i, "may have several values, which can be bound only as IN (…) or ARRAY[…]");
}

// Names of our own are not a variable's, and an engine takes only plain ones.
bool is_bindable(const SqlVariable& variable) {
    const auto name = parameter_of(variable).substr(1);
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && name.size() <= 64 && !(name[0] >= '0' && name[0] <= '9') &&
           std::all_of(name.begin(), name.end(), is_plain) && !is_reserved_name(name);
}

bool is_interval_unit(std::string_view word) {
    static constexpr std::string_view kUnits[] = {"year", "month",  "week",   "day",
                                                  "hour", "minute", "second", "millisecond"};
    if (word.ends_with('s')) word.remove_suffix(1);
    return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

SqlFlavour flavour_of(std::string_view source_type) {
    if (source_type == "postgres") return SqlFlavour::postgresql;
    if (source_type == "mysql") return SqlFlavour::mysql;
    if (source_type == "sqlite") return SqlFlavour::sqlite;
    return SqlFlavour::duckdb;
}

Result<ImportedSql> import_sql(std::string_view raw, std::span<const SqlVariable> variables,
                               SqlFlavour flavour) {
    if (raw.size() > static_cast<std::size_t>(kMaxSqlBytes)) {
        return not_importable(fmt::format("The query is longer than {} bytes.", kMaxSqlBytes));
    }
    if (!is_utf8(raw) || raw.find('\0') != std::string_view::npos) {
        return not_importable("The query is not well-formed text.");
    }
    if (raw.find_first_not_of(" \t\r\n;") == std::string_view::npos) {
        return not_importable("The query is empty.");
    }
    auto imported = SqlTranslation(raw, variables, flavour).run();
    if (imported && imported->text.size() > static_cast<std::size_t>(kMaxSqlBytes)) {
        return not_importable(fmt::format("The query becomes longer than {} bytes.", kMaxSqlBytes));
    }
    return imported;
}

}  // namespace casement::dashboards
