#include "data/promql_parser.h"

#include "data/promql_functions.h"
#include "data/promql_pattern.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace casement::data::promql {
namespace {

constexpr std::size_t kMaxDepth = 150;
constexpr std::size_t kMaxNodes = 5000;
constexpr std::size_t kMaxLabels = 200;

class Parser {
  public:
    Parser(std::vector<Token> tokens, const Values& values)
        : tokens_(std::move(tokens)), values_(values) {}

    Result<ExprPtr> whole() {
        auto expr = expression(1);
        if (!expr) return expr.error();
        if (peek().kind != Token::Kind::end) return unexpected();
        if (auto ok = check_types(**expr); !ok) return ok.error();
        return expr;
    }

    Result<VariableQuery> variable_query() {
        static constexpr std::pair<std::string_view, VariableQuery::Kind> kForms[] = {
            {"label_names", VariableQuery::Kind::label_names},
            {"label_values", VariableQuery::Kind::label_values},
            {"metrics", VariableQuery::Kind::metrics},
            {"query_result", VariableQuery::Kind::query_result},
        };
        VariableQuery query;
        const auto* const form = std::find_if(
            std::begin(kForms), std::end(kForms),
            [&](const auto& each) { return peek().text == each.first && peek(1).is("("); });
        if (form == std::end(kForms)) {
            auto expr = whole();
            if (!expr) return expr.error();
            query.expression = std::move(*expr);
            return query;
        }
        query.kind = form->second;
        at_ += 2;
        auto ok = arguments_of(query);
        if (!ok) return ok.error();
        if (!take(")") || peek().kind != Token::Kind::end) return unexpected();
        return query;
    }

  private:
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    bool take(std::string_view sign) {
        if (!peek().is(sign)) return false;
        ++at_;
        return true;
    }
    [[nodiscard]] bool at_word(std::string_view word, std::size_t ahead = 0) const {
        const auto& token = peek(ahead);
        return token.kind == Token::Kind::word && lower(token.text) == word;
    }
    bool take_word(std::string_view word) {
        if (!at_word(word)) return false;
        ++at_;
        return true;
    }
    [[nodiscard]] Error unexpected() const {
        const auto& token = peek();
        if (token.kind == Token::Kind::end)
            return wrong_promql(token.at, "the text ends too early");
        return wrong_promql(token.at, "this was not expected here");
    }
    [[nodiscard]] Error wrong_here(std::string_view reason) const {
        return wrong_promql(peek().at, reason);
    }

    Result<ExprPtr> make(Expr::Kind kind, std::size_t at) {
        if (++nodes_ > kMaxNodes) return wrong_promql(at, "the expression has too many parts");
        auto expr = std::make_unique<Expr>();
        expr->kind = kind;
        expr->at_character = at;
        return expr;
    }
    static Result<void> add(Expr& parent, ExprPtr child) {
        parent.depth = std::max(parent.depth, child->depth + 1);
        if (parent.depth > kMaxDepth) {
            return wrong_promql(child->at_character, "the expression is nested too deeply");
        }
        parent.args.push_back(std::move(child));
        return {};
    }

    // Operators ------------------------------------------------------------------------------

    /// The binary operator that stands here, or "".
    [[nodiscard]] std::string binary_operator() const {
        const auto& token = peek();
        if (token.kind == Token::Kind::sign) return precedence(token.text) > 0 ? token.text : "";
        if (token.kind != Token::Kind::word) return {};
        auto word = lower(token.text);
        return precedence(word) > 0 ? word : "";
    }

