#include "access/view.h"

#include "access/document_cache.h"
#include "access/view_of_document.h"

#include <fmt/format.h>

namespace casement::access {
namespace {

/// What find_content() gave, read.
Result<ShownDocument> read_content(store::OrgId org, const Content& content,
                                   DocumentCache& documents) {
    if (content.dashboard == nullptr && content.look == nullptr) {
        return not_found("content_not_found", "There is no dashboard at this address.");
    }
    auto document = content.dashboard != nullptr ? documents.get(*content.dashboard)
                                                 : documents.get(*content.look);
    if (!document) return document.error();
    ShownDocument shown;
    shown.org = org;
    shown.content = to_string(content.ref);
    shown.title = content.title;
    shown.document = std::move(*document);
    if (content.dashboard != nullptr) {
        shown.object = fmt::format("dashboard:{}", content.dashboard->id);
        shown.uid = content.dashboard->uid;
    } else {
        shown.object = fmt::format("look:{}", content.look->id);
        shown.uid = fmt::format("look-{}", content.look->id);
    }
    return shown;
}

}  // namespace

const QueryPlan& View::plan(const dashboards::Panel& panel,
                            const dashboards::PanelQuery& query) const {
    const auto i = static_cast<std::size_t>(&panel - document->panels.data());
    const auto j = static_cast<std::size_t>(&query - panel.queries.data());
    return panels.at(i).at(j);
}

const QueryPlan& View::plan(const dashboards::Variable& variable) const {
    return variables.at(static_cast<std::size_t>(&variable - document->variables.data()));
}

const ChoosableSource* View::source(std::string_view variable, std::string_view value) const {
    const auto found = sources.find(variable);
    if (found == sources.end()) return nullptr;
    for (const auto member : {&ChoosableSource::name, &ChoosableSource::uid}) {
        for (const auto& choosable : found->second)
            if (choosable.*member == value) return &choosable;
    }
    return nullptr;
}

const QueryPlan& View::settled(const QueryPlan& plan, const ChosenValues& values) const {
    if (plan.source_variable.empty() || plan.refused) return plan;
    static const QueryPlan none = [] {
        QueryPlan refused;
        refused.refused = not_found("source_not_found",
                                    "There is no source of data that this panel could use here.");
        return refused;
    }();
    const auto chosen = values.find(plan.source_variable);
    if (chosen == values.end() || chosen->second.size() != 1) return none;
    const auto* choosable = source(plan.source_variable, chosen->second.front());
    return choosable == nullptr ? none : choosable->plan;
}

Result<void> check_may_be_public(const dashboards::Dashboard& document) {
    for (const auto& variable : document.variables) {
        if (variable.attribute.empty()) continue;
        return forbidden(
            "dashboard_not_public",
            fmt::format(
                "This dashboard cannot be open to everybody: its variable \"{}\" stands for "
                "an attribute of the person who looks, and a stranger has none.",
                variable.name));
    }
    return {};
}

Result<ViewPtr> view_of_share(const store::Snapshot& snapshot, const store::Share& share,
                              DocumentCache& documents) {
    const auto* dashboard = snapshot.dashboard(share.dashboard);
    if (dashboard == nullptr) {
        return not_found("share_not_found", "This dashboard is no longer shared.");
    }
    auto document = documents.get(*dashboard);
    if (!document) return document.error();
    ShownDocument shown;
    shown.org = share.org;
    shown.object = fmt::format("dashboard:{}", dashboard->id);
    shown.uid = dashboard->uid;
    shown.title = (*document)->title;
    shown.document = std::move(*document);
    return view_of_document(snapshot, std::move(shown), share);
}

Result<ViewPtr> view_of_content(const store::Snapshot& snapshot, store::OrgId org,
                                const EmbedGrant& grant, const Content& content,
                                DocumentCache& documents) {
    auto shown = read_content(org, content, documents);
    if (!shown) return shown.error();
    return view_of_document(snapshot, std::move(*shown), grant);
}

Result<ViewPtr> view_of_content(const store::Snapshot& snapshot, store::OrgId org,
                                const KeyGrant& grant, const Content& content,
                                DocumentCache& documents) {
    auto shown = read_content(org, content, documents);
    if (!shown) return shown.error();
    return view_of_document(snapshot, std::move(*shown), grant);
}

}  // namespace casement::access
