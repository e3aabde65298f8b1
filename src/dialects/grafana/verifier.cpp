#include "dialects/grafana/verifier.h"

#include "access/account_keys.h"
#include "dialects/grafana/query.h"
#include "dialects/grafana/reasons.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using access::VerifiedLink;
using Row = store::AccountKey;

Error sharing_disabled() {
    return forbidden("sharing_disabled",
                     "Links that open a dashboard without signing in are switched off on this "
                     "server. The setting is aliyun.api_key_share.");
}

Error version_refused(int version) {
    return forbidden("version_refused",
                     fmt::format("This server takes no links of version {0}. The setting is "
                                 "aliyun.api_key_share_version: add v{0} to it.",
                                 version));
}

Error key_invalid() {
    return unauthenticated("api_key_invalid", "Invalid API key");
}

Error too_many_attempts(seconds wait) {
    return {ErrorKind::rate_limited,
            "too_many_attempts",
            fmt::format("Too many wrong links came from this address or named this key. Try again "
                        "in {} seconds.",
                        wait.count()),
            {}};
}

/// Whose failure it is besides the address's; empty when the link names no key.
std::string named_key(const SharableLink& link) {
    const auto name_it = [](std::int64_t org, std::string_view name) {
        return fmt::format("key {} {}", org, name);
    };
    if (const auto* second = std::get_if<SignedByHash>(&link.proof)) {
        return name_it(second->org, second->key_name);
    }
    if (const auto* third = std::get_if<SignedV3>(&link.proof)) {
        return name_it(third->org, third->key_name);
    }
    const auto& first = std::get<KeyInLink>(link.proof);
    const auto* legacy = std::get_if<LegacyKey>(&first.key);
    return legacy != nullptr ? name_it(legacy->org, legacy->name) : std::string();
}

std::string address(std::string_view client) {
    return fmt::format("address {}", client);
}

/// The row whose hash signed it, or nullptr. Unknown names cost what known ones do.
template <class Proof>
const Row* signer(const Proof& proof, const store::Snapshot& snapshot, Time now) {
    const auto* row = snapshot.by_name<Row>(proof.org, proof.key_name);
    const auto hashes =
        row != nullptr ? access::hashes_of(*row, now) : std::vector<const Secret*>{nullptr};
    for (const auto* hash : hashes) {
        if (verify_signature(proof, hash)) return row;
    }
    return nullptr;
}

access::GrantedValues values_of(const std::vector<Variable>& variables) {
    access::GrantedValues values;
    for (const auto& [name, list] : variables)
        values[name] = list;
    return values;
}

VerifiedLink opened_by(const Row& row, std::string_view target, seconds session) {
    auto login = std::make_shared<access::KeyLogin>();
    login->grant.key = row.id;
    login->grant.target = clean_target(target);
    login->session_length = session;
    VerifiedLink link;
    link.dialect = "grafana";
    link.org = row.org;
    link.scope = access::object_of(row);
    link.target = login->grant.target;
    link.key = std::move(login);
    return link;
}

}  // namespace

Result<SharingOptions> read_versions(std::string_view text) {
    SharingOptions options;
    options.version_1 = false;
    while (true) {
        const auto end = text.find(',');
        const auto name = text.substr(0, end);
        bool* version = name == "v1"   ? &options.version_1
                        : name == "v2" ? &options.version_2
                        : name == "v3" ? &options.version_3
                                       : nullptr;
        if (version == nullptr || *version) {
            return invalid("invalid_versions",
                           "This is v1, v2 or v3, or several of them with commas between.");
        }
        *version = true;
        if (end == std::string_view::npos) return options;
        text.remove_prefix(end + 1);
    }
}

bool SharableVerifier::recognizes(std::string_view target) const {
    const auto path = path_of(target);
    return (path.starts_with(kDashboardPath) || path.starts_with(kPanelPath)) && has_proof(target);
}

