#include "data/promql_cursor.h"

#include <optional>

namespace casement::data::promql {
namespace {

/// The labels that a word of a list names; a value may name several between commas.
std::optional<std::vector<std::string>> label_names_of(const Word& word) {
    if (word.is_unknown) return std::vector<std::string>{};
    std::vector<std::string> names = word.list;
    if (names.empty()) names.push_back(word.text);
    for (const auto& name : names) {
        const auto small = lower(name);
        const bool taken = small == "without" || small == "inf" || small == "nan";
        if (!is_label_name(name) || taken) return std::nullopt;
    }
    return names;
}

}  // namespace

bool Cursor::at_word(std::string_view word, std::size_t ahead) const {
    const auto& token = peek(ahead);
    return token.kind == Token::Kind::word && lower(token.text) == word;
}

bool Cursor::take_word(std::string_view word) {
    if (!at_word(word)) return false;
    advance();
    return true;
}

Error Cursor::unexpected() const {
    const auto& token = peek();
    if (token.kind == Token::Kind::end) return wrong_promql(token.at, "the text ends too early");
    return wrong_promql(token.at, "this was not expected here");
}

Result<std::int64_t> Cursor::duration() {
    if (peek().kind != Token::Kind::word) return unexpected();
    auto word = word_here();
    if (!word) return word.error();
    if (word->is_unknown) {
        advance();
        return std::int64_t{60'000};
    }
    const auto length = word->list.empty() ? read_duration(word->text) : std::nullopt;
    if (!length) return wrong_here("a duration such as 30s, 5m or 1h30m belongs here");
    advance();
    return *length;
}

Result<std::vector<std::string>> Cursor::label_list() {
    if (!take("(")) return unexpected();
    std::vector<std::string> labels;
    while (!take(")")) {
        if (peek().kind != Token::Kind::word) return unexpected();
        auto word = word_here();
        if (!word) return word.error();
        auto names = label_names_of(*word);
        if (!names) return wrong_here("the name of a label belongs here");
        labels.insert(labels.end(), names->begin(), names->end());
        if (labels.size() > kMaxLabels) return wrong_here("these are too many labels");
        advance();
        if (!take(",") && !peek().is(")")) return unexpected();
    }
    return labels;
}

}  // namespace casement::data::promql
