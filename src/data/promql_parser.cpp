#include "data/promql_parser.h"

#include "data/promql_cursor.h"
#include "data/promql_expression.h"
#include "data/promql_functions.h"
#include "data/promql_pattern.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data::promql {
namespace {

class VariableQueryParser {
  public:
    VariableQueryParser(std::vector<Token> tokens, const Values& values)
        : cursor_(std::move(tokens), values) {}

    Result<VariableQuery> whole() {
        static constexpr std::pair<std::string_view, VariableQuery::Kind> kForms[] = {
            {"label_names", VariableQuery::Kind::label_names},
            {"label_values", VariableQuery::Kind::label_values},
            {"metrics", VariableQuery::Kind::metrics},
            {"query_result", VariableQuery::Kind::query_result},
        };
        VariableQuery query;
        const auto* const form =
            std::find_if(std::begin(kForms), std::end(kForms), [&](const auto& each) {
                return cursor_.peek().text == each.first && cursor_.peek(1).is("(");
            });
        if (form == std::end(kForms)) {
            auto expr = expressions_.whole();
            if (!expr) return expr.error();
            query.expression = std::move(*expr);
            return query;
        }
        query.kind = form->second;
        cursor_.advance(2);
        auto ok = arguments_of(query);
        if (!ok) return ok.error();
        if (!cursor_.take(")") || cursor_.peek().kind != Token::Kind::end)
            return cursor_.unexpected();
        return query;
    }

  private:
    Result<void> arguments_of(VariableQuery& query) {
        switch (query.kind) {
            case VariableQuery::Kind::query_result: {
                auto expr = expressions_.expression();
                if (!expr) return expr.error();
                if (auto ok = check_types(**expr); !ok) return ok.error();
                query.expression = std::move(*expr);
                return {};
            }
            case VariableQuery::Kind::label_names:
                if (cursor_.peek().is(")")) return {};
                return selector_of(query);
            case VariableQuery::Kind::label_values: {
                const bool only_label =
                    cursor_.peek().kind == Token::Kind::word && cursor_.peek(1).is(")");
                if (!only_label) {
                    if (auto ok = selector_of(query); !ok) return ok;
                    if (!cursor_.take(",")) return cursor_.unexpected();
                }
                return label_of(query);
            }
            case VariableQuery::Kind::metrics:
                return pattern_of(query);
        }
        return cursor_.unexpected();
    }

    Result<void> selector_of(VariableQuery& query) {
        auto expr = expressions_.postfix();
        if (!expr) return expr.error();
        if ((*expr)->kind == Expr::Kind::unknown) become_selector(**expr);
        const bool plain = (*expr)->kind == Expr::Kind::vector && !(*expr)->offset_ms &&
                           (*expr)->at == Expr::At::none;
        if (!plain) return cursor_.wrong_here("a selector such as up{job=\"api\"} belongs here");
        query.expression = std::move(*expr);
        return {};
    }

    Result<void> label_of(VariableQuery& query) {
        if (cursor_.peek().kind != Token::Kind::word)
            return cursor_.wrong_here("the name of a label belongs here");
        auto word = cursor_.word_here();
        if (!word) return word.error();
        query.label = word->is_unknown ? "x" : word->text;
        if (!word->list.empty() || !is_label_name(query.label)) {
            return cursor_.wrong_here("the name of a label belongs here");
        }
        cursor_.advance();
        return {};
    }

    Result<void> pattern_of(VariableQuery& query) {
        if (cursor_.peek().kind == Token::Kind::string) {
            auto text = cursor_.text_here(TextUse::pattern, true);
            if (!text) return text.error();
            query.pattern = std::move(text->text);
            cursor_.advance();
        } else if (cursor_.peek().kind == Token::Kind::word) {
            auto word = cursor_.word_here();
            if (!word) return word.error();
            query.pattern = word->has_value ? escape_pattern(word->text) : word->text;
            cursor_.advance();
        } else if (!cursor_.peek().is(")")) {
            return cursor_.wrong_here("an expression in quotes belongs here");
        }
        if (!matches_empty(query.pattern))
            return cursor_.wrong_here("this is not a regular expression");
        return {};
    }

    Cursor cursor_;
    ExpressionParser expressions_{cursor_};
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
    Cursor cursor(std::move(*tokens), values);
    return ExpressionParser(cursor).whole();
}

Result<VariableQuery> parse_variable_query(std::string_view text, const Values& values) {
    auto tokens = tokens_of(quoted_metrics(text));
    if (!tokens) return tokens.error();
    return VariableQueryParser(std::move(*tokens), values).whole();
}

}  // namespace casement::data::promql
