#include "dialects/grafana/verifier.h"

#include "access/account_keys.h"
#include "base/words.h"
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
                        "in {}.",
                        counted(static_cast<std::size_t>(wait.count()), "second")),
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
    return fmt::format("address {}", access::network_of(client));
}

/// Who signed a link; no row: nobody.
struct Signer {
    const Row* row = nullptr;
    const Secret* hash = nullptr;
};

/// As many hashes are tried as a key can have: neither that there is one of this name nor that it
/// is being rotated shows in the time that a wrong signature takes.
template <class Proof>
Signer signer(const Proof& proof, const store::Snapshot& snapshot, Time now) {
    constexpr std::size_t kMostHashes = 2;
    const auto* row = snapshot.by_name<Row>(proof.org, proof.key_name);
    auto hashes = row != nullptr ? access::hashes_of(*row, now) : std::vector<const Secret*>{};
    hashes.resize(kMostHashes, nullptr);
    Signer found;
    for (const auto* hash : hashes) {
        const bool fits = verify_signature(proof, hash);
        if (fits && found.row == nullptr) found = {row, hash};
    }
    return found;
}

/// Of versions 2 and 3.
Signer signer_of(const SharableLink& link, const store::Snapshot& snapshot, Time now) {
    const auto* second = std::get_if<SignedByHash>(&link.proof);
    return second != nullptr ? signer(*second, snapshot, now)
                             : signer(std::get<SignedV3>(link.proof), snapshot, now);
}

std::optional<Error> outside_window(const SharableLink& link, Time now) {
    if (const auto* second = std::get_if<SignedByHash>(&link.proof)) {
        return check_window(*second, now);
    }
    if (const auto* third = std::get_if<SignedV3>(&link.proof)) return check_window(*third, now);
    return std::nullopt;
}

access::GrantedValues values_of(const std::vector<Variable>& variables) {
    access::GrantedValues values;
    for (const auto& [name, list] : variables)
        values[name] = list;
    return values;
}

VerifiedLink opened_by(const Row& row, const Secret& hash, std::string_view target,
                       seconds session) {
    auto login = std::make_shared<access::KeyLogin>();
    login->grant.key = row.id;
    login->grant.proof = access::proof_of(hash);
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
    const auto wait_of_address = attempts_->wait(by_address);
    const auto wait = std::max(wait_of_address, attempts_->wait(by_name));
    const bool is_taken = accepts(version_of(*link));
    const Time now = clock_->now();
    std::int64_t key = 0;  // whose link it is
    if (const auto* first = std::get_if<KeyInLink>(&link->proof)) {
        key = keys_->remembered(first->text.reveal()).value_or(0);
        if (key == 0 && is_taken) {
            // Not by the name: whoever knows it could keep its owner out from everywhere.
            if (wait_of_address > seconds{0}) co_return too_many_attempts(wait_of_address);
            auto found = co_await keys_->check(first->text, client);
            const bool wrong = !found && found.error().kind == ErrorKind::unauthenticated;
            if (!found && !wrong) co_return found.error();
            if (found) key = *found;
        }
    } else {
        const auto snapshot = catalog_->snapshot();
        const auto* row = signer_of(*link, *snapshot, now).row;
        if (row != nullptr) key = row->id;
    }
    if (key != 0) {
        // What opens nothing is no use of a key: else an old link could make one look needed.
        if (!is_taken || outside_window(*link, now)) co_return Result<void>{};
        if (const auto holder = uses_->holder(key, 0)) uses_->note_use(*holder, client);
        co_return Result<void>{};
    }
    attempts_->failed(by_address);
    if (!by_name.empty()) attempts_->failed(by_name);
    if (wait > seconds{0}) co_return too_many_attempts(wait);
    co_return Result<void>{};
}

bool SharableVerifier::accepts(int version) const {
    return version == 1   ? options_.version_1
           : version == 2 ? options_.version_2
                          : options_.version_3;
}

Result<VerifiedLink> SharableVerifier::verify(const access::LinkRequest& request,
                                              const store::Snapshot& snapshot, Time now) const {
    if (!options_.enabled) return sharing_disabled();
    const auto link = parse_link(request.target, {options_.longest_session});
    if (!link) return link.error();
    if (const int version = version_of(*link); !accepts(version)) return version_refused(version);
    return verify_parsed(*link, request.target, snapshot, now);
}

Result<VerifiedLink> SharableVerifier::verify_parsed(const SharableLink& link,
                                                     std::string_view target,
                                                     const store::Snapshot& snapshot,
                                                     Time now) const {
    const Row* row = nullptr;
    Secret hash;  // what proved it
    seconds session = std::min(seconds(kDefaultSession), options_.longest_session);
    const auto* second = std::get_if<SignedByHash>(&link.proof);
    const auto* third = std::get_if<SignedV3>(&link.proof);
    if (const auto* first = std::get_if<KeyInLink>(&link.proof)) {
        auto proven = keys_->proven(first->text.reveal());
        row = proven ? snapshot.find<Row>(proven->key) : nullptr;
        if (row == nullptr) return key_invalid();
        hash = std::move(proven->hash);
    } else {
        const auto found = signer_of(link, snapshot, now);
        row = found.row;
        if (row == nullptr) return signature_invalid();
        hash = *found.hash;
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
    auto opened = opened_by(*row, hash, target, session);
    opened.outside_window = outside_window(link, now);
    if (third != nullptr) {
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
