// The check of a dashboard whose queries name a model: before it is kept, each of these queries
// must be proven to read nothing but the model's relations. It is checked again when a query runs;
// this is so that its author hears of it, and not its viewers.
#pragma once

#include "access/model.h"
#include "base/error.h"
#include "dashboards/dashboard.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace casement::data {
class ScopeProver;
}

namespace casement::access {

/// A model, and of which type the source is that it reads.
struct SourcedModel {
    Model model;
    std::string source_type;  ///< empty: there is no such source
};

/// One query of a dashboard, and where it stands.
struct PlacedQuery {
    const dashboards::PanelQuery* query = nullptr;
    const dashboards::Panel* panel = nullptr;        ///< or else
    const dashboards::Variable* variable = nullptr;  ///< whose choices it finds
    std::string where;                               ///< for people: `panel 4 ("All"), query B`
    std::string path;                                ///< "panels[2].queries[0]"
};
/// All of them: panels first, both in their order. They point into `document`.
[[nodiscard]] std::vector<PlacedQuery> queries_of(const dashboards::Dashboard& document);

/// The model of a name; not_found when there is none, or invalid_model.
using ModelLookup = std::function<Result<SourcedModel>(const std::string& name)>;
[[nodiscard]] ModelLookup models_of(const store::Snapshot& snapshot, store::OrgId org);

/// Whether sources of this type can narrow as the model says, whoever looks. Errors: unprocessable
/// "scope_not_provable"; "model_unusable", whose field is the place in the model's document.
[[nodiscard]] Result<void> check_fits(const Model& model, std::string_view source_type);

class ModelQueryCheck {
  public:
    explicit ModelQueryCheck(ModelLookup models);
    ModelQueryCheck(const ModelQueryCheck&) = delete;
    ModelQueryCheck& operator=(const ModelQueryCheck&) = delete;
    ~ModelQueryCheck();

    /// Blocking; some milliseconds for the first query that names a model, none where none does.
    /// Errors: invalid "model_not_proven", whose message names panel (or variable), query and
    /// reason, and whose field is the query's path ("panels[2].queries[0].sql").
    [[nodiscard]] Result<void> check(const dashboards::Dashboard& document);
    /// The same for one query that names a model.
    [[nodiscard]] Result<void> check(const PlacedQuery& placed);
    /// The relations that `query` reads under `model`, as the model calls them; those that it may
    /// read where the prover cannot say. Errors: those of the prover.
    [[nodiscard]] Result<std::set<std::string>> prove(const dashboards::PanelQuery& query,
                                                      const SourcedModel& model);

  private:
    const ModelLookup models_;
    /// By source type; made when they are first needed.
    std::map<std::string, std::unique_ptr<data::ScopeProver>> provers_;
};

/// The names of the models that the queries of `document` name.
[[nodiscard]] std::set<std::string> named_models(const dashboards::Dashboard& document);

}  // namespace casement::access
