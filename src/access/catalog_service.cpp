#include "access/catalog_service.h"

#include "dashboards/dashboard.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kCredentialLength = 44;  // as the vendor's are (datadog.md §1.4)

Error dashboard_not_found(std::string_view id) {
    return not_found("dashboard_not_found",
                     fmt::format("Dashboard with ID {} not found", id.substr(0, 64)));
}

Error share_not_found() {
    return not_found("share_not_found", "There is no share with this token on this dashboard.");
}

Error credential_not_found() {
    return not_found("credential_not_found", "This share has no such credential.");
}

const store::Dashboard* find_row(const store::Snapshot& snapshot, store::OrgId org,
                                 std::string_view id) {
    if (id.empty() || id.size() > 64) return nullptr;
    if (const auto* by_uid = snapshot.dashboard_by_uid(org, id)) return by_uid;
    std::int64_t number = 0;
    const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != id.data() + id.size()) return nullptr;
    const auto* row = snapshot.dashboard(number);
    return row != nullptr && row->org == org ? row : nullptr;
}

const store::Share* find_row(const store::Snapshot& snapshot, const Principal& who,
                             std::string_view token, std::string_view dashboard_id) {
    const auto* share = snapshot.share_by_token(token);
    if (share == nullptr || share->org != who.org) return nullptr;
    if (dashboard_id.empty()) return share;
    const auto* dashboard = find_row(snapshot, who.org, dashboard_id);
    return dashboard != nullptr && dashboard->id == share->dashboard ? share : nullptr;
}

/// Which permission it takes to change a share of this type.
Permission permission_for(std::string_view type) {
    if (type == "open") return Permission::dashboards_public_share;
    if (type == "invite") return Permission::dashboards_invite_share;
    return Permission::dashboards_embed_share;
}

Result<void> check_may_share(const store::Snapshot& snapshot, const Principal& who,
                             std::string_view type) {
    if (auto allowed = who.require(permission_for(type)); !allowed) return allowed.error();
    const auto* organization = snapshot.organization(who.org);
    const bool embeds = type == "embed" || type == "secure_embed";
    if (embeds && (organization == nullptr || !embed_sharing_enabled(*organization))) {
        return forbidden("embed_disabled", "Embed sharing is switched off in this organization.");
    }
    return {};
}

std::string object_of(const store::Share& share) {
    return fmt::format("share:{}", share.id);
}
std::string object_of(const store::Dashboard& row) {
    return fmt::format("dashboard:{}", row.id);
}

}  // namespace

bool embed_sharing_enabled(const store::Organization& organization) {
    const auto* value = organization.settings.if_contains("embed_sharing");
    if (value == nullptr) return true;
    return value->is_bool() && value->get_bool();
}

CatalogService::CatalogService(store::Catalog& catalog, Audit& audit, crypto::Random& random,
                               const Clock& clock)
    : catalog_(&catalog), audit_(&audit), random_(&random), clock_(&clock) {}

void CatalogService::record(const Principal& who, std::string action, std::string object,
                            json::object detail) {
    audit_->record(
        {who.org, who.actor, std::move(action), std::move(object), {}, std::move(detail)});
}

Result<store::Dashboard> CatalogService::find_dashboard(const Principal& who,
                                                        std::string_view id) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) return allowed.error();
    const auto snapshot = catalog_->snapshot();
    const auto* row = find_row(*snapshot, who.org, id);
    if (row == nullptr || row->deleted_at) return dashboard_not_found(id);
    return *row;
}

asio::awaitable<Result<store::Dashboard>> CatalogService::create_dashboard(Principal who,
                                                                           NewDashboard what) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed)
        co_return allowed.error();
    store::Dashboard row;
    row.org = who.org;
    row.dialect = what.dialect;
    row.uid = what.uid;
    if (row.uid.empty()) {
        const auto part = [&] {
            std::string text = random_->alphanumeric(3);
            std::transform(text.begin(), text.end(), text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            return text;
        };
        row.uid = fmt::format("{}-{}-{}", part(), part(), part());
    }
    row.title = what.title;
    row.document = std::move(what.document);
    row.author = who.handle;
    row.created_at = clock_->now();
    row.modified_at = row.created_at;
    auto written = co_await catalog_->write<store::Dashboard>(
        [row](store::Transaction& tx) -> Result<store::Dashboard> {
            auto inserted_row = row;
            if (auto inserted = tx.insert(inserted_row); !inserted) return inserted.error();
            return inserted_row;
        });
    if (written) record(who, "dashboard.created", object_of(*written));
    co_return written;
}

