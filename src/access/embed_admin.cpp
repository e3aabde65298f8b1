#include "access/embed_admin.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

using store::EmbedSecret;

/// Of the secret's text, in hex digits: what the vendor's look like.
constexpr std::size_t kSecretDigits = 64;

Error secret_not_found() {
    return not_found("secret_not_found", "There is no such embed secret, or it is not active.");
}

bool is_active(const EmbedSecret& secret, Time now) {
    return secret.enabled && (!secret.expires_at || *secret.expires_at > now);
}

std::string object_of(const EmbedSecret& secret) {
    return fmt::format("embed_secret:{}", secret.id);
}

}  // namespace

EmbedSecret EmbedAdmin::fresh(const Principal& who, const NewEmbedSecret& what) {
    EmbedSecret row;
    row.org = who.org;
    row.algorithm = what.algorithm;
    row.secret = Secret(parts_.random.hex(kSecretDigits));
    row.suffix = row.secret.suffix();
    row.secret_type = what.secret_type;
    row.note = what.note;
    row.enabled = what.enabled;
    row.user = who.user;
    return row;
}

Result<std::vector<EmbedSecret>> EmbedAdmin::secrets(const Principal& who) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) return allowed.error();
    std::vector<EmbedSecret> list;
    const auto snapshot = parts_.catalog.snapshot();
    for (const auto* row : snapshot->list<EmbedSecret>(who.org))
        list.push_back(*row);
    return list;
}

asio::awaitable<Result<EmbedSecret>> EmbedAdmin::create_secret(Principal who, NewEmbedSecret what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    if (snapshot->list<EmbedSecret>(who.org).size() >= kEmbedSecrets) {
        co_return conflict("too_many_secrets",
                           fmt::format("An organization has at most {} embed secrets. Remove one "
                                       "that is no longer used.",
                                       kEmbedSecrets));
    }
    auto written = co_await parts_.catalog.write<EmbedSecret>(
        [row = fresh(who, what)](store::Transaction& tx) mutable -> Result<EmbedSecret> {
            if (auto inserted = tx.insert(row); !inserted) return inserted.error();
            return row;
        });
    if (written) parts_.record(who, "embed_secret.created", object_of(*written));
    co_return written;
}

asio::awaitable<Result<EmbedSecret>> EmbedAdmin::rotate_secret(Principal who,
                                                               std::chrono::seconds overlap,
                                                               NewEmbedSecret what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    std::vector<std::int64_t> others;
    for (const auto* row : snapshot->list<EmbedSecret>(who.org))
        others.push_back(row->id);
    if (others.size() >= kEmbedSecrets) {
        co_return conflict("too_many_secrets", "Remove an embed secret that is no longer used.");
    }
    const Time end = parts_.clock.now() + overlap;
    auto written = co_await parts_.catalog.write<EmbedSecret>(
        [row = fresh(who, what), others,
         end](store::Transaction& tx) mutable -> Result<EmbedSecret> {
            if (auto inserted = tx.insert(row); !inserted) return inserted.error();
            for (const auto id : others) {
                auto other = tx.load<EmbedSecret>(id);
                if (!other) continue;  // removed meanwhile
                if (other->expires_at && *other->expires_at <= end) continue;
                other->expires_at = end;
                if (auto updated = tx.update(*other); !updated) return updated.error();
            }
            return row;
        });
    if (written) {
        parts_.record(who, "embed_secret.rotated", object_of(*written),
                      {{"overlap_seconds", overlap.count()}});
    }
    co_return written;
}

asio::awaitable<Result<EmbedSecret>> EmbedAdmin::update_secret(Principal who, std::int64_t id,
                                                               std::optional<bool> enabled,
                                                               std::optional<std::string> note) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto written = co_await parts_.catalog.write<EmbedSecret>(
        [org = who.org, id, enabled, note](store::Transaction& tx) -> Result<EmbedSecret> {
            auto row = tx.load<EmbedSecret>(id);
            if (!row || row->org != org) return secret_not_found();
            if (enabled) row->enabled = *enabled;
            if (note) row->note = *note;
            if (auto updated = tx.update(*row); !updated) return updated.error();
            return *row;
        });
    if (written) {
        parts_.record(who, "embed_secret.changed", object_of(*written),
                      {{"enabled", written->enabled}});
    }
    co_return written;
}