asio::awaitable<Result<void>> SharableVerifier::prepare(access::LinkRequest request,
                                                        std::string client) const {
    if (!options_.enabled) co_return Result<void>{};
    const auto link = parse_link(request.target, {options_.longest_session});
    if (!link) co_return Result<void>{};  // costs nothing, and verify() says why
    const auto by_address = address(client);
    const auto by_name = named_key(*link);
    const auto wait = std::max(attempts_->wait(by_address), attempts_->wait(by_name));
    std::int64_t key = 0;  // whose link it is
    if (const auto* first = std::get_if<KeyInLink>(&link->proof)) {
        key = keys_->remembered(first->text.reveal()).value_or(0);
        if (key == 0 && options_.version_1) {
            if (wait > seconds{0}) co_return too_many_attempts(wait);
            auto found = co_await keys_->check(first->text, client);
            const bool wrong = !found && found.error().kind == ErrorKind::unauthenticated;
            if (!found && !wrong) co_return found.error();
            if (found) key = *found;
        }
    } else {
        const auto snapshot = catalog_->snapshot();
        const Time now = clock_->now();
        const auto* second = std::get_if<SignedByHash>(&link->proof);
        const auto* row = second != nullptr
                              ? signer(*second, *snapshot, now)
                              : signer(std::get<SignedV3>(link->proof), *snapshot, now);
        if (row != nullptr) key = row->id;
    }
    if (key != 0) {
        // Not when it no longer counts: that is no use of it.
        if (const auto holder = uses_->holder(key, 0)) uses_->note_use(*holder, client);
        co_return Result<void>{};
    }
    attempts_->failed(by_address);
    if (!by_name.empty()) attempts_->failed(by_name);
    if (wait > seconds{0}) co_return too_many_attempts(wait);
    co_return Result<void>{};
}

Result<VerifiedLink> SharableVerifier::verify(const access::LinkRequest& request,
                                              const store::Snapshot& snapshot, Time now) const {
    if (!options_.enabled) return sharing_disabled();
    const auto link = parse_link(request.target, {options_.longest_session});
    if (!link) return link.error();
    const int version = version_of(*link);
    const bool accepted = version == 1   ? options_.version_1
                          : version == 2 ? options_.version_2
                                         : options_.version_3;
    if (!accepted) return version_refused(version);
    return verify_parsed(*link, request.target, snapshot, now);
}

Result<VerifiedLink> SharableVerifier::verify_parsed(const SharableLink& link,
                                                     std::string_view target,
                                                     const store::Snapshot& snapshot,
                                                     Time now) const {
    const Row* row = nullptr;
    seconds session = std::min(seconds(kDefaultSession), options_.longest_session);
    const auto* second = std::get_if<SignedByHash>(&link.proof);
    const auto* third = std::get_if<SignedV3>(&link.proof);
    if (const auto* first = std::get_if<KeyInLink>(&link.proof)) {
        const auto id = keys_->remembered(first->text.reveal());
        row = id ? snapshot.find<Row>(*id) : nullptr;
        if (row == nullptr) return key_invalid();
    } else {
        row = second != nullptr ? signer(*second, snapshot, now) : signer(*third, snapshot, now);
        if (row == nullptr) return signature_invalid();
        session = second != nullptr ? second->session : third->session;
    }
    // Only who has proven something hears more.
    if (const auto key = access::check_account_key(snapshot, row->org, row->id, now); !key) {
        return key.error();
    }
    if (access::role_of(snapshot, *row) == "None") {
        return forbidden("role_without_rights", "This key's role may see no dashboards.");
    }
    // A token's link says nothing of its organization but this.
    if (link.target.org && *link.target.org != row->org) {
        return refusal(kOrganizationMismatch,
                       "orgId names another organization than the one of the key.", "orgId");
    }
    auto opened = opened_by(*row, target, session);
    if (second != nullptr) opened.outside_window = check_window(*second, now);
    if (third != nullptr) {
        opened.outside_window = check_window(*third, now);
        opened.nonce = third->nonce;
        opened.nonce_for = kMostAhead + kValidFor;
        auto login = std::make_shared<access::KeyLogin>(*opened.key);
        login->grant.dashboard = link.target.dashboard_uid;
        if (link.target.is_solo) login->grant.panel = link.target.panel.value_or(0);
        login->grant.locked = values_of(third->locked);
        login->grant.bounded = values_of(third->bounded);
        opened.key = std::move(login);
    }
    return opened;
}

std::optional<access::LinkSubject> SharableVerifier::subject_of(
    std::string_view target, const store::Snapshot& snapshot) const {
    const auto link = parse_link(target, {options_.longest_session});
    if (!link) return std::nullopt;
    std::int64_t org = 0;
    if (const auto* second = std::get_if<SignedByHash>(&link->proof)) org = second->org;
    if (const auto* third = std::get_if<SignedV3>(&link->proof)) org = third->org;
    if (const auto* first = std::get_if<KeyInLink>(&link->proof)) {
        const auto* legacy = std::get_if<LegacyKey>(&first->key);
        if (legacy != nullptr) org = legacy->org;
    }
    if (snapshot.organization(org) == nullptr) return std::nullopt;
    return access::LinkSubject{org, 0};
}

}  // namespace casement::grafana
