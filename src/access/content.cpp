#include "access/content.h"

#include "access/catalog_parts.h"
#include "access/document_cache.h"
#include "access/embed_settings.h"
#include "access/model.h"
#include "access/source_reference.h"
#include "dashboards/dependencies.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

using Type = ContentRef::Type;
using ModelNames = std::vector<std::string>;

/// Folders inside folders; what lies deeper is nobody's.
constexpr int kDeepestFolder = 64;
constexpr std::size_t kMaxUid = 64;
constexpr std::size_t kMaxModelName = 100;
constexpr std::string_view kOfModel = "::";

constexpr std::pair<Type, std::string_view> kFolders[] = {
    {Type::dashboard, "dashboards"}, {Type::look, "looks"}, {Type::folder, "folders"}};

std::string_view word(Type type) {
    switch (type) {
        case Type::dashboard:
            return "dashboard";
        case Type::look:
            return "look";
        case Type::folder:
            return "folder";
    }
    return "";
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_uid(std::string_view text) {
    return !text.empty() && text.size() <= kMaxUid &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; });
}

/// As it stands in a URL after decoding; whether there is such a model is asked later.
bool is_model(std::string_view text) {
    return !text.empty() && text.size() <= kMaxModelName &&
           std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '?' || c == '#' ||
                      c == ':';
           });
}

