#include "dashboards/importers/grafana_sql_lexer.h"

namespace casement::dashboards {
namespace {

using Kind = SqlToken::Kind;
constexpr auto kNone = std::string_view::npos;
constexpr int kMostSearches = 1000;  // for the end of a dollar quote; each goes through the text

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}
// What is no ASCII is a letter to the engines.
bool begins_word(char c) {
    return (is_word_character(c) && !is_digit(c)) || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) {
    return begins_word(c) || is_digit(c);
}
bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
    while (at < text.size() && is_word_character(text[at]))
        ++at;
    return at;
}

/// Behind the closing quote; a doubled one is a quote inside. kNone: there is none.
std::size_t end_of_quoted(std::string_view text, std::size_t at, bool backslashes) {
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (backslashes && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            if (at + 1 >= text.size() || text[at + 1] != quote) return at + 1;
            ++at;
        }
    }
    return kNone;
}

/// Comments in comments count, as the engines have it.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
    int depth = 0;
    while (at + 1 < text.size()) {
        if (text[at] == '/' && text[at + 1] == '*') {
            ++depth;
            at += 2;
        } else if (text[at] == '*' && text[at + 1] == '/') {
            at += 2;
            if (--depth == 0) return at;
        } else {
            ++at;
        }
    }
    return kNone;
}

/// Behind `$tag$ … $tag$`, or kNone when none begins here.
std::size_t end_of_dollar_text(std::string_view text, std::size_t at) {
    std::size_t tag_end = at + 1;
    if (tag_end < text.size() && !is_digit(text[tag_end])) tag_end = end_of_word(text, tag_end);
    if (tag_end >= text.size() || text[tag_end] != '$') return kNone;
    const auto tag = text.substr(at, tag_end + 1 - at);
    const auto end = text.find(tag, tag_end + 1);
    return end == kNone ? kNone : end + tag.size();
}

SqlReference braced_reference(std::string_view text) {
    SqlReference found;
    found.is_braced = true;
    std::size_t at = end_of_word(text, 2);
    found.name = text.substr(2, at - 2);
    const auto close = found.name.empty() ? kNone : text.find('}', at);
    if (close == kNone) return {};
    if (text[at] == '.' || text[at] == '[') {
        const auto from = at;
        while (at < close && text[at] != ':')
            ++at;
        found.path = text.substr(from, at - from);
    }
    if (text[at] == ':') {
        found.format = text.substr(at + 1, close - at - 1);
        if (found.format.empty()) return {};
        at = close;
    }
    if (at != close) return {};
    found.text = text.substr(0, close + 1);
    return found;
}

SqlReference bracket_reference(std::string_view text, const IsVariable& is_variable) {
    SqlReference found;
    found.is_braced = true;
    auto at = end_of_word(text, 2);
    found.name = text.substr(2, at - 2);
    if (found.name.empty() || !is_variable(found.name)) return {};
    if (at < text.size() && text[at] == ':') {
        const auto from = at + 1;
        at = end_of_word(text, from);
        found.format = text.substr(from, at - from);
        if (found.format.empty()) return {};
    }
    if (text.substr(at, 2) != "]]") return {};
    found.text = text.substr(0, at + 2);
    return found;
}

class Lexer {
  public:
    Lexer(std::string_view text, const IsVariable& is_variable, SqlFlavour flavour)
        : text_(text), is_variable_(is_variable), mysql_(flavour == SqlFlavour::mysql) {}

    std::vector<SqlToken> run() {
        while (at_ < text_.size())
            step();
        return std::move(tokens_);
    }

  private:
    void take(Kind kind, std::size_t end) {
        if (end == kNone) {
            kind = Kind::broken;
            end = text_.size();
        }
        tokens_.push_back({kind, text_.substr(at_, end - at_), {}});
        at_ = end;
    }

    template <class Belongs>
    std::size_t run_of(Belongs belongs) const {
        std::size_t end = at_;
        while (end < text_.size() && belongs(text_[end]))
            ++end;
        return end;
    }

    /// `E` directly before the quote: backslashes escape inside.
    [[nodiscard]] bool behind_escape_mark() const {
        if (tokens_.empty() || tokens_.back().kind != Kind::word) return false;
        return tokens_.back().text == "E" || tokens_.back().text == "e";
    }

    bool take_reference() {
        auto reference = reference_at(text_.substr(at_), is_variable_);
        if (reference.text.empty()) return false;
        tokens_.push_back({Kind::reference, reference.text, reference});
        at_ += reference.text.size();
        return true;
    }

    void step() {
        const char c = text_[at_];
        const auto two = text_.substr(at_, 2);
        if (is_space(c)) return take(Kind::space, run_of(is_space));
        if (two == "--" || (mysql_ && c == '#')) {
            const auto end = text_.find('\n', at_);
            return take(Kind::comment, end == kNone ? text_.size() : end);
        }
        if (two == "/*") return take(Kind::comment, end_of_comment(text_, at_));
        if (c == '\'' || (mysql_ && c == '"')) {
            return take(Kind::string, end_of_quoted(text_, at_, mysql_ || behind_escape_mark()));
        }
        if (c == '"' || c == '`') {
            return take(Kind::quoted_name, end_of_quoted(text_, at_, false));
        }
        if (c == '$') {
            const bool looks = !mysql_ && searches_ < kMostSearches;
            const auto end = looks ? end_of_dollar_text(text_, at_) : kNone;
            if (end != kNone) return take(Kind::dollar_text, end);
            ++searches_;
            if (take_reference()) return;
        }
        if (two == "[[" && take_reference()) return;
        if (is_digit(c)) {
            return take(Kind::number,
                        run_of([](char d) { return is_word_character(d) || d == '.'; }));
        }
        if (begins_word(c)) return take(Kind::word, run_of(continues_word));
        take(Kind::symbol, at_ + (two == "::" ? 2 : 1));
    }

    std::string_view text_;
    const IsVariable& is_variable_;
    bool mysql_;
    std::size_t at_ = 0;
    int searches_ = 0;
    std::vector<SqlToken> tokens_;
};

}  // namespace

SqlReference reference_at(std::string_view text, const IsVariable& is_variable) {
    if (text.starts_with("[[")) return bracket_reference(text, is_variable);
    if (!text.starts_with('$')) return {};
    if (text.starts_with("${")) return braced_reference(text);
    SqlReference found;
    found.text = text.substr(0, end_of_word(text, 1));
    found.name = found.text.substr(1);
    return found.name.empty() ? SqlReference{} : found;
}

std::vector<SqlToken> sql_tokens(std::string_view text, const IsVariable& is_variable,
                                 SqlFlavour flavour) {
    return Lexer(text, is_variable, flavour).run();
}

}  // namespace casement::dashboards
