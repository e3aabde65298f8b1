#include "data/promql_functions.h"

#include <algorithm>
#include <array>

namespace casement::data::promql {
namespace {

constexpr auto kScalar = ValueType::scalar;
constexpr auto kVector = ValueType::vector;
constexpr auto kMatrix = ValueType::matrix;
constexpr auto kString = ValueType::string;

constexpr std::array<ValueType, 0> kNothing{};
constexpr std::array kS{kScalar};
constexpr std::array kV{kVector};
constexpr std::array kM{kMatrix};
constexpr std::array kVS{kVector, kScalar};
constexpr std::array kSV{kScalar, kVector};
constexpr std::array kSM{kScalar, kMatrix};
constexpr std::array kMS{kMatrix, kScalar};
constexpr std::array kMSS{kMatrix, kScalar, kScalar};
constexpr std::array kVSS{kVector, kScalar, kScalar};
constexpr std::array kSSV{kScalar, kScalar, kVector};
constexpr std::array kVTTT{kVector, kString, kString, kString};
constexpr std::array kVTTTT{kVector, kString, kString, kString, kString};

constexpr Function kFunctions[] = {
    {"abs", kV},
    {"absent", kV},
    {"absent_over_time", kM},
    {"acos", kV},
    {"acosh", kV},
    {"asin", kV},
    {"asinh", kV},
    {"atan", kV},
    {"atanh", kV},
    {"avg_over_time", kM},
    {"ceil", kV},
    {"changes", kM},
    {"clamp", kVSS},
    {"clamp_max", kVS},
    {"clamp_min", kVS},
    {"cos", kV},
    {"cosh", kV},
    {"count_over_time", kM},
    {"day_of_month", kV, 1},
    {"day_of_week", kV, 1},
    {"day_of_year", kV, 1},
    {"days_in_month", kV, 1},
    {"deg", kV},
    {"delta", kM},
    {"deriv", kM},
    {"exp", kV},
    {"floor", kV},
    {"histogram_count", kV},
    {"histogram_fraction", kSSV},
    {"histogram_quantile", kSV},
    {"histogram_sum", kV},
    {"holt_winters", kMSS},
    {"hour", kV, 1},
    {"idelta", kM},
    {"increase", kM},
    {"irate", kM},
    {"label_join", kVTTT, -1},
    {"label_replace", kVTTTT},
    {"last_over_time", kM},
    {"ln", kV},
    {"log10", kV},
    {"log2", kV},
    {"max_over_time", kM},
    {"min_over_time", kM},
    {"minute", kV, 1},
    {"month", kV, 1},
    {"pi", kNothing, 0, kScalar},
    {"predict_linear", kMS},
    {"present_over_time", kM},
    {"quantile_over_time", kSM},
    {"rad", kV},
    {"rate", kM},
    {"resets", kM},
    {"round", kVS, 1},
    {"scalar", kV, 0, kScalar},
    {"sgn", kV},
    {"sin", kV},
    {"sinh", kV},
    {"sort", kV},
    {"sort_desc", kV},
    {"sqrt", kV},
    {"stddev_over_time", kM},
    {"stdvar_over_time", kM},
    {"sum_over_time", kM},
    {"tan", kV},
    {"tanh", kV},
    {"time", kNothing, 0, kScalar},
    {"timestamp", kV},
    {"vector", kS},
    {"year", kV, 1},
};

constexpr std::string_view kAggregations[] = {"avg",    "bottomk", "count", "count_values",
                                              "group",  "max",     "min",   "quantile",
                                              "stddev", "stdvar",  "sum",   "topk"};

constexpr std::string_view kOtherKeywords[] = {
    "and",      "or",         "unless",      "atan2", "offset", "by",  "without", "on",
    "ignoring", "group_left", "group_right", "bool",  "start",  "end", "inf",     "nan"};

template <class List>
bool contains(const List& list, std::string_view word) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

}  // namespace

const Function* find_function(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(kFunctions), std::end(kFunctions),
                     [&](const Function& function) { return function.name == name; });
    return found == std::end(kFunctions) ? nullptr : found;
}

bool is_aggregation(std::string_view lower) {
    return contains(kAggregations, lower);
}

bool is_keyword(std::string_view lower) {
    return is_aggregation(lower) || contains(kOtherKeywords, lower);
}

bool is_comparison(std::string_view op) {
    return precedence(op) == 3;
}

bool is_set_operator(std::string_view op) {
    return op == "and" || op == "or" || op == "unless";
}

int precedence(std::string_view op) {
    if (op == "or") return 1;
    if (op == "and" || op == "unless") return 2;
    if (op == "==" || op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=") return 3;
    if (op == "+" || op == "-") return 4;
    if (op == "*" || op == "/" || op == "%" || op == "atan2") return 5;
    return op == "^" ? 6 : 0;
}

ValueType type_of(const Expr& expr) {
    switch (expr.kind) {
        case Expr::Kind::number:
            return ValueType::scalar;
        case Expr::Kind::string:
            return ValueType::string;
        case Expr::Kind::vector:
        case Expr::Kind::aggregate:
            return ValueType::vector;
        case Expr::Kind::matrix:
        case Expr::Kind::subquery:
            return ValueType::matrix;
        case Expr::Kind::call: {
            const auto* function = find_function(expr.text);
            return function == nullptr ? ValueType::unknown : function->returns;
        }
        case Expr::Kind::unary:
        case Expr::Kind::paren:
            return type_of(*expr.args[0]);
        case Expr::Kind::binary: {
            const auto left = type_of(*expr.args[0]);
            const auto right = type_of(*expr.args[1]);
            if (left == ValueType::vector || right == ValueType::vector) return ValueType::vector;
            if (left == ValueType::scalar && right == ValueType::scalar) return ValueType::scalar;
            return ValueType::unknown;
        }
        case Expr::Kind::unknown:
            break;
    }
    return ValueType::unknown;
}

}  // namespace casement::data::promql
