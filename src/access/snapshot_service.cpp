#include "access/snapshot_service.h"

#include "access/snapshot_view.h"
#include "access/standing.h"
#include "crypto/hash.h"
#include "dashboards/limits.h"
#include "dashboards/repeats.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr auto kMayShare = Permission::dashboards_public_share;
/// 62 to the power of 32 are 190 bits.
constexpr std::size_t kMadeKey = 32;
constexpr std::size_t kShortestKey = 22;  ///< what 128 bits need in base64url
constexpr std::size_t kLongestKey = 64;

Error snapshot_not_found() {
    return check_dashboard_snapshot(nullptr, {}).error();
}

Error too_large(std::size_t most) {
    return {ErrorKind::too_large,
            "snapshot_too_large",
            fmt::format("A snapshot may have at most {} MiB with its data. Take one of fewer "
                        "panels or of a shorter time range.",
                        most / (std::size_t{1024} * 1024)),
            {}};
}

Error too_many() {
    return forbidden("too_many_snapshots",
                     "This organization keeps as many snapshots as it may. Delete some, or give "
                     "them an expiry.");
}

Error key_taken() {
    return conflict("snapshot_key_taken",
                    "One of these keys is taken already. Leave key and deleteKey out: the server "
                    "makes them.");
}

Error panel_failed(const dashboards::Panel& panel, const json::object& line) {
    const auto& error = line.at("error").as_object();
    return {ErrorKind::unprocessable,
            "snapshot_panel_failed",
            fmt::format("No snapshot was taken: panel {} (\"{}\") has no data. {}", panel.id,
                        panel.title, std::string_view(error.at("message").as_string())),
            {}};
}

/// The dashboard as a key's link would show it.
Result<ViewPtr> view_to_take(const store::Snapshot& snapshot, const store::Dashboard& row,
                             DocumentCache& documents) {
    Content content;
    content.ref = {ContentRef::Type::dashboard, row.uid};
    content.dashboard = &row;
    content.title = row.title;
    return view_of_content(snapshot, row.org, KeyGrant{}, content, documents);
}

/// The text to keep. What cannot be shown is not kept: nobody would look at it before it matters.
Result<std::string> pack(const store::DashboardSnapshot& row, const json::object& document,
                         std::size_t most) {
    auto text = json::serialize(document);
    if (text.size() > most) return too_large(most);
    if (const auto view = view_of_snapshot(row, text); !view) return view.error();
    return text;
}

std::string object_of(const store::DashboardSnapshot& row) {
    return fmt::format("dashboard_snapshot:{}", row.id);
}

}  // namespace

Result<void> check_snapshot_key(std::string_view key) {
    const bool is_long = key.size() >= kShortestKey && key.size() <= kLongestKey;
    const bool is_plain = std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
    if (is_long && is_plain) return {};
    return invalid(
        "snapshot_key_refused",
        fmt::format("A key must be {} to {} letters, digits, \"-\" and \"_\", and not to "
                    "be guessed. Leave it out: the server makes one.",
                    kShortestKey, kLongestKey),
        "key");
}

const store::DashboardSnapshot* find_snapshot(const store::Snapshot& snapshot, std::string_view key,
                                              Time now) {
    const auto* row = snapshot.by_name<store::DashboardSnapshot>(0, key);
    return check_dashboard_snapshot(row, now) ? row : nullptr;
}

namespace {

struct Standing {
    dashboards::Dashboard document;
    std::vector<PanelRef> refs;  ///< as document.panels: what each was before
};

/// Every clone as a panel of its own: what repeats them is not there any more.
Standing without_repeats(const dashboards::Dashboard& document, const Selection& selection) {
    Standing standing{document, {}};
    auto& panels = standing.document.panels;
    panels.clear();
    int free_id = 1;
    std::set<int> taken;
    for (const auto& panel : document.panels)
        taken.insert(panel.id);
    for (const auto& placed : dashboards::place_panels(document, selection.values).panels) {
        if (panels.size() == static_cast<std::size_t>(dashboards::kMaxPanels)) break;
        auto panel = *placed.panel;
        panel.grid = placed.grid;
        panel.repeat.reset();
        if (placed.repeat) {
            panel.title = dashboards::with_value(panel.title, placed.variable, *placed.repeat);
            while (taken.contains(free_id))
                ++free_id;
            // The first keeps the number, so that a page of one panel finds it.
            const bool first = std::none_of(panels.begin(), panels.end(), [&](const auto& other) {
                return other.id == panel.id;
            });
            if (!first) panel.id = free_id;
            taken.insert(panel.id);
        }
        standing.refs.emplace_back(placed.panel->id, placed.repeat);
        panels.push_back(std::move(panel));
    }
    return standing;
}

}  // namespace

asio::awaitable<Result<json::object>> SnapshotService::take(
    ViewService& views, DocumentCache& documents, store::SnapshotPtr snapshot,
    const store::Dashboard& row, ViewRequest wanted,
    std::shared_ptr<Cancellation> cancellation) const {
    auto view = view_to_take(*snapshot, row, documents);
    if (!view) co_return view.error();
    Viewer viewer;
    viewer.snapshot = std::move(snapshot);
    viewer.view = std::move(*view);
    auto selection = co_await views.select(viewer, std::move(wanted), cancellation);
    if (!selection) co_return selection.error();

    std::map<int, json::object> lines;
    std::size_t bytes = 0;
    const auto standing = without_repeats(*viewer.view->document, *selection);
    for (std::size_t i = 0; i < standing.document.panels.size(); ++i) {
        const auto& panel = standing.document.panels[i];
        if (panel.queries.empty()) continue;
        auto text = co_await views.panel_line(viewer, *selection, standing.refs[i], cancellation);
        bytes += text.size();
        if (bytes > limits_.one) co_return too_large(limits_.one);
        auto line = parse_json(text);
        if (!line) co_return line.error();
        if (line->as_object().contains("error")) co_return panel_failed(panel, line->as_object());
        lines[panel.id] = std::move(line->as_object());
    }
    co_return still_document(standing.document, *selection, lines);
}

