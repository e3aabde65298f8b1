#include "data/promql_expression.h"

#include "data/promql_functions.h"
#include "data/promql_matchers.h"
#include "data/promql_parser.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace casement::data::promql {
namespace {

constexpr std::size_t kMaxDepth = 150;
constexpr std::size_t kMaxNodes = 5000;

Result<void> add(Expr& parent, ExprPtr child) {
    parent.depth = std::max(parent.depth, child->depth + 1);
    if (parent.depth > kMaxDepth) {
        return wrong_promql(child->at_character, "the expression is nested too deeply");
    }
    parent.args.push_back(std::move(child));
    return {};
}

/// What offset and @ change, or null.
Expr* modified(Expr& expr) {
    if (expr.kind == Expr::Kind::unknown) become_selector(expr);
    if (expr.kind == Expr::Kind::vector || expr.kind == Expr::Kind::subquery) return &expr;
    // A matrix's own selector keeps them, as Prometheus has it.
    if (expr.kind == Expr::Kind::matrix) return expr.args[0].get();
    return nullptr;
}

}  // namespace

void become_selector(Expr& unknown) {
    unknown.kind = Expr::Kind::vector;
    unknown.matchers.push_back({"__name__", Matcher::Op::equal, "x", true});
}

Result<ExprPtr> ExpressionParser::whole() {
    auto expr = expression();
    if (!expr) return expr.error();
    if (cursor_.peek().kind != Token::Kind::end) return cursor_.unexpected();
    if (auto ok = check_types(**expr); !ok) return ok.error();
    return expr;
}

Result<ExprPtr> ExpressionParser::make(Expr::Kind kind, std::size_t at) {
    if (++nodes_ > kMaxNodes) return wrong_promql(at, "the expression has too many parts");
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->at_character = at;
    return expr;
}  // Operators ----------

std::string ExpressionParser::binary_operator() const {
    const auto& token = cursor_.peek();
    if (token.kind == Token::Kind::sign) return precedence(token.text) > 0 ? token.text : "";
    if (token.kind != Token::Kind::word) return {};
    auto word = lower(token.text);
    return precedence(word) > 0 ? word : "";
}

Result<ExprPtr> ExpressionParser::expression(int weakest) {
    if (++recursion_ > kMaxDepth) return cursor_.wrong_here("the expression is nested too deeply");
    auto left = unary();
    while (left) {
        const auto op = binary_operator();
        const int strength = precedence(op);
        if (strength == 0 || strength < weakest) break;
        auto node = make(Expr::Kind::binary, cursor_.peek().at);
        if (!node) return node.error();
        cursor_.advance();
        (*node)->text = op;
        if (auto ok = matching(**node); !ok) return ok.error();
        auto right = expression(op == "^" ? strength : strength + 1);
        if (!right) return right.error();
        if (auto ok = add(**node, std::move(*left)); !ok) return ok.error();
        if (auto ok = add(**node, std::move(*right)); !ok) return ok.error();
        left = std::move(node);
    }
    --recursion_;
    return left;
}

Result<void> ExpressionParser::matching(Expr& node) {
    node.returns_bool = cursor_.take_word("bool");
    const bool on = cursor_.at_word("on");
    if (!on && !cursor_.at_word("ignoring")) return {};
    cursor_.advance();
    node.matching = on ? Expr::Matching::on : Expr::Matching::ignoring;
    auto labels = cursor_.label_list();
    if (!labels) return labels.error();
    node.labels = std::move(*labels);
    const bool left = cursor_.at_word("group_left");
    if (!left && !cursor_.at_word("group_right")) return {};
    cursor_.advance();
    node.group = left ? Expr::Group::left : Expr::Group::right;
    if (!cursor_.peek().is("(")) return {};
    auto included = cursor_.label_list();
    if (!included) return included.error();
    node.included = std::move(*included);
    return {};
}

Result<ExprPtr> ExpressionParser::unary() {
    if (!cursor_.peek().is("+") && !cursor_.peek().is("-")) return postfix();
    auto node = make(Expr::Kind::unary, cursor_.peek().at);
    if (!node) return node.error();
    (*node)->text = cursor_.peek().text;
    cursor_.advance();
    // A sign binds weaker than ^ and stronger than all other operators.
    auto operand = expression(precedence("^"));
    if (!operand) return operand.error();
    if ((*operand)->kind == Expr::Kind::number) {
        if ((*node)->text == "-") (*operand)->number = -(*operand)->number;
        return operand;
    }
    if (auto ok = add(**node, std::move(*operand)); !ok) return ok.error();
    return node;
}

// Behind an operand ----------

Result<ExprPtr> ExpressionParser::postfix() {
    auto expr = primary();
    while (expr) {
        if (cursor_.peek().is("[")) {
            expr = range(std::move(*expr));
        } else if (cursor_.at_word("offset")) {
            auto ok = offset(**expr);
            if (!ok) return ok.error();
        } else if (cursor_.peek().is("@")) {
            auto ok = at_modifier(**expr);
            if (!ok) return ok.error();
        } else {
            break;
        }
    }
    return expr;
}