asio::awaitable<Result<store::Dashboard>> CatalogService::update_dashboard(
    Principal who, std::string id, std::function<Result<void>(store::Dashboard&)> change) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed)
        co_return allowed.error();
    const auto snapshot = catalog_->snapshot();
    const auto* found = find_row(*snapshot, who.org, id);
    if (found == nullptr || found->deleted_at) co_return dashboard_not_found(id);
    const auto row_id = found->id;
    const Time now = clock_->now();
    auto written = co_await catalog_->write<store::Dashboard>(
        [row_id, change, now, id](store::Transaction& tx) -> Result<store::Dashboard> {
            auto row = tx.dashboard(row_id);
            if (!row) return row.error();
            if (row->deleted_at) return dashboard_not_found(id);
            const auto before = *row;
            if (auto changed = change(*row); !changed) return changed.error();
            row->id = before.id;
            row->org = before.org;
            row->uid = before.uid;
            row->dialect = before.dialect;
            // Later than before even when two changes fall into one microsecond: caches of the
            // parsed document compare it.
            row->modified_at = std::max(now, before.modified_at + microseconds{1});
            if (auto updated = tx.update(*row); !updated) return updated.error();
            return *row;
        });
    if (written) record(who, "dashboard.changed", object_of(*written));
    co_return written;
}

asio::awaitable<Result<void>> CatalogService::bin_dashboards(Principal who,
                                                             std::vector<std::string> ids) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed)
        co_return allowed.error();
    const auto snapshot = catalog_->snapshot();
    std::vector<std::int64_t> rows;
    for (const auto& id : ids) {
        const auto* row = find_row(*snapshot, who.org, id);
        if (row == nullptr || row->deleted_at) co_return dashboard_not_found(id);
        rows.push_back(row->id);
    }
    const Time now = clock_->now();
    auto written =
        co_await catalog_->write<bool>([rows, now](store::Transaction& tx) -> Result<bool> {
            for (const auto id : rows) {
                auto row = tx.dashboard(id);
                if (!row) return row.error();
                row->deleted_at = now;
                if (auto updated = tx.update(*row); !updated) return updated.error();
            }
            return true;
        });
    if (!written) co_return written.error();
    for (const auto id : rows)
        record(who, "dashboard.deleted", fmt::format("dashboard:{}", id));
    co_return Result<void>{};
}

asio::awaitable<Result<void>> CatalogService::restore_dashboards(Principal who,
                                                                 std::vector<std::string> ids) {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed)
        co_return allowed.error();
    const auto snapshot = catalog_->snapshot();
    const Time now = clock_->now();
    std::vector<std::int64_t> rows;
    for (const auto& id : ids) {
        const auto* row = find_row(*snapshot, who.org, id);
        if (row == nullptr || !row->deleted_at || *row->deleted_at + kBinTime <= now) {
            co_return dashboard_not_found(id);
        }
        rows.push_back(row->id);
    }
    auto written = co_await catalog_->write<bool>([rows](store::Transaction& tx) -> Result<bool> {
        for (const auto id : rows) {
            auto row = tx.dashboard(id);
            if (!row) return row.error();
            row->deleted_at.reset();
            if (auto updated = tx.update(*row); !updated) return updated.error();
        }
        return true;
    });
    if (!written) co_return written.error();
    for (const auto id : rows)
        record(who, "dashboard.restored", fmt::format("dashboard:{}", id));
    co_return Result<void>{};
}

store::Credential CatalogService::new_credential(const NewCredential& what) {
    store::Credential credential;
    credential.secret = Secret(random_->alphanumeric(kCredentialLength));
    credential.suffix = credential.secret.suffix();
    credential.note = what.note;
    credential.expires_at = what.expires_at;
    credential.created_at = clock_->now();
    return credential;
}

asio::awaitable<Result<store::Share>> CatalogService::create_share(Principal who,
                                                                   std::string dashboard_id,
                                                                   NewShare what) {
    const auto snapshot = catalog_->snapshot();
    if (auto allowed = check_may_share(*snapshot, who, what.type); !allowed) {
        co_return allowed.error();
    }
    const auto* dashboard = find_row(*snapshot, who.org, dashboard_id);
    if (dashboard == nullptr || dashboard->deleted_at) co_return dashboard_not_found(dashboard_id);

    store::Share row;
    row.org = who.org;
    row.dashboard = dashboard->id;
    row.token = what.token.empty() ? random_->alphanumeric(32) : what.token;
    row.type = what.type;
    row.status = what.status;
    row.title = what.title;
    row.settings = std::move(what.settings);
    row.sharer = who.user;
    row.created_at = clock_->now();
    row.credentials.push_back(new_credential({}));
    auto written = co_await catalog_->write<store::Share>(
        [row](store::Transaction& tx) -> Result<store::Share> {
            auto count = tx.count_shares(row.dashboard);
            if (!count) return count.error();
            if (*count >= kSharesPerDashboard) {
                return conflict(
                    "too_many_shares",
                    fmt::format("A dashboard can have at most {} shares.", kSharesPerDashboard));
            }
            auto inserted_row = row;
            if (auto inserted = tx.insert(inserted_row); !inserted) return inserted.error();
            return inserted_row;
        });
    if (written) {
        record(who, "share.created", object_of(*written), {{"type", written->type}});
    }
    co_return written;
}