    Result<ExprPtr> expression(int weakest) {
        if (++recursion_ > kMaxDepth) return wrong_here("the expression is nested too deeply");
        auto left = unary();
        while (left) {
            const auto op = binary_operator();
            const int strength = precedence(op);
            if (strength == 0 || strength < weakest) break;
            auto node = make(Expr::Kind::binary, peek().at);
            if (!node) return node.error();
            ++at_;
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

    Result<void> matching(Expr& node) {
        node.returns_bool = take_word("bool");
        const bool on = at_word("on");
        if (!on && !at_word("ignoring")) return {};
        ++at_;
        node.matching = on ? Expr::Matching::on : Expr::Matching::ignoring;
        auto labels = label_list();
        if (!labels) return labels.error();
        node.labels = std::move(*labels);
        const bool left = at_word("group_left");
        if (!left && !at_word("group_right")) return {};
        ++at_;
        node.group = left ? Expr::Group::left : Expr::Group::right;
        if (!peek().is("(")) return {};
        auto included = label_list();
        if (!included) return included.error();
        node.included = std::move(*included);
        return {};
    }

    Result<ExprPtr> unary() {
        if (!peek().is("+") && !peek().is("-")) return postfix();
        auto node = make(Expr::Kind::unary, peek().at);
        if (!node) return node.error();
        (*node)->text = peek().text;
        ++at_;
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

    // Behind an operand ----------------------------------------------------------------------

    Result<ExprPtr> postfix() {
        auto expr = primary();
        while (expr) {
            if (peek().is("[")) {
                expr = range(std::move(*expr));
            } else if (at_word("offset")) {
                auto ok = offset(**expr);
                if (!ok) return ok.error();
            } else if (peek().is("@")) {
                auto ok = at_modifier(**expr);
                if (!ok) return ok.error();
            } else {
                break;
            }
        }
        return expr;
    }

    Result<ExprPtr> range(ExprPtr inner) {
        const auto at = peek().at;
        ++at_;
        auto length = duration();
        if (!length) return length.error();
        const bool is_subquery = take(":");
        auto node = make(is_subquery ? Expr::Kind::subquery : Expr::Kind::matrix, at);
        if (!node) return node.error();
        (*node)->range_ms = *length;
        if (is_subquery && !peek().is("]")) {
            auto step = duration();
            if (!step) return step.error();
            (*node)->step_ms = *step;
        }
        if (!take("]")) return unexpected();
        if (!is_subquery) {
            if (inner->kind == Expr::Kind::unknown) inner = as_selector(std::move(inner));
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

    static ExprPtr as_selector(ExprPtr expr) {
        expr->kind = Expr::Kind::vector;
        expr->matchers.push_back({"__name__", Matcher::Op::equal, "x", true});
        return expr;
    }

    /// What offset and @ change, or null.
    static Expr* modified(Expr& expr) {
        if (expr.kind == Expr::Kind::unknown) {
            expr.kind = Expr::Kind::vector;
            expr.matchers.push_back({"__name__", Matcher::Op::equal, "x", true});
        }
        if (expr.kind == Expr::Kind::vector || expr.kind == Expr::Kind::subquery) return &expr;
        // A matrix's own selector keeps them, as Prometheus has it.
        if (expr.kind == Expr::Kind::matrix) return expr.args[0].get();
        return nullptr;
    }

    Result<void> offset(Expr& expr) {
        const auto at = peek().at;
        Expr* target = modified(expr);
        if (target == nullptr) {
            return wrong_promql(at, "offset can stand behind a selector or a subquery only");
        }
        if (target->offset_ms) return wrong_promql(at, "there is an offset already");
        ++at_;
        const bool negative = take("-");
        auto length = duration();
        if (!length) return length.error();
        target->offset_ms = negative ? -*length : *length;
        return {};
    }

    Result<void> at_modifier(Expr& expr) {
        const auto at = peek().at;
        Expr* target = modified(expr);
        if (target == nullptr) {
            return wrong_promql(at, "@ can stand behind a selector or a subquery only");
        }
        if (target->at != Expr::At::none) return wrong_promql(at, "there is an @ already");
        ++at_;
        for (const bool start : {true, false}) {
            if (!at_word(start ? "start" : "end")) continue;
            ++at_;
            if (!take("(") || !take(")")) return unexpected();
            target->at = start ? Expr::At::start : Expr::At::end;
            return {};
        }
        const bool negative = take("-");
        if (!negative) take("+");
        if (peek().kind != Token::Kind::word) return unexpected();
        auto word = values_.word(peek());
        if (!word) return word.error();
        const auto number = word->is_unknown ? std::optional<double>(0) : read_number(word->text);
        // Milliseconds have to fit into 64 bits.
        constexpr double kMost = 9.2e15;
        if (!number || !(std::abs(*number) < kMost)) {
            return wrong_here("@ takes a time in seconds, start() or end()");
        }
        ++at_;
        target->at = Expr::At::time;
        target->at_ms = std::llround((negative ? -*number : *number) * 1000);
        return {};
    }

    Result<std::int64_t> duration() {
        if (peek().kind != Token::Kind::word) return unexpected();
        auto word = values_.word(peek());
        if (!word) return word.error();
        if (word->is_unknown) {
            ++at_;
            return std::int64_t{60'000};
        }
        const auto length = word->list.empty() ? read_duration(word->text) : std::nullopt;
        if (!length) return wrong_here("a duration such as 30s, 5m or 1h30m belongs here");
        ++at_;
        return *length;
    }

    // Operands -------------------------------------------------------------------------------

    Result<ExprPtr> primary() {
        const auto& token = peek();
        if (token.is("(")) return parenthesis();
        if (token.is("{")) return selector({}, false);
        if (token.kind == Token::Kind::string) {
            auto node = make(Expr::Kind::string, token.at);
            if (!node) return node.error();
            auto text = values_.text(token, TextUse::plain, false);
            if (!text) return text.error();
            (*node)->text = std::move(text->text);
            ++at_;
            return node;
        }
        if (token.kind == Token::Kind::word) return word();
        return unexpected();
    }

    Result<ExprPtr> parenthesis() {
        auto node = make(Expr::Kind::paren, peek().at);
        if (!node) return node.error();
        ++at_;
        auto inner = expression(1);
        if (!inner) return inner.error();
        if (!take(")")) return unexpected();
        if (auto ok = add(**node, std::move(*inner)); !ok) return ok.error();
        return node;
    }

    Result<ExprPtr> word() {
        auto word = values_.word(peek());
        if (!word) return word.error();
        const auto name = lower(word->text);
        const bool before_call = peek(1).is("(");
        if (!word->has_value) {
            if (is_aggregation(name) &&
                (before_call || at_word("by", 1) || at_word("without", 1))) {
                return aggregation(name);
            }
            if (before_call && !is_keyword(name) && is_label_name(word->text)) {
                return call(word->text);
            }
        }
        if (before_call && word->has_value) {
            return wrong_here("a function's name cannot come from a variable");
        }
        if (word->is_unknown && !peek(1).is("{")) {
            ++at_;
            return make(Expr::Kind::unknown, peek().at);
        }
        if (!word->list.empty()) return wrong_here("one value belongs here, not several");
        if (!word->is_unknown) {
            if (auto number = numeral(*word)) return std::move(*number);
            if (is_keyword(name) || !is_metric_name(word->text)) {
                return wrong_here(word->has_value
                                      ? "a value can stand here when it is a number or a metric's "
                                        "name"
                                      : "this cannot be the name of a metric");
            }
        }
        ++at_;
        return selector(word->text, word->is_unknown);
    }

    /// The number that the word is, or nullopt when it is none.
    std::optional<Result<ExprPtr>> numeral(const Word& word) {
        // Only a value can bring its own sign: as text it would be an operator.
        const bool negative = word.has_value && word.text.starts_with('-');
        const auto number = read_number(negative ? word.text.substr(1) : word.text);
        if (!number) return std::nullopt;
        auto node = make(Expr::Kind::number, peek().at);
        if (!node) return node;
        ++at_;
        (*node)->number = negative ? -*number : *number;
        if (!negative) return node;
        auto around = make(Expr::Kind::paren, (*node)->at_character);
        if (!around) return around;
        if (auto ok = add(**around, std::move(*node)); !ok) return Result<ExprPtr>(ok.error());
        return around;
    }

    Result<ExprPtr> call(const std::string& name) {
        auto node = make(Expr::Kind::call, peek().at);
        if (!node) return node.error();
        if (find_function(name) == nullptr) {
            return wrong_here(fmt::format("there is no function \"{}\" in PromQL", name));
        }
        (*node)->text = name;
        ++at_;
        if (auto ok = arguments(**node); !ok) return ok.error();
        return node;
    }

    Result<void> arguments(Expr& node) {
        if (!take("(")) return unexpected();
        if (take(")")) return {};
        while (true) {
            auto argument = peek().kind == Token::Kind::string && node.text == "label_replace"
                                ? replace_text(node.args.size())
                                : expression(1);
            if (!argument) return argument.error();
            if (auto ok = add(node, std::move(*argument)); !ok) return ok.error();
            if (take(")")) return {};
            if (!take(",")) return unexpected();
        }
    }

    /// label_replace(vector, label, replacement, label, expression): its texts are not alike.
    Result<ExprPtr> replace_text(std::size_t index) {
        auto node = make(Expr::Kind::string, peek().at);
        if (!node) return node.error();
        const auto use = index == 4   ? TextUse::pattern
                         : index == 2 ? TextUse::replacement
                                      : TextUse::plain;
        auto text = values_.text(peek(), use, false);
        if (!text) return text.error();
        (*node)->text = std::move(text->text);
        ++at_;
        return node;
    }

    Result<ExprPtr> aggregation(const std::string& op) {
        auto node = make(Expr::Kind::aggregate, peek().at);
        if (!node) return node.error();
        (*node)->text = op;
        ++at_;
        auto before = grouping(**node);
        if (!before) return before.error();
        if (auto ok = arguments(**node); !ok) return ok.error();
        if (*before) return node;
        if (auto after = grouping(**node); !after) return after.error();
        return node;
    }

    Result<bool> grouping(Expr& node) {
        const bool by = at_word("by");
        if (!by && !at_word("without")) return false;
        ++at_;
        auto labels = label_list();
        if (!labels) return labels.error();
        node.grouping = by ? Expr::Grouping::by : Expr::Grouping::without;
        node.labels = std::move(*labels);
        return true;
    }

    Result<std::vector<std::string>> label_list() {
        if (!take("(")) return unexpected();
        std::vector<std::string> labels;
        while (!take(")")) {
            if (peek().kind != Token::Kind::word) return unexpected();
            auto word = values_.word(peek());
            if (!word) return word.error();
            auto names = label_names_of(*word);
            if (!names) return wrong_here("the name of a label belongs here");
            labels.insert(labels.end(), names->begin(), names->end());
            if (labels.size() > kMaxLabels) return wrong_here("these are too many labels");
            ++at_;
            if (!take(",") && !peek().is(")")) return unexpected();
        }
        return labels;
    }

    /// The labels that a word of a list names; a value may name several between commas.
    static std::optional<std::vector<std::string>> label_names_of(const Word& word) {
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

    // Selectors ------------------------------------------------------------------------------

    Result<ExprPtr> selector(std::string name, bool unknown_name) {
        auto node = make(Expr::Kind::vector, peek().at);
        if (!node) return node.error();
        auto& expr = **node;
        expr.text = std::move(name);
        if (unknown_name) {
            expr.text.clear();
            expr.matchers.push_back({"__name__", Matcher::Op::equal, "x", true});
        }
        const bool named = unknown_name || !expr.text.empty();
        if (peek().is("{")) {
            if (auto ok = matchers(expr, named); !ok) return ok.error();
        }
        const bool narrows = named || std::any_of(expr.matchers.begin(), expr.matchers.end(),
                                                  [](const Matcher& m) { return !is_empty(m); });
        if (!narrows) {
            return wrong_promql(expr.at_character,
                                "a selector needs a name, or one matcher that the empty text does "
                                "not pass");
        }
        return node;
    }

    static bool is_empty(const Matcher& matcher) {
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

    Result<void> matchers(Expr& expr, bool named) {
        ++at_;
        while (!take("}")) {
            auto matcher = one_matcher();
            if (!matcher) return matcher.error();
            if (named && matcher->label == "__name__") {
                return wrong_promql(expr.at_character, "the metric's name is given twice");
            }
            expr.matchers.push_back(std::move(*matcher));
            if (expr.matchers.size() > kMaxLabels) return wrong_here("these are too many matchers");
            if (!take(",") && !peek().is("}")) return unexpected();
        }
        return {};
    }

    Result<Matcher> one_matcher() {
        static constexpr std::pair<std::string_view, Matcher::Op> kOps[] = {
            {"=", Matcher::Op::equal},
            {"!=", Matcher::Op::not_equal},
            {"=~", Matcher::Op::match},
            {"!~", Matcher::Op::not_match},
        };
        Matcher matcher;
        if (peek().kind != Token::Kind::word || !is_label_name(peek().text)) {
            return wrong_here("the name of a label belongs here");
        }
        matcher.label = peek().text;
        ++at_;
        const auto* const op =
            std::find_if(std::begin(kOps), std::end(kOps),
                         [&](const auto& each) { return peek().is(each.first); });
        if (op == std::end(kOps)) return wrong_here("one of = != =~ !~ belongs here");
        matcher.op = op->second;
        ++at_;
        if (peek().kind != Token::Kind::string) return wrong_here("a text in quotes belongs here");
        const bool is_pattern =
            matcher.op == Matcher::Op::match || matcher.op == Matcher::Op::not_match;
        auto text = values_.text(peek(), is_pattern ? TextUse::pattern : TextUse::plain, true);
        if (!text) return text.error();
        if (is_pattern && !matches_empty(text->text)) {
            return wrong_here("this is not a regular expression");
        }
        ++at_;
        matcher.value = std::move(text->text);
        matcher.unknown = text->is_unknown;
        return matcher;
    }

    // Variables ------------------------------------------------------------------------------

    Result<void> arguments_of(VariableQuery& query) {
        switch (query.kind) {
            case VariableQuery::Kind::query_result: {
                auto expr = expression(1);
                if (!expr) return expr.error();
                if (auto ok = check_types(**expr); !ok) return ok.error();
                query.expression = std::move(*expr);
                return {};
            }
            case VariableQuery::Kind::label_names:
                if (peek().is(")")) return {};
                return selector_of(query);
            case VariableQuery::Kind::label_values: {
                const bool only_label = peek().kind == Token::Kind::word && peek(1).is(")");
                if (!only_label) {
                    if (auto ok = selector_of(query); !ok) return ok;
                    if (!take(",")) return unexpected();
                }
                return label_of(query);
            }
            case VariableQuery::Kind::metrics:
                return pattern_of(query);
        }
        return unexpected();
    }

    Result<void> selector_of(VariableQuery& query) {
        auto expr = postfix();
        if (!expr) return expr.error();
        if ((*expr)->kind == Expr::Kind::unknown) *expr = as_selector(std::move(*expr));
        const bool plain = (*expr)->kind == Expr::Kind::vector && !(*expr)->offset_ms &&
                           (*expr)->at == Expr::At::none;
        if (!plain) return wrong_here("a selector such as up{job=\"api\"} belongs here");
        query.expression = std::move(*expr);
        return {};
    }

    Result<void> label_of(VariableQuery& query) {
        if (peek().kind != Token::Kind::word) return wrong_here("the name of a label belongs here");
        auto word = values_.word(peek());
        if (!word) return word.error();
        query.label = word->is_unknown ? "x" : word->text;
        if (!word->list.empty() || !is_label_name(query.label)) {
            return wrong_here("the name of a label belongs here");
        }
        ++at_;
        return {};
    }

    Result<void> pattern_of(VariableQuery& query) {
        if (peek().kind == Token::Kind::string) {
            auto text = values_.text(peek(), TextUse::pattern, true);
            if (!text) return text.error();
            query.pattern = std::move(text->text);
            ++at_;
        } else if (peek().kind == Token::Kind::word) {
            auto word = values_.word(peek());
            if (!word) return word.error();
            query.pattern = word->has_value ? escape_pattern(word->text) : word->text;
            ++at_;
        } else if (!peek().is(")")) {
            return wrong_here("an expression in quotes belongs here");
        }
        if (!matches_empty(query.pattern)) return wrong_here("this is not a regular expression");
        return {};
    }

    const std::vector<Token> tokens_;
    const Interpolation values_;
    std::size_t at_ = 0;
    std::size_t nodes_ = 0;
    std::size_t recursion_ = 0;
};

/// metrics(expression) is written without quotes, as in Grafana; between the parentheses it is
/// text.
std::string quoted_metrics(std::string_view text) {
    constexpr std::string_view kForm = "metrics(";
    const auto first = text.find_first_not_of(" \t\n\r");
    const auto last = text.find_last_not_of(" \t\n\r");
    if (first == std::string_view::npos) return {};
    const auto trimmed = text.substr(first, last - first + 1);
    if (!trimmed.starts_with(kForm) || !trimmed.ends_with(')')) return std::string(text);
    const auto inner = trimmed.substr(kForm.size(), trimmed.size() - kForm.size() - 1);
    const bool is_plain = !inner.empty() && inner.find_first_of("\"'`") == std::string_view::npos;
    return is_plain ? fmt::format("metrics(`{}`)", inner) : std::string(text);
}

}  // namespace

Result<ExprPtr> parse(std::string_view text, const Values& values) {
    auto tokens = tokens_of(text);
    if (!tokens) return tokens.error();
    return Parser(std::move(*tokens), values).whole();
}

Result<VariableQuery> parse_variable_query(std::string_view text, const Values& values) {
    auto tokens = tokens_of(quoted_metrics(text));
    if (!tokens) return tokens.error();
    return Parser(std::move(*tokens), values).variable_query();
}

}  // namespace casement::data::promql
