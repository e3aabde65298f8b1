#include "data/promql_matchers.h"

#include "data/promql_functions.h"
#include "data/promql_pattern.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace casement::data::promql {
namespace {

Result<Matcher> one_matcher(Cursor& cursor) {
    static constexpr std::pair<std::string_view, Matcher::Op> kOps[] = {
        {"=", Matcher::Op::equal},
        {"!=", Matcher::Op::not_equal},
        {"=~", Matcher::Op::match},
        {"!~", Matcher::Op::not_match},
    };
    Matcher matcher;
    if (cursor.peek().kind != Token::Kind::word || !is_label_name(cursor.peek().text)) {
        return cursor.wrong_here("the name of a label belongs here");
    }
    matcher.label = cursor.peek().text;
    cursor.advance();
    const auto* const op = std::find_if(std::begin(kOps), std::end(kOps), [&](const auto& each) {
        return cursor.peek().is(each.first);
    });
    if (op == std::end(kOps)) return cursor.wrong_here("one of = != =~ !~ belongs here");
    matcher.op = op->second;
    cursor.advance();
    if (cursor.peek().kind != Token::Kind::string)
        return cursor.wrong_here("a text in quotes belongs here");
    const bool is_pattern =
        matcher.op == Matcher::Op::match || matcher.op == Matcher::Op::not_match;
    auto text = cursor.text_here(is_pattern ? TextUse::pattern : TextUse::plain, true);
    if (!text) return text.error();
    if (is_pattern && !matches_empty(text->text)) {
        return cursor.wrong_here("this is not a regular expression");
    }
    cursor.advance();
    matcher.value = std::move(text->text);
    matcher.unknown = text->is_unknown;
    return matcher;
}

}  // namespace

Result<std::vector<Matcher>> read_matchers(Cursor& cursor, std::size_t selector_at, bool named) {
    std::vector<Matcher> matchers;
    cursor.advance();
    while (!cursor.take("}")) {
        auto matcher = one_matcher(cursor);
        if (!matcher) return matcher.error();
        if (named && matcher->label == "__name__") {
            return wrong_promql(selector_at, "the metric's name is given twice");
        }
        matchers.push_back(std::move(*matcher));
        if (matchers.size() > kMaxLabels) return cursor.wrong_here("these are too many matchers");
        if (!cursor.take(",") && !cursor.peek().is("}")) return cursor.unexpected();
    }
    return matchers;
}

bool passes_empty(const Matcher& matcher) {
    switch (matcher.op) {
        case Matcher::Op::equal:
            return matcher.value.empty();
        case Matcher::Op::not_equal:
            return !matcher.value.empty();
        case Matcher::Op::match:
            return matches_empty(matcher.value).value_or(true);
        case Matcher::Op::not_match:
            return !matches_empty(matcher.value).value_or(false);
    }
    return true;
}

}  // namespace casement::data::promql
