#include "data/promql_scope.h"

#include "base/encoding.h"
#include "data/promql_lexer.h"
#include "data/promql_parser.h"
#include "data/promql_pattern.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data::promql {
namespace {

constexpr std::string_view kEvery = "*";
constexpr std::string_view kName = "__name__";

Error refused(std::string message) {
    return {ErrorKind::unprocessable, "query_refused", std::move(message), {}};
}

Error unusable(std::string message) {
    return {ErrorKind::unprocessable, "model_unusable", std::move(message), {}};
}

/// The metric that a selector names for certain, or "".
std::string certain_name(const Expr& selector) {
    if (!selector.text.empty()) return selector.text;
    for (const auto& matcher : selector.matchers) {
        if (matcher.label == kName && matcher.op == Matcher::Op::equal && !matcher.unknown) {
            return matcher.value;
        }
    }
    return {};
}

/// The names of the relations that narrow the selector: its own, and "*".
Result<std::vector<std::string>> relations_of(const Expr& selector, const std::string& model,
                                              const std::vector<std::string>& relations) {
    const auto has = [&](std::string_view name) {
        return std::find(relations.begin(), relations.end(), name) != relations.end();
    };
    for (const auto& matcher : selector.matchers) {
        // A server may read labels of its own making in a way of its own.
        if (matcher.label.starts_with("__") && matcher.label != kName) {
            return refused(fmt::format("The label {} cannot be asked for inside of model \"{}\".",
                                       utf8_head(matcher.label, 64), model));
        }
    }
    const std::string name = certain_name(selector);
    if (name.empty() && selector.kind == Expr::Kind::unknown &&
        !(relations.size() == 1 && has(kEvery))) {
        return refused(
            fmt::format("A value stands where it may name a metric, so the query cannot "
                        "be proven to stay inside of model \"{}\".",
                        model));
    }
    if (name.empty()) {
        if (relations.size() == 1 && has(kEvery)) return std::vector<std::string>{"*"};
        return refused(fmt::format(
            "{} names no metric for certain, so it cannot be proven to stay inside of model "
            "\"{}\". Give the metric's name.",
            utf8_head(print_selector(selector), 200), model));
    }
    std::vector<std::string> found;
    if (name != kEvery && has(name)) found.push_back(name);
    if (has(kEvery)) found.emplace_back(kEvery);
    if (found.empty()) {
        return refused(
            fmt::format("Model \"{}\" has no metric \"{}\".", model, utf8_head(name, 200)));
    }
    return found;
}

/// One filter as a matcher; nullopt: it has no values.
Result<std::optional<Matcher>> matcher_of(const RowFilter& filter, const std::string& model) {
    if (!is_label_name(filter.column) || filter.column.starts_with("__")) {
        return unusable(
            fmt::format("Model \"{}\" filters by \"{}\", which is not the name of a "
                        "label.",
                        model, utf8_head(filter.column, 64)));
    }
    if (filter.kind != RowFilter::Kind::one_of || filter.type != RowFilter::Type::text) {
        return unusable(
            fmt::format("Model \"{}\" filters \"{}\" by a range, a number or a time. "
                        "Labels are text, and can only be one of some values.",
                        model, filter.column));
    }
    Matcher matcher{filter.column, Matcher::Op::equal, "", false};
    std::vector<std::string> values;
    for (const auto& value : filter.values) {
        if (!is_utf8(value)) {
            return unusable(fmt::format("A value for \"{}\" of model \"{}\" is not UTF-8.",
                                        filter.column, model));
        }
        // A label with the empty value is a label that is missing: nobody's rows.
        if (!value.empty()) values.push_back(value);
    }
    if (values.empty()) return std::optional<Matcher>();
    if (values.size() == 1) {
        matcher.value = values[0];
        return std::optional<Matcher>(std::move(matcher));
    }
    matcher.op = Matcher::Op::match;
    for (const auto& value : values) {
        if (!matcher.value.empty()) matcher.value += '|';
        matcher.value += escape_pattern(value);
    }
    return std::optional<Matcher>(std::move(matcher));
}

Result<Narrowed> add_filters(Expr& selector, const ScopedRelation& relation,
                             const std::string& model) {
    if (!relation.covered.empty()) {
        return unusable(
            fmt::format("Model \"{}\" covers the label \"{}\" of \"{}\" for this "
                        "viewer. A Prometheus source cannot leave labels out.",
                        model, utf8_head(relation.covered[0].name, 64), relation.name));
    }
    for (const auto& filter : relation.filters) {
        auto matcher = matcher_of(filter, model);
        if (!matcher) return matcher.error();
        if (!*matcher) return Narrowed::no_rows;
        selector.matchers.push_back(std::move(**matcher));
    }
    return Narrowed::asks;
}

std::vector<std::string> names_of(const Scope& scope) {
    std::vector<std::string> names;
    for (const auto& relation : scope.relations)
        names.push_back(relation.name);
    return names;
}

Result<Narrowed> narrow_selector(Expr& selector, const Scope& scope,
                                 const std::vector<std::string>& names) {
    const auto found = relations_of(selector, scope.model, names);
    if (!found) return found.error();
    auto narrowed = Narrowed::asks;
    for (const auto& relation : scope.relations) {
        if (std::find(found->begin(), found->end(), relation.name) == found->end()) continue;
        const auto added = add_filters(selector, relation, scope.model);
        if (!added) return added.error();
        if (*added == Narrowed::no_rows) narrowed = Narrowed::no_rows;
    }
    return narrowed;
}

}  // namespace

Result<Narrowed> narrow(Expr& expr, const Scope& scope) {
    const auto names = names_of(scope);
    Result<Narrowed> result = Narrowed::asks;
    for_each_selector(expr, [&](Expr& selector) {
        if (!result) return;
        auto narrowed = narrow_selector(selector, scope, names);
        if (!narrowed || *narrowed == Narrowed::no_rows) result = std::move(narrowed);
    });
    return result;
}

Result<void> check_relations(Expr& expr, const std::string& model,
                             const std::vector<std::string>& relations) {
    Result<void> result;
    for_each_selector(expr, [&](Expr& selector) {
        if (!result) return;
        const auto found = relations_of(selector, model, relations);
        if (!found) result = found.error();
    });
    return result;
}

Result<std::vector<ExprPtr>> selectors_of(const Scope& scope) {
    const bool has_more = scope.relations.size() > 1;
    std::vector<ExprPtr> selectors;
    for (const auto& relation : scope.relations) {
        const bool every = relation.name == kEvery;
        if (every && has_more) {
            return refused(
                fmt::format("Model \"{}\" has \"*\" beside single metrics; name the "
                            "metric whose labels are asked for.",
                            scope.model));
        }
        auto selector = std::make_unique<Expr>();
        selector->kind = Expr::Kind::vector;
        if (every) {
            // One matcher at least has to refuse the empty text.
            selector->matchers.push_back({std::string(kName), Matcher::Op::not_equal, "", false});
        } else {
            selector->matchers.push_back(
                {std::string(kName), Matcher::Op::equal, relation.name, false});
        }
        const auto narrowed = add_filters(*selector, relation, scope.model);
        if (!narrowed) return narrowed.error();
        if (*narrowed == Narrowed::asks) selectors.push_back(std::move(selector));
    }
    return selectors;
}

}  // namespace casement::data::promql
