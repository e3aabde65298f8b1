#include "access/author_views.h"

#include "access/catalog_edits.h"
#include "access/folder_sight.h"
#include "access/user_attributes.h"
#include "access/view_of_document.h"

#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

Error other_dashboard() {
    return invalid("link_of_another_dashboard",
                   "This link opens another dashboard, so nobody sees this one through it.",
                   "as.link");
}

/// The live dashboard that the request names, where its author may see it; nullptr: none is named.
Result<const store::Dashboard*> find_row(const store::Snapshot& snapshot, const Principal& who,
                                         const AuthorRequest& request) {
    if (request.dashboard.empty()) {
        if (request.document) return nullptr;
        return invalid("dashboard_required", "Say which dashboard this is about.", "dashboard");
    }
    const auto* row = find_dashboard_row(snapshot, who.org, request.dashboard);
    if (row == nullptr || row->deleted_at || !FolderSight(snapshot, who).sees(row->folder)) {
        return dashboard_not_found(request.dashboard);
    }
    return row;
}

ShownDocument shown_document(const Principal& who, const store::Dashboard* row,
                             std::shared_ptr<const dashboards::Dashboard> document) {
    ShownDocument shown;
    shown.org = who.org;
    shown.object =
        row == nullptr ? std::string(kNewDashboard) : fmt::format("dashboard:{}", row->id);
    shown.uid = row == nullptr ? "new" : row->uid;
    shown.title = document->title;
    shown.document = std::move(document);
    return shown;
}

/// What these texts are as values, each held against its attribute's definition as a link's are.
Result<AttributeValues> typed_values(const store::Snapshot& snapshot, store::OrgId org,
                                     const std::map<std::string, std::string>& given) {
    AttributeValues values;
    for (const auto& attribute : resolve_attributes(snapshot, org, {}, given)) {
        if (!given.contains(attribute.name)) continue;
        if (attribute.definition != nullptr) {
            auto good = check_attribute_value(*attribute.definition, *attribute.value);
            if (!good) {
                auto error = good.error();
                error.field = "as.attributes." + error.field;
                return error;
            }
        }
        if (auto typed = attribute_values(attribute); !typed.empty()) {
            values[attribute.name] = std::move(typed);
        }
    }
    return values;
}

}  // namespace

Result<ViewPtr> AuthorViews::view_as(const store::Snapshot& snapshot, const Principal& who,
                                     ShownDocument shown, const store::Dashboard* row,
                                     const SeenAs& as) const {
    if (as.attributes) {
        auto values = typed_values(snapshot, who.org, *as.attributes);
        if (!values) return values.error();
        return view_of_document(snapshot, std::move(shown), *values);
    }
    if (as.user != 0) {
        const auto* user = find_own<store::User>(snapshot, who.org, as.user);
        if (user == nullptr) return not_found("user_not_found", "There is no such user.");
        return view_of_document(snapshot, std::move(shown),
                                firm_values(people_->grant_of(snapshot, *user)));
    }
    const store::Share* share = nullptr;
    if (as.link) {
        if (as.link->org != who.org) return other_dashboard();
        if (as.link->login) {
            return view_of_document(snapshot, std::move(shown),
                                    people_->grant_of(snapshot, *as.link->login));
        }
        if (as.link->key) {
            const auto& grant = as.link->key->grant;
            const bool bound = !grant.dashboard.empty();
            if (bound && (row == nullptr || grant.dashboard != row->uid)) return other_dashboard();
            return view_of_document(snapshot, std::move(shown), grant);
        }
        share = snapshot.share(as.link->share);
    } else {
        share = snapshot.share_by_token(as.share);
        if (share == nullptr || share->org != who.org) {
            return not_found("share_not_found", "There is no such share.");
        }
    }
    if (share == nullptr || row == nullptr || share->dashboard != row->id) return other_dashboard();
    return view_of_document(snapshot, std::move(shown), *share);
}

Result<Viewer> AuthorViews::look(const Principal& who, AuthorRequest request) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) return allowed.error();
    const bool writes = who.permissions.has(Permission::dashboards_write);
    if (request.document || request.as.is_set()) {
        if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
            return allowed.error();
        }
    }
    Viewer viewer;
    viewer.snapshot = catalog_->snapshot();
    const auto& snapshot = *viewer.snapshot;
    const auto row = find_row(snapshot, who, request);
    if (!row) return row.error();
    auto document = std::move(request.document);
    if (!document) {
        auto kept = documents_->get(**row);
        if (!kept) return kept.error();
        document = std::move(*kept);
    }
    auto shown = shown_document(who, *row, std::move(document));
    if (request.as.is_set()) {
        auto view = view_as(snapshot, who, std::move(shown), *row, request.as);
        if (!view) return view.error();
        viewer.view = std::move(*view);
        return viewer;
    }
    if (writes) {
        viewer.view = view_of_author(snapshot, std::move(shown));
        return viewer;
    }
    const auto* user = find_own<store::User>(snapshot, who.org, who.user);
    const auto own =
        user == nullptr ? AttributeValues{} : firm_values(people_->grant_of(snapshot, *user));
    auto view = view_of_document(snapshot, std::move(shown), own);
    if (!view) return view.error();
    viewer.view = std::move(*view);
    return viewer;
}

}  // namespace casement::access
