// A view: one dashboard (or saved panel) as one grant allows it, settled once and used by every
// data call: which values its variables may take, how each query is narrowed, what may be taken
// away.
#pragma once

#include "access/content.h"
#include "access/model.h"
#include "access/share_settings.h"
#include "access/variables.h"
#include "dashboards/dependencies.h"
#include "data/scope.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

class DocumentCache;
struct StillData;

/// How one query of the document runs under the grant.
struct QueryPlan {
    std::string source;
    data::ScopePtr scope;  ///< null: the whole source
    std::optional<Error> refused;
    bool text_shown = false;  ///< the viewer may read the query's text (see_sql)
    /// Set where a variable chooses the source: then View::settled has the plan of its value.
    std::string source_variable;
    std::string source_type;  ///< "duckdb", …
};

/// A source that a variable of type source may choose under the grant.
struct ChoosableSource {
    std::string name;
    std::string uid;
    QueryPlan plan;
};

/// View::object of a document that is kept nowhere yet.
inline constexpr std::string_view kNewDashboard = "dashboard:new";

struct View {
    store::OrgId org = 0;
    std::string object;   ///< "dashboard:7", "look:3": for audit rows
    std::string uid;      ///< [A-Za-z0-9_-]: for file names and the log
    std::string content;  ///< "dashboards/42", as data calls name it; empty for a share's
    std::string title;
    std::shared_ptr<const dashboards::Dashboard> document;
    ShareSettings settings;           ///< time, theme, framing, download
    std::size_t download_rows = 0;    ///< most rows of a CSV; 0 = as many as a query gives
    bool drill = true;                ///< may look at a panel's rows in a table
    bool fresh = false;               ///< may ask past the result cache
    bool failures_told = false;       ///< to who wrote the queries: in the source's own words
    std::string timezone;             ///< the person's own, or empty
    std::vector<VariableRule> rules;  ///< into `document`
    std::vector<std::vector<QueryPlan>> panels;  ///< as document->panels[i].queries[j]
    std::vector<QueryPlan> variables;            ///< as document->variables[i].query
    dashboards::VariableOrder order;             ///< of document->variables
    /// By variable of type source: what it may choose, by name.
    std::map<std::string, std::vector<ChoosableSource>, std::less<>> sources;
    /// As document->panels: the variable by whose values a panel is repeated, itself or with its
    /// row, or empty.
    std::vector<std::string> repeated_by;
    /// Set for a dashboard snapshot (access/snapshot_view.h): all data there is. Nothing is asked
    /// of any source.
    std::shared_ptr<const StillData> still;

    [[nodiscard]] const QueryPlan& plan(const dashboards::Panel& panel,
                                        const dashboards::PanelQuery& query) const;
    [[nodiscard]] const QueryPlan& plan(const dashboards::Variable& variable) const;
    /// `plan`, or that of the source which these values choose. Refused where they choose none.
    [[nodiscard]] const QueryPlan& settled(const QueryPlan& plan, const ChosenValues& values) const;
    /// The source that a variable's value names, by its name or uid, or nullptr.
    [[nodiscard]] const ChoosableSource* source(std::string_view variable,
                                                std::string_view value) const;
};
using ViewPtr = std::shared_ptr<const View>;

/// Whether strangers may be shown this document at all. Errors: forbidden "dashboard_not_public"
/// when a variable stands for an attribute, for which nobody unknown can have a value.
[[nodiscard]] Result<void> check_may_be_public(const dashboards::Dashboard& document);

/// What a share shows of its dashboard. Errors: internal "dashboard_unreadable"; for an open share
/// those of check_may_be_public.
[[nodiscard]] Result<ViewPtr> view_of_share(const store::Snapshot& snapshot,
                                            const store::Share& share, DocumentCache& documents);

/// What a person's grant shows of a dashboard or look that find_content() gave. Folders have no
/// view: not_found "content_not_found".
[[nodiscard]] Result<ViewPtr> view_of_content(const store::Snapshot& snapshot, store::OrgId org,
                                              const EmbedGrant& grant, const Content& content,
                                              DocumentCache& documents);

/// What a key's link shows of a dashboard that find_content() gave. Everything is the viewer's to
/// choose but what the link locks or bounds; a variable that stands for an attribute needs a value
/// that the link locks. Errors: forbidden "variable_missing" when the link names a variable that
/// the dashboard does not have: what it was meant to narrow would be open.
[[nodiscard]] Result<ViewPtr> view_of_content(const store::Snapshot& snapshot, store::OrgId org,
                                              const KeyGrant& grant, const Content& content,
                                              DocumentCache& documents);

}  // namespace casement::access
