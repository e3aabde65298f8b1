// Which kind of value may stand where.
#include "base/words.h"
#include "data/promql_functions.h"
#include "data/promql_lexer.h"
#include "data/promql_parser.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data::promql {
namespace {

std::string_view name_of(ValueType type) {
    switch (type) {
        case ValueType::scalar:
            return "a number";
        case ValueType::vector:
            return "an instant vector";
        case ValueType::matrix:
            return "a range vector";
        case ValueType::string:
            return "a text";
        case ValueType::unknown:
            break;
    }
    return "a value";
}

Result<void> expect(Expr& expr, ValueType wanted, std::string_view where) {
    if (expr.kind == Expr::Kind::unknown && wanted == ValueType::scalar) {
        expr.kind = Expr::Kind::number;
        return {};
    }
    const auto type = type_of(expr);
    const bool open =
        type == ValueType::unknown && (wanted == ValueType::scalar || wanted == ValueType::vector);
    if (type == wanted || open) return {};
    return wrong_promql(expr.at_character, fmt::format("{} takes {}, and this is {}", where,
                                                       name_of(wanted), name_of(type)));
}

Result<void> check_call(Expr& expr) {
    const auto* function = find_function(expr.text);
    if (function == nullptr) return wrong_promql(expr.at_character, "there is no such function");
    const auto wanted = function->arguments.size();
    const auto given = expr.args.size();
    const bool enough = function->variadic == 0 ? given == wanted : given + 1 >= wanted;
    const bool few = function->variadic <= 0 ||
                     given <= wanted - 1 + static_cast<std::size_t>(function->variadic);
    if (!enough || !few) {
        return wrong_promql(expr.at_character, fmt::format("{}() does not take {}", expr.text,
                                                           counted(given, "argument")));
    }
    for (std::size_t i = 0; i < given; ++i) {
        const auto type = function->arguments[std::min(i, wanted - 1)];
        auto ok = expect(*expr.args[i], type, expr.text + "()");
        if (!ok) return ok;
    }
    return {};
}

Result<void> check_aggregate(Expr& expr) {
    const bool number = expr.text == "topk" || expr.text == "bottomk" || expr.text == "quantile";
    const bool text = expr.text == "count_values";
    if (expr.args.size() != (number || text ? 2U : 1U)) {
        return wrong_promql(expr.at_character, fmt::format("{}() does not take {}", expr.text,
                                                           counted(expr.args.size(), "argument")));
    }
    if (number || text) {
        auto ok =
            expect(*expr.args[0], number ? ValueType::scalar : ValueType::string, expr.text + "()");
        if (!ok) return ok;
    }
    return expect(*expr.args.back(), ValueType::vector, expr.text + "()");
}

Result<void> check_binary(const Expr& expr) {
    const auto wrong = [&](std::string_view reason) {
        return wrong_promql(expr.at_character, reason);
    };
    const auto left = type_of(*expr.args[0]);
    const auto right = type_of(*expr.args[1]);
    for (const auto type : {left, right}) {
        if (type == ValueType::matrix || type == ValueType::string) {
            return wrong(
                fmt::format("an operator takes numbers and instant vectors, and this is "
                            "{}",
                            name_of(type)));
        }
    }
    if (expr.returns_bool && !is_comparison(expr.text)) {
        return wrong("bool can stand behind a comparison only");
    }
    const bool a_scalar = left == ValueType::scalar || right == ValueType::scalar;
    const bool scalars = left == ValueType::scalar && right == ValueType::scalar;
    if (scalars && is_comparison(expr.text) && !expr.returns_bool) {
        return wrong("a comparison of two numbers needs bool");
    }
    const bool set = is_set_operator(expr.text);
    if (a_scalar && set) return wrong("and, or and unless take no numbers");
    if (a_scalar && expr.matching != Expr::Matching::none && !expr.labels.empty()) {
        return wrong("on() and ignoring() stand between two instant vectors");
    }
    if (a_scalar && expr.group != Expr::Group::none) {
        return wrong("group_left and group_right stand between two instant vectors");
    }
    if (set && expr.group != Expr::Group::none) {
        return wrong("and, or and unless do not group");
    }
    if (expr.matching != Expr::Matching::on) return {};
    for (const auto& label : expr.included) {
        if (std::find(expr.labels.begin(), expr.labels.end(), label) != expr.labels.end()) {
            return wrong(fmt::format("the label {} stands in on() and in the group", label));
        }
    }
    return {};
}

}  // namespace

Result<void> check_types(Expr& expr) {
    for (auto& argument : expr.args) {
        if (auto ok = check_types(*argument); !ok) return ok;
    }
    switch (expr.kind) {
        case Expr::Kind::call:
            return check_call(expr);
        case Expr::Kind::aggregate:
            return check_aggregate(expr);
        case Expr::Kind::binary:
            return check_binary(expr);
        case Expr::Kind::subquery:
            return expect(*expr.args[0], ValueType::vector, "a subquery");
        case Expr::Kind::unary: {
            const auto type = type_of(*expr.args[0]);
            if (type == ValueType::matrix || type == ValueType::string) {
                return wrong_promql(expr.at_character,
                                    fmt::format("a sign cannot stand before {}", name_of(type)));
            }
            return {};
        }
        default:
            return {};
    }
}

}  // namespace casement::data::promql