asio::awaitable<Result<TakenSnapshot>> SnapshotService::create(Principal who,
                                                               NewDashboardSnapshot what) const {
    if (auto allowed = who.require(kMayShare); !allowed) co_return allowed.error();
    for (const auto* key : {&what.key, &what.delete_key}) {
        if (key->empty()) continue;
        if (auto fits = check_snapshot_key(*key); !fits) co_return fits.error();
    }
    TakenSnapshot taken;
    taken.delete_key =
        Secret(what.delete_key.empty() ? parts_.random.alphanumeric(kMadeKey) : what.delete_key);
    auto& row = taken.row;
    row.org = who.org;
    row.key = what.key.empty() ? parts_.random.alphanumeric(kMadeKey) : what.key;
    // Who sees a snapshot must not be able to delete it.
    if (row.key == taken.delete_key.reveal()) co_return key_taken();
    row.delete_hash = crypto::sha256(taken.delete_key.reveal());
    row.name = what.name;
    row.dialect = what.dialect;
    row.author = who.handle;
    row.creator = who.actor;
    row.user = who.user;
    row.created_at = parts_.clock.now();
    if (what.lives_for > std::chrono::seconds{0}) row.expires_at = row.created_at + what.lives_for;
    const auto packed =
        co_await parts_.catalog.pool().run([&] { return pack(row, what.document, limits_.one); });
    if (!packed) co_return packed.error();
    const std::string& document = *packed;
    row.bytes = static_cast<std::int64_t>(document.size());
    std::function<Result<store::DashboardSnapshot>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::DashboardSnapshot> {
        auto totals = tx.dashboard_snapshot_totals(row.org);
        if (!totals) return totals.error();
        if (totals->count >= limits_.count || totals->bytes + row.bytes > limits_.bytes) {
            return too_many();
        }
        auto made = row;
        const auto inserted = tx.insert(made);
        if (!inserted && inserted.error().code == "already_exists") return key_taken();
        if (!inserted) return inserted.error();
        if (auto kept = tx.keep_snapshot_document(made.id, document); !kept) return kept.error();
        return made;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    row = std::move(*written);
    json::object detail{{"name", row.name}, {"bytes", row.bytes}};
    if (row.expires_at) detail["expires_at"] = to_rfc3339(*row.expires_at);
    parts_.record(who, "dashboard_snapshot.created", object_of(row), std::move(detail));
    co_return taken;
}

asio::awaitable<Result<store::DashboardSnapshot>> SnapshotService::remove_row(
    std::int64_t id, AuditEvent event) const {
    std::function<Result<store::DashboardSnapshot>(store::Transaction&)> work =
        [id](store::Transaction& tx) -> Result<store::DashboardSnapshot> {
        auto row = tx.load<store::DashboardSnapshot>(id);
        if (!row && row.error().kind == ErrorKind::not_found) return snapshot_not_found();
        if (!row) return row.error();
        if (auto removed = tx.remove<store::DashboardSnapshot>(id); !removed) {
            return removed.error();
        }
        return row;
    };
    auto removed = co_await parts_.catalog.write(std::move(work));
    if (!removed) co_return removed.error();
    event.org = removed->org;
    event.action = "dashboard_snapshot.deleted";
    event.object = object_of(*removed);
    event.detail = {{"name", removed->name}};
    parts_.audit.record(std::move(event));
    co_return removed;
}

asio::awaitable<Result<store::DashboardSnapshot>> SnapshotService::remove(Principal who,
                                                                          std::string key) const {
    const auto snapshot = parts_.catalog.snapshot();
    const auto* row = find_snapshot(*snapshot, key, parts_.clock.now());
    if (row == nullptr || row->org != who.org) co_return snapshot_not_found();
    if (row->creator != who.actor) {
        if (auto allowed = who.require(kMayShare); !allowed) co_return allowed.error();
    }
    AuditEvent event;
    event.actor = who.actor;
    auto removed = co_await remove_row(row->id, std::move(event));
    co_return removed;
}

asio::awaitable<Result<store::DashboardSnapshot>> SnapshotService::remove_by_delete_key(
    std::string delete_key, std::string client) const {
    const auto snapshot = parts_.catalog.snapshot();
    // By its hash: how far a guess is right cannot be measured.
    const auto* row = snapshot->dashboard_snapshot_by_delete_hash(crypto::sha256(delete_key));
    if (!check_dashboard_snapshot(row, parts_.clock.now())) co_return snapshot_not_found();
    AuditEvent event;
    event.actor = "anonymous";
    event.client = std::move(client);
    auto removed = co_await remove_row(row->id, std::move(event));
    co_return removed;
}

std::vector<const store::DashboardSnapshot*> SnapshotService::list(const store::Snapshot& snapshot,
                                                                   const Principal& who) const {
    auto rows = snapshot.list<store::DashboardSnapshot>(who.org);
    const auto now = parts_.clock.now();
    const bool all = who.permissions.has(kMayShare);
    std::erase_if(rows, [&](const store::DashboardSnapshot* row) {
        return !check_dashboard_snapshot(row, now) || (!all && row->creator != who.actor);
    });
    std::reverse(rows.begin(), rows.end());
    return rows;
}

}  // namespace casement::access
