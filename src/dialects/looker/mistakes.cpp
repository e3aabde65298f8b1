#include "dialects/looker/mistakes.h"

#include "base/encoding.h"
#include "crypto/hash.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace casement::looker {
namespace {

/// A text that may have been used, and what was wrong with using it; empty when nothing was.
struct Candidate {
    std::string text;
    std::string fault;
};

/// The lines of one signed text, each with its name, to be bent.
using Lines = std::vector<std::pair<std::string, std::string>>;

std::string joined(const Lines& lines, std::string_view separator = "\n") {
    std::string text;
    for (const auto& [name, line] : lines) {
        if (&line != &lines.front().second) text.append(separator);
        text.append(line);
    }
    return text;
}

std::string* find(Lines& lines, std::string_view name) {
    const auto found =
        std::ranges::find_if(lines, [&](const auto& line) { return line.first == name; });
    return found == lines.end() ? nullptr : &found->second;
}

void insert_before(Lines& lines, std::string_view before, std::string name, std::string text) {
    const auto at =
        std::ranges::find_if(lines, [&](const auto& line) { return line.first == before; });
    lines.insert(at, {std::move(name), std::move(text)});
}

std::string unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    return std::string(text.substr(1, text.size() - 2));
}

/// JSON with a space after each comma and colon, as Python writes it by default, or with none, as
/// JavaScript does. Texts within it stay as they are.
std::string respaced(std::string_view text, bool spaced) {
    std::string out;
    bool is_inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_inside && c == '\\' && i + 1 < text.size()) {
            out.push_back(c);
            out.push_back(text[++i]);
            continue;
        }
        if (c == '"') is_inside = !is_inside;
        if (!is_inside && c == ' ') continue;
        out.push_back(c);
        if (!is_inside && spaced && (c == ',' || c == ':')) out.push_back(' ');
    }
    return out;
}

std::string lower_case_escapes(std::string text) {
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        if (text[i] != '%') continue;
        for (const auto at : {i + 1, i + 2}) {
            if (text[at] >= 'A' && text[at] <= 'F') text[at] = static_cast<char>(text[at] + 32);
        }
    }
    return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

std::vector<Candidate> keys(std::string_view secret) {
    const std::string text(secret);
    std::vector<Candidate> list = {{text, ""}};
    const auto decoded = [&](const std::optional<std::string>& bytes, std::string_view how) {
        if (!bytes) return;
        list.push_back({*bytes, fmt::format("the secret was {}-decoded before it was used as the "
                                            "key; its text is the key",
                                            how)});
    };
    decoded(from_hex(text), "hex");
    decoded(from_base64(text), "base64");
    decoded(from_base64url(text), "base64");
    list.push_back({text + "\n", "the key had a line break at its end"});
    list.push_back({text + "\r\n", "the key had a line break at its end"});
    list.push_back({text + " ", "the key had a space at its end"});
    list.push_back({"\"" + text + "\"", "the key had quotation marks around it"});
    static constexpr std::string_view kSpace = " \t\r\n\"'";
    if (const auto start = text.find_first_not_of(kSpace); start != std::string::npos) {
        const auto core = text.substr(start, text.find_last_not_of(kSpace) - start + 1);
        if (core != text) {
            list.push_back({core,
                            "without the spaces, line breaks or quotation marks around the secret "
                            "as it was given here"});
        }
    }
    list.push_back({to_base64(text), "the secret was base64-encoded before it was used"});
    return list;
}

class Messages {
  public:
    explicit Messages(const SignedParts& parts) : parts_(parts) {
        for (const auto& line : signed_lines(parts.host, parts.texts))
            right_.emplace_back(line.name, line.text);
    }

    std::vector<Candidate> all() {
        list_.push_back({joined(right_), ""});
        ends_and_separators();
        hosts();
        paths();
        optional_lines();
        spellings();
        order();
        return std::move(list_);
    }

  private:
    void add(const Lines& lines, std::string fault) {
        list_.push_back({joined(lines), std::move(fault)});
    }
    void with(std::string_view name, const std::string& text, std::string fault) {
        auto lines = right_;
        auto* line = find(lines, name);
        if (line == nullptr || *line == text) return;
        *line = text;
        add(lines, std::move(fault));
    }

    void ends_and_separators() {
        const auto right = joined(right_);
        list_.push_back({right + "\n", "a line break was signed after the last line"});
        list_.push_back({joined(right_, "\r\n"), "the lines were joined by CR LF instead of LF"});
        list_.push_back({joined(right_, "\\n"),
                         "the lines were joined by a backslash and an n instead of a line break"});
        list_.push_back({joined(right_, ""), "the lines were joined without line breaks"});
    }

