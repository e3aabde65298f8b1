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
    /// one_of: the attribute's values; range: its only value, "low..high", ends included.
    data::RowFilter::Kind kind = data::RowFilter::Kind::one_of;
};
/// A column that viewers do not see as it is, but for those who have a permission.
struct ModelColumn {
    std::string name;
    data::CoveredColumn::How how = data::CoveredColumn::How::hidden;
    std::string unless;  ///< a permission of embed users; empty: nobody sees it
};
struct ModelRelation {
    std::string name;  ///< "*" for a source of metrics: every metric
    std::vector<ModelFilter> filters;
    std::vector<ModelColumn> columns;
};
struct Model {
    std::string name;
    std::string label;
    std::string source;
    std::vector<ModelRelation> relations;
};

/// The document of a models/*.yaml file and of store::Model::document:
/// `{"relations": {"flights": {"row_filters": [{"column": "origin", "attribute": "airport",
/// "type": "text", "match": "one_of"}], "columns": {"tail": {"show": "hidden", "unless":
/// "see_sql"}}}, "airports": {}}}`; name, label and source stand beside it in the row.
[[nodiscard]] const Shape& model_shape();
/// Errors: invalid "invalid_model" with the path.
[[nodiscard]] Result<Model> read_model(const store::Model& row);

/// Attribute values by name, as a grant or a share's locked variables give them.
using AttributeValues = std::map<std::string, std::vector<std::string>, std::less<>>;

/// The attributes of a person that narrow rows: what he may edit himself gives nothing.
[[nodiscard]] AttributeValues firm_values(const EmbedGrant& grant);

/// The scope of `model` for these attributes. A filter whose attribute has no value, or one of the
/// wrong type, leaves no rows. Covered columns stay covered: nobody's permissions are known.
[[nodiscard]] data::ScopePtr scope_of(const Model& model, const AttributeValues& attributes);
/// The same for a person, whose permissions may open columns. Attributes that he may edit narrow to
/// nothing.
[[nodiscard]] data::ScopePtr scope_of(const Model& model, const EmbedGrant& grant);

/// The words of a model's document.
[[nodiscard]] std::string_view to_string(data::RowFilter::Type type);
[[nodiscard]] std::string_view to_string(data::RowFilter::Kind kind);
[[nodiscard]] std::string_view to_string(data::CoveredColumn::How how);

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
/// The same under a share or a key's link: attributes come from variables that it locks and that
/// name an attribute. A query that names a source runs on the whole source, as its author wrote it,
/// unless `rule` forbids that. Errors besides: forbidden "query_not_scoped".
enum class SourceRule {
    open,        ///< nothing is locked that stands for an attribute
    ungoverned,  ///< something is: only sources over which no model is defined
    closed,      ///< every query must name a model
};
[[nodiscard]] Result<PlannedQuery> plan_query(const store::Snapshot& snapshot, store::OrgId org,
                                              const AttributeValues& locked,
                                              std::string_view source, std::string_view model,
                                              SourceRule rule = SourceRule::open);

}  // namespace casement::access