Result<ExprPtr> ExpressionParser::range(ExprPtr inner) {
    const auto at = cursor_.peek().at;
    cursor_.advance();
    auto length = cursor_.duration();
    if (!length) return length.error();
    const bool is_subquery = cursor_.take(":");
    auto node = make(is_subquery ? Expr::Kind::subquery : Expr::Kind::matrix, at);
    if (!node) return node.error();
    (*node)->range_ms = *length;
    if (is_subquery && !cursor_.peek().is("]")) {
        auto step = cursor_.duration();
        if (!step) return step.error();
        (*node)->step_ms = *step;
    }
    if (!cursor_.take("]")) return cursor_.unexpected();
    if (!is_subquery) {
        if (inner->kind == Expr::Kind::unknown) become_selector(*inner);
        if (inner->kind != Expr::Kind::vector) {
            return wrong_promql(at,
                                "a range can stand behind a selector only; a subquery is "
                                "written [5m:]");
        }
        if (inner->offset_ms || inner->at != Expr::At::none) {
            return wrong_promql(at, "offset and @ stand behind the range");
        }
    }
    if (auto ok = add(**node, std::move(inner)); !ok) return ok.error();
    return node;
}

Result<void> ExpressionParser::offset(Expr& expr) {
    const auto at = cursor_.peek().at;
    Expr* target = modified(expr);
    if (target == nullptr) {
        return wrong_promql(at, "offset can stand behind a selector or a subquery only");
    }
    if (target->offset_ms) return wrong_promql(at, "there is an offset already");
    cursor_.advance();
    const bool negative = cursor_.take("-");
    auto length = cursor_.duration();
    if (!length) return length.error();
    target->offset_ms = negative ? -*length : *length;
    return {};
}

Result<void> ExpressionParser::at_modifier(Expr& expr) {
    const auto at = cursor_.peek().at;
    Expr* target = modified(expr);
    if (target == nullptr) {
        return wrong_promql(at, "@ can stand behind a selector or a subquery only");
    }
    if (target->at != Expr::At::none) return wrong_promql(at, "there is an @ already");
    cursor_.advance();
    for (const bool start : {true, false}) {
        if (!cursor_.at_word(start ? "start" : "end")) continue;
        cursor_.advance();
        if (!cursor_.take("(") || !cursor_.take(")")) return cursor_.unexpected();
        target->at = start ? Expr::At::start : Expr::At::end;
        return {};
    }
    const bool negative = cursor_.take("-");
    if (!negative) cursor_.take("+");
    if (cursor_.peek().kind != Token::Kind::word) return cursor_.unexpected();
    auto word = cursor_.word_here();
    if (!word) return word.error();
    const auto number = word->is_unknown ? std::optional<double>(0) : read_number(word->text);
    // Milliseconds have to fit into 64 bits.
    constexpr double kMost = 9.2e15;
    if (!number || !(std::abs(*number) < kMost)) {
        return cursor_.wrong_here("@ takes a time in seconds, start() or end()");
    }
    cursor_.advance();
    target->at = Expr::At::time;
    target->at_ms = std::llround((negative ? -*number : *number) * 1000);
    return {};
}

// Operands ----------

Result<ExprPtr> ExpressionParser::primary() {
    const auto& token = cursor_.peek();
    if (token.is("(")) return parenthesis();
    if (token.is("{")) return selector({}, false);
    if (token.kind == Token::Kind::string) {
        auto node = make(Expr::Kind::string, token.at);
        if (!node) return node.error();
        auto text = cursor_.text_here(TextUse::plain, false);
        if (!text) return text.error();
        (*node)->text = std::move(text->text);
        cursor_.advance();
        return node;
    }
    if (token.kind == Token::Kind::word) return word();
    return cursor_.unexpected();
}

Result<ExprPtr> ExpressionParser::parenthesis() {
    auto node = make(Expr::Kind::paren, cursor_.peek().at);
    if (!node) return node.error();
    cursor_.advance();
    auto inner = expression(1);
    if (!inner) return inner.error();
    if (!cursor_.take(")")) return cursor_.unexpected();
    if (auto ok = add(**node, std::move(*inner)); !ok) return ok.error();
    return node;
}

