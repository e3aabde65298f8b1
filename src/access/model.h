// Models: a governed set of relations of one source, with the row filters that bind them to a
// viewer's attributes. `models` in a grant names them.
#pragma once

#include "access/grant.h"
#include "base/error.h"
#include "base/shape.h"
#include "data/scope.h"
#include "store/catalog.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

struct ModelFilter {
    std::string column;
    std::string attribute;
    data::RowFilter::Type type = data::RowFilter::Type::text;
};
struct ModelRelation {
    std::string name;
    std::vector<ModelFilter> filters;
};
struct Model {
    std::string name;
    std::string label;
    std::string source;
    std::vector<ModelRelation> relations;
};

/// The document of a models/*.yaml file and of store::Model::document:
/// `{"relations": {"flights": {"row_filters": [{"column": "origin", "attribute": "airport",
/// "type": "text"}]}, "airports": {}}}`; name, label and source stand beside it in the row.
[[nodiscard]] const Shape& model_shape();
/// Errors: invalid "invalid_model" with the path.
[[nodiscard]] Result<Model> read_model(const store::Model& row);

/// Attribute values by name, as a grant or a share's locked variables give them.
using AttributeValues = std::map<std::string, std::vector<std::string>, std::less<>>;

/// The scope of `model` for these attributes. A filter whose attribute has no value, or one of the
/// wrong type, leaves no rows.
[[nodiscard]] data::ScopePtr scope_of(const Model& model, const AttributeValues& attributes);

/// Which model a query runs under in an embed grant.
/// - `model` named: it must be granted (`access_data`);
/// - only `source` named: the one granted model over that source; when no model at all is defined
///   over it, the source's own name counts as a model without filters.
/// Errors: forbidden "model_not_granted".
struct PlannedQuery {
    std::string source;
    std::string model;
    data::ScopePtr scope;  ///< null: the whole source
};
[[nodiscard]] Result<PlannedQuery> plan_query(const store::Snapshot& snapshot, store::OrgId org,
                                              const EmbedGrant& grant, std::string_view source,
                                              std::string_view model);
/// The same under a share: attributes come from variables that the share locks and that name an
/// attribute. A query that names a source runs on the whole source, as its author wrote it.
[[nodiscard]] Result<PlannedQuery> plan_query(const store::Snapshot& snapshot, store::OrgId org,
                                              const AttributeValues& locked,
                                              std::string_view source, std::string_view model);

}  // namespace casement::access