asio::awaitable<Result<void>> EmbedAdmin::remove_secret(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto written = co_await parts_.catalog.write<bool>(
        [org = who.org, id](store::Transaction& tx) -> Result<bool> {
            auto row = tx.load<EmbedSecret>(id);
            if (!row || row->org != org) return secret_not_found();
            if (auto removed = tx.remove<EmbedSecret>(id); !removed) return removed.error();
            return true;
        });
    if (!written) co_return written.error();
    parts_.record(who, "embed_secret.removed", fmt::format("embed_secret:{}", id));
    co_return Result<void>{};
}

asio::awaitable<Result<EmbedSecret>> EmbedAdmin::signing_secret(Principal who,
                                                                std::optional<std::int64_t> id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const Time now = parts_.clock.now();
    const auto snapshot = parts_.catalog.snapshot();
    const EmbedSecret* newest = nullptr;
    for (const auto* row : snapshot->list<EmbedSecret>(who.org)) {
        if (!is_active(*row, now) || (id && row->id != *id)) continue;
        newest = row;
    }
    if (newest != nullptr) co_return *newest;
    if (id) co_return secret_not_found();
    auto made = co_await create_secret(std::move(who), {});
    co_return made;
}

asio::awaitable<Result<store::Organization>> EmbedAdmin::update_settings(
    Principal who, std::function<Result<void>(json::object&)> change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto written = co_await parts_.catalog.write<store::Organization>(
        [org = who.org, change](store::Transaction& tx) -> Result<store::Organization> {
            auto row = tx.load<store::Organization>(org);
            if (!row) return row.error();
            auto& section = row->settings["looker"];
            if (!section.is_object()) section = json::object{};
            if (auto changed = change(section.get_object()); !changed) return changed.error();
            if (auto updated = tx.update(*row); !updated) return updated.error();
            return *row;
        });
    if (written) {
        parts_.record(who, "embed_settings.changed", fmt::format("organization:{}", who.org));
    }
    co_return written;
}

asio::awaitable<Result<void>> EmbedAdmin::allow_domain(Principal who, std::string origin) {
    auto checked = check_embed_domain(origin);
    if (!checked) co_return checked.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* organization = snapshot->organization(who.org);
    if (organization != nullptr &&
        is_allowed_domain(read_embed_settings(*organization), *checked)) {
        co_return Result<void>{};
    }
    auto written = co_await update_settings(
        std::move(who), [entry = *checked](json::object& settings) -> Result<void> {
            auto& list = settings["domain_allowlist"];
            if (!list.is_array()) list = json::array{};
            auto& entries = list.get_array();
            if (entries.size() >= kAllowedDomains) {
                return conflict(
                    "too_many_domains",
                    fmt::format("The allowlist has at most {} entries.", kAllowedDomains));
            }
            if (std::find(entries.begin(), entries.end(), json::value(entry)) == entries.end()) {
                entries.emplace_back(entry);
            }
            return {};
        });
    if (!written) co_return written.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> EmbedAdmin::disallow_domain(Principal who, std::string origin) {
    // As it was written, also where nobody could write it so any more.
    const auto checked = check_embed_domain(origin);
    auto canonical = checked ? *checked : origin;
    auto written = co_await update_settings(
        std::move(who),
        [origin = std::move(origin),
         canonical = std::move(canonical)](json::object& settings) -> Result<void> {
            auto* list = settings.if_contains("domain_allowlist");
            const auto is_entry = [&](const json::value& entry) {
                return entry == json::value(origin) || entry == json::value(canonical);
            };
            const auto missing =
                not_found("domain_not_found", "This origin is not on the allowlist.");
            if (list == nullptr || !list->is_array()) return missing;
            auto& entries = list->get_array();
            const auto kept = std::remove_if(entries.begin(), entries.end(), is_entry);
            if (kept == entries.end()) return missing;
            entries.erase(kept, entries.end());
            return {};
        });
    if (!written) co_return written.error();
    co_return Result<void>{};
}

}  // namespace casement::access
