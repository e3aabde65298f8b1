// Row scope on PromQL: every selector of an expression gets the matchers of its relation. A
// relation is a metric, "*" is every metric, and a filter's column is a label.
//
// What an expression can answer comes from its selectors alone. Functions change labels and values
// of what was selected: label_replace() and label_join() may write another tenant's name onto a
// series, but the series stays one's own, and matching on() a label that was written so still pairs
// one's own series. absent() and absent_over_time() say that one's own selection is empty: the
// labels that they make up come from its equality matchers, which are the viewer's own values.
// @ and offset move in time, not between series. So narrowing the selectors narrows the answer.
#pragma once

#include "base/error.h"
#include "data/promql_ast.h"
#include "data/scope.h"

#include <string>
#include <vector>

namespace casement::data::promql {

enum class Narrowed {
    asks,     ///< the selectors are narrowed
    no_rows,  ///< a filter has no values: there is nothing to ask for
};

/// Matchers are added to those that stand there, so that they can only narrow. Errors:
/// query_refused when a selector reads what the scope does not have; model_unusable for filters
/// that label matchers cannot say.
[[nodiscard]] Result<Narrowed> narrow(Expr& expr, const Scope& scope);

/// Whether a model can say this of metrics, whatever the values. Errors: model_unusable, whose
/// field is the place in the model's document.
[[nodiscard]] Result<void> check_scope(const Scope& scope);

/// Whether every selector names a metric of `relations`, or "*" is all there is. Errors:
/// query_refused.
[[nodiscard]] Result<void> check_relations(Expr& expr, const std::string& model,
                                           const std::vector<std::string>& relations);

/// A selector for each relation of `scope`, narrowed: what label names and values are asked from
/// where the author gave no selector. Empty: there is nothing to ask for.
[[nodiscard]] Result<std::vector<ExprPtr>> selectors_of(const Scope& scope);

}  // namespace casement::data::promql
