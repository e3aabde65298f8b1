#include "data/promql_lexer.h"

#include "base/encoding.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace casement::data::promql {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
int digit_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

void append_utf8(std::string& out, std::uint32_t rune) {
    if (rune < 0x80) {
        out += static_cast<char>(rune);
    } else if (rune < 0x800) {
        out += static_cast<char>(0xC0U | (rune >> 6U));
        out += static_cast<char>(0x80U | (rune & 0x3FU));
    } else if (rune < 0x10000) {
        out += static_cast<char>(0xE0U | (rune >> 12U));
        out += static_cast<char>(0x80U | ((rune >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (rune & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | (rune >> 18U));
        out += static_cast<char>(0x80U | ((rune >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((rune >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (rune & 0x3FU));
    }
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        while (true) {
            skip_space();
            if (at_ >= text_.size()) break;
            auto ok = next();
            if (!ok) return ok.error();
        }
        Token end;
        end.at = at_;
        tokens_.push_back(std::move(end));
        return std::move(tokens_);
    }

  private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void skip_space() {
        while (at_ < text_.size()) {
            if (text_[at_] == '#') {
                while (at_ < text_.size() && text_[at_] != '\n')
                    ++at_;
            } else if (is_space(text_[at_])) {
                ++at_;
            } else {
                return;
            }
        }
    }

    Result<void> next() {
        const char c = peek();
        if (c == '"' || c == '\'' || c == '`') return string();
        if (is_alpha(c) || is_digit(c) || (c == '.' && is_digit(peek(1))) ||
            (c == ':' && brackets_ == 0) || value_here()) {
            return word();
        }
        return sign();
    }

    Result<void> sign() {
        static constexpr std::string_view kTwo[] = {"=~", "!~", "==", "!=", "<=", ">="};
        Token token;
        token.kind = Token::Kind::sign;
        token.at = at_;
        const auto rest = text_.substr(at_);
        for (const auto two : kTwo) {
            if (rest.starts_with(two)) token.text = two;
        }
        if (token.text.empty()) {
            if (std::string_view("(){}[],:@=<>+-*/%^").find(peek()) == std::string_view::npos) {
                return wrong_promql(at_, "this character has no meaning here");
            }
            token.text = peek();
        }
        if (token.text == "[") ++brackets_;
        if (token.text == "]" && brackets_ > 0) --brackets_;
        at_ += token.text.size();
        tokens_.push_back(std::move(token));
        return {};
    }

    /// The value's place that starts here, without moving.
    [[nodiscard]] std::optional<Piece> value_here() const {
        std::size_t at = at_;
        std::string_view close;
        const auto rest = text_.substr(at_);
        if (rest.starts_with("${")) {
            close = "}";
            at += 2;
        } else if (rest.starts_with("[[")) {
            close = "]]";
            at += 2;
        } else if (rest.starts_with("$")) {
            at += 1;
        } else {
            return std::nullopt;
        }
        Piece piece;
        piece.is_value = true;
        if (at >= text_.size() || !is_alpha(text_[at])) return std::nullopt;
        while (at < text_.size() && (is_alpha(text_[at]) || is_digit(text_[at])))
            piece.text += text_[at++];
        if (!close.empty()) {
            if (at < text_.size() && text_[at] == ':') {
                const auto end = text_.find(close, at);
                if (end == std::string_view::npos) return std::nullopt;
                piece.format = text_.substr(at + 1, end - at - 1);
                if (piece.format.empty()) return std::nullopt;
                at = end;
            }
            if (!text_.substr(at).starts_with(close)) return std::nullopt;
            at += close.size();
        }
        piece.source = text_.substr(at_, at - at_);
        return piece;
    }

    static void add_text(std::vector<Piece>& pieces, std::string_view text) {
        if (pieces.empty() || pieces.back().is_value) pieces.emplace_back();
        pieces.back().text += text;
    }

    Result<void> word() {
        Token token;
        token.kind = Token::Kind::word;
        token.at = at_;
        const bool is_number = is_digit(peek()) || peek() == '.';
        bool hex = false;
        while (at_ < text_.size()) {
            if (auto value = value_here()) {
                at_ += value->source.size();
                token.pieces.push_back(std::move(*value));
                continue;
            }
            const char c = peek();
            const bool exponent_sign =
                is_number && !hex && (c == '+' || c == '-') && at_ > token.at &&
                (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E') && is_digit(peek(1));
            const bool part = is_alpha(c) || is_digit(c) || (c == ':' && brackets_ == 0) ||
                              (c == '.' && is_number) || exponent_sign;
            if (!part) break;
            if (is_number && at_ == token.at + 1 && text_[token.at] == '0') {
                hex = c == 'x' || c == 'X';
            }
            add_text(token.pieces, text_.substr(at_, 1));
            ++at_;
        }
        if (token.pieces.size() == 1 && !token.pieces[0].is_value) {
            token.text = token.pieces[0].text;
        }
        tokens_.push_back(std::move(token));
        return {};
    }

    Result<void> string() {
        Token token;
        token.kind = Token::Kind::string;
        token.at = at_;
        const char quote = text_[at_++];
        while (true) {
            if (at_ >= text_.size() || (quote != '`' && peek() == '\n')) {
                return wrong_promql(token.at, "this text has no closing quote");
            }
            if (auto value = value_here()) {
                at_ += value->source.size();
                token.pieces.push_back(std::move(*value));
                continue;
            }
            const char c = text_[at_++];
            if (c == quote) break;
            if (c == '\\' && quote != '`') {
                std::string unescaped;
                if (!escape(quote, unescaped)) {
                    return wrong_promql(at_, "this escape is not known inside a text");
                }
                add_text(token.pieces, unescaped);
                continue;
            }
            add_text(token.pieces, std::string_view(&c, 1));
        }
        tokens_.push_back(std::move(token));
        return {};
    }

    /// Behind the backslash.
    bool escape(char quote, std::string& out) {
        static constexpr std::string_view kNames = "abfnrtv\\";
        static constexpr std::string_view kMeans = "\a\b\f\n\r\t\v\\";
        const char c = peek();
        if (const auto place = kNames.find(c); c != '\0' && place != std::string_view::npos) {
            out += kMeans[place];
            ++at_;
            return true;
        }
        if (c == quote) {
            out += c;
            ++at_;
            return true;
        }
        std::size_t digits = 0;
        std::uint32_t base = 16;
        if (c >= '0' && c <= '7') {
            digits = 3;
            base = 8;
        } else {
            digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
            if (digits == 0) return false;
            ++at_;
        }
        std::uint32_t rune = 0;
        for (std::size_t i = 0; i < digits; ++i, ++at_) {
            const auto value = static_cast<std::uint32_t>(digit_value(peek()));
            if (value >= base || rune > 0x10FFFF) return false;
            rune = rune * base + value;
        }
        if (digits < 4) {  // octal and \x name a byte
            if (rune > 255) return false;
            out += static_cast<char>(rune);
            return true;
        }
        if (rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000)) return false;
        append_utf8(out, rune);
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t brackets_ = 0;
    std::vector<Token> tokens_;
};

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};
constexpr Unit kUnits[] = {
    {"y", 31'536'000'000}, {"w", 604'800'000}, {"d", 86'400'000}, {"h", 3'600'000},
    {"m", 60'000},         {"s", 1000},        {"ms", 1}};
/// Nanoseconds of a duration have to fit into 64 bits.
constexpr std::int64_t kLongestMs = std::numeric_limits<std::int64_t>::max() / 1'000'000;

}  // namespace

bool Token::has_value() const {
    return std::any_of(pieces.begin(), pieces.end(), [](const Piece& p) { return p.is_value; });
}

Error wrong_promql(std::size_t at, std::string_view reason) {
    return {ErrorKind::unprocessable,
            "query_invalid",
            fmt::format("PromQL, at character {}: {}.", at + 1, reason),
            {}};
}

Result<std::vector<Token>> tokens_of(std::string_view text) {
    if (text.size() > kMaxTextBytes) {
        return wrong_promql(kMaxTextBytes, "an expression has at most 16384 bytes");
    }
    if (!is_utf8(text) || text.find('\0') != std::string_view::npos) {
        return wrong_promql(0, "the text is not well-formed UTF-8");
    }
    return Lexer(text).run();
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool is_label_name(std::string_view text) {
    return !text.empty() && is_alpha(text[0]) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_alpha(c) || is_digit(c); });
}

bool is_metric_name(std::string_view text) {
    return !text.empty() && !is_digit(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || c == ':';
    });
}

std::optional<double> read_number(std::string_view text) {
    const auto word = lower(text);
    if (word == "inf") return std::numeric_limits<double>::infinity();
    if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (text.empty()) return std::nullopt;
    const auto* const end = text.data() + text.size();
    const auto whole = [&](std::string_view digits, int base) -> std::optional<double> {
        std::int64_t value = 0;
        const auto read = std::from_chars(digits.data(), end, value, base);
        if (digits.empty() || digits[0] == '-' || read.ec != std::errc{} || read.ptr != end) {
            return std::nullopt;
        }
        return static_cast<double>(value);
    };
    if (word.starts_with("0x")) return whole(text.substr(2), 16);
    // As in Go, a leading zero means octal where the digits allow it.
    const bool octal = text.size() > 1 && text[0] == '0' &&
                       text.find_first_not_of("01234567") == std::string_view::npos;
    if (octal) return whole(text.substr(1), 8);
    if (!is_digit(text[0]) && text[0] != '.') return std::nullopt;
    double value = 0;
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return value;
}

std::optional<std::int64_t> read_duration(std::string_view text) {
    std::int64_t total = 0;
    std::size_t unit = 0;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
        if (!is_digit(text[0]) || read.ec != std::errc{}) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
        std::size_t letters = 0;
        while (letters < text.size() && !is_digit(text[letters]))
            ++letters;
        const auto name = text.substr(0, letters);
        while (unit < std::size(kUnits) && kUnits[unit].name != name)
            ++unit;
        if (unit == std::size(kUnits)) return std::nullopt;
        if (count > (kLongestMs - total) / kUnits[unit].milliseconds) return std::nullopt;
        total += count * kUnits[unit].milliseconds;
        text.remove_prefix(letters);
        ++unit;  // each once, from long to short
    }
    if (total == 0) return std::nullopt;
    return total;
}

std::string print_duration(std::int64_t milliseconds) {
    std::string out;
    for (const auto& unit : kUnits) {
        // Years and weeks only where nothing is left over: they read badly otherwise.
        if (unit.milliseconds > 86'400'000 && milliseconds % unit.milliseconds != 0) continue;
        const auto count = milliseconds / unit.milliseconds;
        if (count == 0) continue;
        out += fmt::format("{}{}", count, unit.name);
        milliseconds -= count * unit.milliseconds;
    }
    return out;
}

}  // namespace casement::data::promql