    void hosts() {
        const std::string host(parts_.host);
        const std::string name = host.substr(0, host.rfind(':'));
        const std::string scheme(parts_.scheme.empty() ? "https" : parts_.scheme);
        const bool has_port = name != host;
        with("host", scheme + "://" + host, "the scheme was signed with the host");
        with("host", host + "/", "a slash was signed behind the host");
        with("host", scheme + "://" + host + "/", "the scheme was signed with the host");
        if (has_port) with("host", name, "the port was left out of the host");
        for (const auto* port : {":443", ":80", ":9999", ":19999"}) {
            if (!has_port) {
                with("host", host + port,
                     fmt::format("the host was signed with the port {}, which is not in the link",
                                 port + 1));
            }
        }
    }

    void paths() {
        const auto& path = parts_.texts.path;
        const auto encoded = path.substr(std::min(kLoginPath.size(), path.size()));
        const std::string login(kLoginPath);
        static constexpr auto kEncoded =
            "the path was decoded before it was signed; sign it as it stands in the link";
        if (const auto inner = form_decode(encoded)) {
            with("path", login + *inner, kEncoded);
            with("path", "/login/embed" + *inner, kEncoded);
            with("path", *inner, "only the embed path was signed, without /login/embed/");
            with("path", login + percent_encode(*inner),
                 "the path in the link is encoded in another way than the one that was signed");
            with("path", login + replaced(percent_encode(*inner), "%20", "+"),
                 "the path in the link is encoded in another way than the one that was signed");
            const auto bare = inner->substr(0, inner->find('?'));
            with("path", login + percent_encode(bare),
                 "the embed path was signed without its query");
        }
        with("path", encoded, "only the embed path was signed, without /login/embed/");
        if (path.starts_with('/')) {
            with("path", path.substr(1), "the path was signed without its first slash");
        }
        with("path", lower_case_escapes(path),
             "the path was signed with lower-case escapes (%2f) and sent with upper-case ones");
        with("path", percent_encode(path), "the whole path was encoded once more for signing");
    }

    void optional_lines() {
        struct Optional {
            std::string_view name, before, empty;
        };
        static constexpr std::array<Optional, 3> kOptional = {{
            {"user_attributes", "access_filters", "{}"},
            {"external_group_id", "user_attributes", "\"\""},
            {"group_ids", "external_group_id", "[]"},
        }};
        // Every set of the absent ones, as empty lines and as empty values.
        for (const bool as_value : {false, true}) {
            for (unsigned set = 1; set < 8; ++set) {
                auto lines = right_;
                std::string names;
                bool fits = true;
                for (std::size_t i = 0; i < kOptional.size(); ++i) {
                    if ((set >> i & 1U) == 0) continue;
                    const auto& one = kOptional[i];
                    fits = fits && find(lines, one.name) == nullptr;
                    auto before = one.before;
                    for (std::size_t k = i; k-- > 0 && find(lines, before) == nullptr;)
                        before = kOptional[k].before;
                    insert_before(lines, before, std::string(one.name),
                                  as_value ? std::string(one.empty) : std::string());
                    names = fmt::format("{}{}{}", one.name, names.empty() ? "" : ", ", names);
                }
                if (!fits) continue;
                add(lines,
                    as_value
                        ? fmt::format("a line was signed for {}, which the link does not have; "
                                      "leave the line out, or send the parameter",
                                      names)
                        : "an empty line was signed for a parameter that the link does not have "
                          "(group_ids, external_group_id or user_attributes); leave the line out");
            }
        }
        for (const std::string_view name :
             {"group_ids", "external_group_id", "user_attributes", "access_filters"}) {
            auto lines = right_;
            if (std::erase_if(lines, [&](const auto& line) { return line.first == name; }) == 0)
                continue;
            add(lines, fmt::format("the line of {} was left out, but the link has it", name));
        }
    }

    void spellings() {
        for (const bool spaced : {true, false}) {
            const auto fault = fmt::format(
                "{{}} signed {} spaces after commas and colons, and sent {}; sign the very text "
                "that is sent",
                spaced ? "with" : "without", spaced ? "without" : "with");
            auto all = right_;
            for (auto& [name, text] : all) {
                if (name == "host" || name == "path") continue;
                text = respaced(text, spaced);
                with(name, text, fmt::format(fmt::runtime(fault), "the JSON of " + name + " was"));
            }
            if (all != right_) add(all, fmt::format(fmt::runtime(fault), "the JSON was"));
        }
        auto raw = right_;
        auto bare = right_;
        for (auto& [name, text] : raw) {
            if (const auto found = parts_.raw.find(name); found != parts_.raw.end())
                text = found->second;
        }
        if (raw != right_) {
            add(raw, "the percent-encoded values were signed; sign them as they are, then encode");
        }
        for (auto& [name, text] : bare)
            text = unquoted(text);
        if (bare != right_) {
            add(bare,
                "the texts were signed without their quotation marks; nonce, external_user_id and "
                "external_group_id are signed as JSON");
        }
        for (const std::string_view name : {"nonce", "external_user_id", "external_group_id"}) {
            auto lines = right_;
            const auto* line = find(lines, name);
            if (line == nullptr) continue;
            with(name, unquoted(*line),
                 fmt::format("{} was signed without its quotation marks", name));
            with(name, "\"" + *line + "\"",
                 fmt::format("{} was signed in quotation marks and sent without", name));
        }
        with("time", parts_.texts.time + "000", "the time was signed in milliseconds");
        for (const std::string_view name : {"time", "session_length"}) {
            auto lines = right_;
            with(name, "\"" + *find(lines, name) + "\"",
                 fmt::format("{} was signed in quotation marks", name));
        }
    }