Result<ExprPtr> ExpressionParser::word() {
    auto word = cursor_.word_here();
    if (!word) return word.error();
    const auto name = lower(word->text);
    const bool before_call = cursor_.peek(1).is("(");
    if (!word->has_value) {
        if (is_aggregation(name) &&
            (before_call || cursor_.at_word("by", 1) || cursor_.at_word("without", 1))) {
            return aggregation(name);
        }
        if (before_call && !is_keyword(name) && is_label_name(word->text)) {
            return call(word->text);
        }
    }
    if (before_call && word->has_value) {
        return cursor_.wrong_here("a function's name cannot come from a variable");
    }
    if (word->is_unknown && !cursor_.peek(1).is("{")) {
        cursor_.advance();
        return make(Expr::Kind::unknown, cursor_.peek().at);
    }
    if (!word->list.empty()) return cursor_.wrong_here("one value belongs here, not several");
    if (!word->is_unknown) {
        if (auto number = numeral(*word)) return std::move(*number);
        if (is_keyword(name) || !is_metric_name(word->text)) {
            return cursor_.wrong_here(
                word->has_value ? "a value can stand here when it is a number or a metric's "
                                  "name"
                                : "this cannot be the name of a metric");
        }
    }
    cursor_.advance();
    return selector(word->text, word->is_unknown);
}

std::optional<Result<ExprPtr>> ExpressionParser::numeral(const Word& word) {
    // Only a value can bring its own sign: as text it would be an operator.
    const bool negative = word.has_value && word.text.starts_with('-');
    const auto number = read_number(negative ? word.text.substr(1) : word.text);
    if (!number) return std::nullopt;
    auto node = make(Expr::Kind::number, cursor_.peek().at);
    if (!node) return node;
    cursor_.advance();
    (*node)->number = negative ? -*number : *number;
    if (!negative) return node;
    auto around = make(Expr::Kind::paren, (*node)->at_character);
    if (!around) return around;
    if (auto ok = add(**around, std::move(*node)); !ok) return Result<ExprPtr>(ok.error());
    return around;
}

Result<ExprPtr> ExpressionParser::call(const std::string& name) {
    auto node = make(Expr::Kind::call, cursor_.peek().at);
    if (!node) return node.error();
    if (find_function(name) == nullptr) {
        return cursor_.wrong_here(fmt::format("there is no function \"{}\" in PromQL", name));
    }
    (*node)->text = name;
    cursor_.advance();
    if (auto ok = arguments(**node); !ok) return ok.error();
    return node;
}

Result<void> ExpressionParser::arguments(Expr& node) {
    if (!cursor_.take("(")) return cursor_.unexpected();
    if (cursor_.take(")")) return {};
    while (true) {
        auto argument = cursor_.peek().kind == Token::Kind::string && node.text == "label_replace"
                            ? replace_text(node.args.size())
                            : expression(1);
        if (!argument) return argument.error();
        if (auto ok = add(node, std::move(*argument)); !ok) return ok.error();
        if (cursor_.take(")")) return {};
        if (!cursor_.take(",")) return cursor_.unexpected();
    }
}

Result<ExprPtr> ExpressionParser::replace_text(std::size_t index) {
    auto node = make(Expr::Kind::string, cursor_.peek().at);
    if (!node) return node.error();
    const auto use = index == 4   ? TextUse::pattern
                     : index == 2 ? TextUse::replacement
                                  : TextUse::plain;
    auto text = cursor_.text_here(use, false);
    if (!text) return text.error();
    (*node)->text = std::move(text->text);
    cursor_.advance();
    return node;
}

Result<ExprPtr> ExpressionParser::aggregation(const std::string& op) {
    auto node = make(Expr::Kind::aggregate, cursor_.peek().at);
    if (!node) return node.error();
    (*node)->text = op;
    cursor_.advance();
    auto before = grouping(**node);
    if (!before) return before.error();
    if (auto ok = arguments(**node); !ok) return ok.error();
    if (*before) return node;
    if (auto after = grouping(**node); !after) return after.error();
    return node;
}

Result<bool> ExpressionParser::grouping(Expr& node) {
    const bool by = cursor_.at_word("by");
    if (!by && !cursor_.at_word("without")) return false;
    cursor_.advance();
    auto labels = cursor_.label_list();
    if (!labels) return labels.error();
    node.grouping = by ? Expr::Grouping::by : Expr::Grouping::without;
    node.labels = std::move(*labels);
    return true;
}

// Selectors ----------

Result<ExprPtr> ExpressionParser::selector(std::string name, bool unknown_name) {
    auto node = make(Expr::Kind::vector, cursor_.peek().at);
    if (!node) return node.error();
    auto& expr = **node;
    expr.text = std::move(name);
    if (unknown_name) {
        expr.text.clear();
        expr.matchers.push_back({"__name__", Matcher::Op::equal, "x", true});
    }
    const bool named = unknown_name || !expr.text.empty();
    if (cursor_.peek().is("{")) {
        auto matchers = read_matchers(cursor_, expr.at_character, named);
        if (!matchers) return matchers.error();
        for (auto& matcher : *matchers)
            expr.matchers.push_back(std::move(matcher));
    }
    const bool narrows = named || std::any_of(expr.matchers.begin(), expr.matchers.end(),
                                              [](const Matcher& m) { return !passes_empty(m); });
    if (!narrows) {
        return wrong_promql(expr.at_character,
                            "a selector needs a name, or one matcher that the empty text does "
                            "not pass");
    }
    return node;
}

}  // namespace casement::data::promql