/// One spelling for each number: no sign, no leading zero.
std::optional<std::int64_t> number_of(std::string_view text) {
    if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_id(Type type, std::string_view id) {
    if (type != Type::dashboard) return number_of(id).has_value();
    const auto at = id.find(kOfModel);
    if (at == std::string_view::npos) return is_uid(id);
    return is_model(id.substr(0, at)) && is_uid(id.substr(at + kOfModel.size()));
}

/// Does the grant give all of these permissions for each of `models`? With no models (a page of
/// text) any one model will do.
bool allows_all(const EmbedGrant& grant, const ModelNames& models,
                std::initializer_list<std::string_view> permissions) {
    const auto allowed = [&](const std::string& model) {
        return std::all_of(permissions.begin(), permissions.end(),
                           [&](std::string_view name) { return grant.allows(name, model); });
    };
    if (!models.empty()) return std::all_of(models.begin(), models.end(), allowed);
    return std::any_of(grant.roles.begin(), grant.roles.end(), [&](const GrantedRole& role) {
        // Of a role with every model no name has to be known.
        return (role.all_models && allowed("")) ||
               std::any_of(role.models.begin(), role.models.end(), allowed);
    });
}

/// Decides what one grant may see. Remembers which models a query needs: the dashboards of a folder
/// mostly ask for the same ones.
class Visibility {
  public:
    Visibility(const store::Snapshot& snapshot, store::OrgId org, const EmbedGrant& grant,
               DocumentCache& documents)
        : snapshot_(snapshot), org_(org), grant_(grant), documents_(documents) {
        const auto* organization = snapshot.organization(org);
        // People with an account here are not what the switch keeps apart.
        closed_ = organization == nullptr ||
                  (!grant.ordinary && read_embed_settings(*organization).closed_system);
    }

    /// `model` is what stood before "::", or empty.
    bool sees(const store::Dashboard& row, std::string_view model = {}) {
        if (row.org != org_ || row.deleted_at || !sees_folder(row.folder)) return false;
        const auto document = documents_.get(row);
        if (!document) return false;
        const auto models = needed(**document);
        if (!models) return false;
        const bool as_provisioned =
            row.provisioned &&
            allows_all(grant_, *models, {"access_data", "see_lookml_dashboards"});
        if (!model.empty()) {
            const ModelNames named{std::string(model)};
            const bool its_own = models->empty() ||
                                 std::find(models->begin(), models->end(), model) != models->end();
            return as_provisioned && its_own &&
                   allows_all(grant_, named, {"access_data", "see_lookml_dashboards"});
        }
        return as_provisioned ||
               allows_all(grant_, *models, {"access_data", "see_looks", "see_user_dashboards"});
    }

    bool sees(const store::Look& row) {
        if (row.org != org_ || row.deleted_at || !sees_folder(row.folder)) return false;
        const auto document = documents_.get(row);
        if (!document) return false;
        const auto models = needed(**document);
        return models && allows_all(grant_, *models, {"access_data", "see_looks"});
    }

    bool sees(const store::Folder& row) const {
        return row.org == org_ && grant_.allows("embed_browse_spaces") && sees_folder(row.id);
    }

  private:
    /// A folder hides what is below it, whatever that says itself.
    bool sees_folder(std::int64_t id) const {
        bool by_group = false;
        for (int depth = 0; id != 0; ++depth) {
            const auto* folder = snapshot_.find<store::Folder>(id);
            if (folder == nullptr || folder->org != org_ || depth == kDeepestFolder) return false;
            if (folder->external_group != 0) {
                if (!grant_.is_member(folder->external_group)) return false;
                by_group = true;
            }
            if (!folder->groups.empty()) {
                const bool member =
                    std::any_of(folder->groups.begin(), folder->groups.end(),
                                [&](std::int64_t group) { return grant_.is_member(group); });
                if (!member) return false;
                by_group = true;
            }
            id = folder->parent;
        }
        return by_group || !closed_;
    }

    /// Of all queries, each once; nullopt: some query is out of reach.
    std::optional<ModelNames> needed(const dashboards::Dashboard& document) {
        std::set<std::string> names;
        const auto add = [&](const dashboards::PanelQuery& query) {
            if (query.source.starts_with('$')) return add_choosable(document, query, names);
            const auto& models = models_of(query);
            names.insert(models.begin(), models.end());
            return !models.empty();
        };
        for (const auto& panel : document.panels) {
            if (!std::all_of(panel.queries.begin(), panel.queries.end(), add)) return std::nullopt;
        }
        for (const auto& variable : document.variables) {
            if (variable.type == dashboards::Variable::Type::query && !add(variable.query)) {
                return std::nullopt;
            }
        }
        return ModelNames(names.begin(), names.end());
    }

    /// Of a query whose source is chosen: some source that could be must be in reach.
    bool add_choosable(const dashboards::Dashboard& document, const dashboards::PanelQuery& query,
                       std::set<std::string>& names) {
        const auto* variable = document.variable(dashboards::source_variable(query));
        if (variable == nullptr) return false;
        bool some = false;
        for (const auto* row : snapshot_.list<store::Source>(org_)) {
            if (row->type != variable->source_type) continue;
            const auto planned = plan_query(snapshot_, org_, grant_, row->name, {});
            if (!planned) continue;
            names.insert(planned->model);
            some = true;
        }
        return some;
    }

    /// None: out of reach.
    const ModelNames& models_of(const dashboards::PanelQuery& query) {
        static const ModelNames none;
        const auto source = source_of(snapshot_, org_, query);
        if (!source) return none;
        const auto [place, is_new] = models_.try_emplace({*source, query.model});
        ModelNames& names = place->second;
        if (!is_new) return names;
        const auto planned = plan_query(snapshot_, org_, grant_, *source, query.model);
        if (planned) {
            names = {planned->model};
        } else if (query.model.empty()) {
            for (const auto* model : snapshot_.list<store::Model>(org_)) {
                if (model->source == *source && grant_.allows("access_data", model->name)) {
                    names.push_back(model->name);
                }
            }
            // One alone would have been planned, unless it is damaged.
            if (names.size() < 2) names.clear();
        }
        return names;
    }

    const store::Snapshot& snapshot_;
    const store::OrgId org_;
    const EmbedGrant& grant_;
    DocumentCache& documents_;
    bool closed_ = true;
    std::map<std::pair<std::string, std::string>, ModelNames> models_;
};

Content content_of(const store::Dashboard& row, ContentRef ref) {
    return {std::move(ref), &row, nullptr, nullptr, row.title};
}
Content content_of(const store::Look& row, ContentRef ref) {
    return {std::move(ref), nullptr, &row, nullptr, row.title};
}
Content content_of(const store::Folder& row, ContentRef ref) {
    return {std::move(ref), nullptr, nullptr, &row, row.name};
}

/// Whether neither this folder nor one above it is kept for some group.
bool is_for_everybody(const store::Snapshot& snapshot, store::OrgId org, std::int64_t id) {
    for (int depth = 0; id != 0; ++depth) {
        const auto* folder = snapshot.find<store::Folder>(id);
        if (folder == nullptr || folder->org != org || depth == kDeepestFolder) return false;
        if (folder->external_group != 0 || !folder->groups.empty()) return false;
        id = folder->parent;
    }
    return true;
}

template <class Row>
Result<Content> found(const Row* row, const ContentRef& ref, Visibility& visibility) {
    if (row == nullptr || !visibility.sees(*row)) return content_not_found(ref.type);
    return content_of(*row, ref);
}

void sort_by_title(std::vector<FolderListing::Entry>& entries) {
    // Of equal titles the older first; an id's length stands for its size.
    const auto key = [](const FolderListing::Entry& of) {
        return std::tuple(std::string_view(of.title), of.ref.type, of.ref.id.size(),
                          std::string_view(of.ref.id));
    };
    std::sort(entries.begin(), entries.end(),
              [&](const auto& left, const auto& right) { return key(left) < key(right); });
}

FolderListing::Entry entry(Type type, std::int64_t id, const std::string& title) {
    return {{type, std::to_string(id)}, title};
}

}  // namespace

