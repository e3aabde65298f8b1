#include "data/promql_scope.h"

#include "base/encoding.h"
#include "data/promql_lexer.h"
#include "data/promql_parser.h"
#include "data/promql_pattern.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::data::promql {
namespace {

constexpr std::string_view kEvery = "*";
constexpr std::string_view kName = "__name__";

Error refused(std::string message) {
    return {ErrorKind::unprocessable, "query_refused", std::move(message), {}};
}

Error unusable(std::string message, std::string field = {}) {
    return {ErrorKind::unprocessable, "model_unusable", std::move(message), std::move(field)};
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

/// What stands against a filter whatever its values are: a member of it, and why.
struct Objection {
    std::string_view member;
    std::string reason;
};
std::optional<Objection> objection_to(const RowFilter& filter) {
    if (!is_label_name(filter.column) || filter.column.starts_with("__")) {
        return Objection{"column", fmt::format("\"{}\" is not the name of a label that a server "
                                               "takes from its targets. Name one",
                                               utf8_head(filter.column, 64))};
    }
    if (filter.kind != RowFilter::Kind::one_of) {
        return Objection{"match", fmt::format("it filters the label \"{}\" by a range, and labels "
                                              "are text without an order. Say one_of, and give the "
                                              "attribute every value",
                                              filter.column)};
    }
    if (filter.type == RowFilter::Type::time) {
        return Objection{"type", fmt::format("it filters the label \"{}\" as a time, and labels "
                                             "are text. Say text or number",
                                             filter.column)};
    }
    return std::nullopt;
}

Error unfit(const std::string& model, const std::string& reason, std::string field = {}) {
    return unusable(fmt::format("The model \"{}\" does not go with a source of metrics: {}.",
                                utf8_head(model, 64), reason),
                    std::move(field));
}

Error unfit_cover(const ScopedRelation& relation, const std::string& model,
                  std::string field = {}) {
    return unfit(model,
                 fmt::format("it covers the label \"{}\" of \"{}\", and nothing can be taken "
                             "out of a series. Take it out of columns",
                             utf8_head(relation.covered[0].name, 64), utf8_head(relation.name, 64)),
                 std::move(field));
}

/// One value as the pattern of what a label may say; nullopt: it selects nothing.
std::optional<std::string> pattern_of(const std::string& value, RowFilter::Type type) {
    if (type == RowFilter::Type::number) return number_pattern(value);
    return escape_pattern(value);
}

/// One filter as a matcher; nullopt: it has no values.
Result<std::optional<Matcher>> matcher_of(const RowFilter& filter, const std::string& model) {
    if (const auto wrong = objection_to(filter)) return unfit(model, wrong->reason);
    Matcher matcher{filter.column, Matcher::Op::equal, "", false};
    std::vector<std::string> patterns;
    std::string only;
    for (const auto& value : filter.values) {
        if (!is_utf8(value)) {
            return unusable(fmt::format("A value for \"{}\" of model \"{}\" is not UTF-8.",
                                        filter.column, model));
        }
        // A label with the empty value is a label that is missing: nobody's rows.
        if (value.empty()) continue;
        auto pattern = pattern_of(value, filter.type);
        if (!pattern) continue;
        patterns.push_back(std::move(*pattern));
        only = value;
    }
    if (patterns.empty()) return std::optional<Matcher>();
    if (patterns.size() == 1 && filter.type == RowFilter::Type::text) {
        matcher.value = std::move(only);
        return std::optional<Matcher>(std::move(matcher));
    }
    matcher.op = Matcher::Op::match;
    matcher.value = fmt::format("{}", fmt::join(patterns, "|"));
    return std::optional<Matcher>(std::move(matcher));
}

Result<Narrowed> add_filters(Expr& selector, const ScopedRelation& relation,
                             const std::string& model) {
    if (!relation.covered.empty()) return unfit_cover(relation, model);
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

Result<void> check_scope(const Scope& scope) {
    for (const auto& relation : scope.relations) {
        const auto path = fmt::format("relations.{}", relation.name);
        if (!relation.covered.empty()) {
            return unfit_cover(relation, scope.model,
                               fmt::format("{}.columns.{}", path, relation.covered[0].name));
        }
        for (std::size_t i = 0; i < relation.filters.size(); ++i) {
            const auto wrong = objection_to(relation.filters[i]);
            if (!wrong) continue;
            return unfit(scope.model,
                         fmt::format("in \"{}\", {}", utf8_head(relation.name, 64), wrong->reason),
                         fmt::format("{}.row_filters[{}].{}", path, i, wrong->member));
        }
    }
    return {};
}

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