Result<store::Share> CatalogService::find_share(const Principal& who, std::string_view token,
                                                std::string_view dashboard_id) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) return allowed.error();
    const auto snapshot = catalog_->snapshot();
    const auto* share = find_row(*snapshot, who, token, dashboard_id);
    if (share == nullptr) return share_not_found();
    return *share;
}

asio::awaitable<Result<store::Share>> CatalogService::update_share(
    Principal who, std::string token, std::string dashboard_id,
    std::function<Result<void>(store::Share&)> change) {
    const auto snapshot = catalog_->snapshot();
    const auto* found = find_row(*snapshot, who, token, dashboard_id);
    // The permission first: whoever may not change shares does not learn which exist.
    const auto type = found == nullptr ? std::string("secure_embed") : found->type;
    if (auto allowed = check_may_share(*snapshot, who, type); !allowed) co_return allowed.error();
    if (found == nullptr) co_return share_not_found();
    const auto id = found->id;
    auto written = co_await catalog_->write<store::Share>(
        [id, change, who, this](store::Transaction& tx) -> Result<store::Share> {
            auto row = tx.share(id);
            if (!row) return row.error();
            const auto before = *row;
            if (auto changed = change(*row); !changed) return changed.error();
            row->id = before.id;
            row->org = before.org;
            row->dashboard = before.dashboard;
            row->token = before.token;
            if (row->type != before.type) {
                auto allowed = check_may_share(*catalog_->snapshot(), who, row->type);
                if (!allowed) return allowed.error();
            }
            if (auto updated = tx.update(*row); !updated) return updated.error();
            return tx.share(id);
        });
    if (written) {
        record(who, "share.changed", object_of(*written),
               {{"status", written->status}, {"type", written->type}});
    }
    co_return written;
}

asio::awaitable<Result<void>> CatalogService::remove_share(Principal who, std::string token,
                                                           std::string dashboard_id) {
    const auto snapshot = catalog_->snapshot();
    const auto* found = find_row(*snapshot, who, token, dashboard_id);
    const auto type = found == nullptr ? std::string("secure_embed") : found->type;
    // Taking a share away stays possible while sharing is switched off.
    if (auto allowed = who.require(permission_for(type)); !allowed) co_return allowed.error();
    if (found == nullptr) co_return share_not_found();
    const auto id = found->id;
    auto written = co_await catalog_->write<bool>([id](store::Transaction& tx) -> Result<bool> {
        if (auto removed = tx.remove_share(id); !removed) return removed.error();
        return true;
    });
    if (!written) co_return written.error();
    record(who, "share.deleted", fmt::format("share:{}", id));
    co_return Result<void>{};
}

asio::awaitable<Result<store::Credential>> CatalogService::add_credential(Principal who,
                                                                          std::string token,
                                                                          NewCredential what) {
    const auto snapshot = catalog_->snapshot();
    if (auto allowed = check_may_share(*snapshot, who, "secure_embed"); !allowed) {
        co_return allowed.error();
    }
    const auto* found = find_row(*snapshot, who, token, {});
    if (found == nullptr) co_return share_not_found();
    auto credential = new_credential(what);
    credential.share = found->id;
    auto written = co_await catalog_->write<store::Credential>(
        [credential](store::Transaction& tx) -> Result<store::Credential> {
            auto share = tx.share(credential.share);
            if (!share) return share.error();
            if (share->credentials.size() >= kCredentialsPerShare) {
                return conflict(
                    "too_many_credentials",
                    fmt::format("A share can have at most {} credentials; remove one first.",
                                kCredentialsPerShare));
            }
            auto row = credential;
            if (auto inserted = tx.insert(row); !inserted) return inserted.error();
            return row;
        });
    if (written) {
        record(who, "credential.created", fmt::format("share:{}", written->share),
               {{"credential", written->id}});
    }
    co_return written;
}

