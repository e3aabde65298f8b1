#include "access/share_service.h"

#include "access/publish_check.h"
#include "access/sharing_settings.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kCredentialLength = 44;  // as the vendor's are (datadog.md §1.4)

Error share_not_found() {
    return not_found("share_not_found", "There is no share with this token on this dashboard.");
}

Error credential_not_found() {
    return not_found("credential_not_found", "This share has no such credential.");
}

const store::Share* find_row(const store::Snapshot& snapshot, const Principal& who,
                             std::string_view token, std::string_view dashboard_id) {
    const auto* share = snapshot.share_by_token(token);
    if (share == nullptr || share->org != who.org) return nullptr;
    if (dashboard_id.empty()) return share;
    const auto* dashboard = find_dashboard_row(snapshot, who.org, dashboard_id);
    return dashboard != nullptr && dashboard->id == share->dashboard ? share : nullptr;
}

Result<void> check_may_share(const store::Snapshot& snapshot, const Principal& who,
                             std::string_view type) {
    if (auto allowed = who.require(permission_to_share(type)); !allowed) return allowed.error();
    const auto* organization = snapshot.organization(who.org);
    if (organization == nullptr) {
        return not_found("organization_not_found", "This organization does not exist.");
    }
    return check_sharing(*organization, type);
}

/// `others`: how many credentials the share has already.
Result<store::Credential> insert_credential(store::Transaction& tx, store::Credential row,
                                            std::size_t others) {
    if (others >= kCredentialsPerShare) {
        return conflict("too_many_credentials",
                        fmt::format("A share can have at most {} credentials; remove one first.",
                                    kCredentialsPerShare));
    }
    if (auto inserted = tx.insert(row); !inserted) return inserted.error();
    return row;
}

}  // namespace

Permission permission_to_share(std::string_view type) {
    if (type == "open") return Permission::dashboards_public_share;
    if (type == "invite") return Permission::dashboards_invite_share;
    return Permission::dashboards_embed_share;
}

store::Credential ShareService::new_credential(const NewCredential& what) {
    store::Credential credential;
    credential.secret = Secret(parts_.random.alphanumeric(kCredentialLength));
    credential.suffix = credential.secret.suffix();
    credential.note = what.note;
    credential.expires_at = what.expires_at;
    credential.created_at = parts_.clock.now();
    return credential;
}

Result<std::int64_t> ShareService::share_to_sign(const Principal& who,
                                                 std::string_view token) const {
    const auto snapshot = parts_.catalog.snapshot();
    if (auto allowed = check_may_share(*snapshot, who, "secure_embed"); !allowed) {
        return allowed.error();
    }
    const auto* found = find_row(*snapshot, who, token, {});
    if (found == nullptr) return share_not_found();
    return found->id;
}

asio::awaitable<Result<store::Share>> ShareService::create(Principal who, std::string dashboard_id,
                                                           NewShare what) {
    const auto snapshot = parts_.catalog.snapshot();
    if (auto allowed = check_may_share(*snapshot, who, what.type); !allowed) {
        co_return allowed.error();
    }
    const auto* dashboard = find_dashboard_row(*snapshot, who.org, dashboard_id);
    if (dashboard == nullptr || dashboard->deleted_at) co_return dashboard_not_found(dashboard_id);

    store::Share row;
    row.org = who.org;
    row.dashboard = dashboard->id;
    row.token = what.token.empty() ? parts_.random.alphanumeric(32) : what.token;
    row.type = what.type;
    row.status = what.status;
    row.title = what.title;
    row.settings = std::move(what.settings);
    row.sharer = who.user;
    row.created_at = parts_.clock.now();
    row.credentials.push_back(new_credential({}));
    auto written = co_await parts_.catalog.write<store::Share>(
        [this, row](store::Transaction& tx) -> Result<store::Share> {
            if (auto proven = check_share(*parts_.catalog.snapshot(), row); !proven) {
                return proven.error();
            }
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
        parts_.record(who, "share.created", object_of(*written), {{"type", written->type}});
    }
    co_return written;
}

Result<store::Share> ShareService::find(const Principal& who, std::string_view token,
                                        std::string_view dashboard_id) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* share = find_row(*snapshot, who, token, dashboard_id);
    if (share == nullptr) return share_not_found();
    return *share;
}