Result<ContentRef> read_content_ref(std::string_view text) {
    for (const auto& [type, folder] : kFolders) {
        if (!text.starts_with(folder) || !text.substr(folder.size()).starts_with('/')) continue;
        const auto id = text.substr(folder.size() + 1);
        if (!is_id(type, id)) break;
        return ContentRef{type, std::string(id)};
    }
    return invalid("invalid_content",
                   "This names no content: it must be dashboards/{id}, looks/{id} or "
                   "folders/{id}.",
                   "content");
}

std::string to_string(const ContentRef& ref) {
    return fmt::format("{}s/{}", word(ref.type), ref.id);
}

Error content_not_found(ContentRef::Type type) {
    return not_found("content_not_found",
                     fmt::format("The {} you requested could not be found. It either doesn't exist "
                                 "or you don't have permission to view it.",
                                 word(type)));
}

Result<Content> find_content(const store::Snapshot& snapshot, store::OrgId org,
                             const EmbedGrant& grant, const ContentRef& ref,
                             DocumentCache& documents) {
    Visibility visibility(snapshot, org, grant, documents);
    if (!is_id(ref.type, ref.id)) return content_not_found(ref.type);
    if (ref.type != Type::dashboard) {
        const auto id = *number_of(ref.id);
        if (ref.type == Type::look) return found(snapshot.find<store::Look>(id), ref, visibility);
        return found(snapshot.find<store::Folder>(id), ref, visibility);
    }
    const auto at = ref.id.find(kOfModel);
    if (at == std::string::npos) {
        return found(find_dashboard_row(snapshot, org, ref.id), ref, visibility);
    }
    const auto* row =
        snapshot.dashboard_by_uid(org, std::string_view(ref.id).substr(at + kOfModel.size()));
    if (row == nullptr || !visibility.sees(*row, std::string_view(ref.id).substr(0, at))) {
        return content_not_found(ref.type);
    }
    return content_of(*row, ref);
}

Result<Content> find_content(const store::Snapshot& snapshot, store::OrgId org,
                             const KeyGrant& grant, const ContentRef& ref,
                             DocumentCache& documents) {
    auto refused = content_not_found(Type::dashboard);
    if (ref.type != Type::dashboard || !is_uid(ref.id)) return refused;
    if (!grant.dashboard.empty() && grant.dashboard != ref.id) return refused;
    const auto* row = snapshot.dashboard_by_uid(org, ref.id);
    if (row == nullptr || row->deleted_at || !is_for_everybody(snapshot, org, row->folder)) {
        return refused;
    }
    if (const auto document = documents.get(*row); !document) return refused;
    return content_of(*row, ref);
}

FolderListing list_folder(const store::Snapshot& snapshot, store::OrgId org,
                          const EmbedGrant& grant, const Content& folder,
                          DocumentCache& documents) {
    Visibility visibility(snapshot, org, grant, documents);
    const store::Folder& self = *folder.folder;
    FolderListing listing;
    listing.self = folder.ref;
    listing.title = self.name;
    const auto* parent = self.parent == 0 ? nullptr : snapshot.find<store::Folder>(self.parent);
    if (parent != nullptr && visibility.sees(*parent)) {
        listing.parent = ContentRef{Type::folder, std::to_string(parent->id)};
    }
    for (const auto* row : snapshot.folders_in(org, self.id)) {
        if (visibility.sees(*row)) {
            listing.folders.push_back(entry(Type::folder, row->id, row->name));
        }
    }
    for (const auto* row : snapshot.dashboards_in(org, self.id)) {
        if (visibility.sees(*row)) {
            listing.items.push_back(entry(Type::dashboard, row->id, row->title));
        }
    }
    for (const auto* row : snapshot.looks_in(org, self.id)) {
        if (visibility.sees(*row)) listing.items.push_back(entry(Type::look, row->id, row->title));
    }
    sort_by_title(listing.folders);
    sort_by_title(listing.items);
    return listing;
}

}  // namespace casement::access