asio::awaitable<Result<store::Credential>> CatalogService::rotate_credential(
    Principal who, std::string token, std::chrono::seconds overlap, std::string note) {
    const auto snapshot = catalog_->snapshot();
    if (auto allowed = check_may_share(*snapshot, who, "secure_embed"); !allowed) {
        co_return allowed.error();
    }
    const auto* found = find_row(*snapshot, who, token, {});
    if (found == nullptr) co_return share_not_found();
    auto credential = new_credential({std::move(note), std::nullopt});
    credential.share = found->id;
    const Time now = clock_->now();
    const Time until = now + overlap;
    auto written = co_await catalog_->write<store::Credential>(
        [credential, until, now](store::Transaction& tx) -> Result<store::Credential> {
            auto share = tx.share(credential.share);
            if (!share) return share.error();
            std::size_t kept = 0;
            for (auto& old : share->credentials) {
                const bool over = old.expires_at && *old.expires_at <= now;
                if (!over) ++kept;
                if (old.expires_at && *old.expires_at <= until) continue;
                old.expires_at = until;
                if (auto updated = tx.update(old); !updated) return updated.error();
            }
            if (kept >= kCredentialsPerShare) {
                return conflict(
                    "too_many_credentials",
                    fmt::format("A share can have at most {} credentials; remove one first.",
                                kCredentialsPerShare));
            }
            auto row = credential;
            if (auto inserted = tx.insert(row); !inserted) return inserted.error();
            return row;
        });
    if (written) {
        record(who, "credential.rotated", fmt::format("share:{}", written->share),
               {{"credential", written->id}, {"overlap_until", to_rfc3339(until)}});
    }
    co_return written;
}

asio::awaitable<Result<store::Credential>> CatalogService::update_credential(
    Principal who, std::string token, std::int64_t credential,
    std::function<Result<void>(store::Credential&)> change) {
    const auto snapshot = catalog_->snapshot();
    if (auto allowed = check_may_share(*snapshot, who, "secure_embed"); !allowed) {
        co_return allowed.error();
    }
    const auto* found = find_row(*snapshot, who, token, {});
    if (found == nullptr) co_return share_not_found();
    const auto share_id = found->id;
    auto written = co_await catalog_->write<store::Credential>(
        [share_id, credential, change](store::Transaction& tx) -> Result<store::Credential> {
            auto share = tx.share(share_id);
            if (!share) return share.error();
            for (auto& row : share->credentials) {
                if (row.id != credential) continue;
                if (auto changed = change(row); !changed) return changed.error();
                row.id = credential;
                row.share = share_id;
                if (auto updated = tx.update(row); !updated) return updated.error();
                return row;
            }
            return credential_not_found();
        });
    if (written) {
        record(who, "credential.changed", fmt::format("share:{}", share_id),
               {{"credential", credential}, {"disabled", written->disabled}});
    }
    co_return written;
}

asio::awaitable<Result<void>> CatalogService::remove_credential(Principal who, std::string token,
                                                                std::int64_t credential) {
    const auto snapshot = catalog_->snapshot();
    if (auto allowed = who.require(Permission::dashboards_embed_share); !allowed) {
        co_return allowed.error();
    }
    const auto* found = find_row(*snapshot, who, token, {});
    if (found == nullptr) co_return share_not_found();
    const auto share_id = found->id;
    const bool known = std::any_of(found->credentials.begin(), found->credentials.end(),
                                   [&](const auto& c) { return c.id == credential; });
    if (!known) co_return credential_not_found();
    auto written =
        co_await catalog_->write<bool>([credential](store::Transaction& tx) -> Result<bool> {
            if (auto removed = tx.remove_credential(credential); !removed) return removed.error();
            return true;
        });
    if (!written) co_return written.error();
    record(who, "credential.deleted", fmt::format("share:{}", share_id),
           {{"credential", credential}});
    co_return Result<void>{};
}

asio::awaitable<Result<store::Organization>> CatalogService::update_organization(
    Principal who, std::function<Result<void>(store::Organization&)> change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = catalog_->snapshot();
    const auto* found = snapshot->organization(who.org);
    if (found == nullptr) {
        co_return not_found("organization_not_found", "This organization does not exist.");
    }
    auto row = *found;
    auto changed = change(row);
    if (!changed) co_return changed.error();
    row.id = found->id;
    auto written = co_await catalog_->write<store::Organization>(
        [row](store::Transaction& tx) -> Result<store::Organization> {
            if (auto updated = tx.update(row); !updated) return updated.error();
            return row;
        });
    if (written) record(who, "organization.changed", fmt::format("organization:{}", row.id));
    co_return written;
}

}  // namespace casement::access
