// PromQL as Prometheus 2.42 reads it. What is accepted here, Prometheus accepts, and reads in the
// same way; MetricsQL's additions are refused.
#pragma once

#include "base/error.h"
#include "data/promql_ast.h"
#include "data/promql_values.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::data::promql {

/// One expression with its values in it, its types checked. Errors: query_invalid, with the place
/// in the text.
[[nodiscard]] Result<ExprPtr> parse(std::string_view text, const Values& values);

/// What a variable of a dashboard can ask.
struct VariableQuery {
    enum class Kind {
        label_names,   ///< label_names(), label_names(selector)
        label_values,  ///< label_values(label), label_values(selector, label)
        metrics,       ///< metrics(expression)
        query_result,  ///< query_result(PromQL), or PromQL alone
    } kind = Kind::query_result;
    ExprPtr expression;   ///< a selector, or null; of query_result the PromQL
    std::string label;    ///< of label_values
    std::string pattern;  ///< of metrics
};
[[nodiscard]] Result<VariableQuery> parse_variable_query(std::string_view text,
                                                         const Values& values);

/// The expression as text that reads back as the same. Errors: query_invalid when it is too long.
[[nodiscard]] Result<std::string> print(const Expr& expr);
[[nodiscard]] std::string print_selector(const Expr& vector);
/// In quotes, so that it reads back as `text`.
[[nodiscard]] std::string print_text(std::string_view text);

/// The rules of types. What is unknown becomes a number where only one can stand.
[[nodiscard]] Result<void> check_types(Expr& expr);

/// Calls `use` with every vector selector below `expr`, itself included, and with what may become
/// one when its value is known.
template <class Use>
void for_each_selector(Expr& expr, Use use) {
    if (expr.kind == Expr::Kind::vector || expr.kind == Expr::Kind::unknown) use(expr);
    for (auto& argument : expr.args)
        for_each_selector(*argument, use);
}

}  // namespace casement::data::promql
