#include "console/object_names.h"

#include "base/whole_number.h"

#include <cstdint>

namespace casement::console {
namespace {

/// The name of a row, where it is this organization's.
template <class Row>
std::string name_in(const store::Snapshot& snapshot, store::OrgId org, std::int64_t id) {
    const auto* row = snapshot.find<Row>(id);
    return row == nullptr || row->org != org ? std::string() : row->name;
}

void take_dashboard(const store::Snapshot& snapshot, store::OrgId org, std::int64_t id,
                    ObjectName& named) {
    const auto* row = snapshot.dashboard(id);
    if (row == nullptr || row->org != org) return;
    named.title = row->title;
    named.dashboard = row->uid;
}

void take_share(const store::Snapshot& snapshot, store::OrgId org, std::int64_t id,
                ObjectName& named) {
    const auto* row = snapshot.share(id);
    if (row == nullptr || row->org != org) return;
    take_dashboard(snapshot, org, row->dashboard, named);
    if (!row->title.empty()) named.title = row->title;
    named.share = row->token;
}

std::string user_in(const store::Snapshot& snapshot, store::OrgId org, std::int64_t id) {
    const auto* row = snapshot.user(id);
    return row == nullptr || row->org != org ? std::string() : row->handle;
}

std::string look_in(const store::Snapshot& snapshot, store::OrgId org, std::int64_t id) {
    const auto* row = snapshot.find<store::Look>(id);
    return row == nullptr || row->org != org ? std::string() : row->title;
}

using Naming = std::string (*)(const store::Snapshot&, store::OrgId, std::int64_t);
struct Kind {
    std::string_view kind;
    Naming name;
};
constexpr Kind kKinds[] = {
    {"user", user_in},
    {"key", name_in<store::ApiKey>},
    {"account_key", name_in<store::AccountKey>},
    {"service_account", name_in<store::ServiceAccount>},
    {"look", look_in},
    {"folder", name_in<store::Folder>},
    {"group", name_in<store::Group>},
    {"role", name_in<store::Role>},
    {"dashboard_snapshot", name_in<store::DashboardSnapshot>},
};

}  // namespace

ObjectName name_of(const store::Snapshot& snapshot, store::OrgId org, std::string_view object) {
    ObjectName named;
    const auto colon = object.find(':');
    if (colon == std::string_view::npos) return named;
    const auto id = whole_number<std::int64_t>(object.substr(colon + 1));
    if (!id) return named;
    const auto kind = object.substr(0, colon);
    if (kind == "share") take_share(snapshot, org, *id, named);
    if (kind == "dashboard") take_dashboard(snapshot, org, *id, named);
    for (const auto& known : kKinds) {
        if (known.kind == kind) named.title = known.name(snapshot, org, *id);
    }
    return named;
}

}  // namespace casement::console