asio::awaitable<Result<store::Share>> ShareService::update(
    Principal who, std::string token, std::string dashboard_id,
    std::function<Result<void>(store::Share&)> change) {
    const auto snapshot = parts_.catalog.snapshot();
    const auto* found = find_row(*snapshot, who, token, dashboard_id);
    // The permission first: whoever may not change shares does not learn which exist.
    const auto type = found == nullptr ? std::string("secure_embed") : found->type;
    if (auto allowed = check_may_share(*snapshot, who, type); !allowed) co_return allowed.error();
    if (found == nullptr) co_return share_not_found();
    const auto id = found->id;
    auto written = co_await parts_.catalog.write<store::Share>(
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
                auto allowed = check_may_share(*parts_.catalog.snapshot(), who, row->type);
                if (!allowed) return allowed.error();
            }
            if (auto proven = check_share(*parts_.catalog.snapshot(), *row); !proven) {
                return proven.error();
            }
            if (auto updated = tx.update(*row); !updated) return updated.error();
            return tx.share(id);
        });
    if (written) {
        parts_.record(who, "share.changed", object_of(*written),
                      {{"status", written->status}, {"type", written->type}});
    }
    co_return written;
}

asio::awaitable<Result<void>> ShareService::remove(Principal who, std::string token,
                                                   std::string dashboard_id) {
    const auto snapshot = parts_.catalog.snapshot();
    const auto* found = find_row(*snapshot, who, token, dashboard_id);
    const auto type = found == nullptr ? std::string("secure_embed") : found->type;
    // Taking a share away stays possible while sharing is switched off.
    if (auto allowed = who.require(permission_to_share(type)); !allowed) co_return allowed.error();
    if (found == nullptr) co_return share_not_found();
    const auto id = found->id;
    auto written =
        co_await parts_.catalog.write<bool>([id](store::Transaction& tx) -> Result<bool> {
            if (auto removed = tx.remove_share(id); !removed) return removed.error();
            return true;
        });
    if (!written) co_return written.error();
    parts_.record(who, "share.deleted", fmt::format("share:{}", id));
    co_return Result<void>{};
}

asio::awaitable<Result<store::Credential>> ShareService::add_credential(Principal who,
                                                                        std::string token,
                                                                        NewCredential what) {
    const auto share_id = share_to_sign(who, token);
    if (!share_id) co_return share_id.error();
    auto credential = new_credential(what);
    credential.share = *share_id;
    auto written = co_await parts_.catalog.write<store::Credential>(
        [credential](store::Transaction& tx) -> Result<store::Credential> {
            auto share = tx.share(credential.share);
            if (!share) return share.error();
            return insert_credential(tx, credential, share->credentials.size());
        });
    if (written) {
        parts_.record(who, "credential.created", fmt::format("share:{}", written->share),
                      {{"credential", written->id}});
    }
    co_return written;
}

asio::awaitable<Result<store::Credential>> ShareService::rotate_credential(
    Principal who, std::string token, std::chrono::seconds overlap, std::string note) {
    const auto share_id = share_to_sign(who, token);
    if (!share_id) co_return share_id.error();
    auto credential = new_credential({std::move(note), std::nullopt});
    credential.share = *share_id;
    const Time now = parts_.clock.now();
    const Time until = now + overlap;
    auto written = co_await parts_.catalog.write<store::Credential>(
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
            return insert_credential(tx, credential, kept);
        });
    if (written) {
        parts_.record(who, "credential.rotated", fmt::format("share:{}", written->share),
                      {{"credential", written->id}, {"overlap_until", to_rfc3339(until)}});
    }
    co_return written;
}

asio::awaitable<Result<store::Credential>> ShareService::update_credential(
    Principal who, std::string token, std::int64_t credential,
    std::function<Result<void>(store::Credential&)> change) {
    const auto share_id = share_to_sign(who, token);
    if (!share_id) co_return share_id.error();
    auto written = co_await parts_.catalog.write<store::Credential>(
        [id = *share_id, credential, change](store::Transaction& tx) -> Result<store::Credential> {
            auto share = tx.share(id);
            if (!share) return share.error();
            for (auto& row : share->credentials) {
                if (row.id != credential) continue;
                if (auto changed = change(row); !changed) return changed.error();
                row.id = credential;
                row.share = id;
                if (auto updated = tx.update(row); !updated) return updated.error();
                return row;
            }
            return credential_not_found();
        });
    if (written) {
        parts_.record(who, "credential.changed", fmt::format("share:{}", *share_id),
                      {{"credential", credential}, {"disabled", written->disabled}});
    }
    co_return written;
}

asio::awaitable<Result<void>> ShareService::remove_credential(Principal who, std::string token,
                                                              std::int64_t credential) {
    const auto snapshot = parts_.catalog.snapshot();
    // Possible also while sharing is switched off.
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
        co_await parts_.catalog.write<bool>([credential](store::Transaction& tx) -> Result<bool> {
            if (auto removed = tx.remove_credential(credential); !removed) return removed.error();
            return true;
        });
    if (!written) co_return written.error();
    parts_.record(who, "credential.deleted", fmt::format("share:{}", share_id),
                  {{"credential", credential}});
    co_return Result<void>{};
}

}  // namespace casement::access
