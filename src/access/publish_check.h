// What a dashboard must be before its rows are shared with a limit: every query of every panel and
// variable proven to stay inside its model. Asked again whenever a dashboard, model, source or
// share changes, of the catalog as it will be after the change.
#pragma once

#include "access/model_queries.h"
#include "access/share_settings.h"
#include "access/variables.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// Models and sources by name, as a change leaves them; nullopt: gone.
struct CatalogChange {
    std::map<std::string, std::optional<store::Model>, std::less<>> models;
    std::map<std::string, std::optional<store::Source>, std::less<>> sources;
};

/// What checks ask of the catalog.
struct ModelWorld {
    ModelLookup model;
    /// Whether a model is defined over the source.
    std::function<bool(const std::string& source)> governed;
    /// The source that a query without a model reads.
    std::function<Result<std::string>(const dashboards::PanelQuery&)> source;
    /// Its type, or empty.
    std::function<std::string(const std::string& source)> type;
};
/// `snapshot` and `change` must outlive it.
[[nodiscard]] ModelWorld world_of(const store::Snapshot& snapshot, store::OrgId org,
                                  const CatalogChange& change);

/// What a share or link demands of queries that name a source: see SourceRule.
[[nodiscard]] SourceRule source_rule(const std::vector<VariableRule>& rules, bool require_scope);

/// A dashboard under a share's settings. Errors: invalid "scope_not_proven", whose message names
/// panel (or variable), query and reason.
[[nodiscard]] Result<void> check_shared(const ModelWorld& world, ModelQueryCheck& check,
                                        const dashboards::Dashboard& document,
                                        const json::object& settings);

// The same, asked of rows that are about to be written. Blocking.

/// A dashboard with a new document: its queries over models, and those of all of its active shares.
/// A document that does not read is somebody else's to refuse. Errors besides: model_not_proven.
[[nodiscard]] Result<void> check_dashboard(const store::Snapshot& snapshot,
                                           const store::Dashboard& row);
/// A share that is made or changed. A paused one may be anything.
[[nodiscard]] Result<void> check_share(const store::Snapshot& snapshot, const store::Share& row);
/// Whether a source has a model's relations, as far as it can be read now. Errors: conflict
/// "relation_missing".
[[nodiscard]] Result<void> check_relations(const store::Model& model, const store::Source& source);
/// A model that is made or changed, over the source that it names. Errors besides: invalid
/// "invalid_model"; unprocessable "scope_not_provable", "model_unusable".
[[nodiscard]] Result<void> check_model(const store::Model& model, const store::Source& source);
/// A model that is there, when its source becomes one of this type. Errors: conflict
/// "proof_broken".
[[nodiscard]] Result<void> check_retyped(const store::Model& model, std::string_view type);
/// Models and sources: every dashboard, look and active share that goes with them now must do so
/// afterwards. Errors: conflict "proof_broken", which names them.
[[nodiscard]] Result<void> check_change(const store::Snapshot& snapshot, store::OrgId org,
                                        const CatalogChange& change);

}  // namespace casement::access
