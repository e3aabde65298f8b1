// The functions and operators of PromQL as Prometheus 2.42 has them.
#pragma once

#include "data/promql_ast.h"

#include <span>
#include <string_view>

namespace casement::data::promql {

struct Function {
    std::string_view name;
    std::span<const ValueType> arguments;
    /// 0: exactly `arguments`; n: the last may be missing or come up to n times; -1: any number.
    int variadic = 0;
    ValueType returns = ValueType::vector;
};
/// nullptr: there is no such function. Names are compared as they are.
[[nodiscard]] const Function* find_function(std::string_view name);

/// The words that cannot be a metric's name. `lower` is in lower case.
[[nodiscard]] bool is_keyword(std::string_view lower);
[[nodiscard]] bool is_aggregation(std::string_view lower);
[[nodiscard]] bool is_comparison(std::string_view op);
[[nodiscard]] bool is_set_operator(std::string_view op);
/// 1 (or) to 6 (^); 0: not a binary operator.
[[nodiscard]] int precedence(std::string_view op);

/// The type of what `expr` answers.
[[nodiscard]] ValueType type_of(const Expr& expr);

}  // namespace casement::data::promql