    void order() {
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSwapped = {{
            {"nonce", "time"},
            {"time", "session_length"},
            {"session_length", "external_user_id"},
            {"permissions", "models"},
            {"group_ids", "external_group_id"},
            {"user_attributes", "access_filters"},
        }};
        for (const auto& [first, second] : kSwapped) {
            auto lines = right_;
            auto* a = find(lines, first);
            auto* b = find(lines, second);
            if (a == nullptr || b == nullptr || *a == *b) continue;
            std::swap(*a, *b);
            add(lines, fmt::format("{} and {} were signed in the wrong order", first, second));
        }
        auto longer = right_;
        for (const std::string_view name :
             {"first_name", "last_name", "user_timezone", "force_logout_login"}) {
            const auto found = parts_.raw.find(name);
            if (found == parts_.raw.end()) continue;
            longer.emplace_back(name, form_decode(found->second).value_or(found->second));
            add(longer, fmt::format("{} was signed too; it is not part of the signed text", name));
        }
    }

    const SignedParts& parts_;
    Lines right_;
    std::vector<Candidate> list_;
};

/// The digests that a signature may stand for, each with what was wrong with writing it so.
std::vector<Candidate> readings(std::string_view signature) {
    std::vector<Candidate> list;
    const auto add = [&](const std::optional<std::string>& bytes, std::string_view fault) {
        if (bytes && (bytes->size() == 20 || bytes->size() == 32)) {
            list.push_back({*bytes, std::string(fault)});
        }
    };
    add(from_base64(signature), "");
    std::string plain(signature);
    std::erase_if(plain, [](char c) { return c == '\n' || c == '\r'; });
    if (plain != signature) {
        add(from_base64(plain), "the base64 has a line break in it, which some encoders add");
    }
    if (plain.find(' ') != std::string::npos) {
        add(from_base64(replaced(plain, " ", "+")),
            "a '+' in the signature was not encoded, and arrives as a space; write %2B");
    }
    const auto unpadded = plain.substr(0, plain.find('='));
    if (unpadded.find_first_of("-_") != std::string::npos) {
        add(from_base64url(unpadded),
            "the digest was written in base64url; write it in plain base64 ('+', '/', padded)");
    } else if (unpadded == plain) {
        add(from_base64(plain + "="), "the '=' at the end of the base64 was left out");
    }
    add(from_hex(plain), "the digest was written in hex instead of base64");
    if (const auto text = from_base64(plain)) {
        add(from_hex(*text), "the digest's hex text was base64-encoded; encode its bytes");
    }
    return list;
}

}  // namespace

std::optional<std::string> find_mistake(const SignedParts& parts, std::string_view secret) {
    const auto said =
        [](std::initializer_list<std::string_view> faults) -> std::optional<std::string> {
        std::string sentence;
        for (const auto fault : faults) {
            if (fault.empty()) continue;
            if (!sentence.empty()) sentence += "; also, ";
            sentence += fault;
        }
        if (sentence.empty()) return std::nullopt;
        return sentence;
    };
    const auto all_keys = keys(secret);
    const auto all_readings = readings(parts.signature);
    if (all_readings.empty()) return std::nullopt;
    const auto written = [&](const std::string& mac) -> const std::string* {
        const auto found =
            std::ranges::find_if(all_readings, [&](const auto& one) { return one.text == mac; });
        return found == all_readings.end() ? nullptr : &found->fault;
    };
    for (const auto& message : Messages(parts).all()) {
        for (const auto algorithm : {Algorithm::sha1, Algorithm::sha256}) {
            for (const auto& key : all_keys) {
                if (const auto* fault = written(digest(algorithm, key.text, message.text))) {
                    return said({key.fault, message.fault, *fault});
                }
            }
            if (const auto* fault = written(digest(algorithm, message.text, secret))) {
                return said({"key and message were swapped in the call", message.fault, *fault});
            }
        }
    }
    return std::nullopt;
}

}  // namespace casement::looker
