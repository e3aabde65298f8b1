#include "fake_parts.h"

#include "access/session_service.h"
#include "crypto/hash.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casement::console::test {
namespace {

struct Parts {
    std::string token, nonce, mac;
    bool late = false;
};

std::optional<Parts> read_link(std::string_view target) {
    Parts parts;
    const auto question = target.find('?');
    if (!target.starts_with("/test/") || question == std::string_view::npos) return std::nullopt;
    parts.token = target.substr(6, question - 6);
    const auto value = [&](std::string_view name) {
        const auto at = target.find(name, question);
        if (at == std::string_view::npos) return std::string();
        const auto from = at + name.size();
        return std::string(target.substr(from, target.find('&', from) - from));
    };
    parts.nonce = value("nonce=");
    parts.mac = value("mac=");
    parts.late = value("late=") == "1";
    return parts;
}

}  // namespace

asio::awaitable<Result<data::Outcome>> SteeredEngine::run(data::Query query,
                                                          std::shared_ptr<Cancellation> stop) {
    ++runs;
    if (query.text.find("fail") != std::string::npos) {
        co_return invalid("query_invalid", "syntax error in: " + query.text);
    }
    if (query.text.find("hang") != std::string::npos) {
        const auto executor = co_await asio::this_coro::executor;
        const auto timer = std::make_shared<asio::steady_timer>(executor);
        timer->expires_at(asio::steady_timer::time_point::max());
        const auto wake = stop->on_cancel(
            [executor, timer] { asio::post(executor, [timer] { timer->cancel(); }); });
        if (on_hang) on_hang();
        boost::system::error_code woken;
        co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, woken));
        ++cancelled;
        co_return Error{ErrorKind::unavailable, "query_cancelled", "Stopped.", {}};
    }
    if (answer) {
        auto made = answer(query);
        cache_[data::cache_key(query, 0)] = made;
        co_return data::Outcome{std::move(made), false};
    }
    std::string airport = "none";
    if (const auto found = query.parameters.find("airport"); found != query.parameters.end()) {
        if (const auto* scalar = std::get_if<data::Scalar>(&found->second)) {
            if (const auto* text = std::get_if<std::string>(scalar)) airport = *text;
        }
    }
    auto table = std::make_shared<data::Table>();
    table->columns = {{"airport", data::ColumnType::text}};
    table->rows = 1;
    table->cells.resize(1);
    table->cells[0].texts = {airport};
    table->cells[0].nulls = {false};
    const json::object text{
        {"columns", json::array{json::object{
                        {"name", "airport"}, {"type", "text"}, {"values", json::array{airport}}}}},
        {"rows", 1},
        {"truncated", false}};
    table->json = json::serialize(text);
    cache_[data::cache_key(query, 0)] = table;
    co_return data::Outcome{table, false};
}

data::TablePtr SteeredEngine::cached(const data::Query& query) {
    const auto found = cache_.find(data::cache_key(query, 0));
    return found == cache_.end() ? nullptr : found->second;
}

asio::awaitable<Result<void>> SteeredEngine::check(std::int64_t, std::string) {
    co_return Result<void>();
}

asio::awaitable<Result<data::Source::Description>> SteeredEngine::describe(std::int64_t,
                                                                           std::string,
                                                                           std::string) {
    co_return data::Source::Description{};
}

bool TestVerifier::recognizes(std::string_view target) const {
    return target.starts_with("/test/");
}

std::optional<access::LinkSubject> TestVerifier::subject_of(std::string_view target,
                                                            const store::Snapshot& snapshot) const {
    const auto link = read_link(target);
    const auto* share = link ? snapshot.share_by_token(link->token) : nullptr;
    if (share == nullptr) return std::nullopt;
    return access::LinkSubject{share->org, share->id};
}

Result<access::VerifiedLink> TestVerifier::verify(const access::LinkRequest& request,
                                                  const store::Snapshot& snapshot, Time now) const {
    const auto link = read_link(request.target);
    if (!link) return invalid("malformed_link", "Not a link.");
    const auto* share = snapshot.share_by_token(link->token);
    if (share == nullptr || share->type != "secure_embed") {
        return not_found("share_not_found", "There is no such share.");
    }
    for (const auto& credential : share->credentials) {
        const auto mac = crypto::hmac_sha256_hex(credential.secret.reveal(), link->nonce);
        if (mac != link->mac) continue;
        if (credential.disabled) return unauthenticated("credential_disabled", "Switched off.");
        auto open = access::check_share_open(snapshot, *share, now);
        if (!open) return open.error();
        access::VerifiedLink verified;
        verified.dialect = "test";
        verified.org = share->org;
        verified.share = share->id;
        verified.credential = credential.id;
        verified.scope = "share:" + std::to_string(share->id);
        verified.nonce = link->nonce;
        const bool expired = credential.expires_at && *credential.expires_at <= now;
        if (link->late || expired) verified.outside_window = gone("link_expired", "Too late.");
        return verified;
    }
    return unauthenticated("bad_signature", "The signature does not hold.");
}

bool TestContent::recognizes(std::string_view target) const {
    return target.starts_with("/embed/");
}

Result<std::string> TestContent::session_of_token(std::string_view api_token, Time) const {
    if (!api_token.starts_with("api:")) {
        return unauthenticated("invalid_api_token", "This is not a token of ours.");
    }
    return std::string(api_token.substr(4));
}

Result<access::ContentRequest> TestContent::read(std::string_view target, const store::Snapshot&,
                                                 store::OrgId, Time) const {
    if (!recognizes(target)) return invalid("invalid_target", "Not under /embed/.");
    access::ContentRequest wanted;
    wanted.target = target;
    const auto question = target.find('?');
    auto ref = access::read_content_ref(target.substr(7, question - 7));
    if (!ref) return ref.error();
    wanted.ref = std::move(*ref);
    if (question != std::string_view::npos) {
        const auto pair = target.substr(question + 1);
        const auto equals = pair.find('=');
        wanted.filters.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return wanted;
}

Result<access::ContentRequest> TestPages::read(std::string_view target, Time) const {
    if (!target.starts_with("/d/")) return invalid("invalid_target", "Not under /d/.");
    access::ContentRequest wanted;
    wanted.target = target;
    const auto question = target.find('?');
    wanted.ref = {access::ContentRef::Type::dashboard, std::string(target.substr(3, question - 3))};
    if (question != std::string_view::npos) {
        const auto pair = target.substr(question + 1);
        const auto equals = pair.find('=');
        wanted.variables[std::string(pair.substr(0, equals))].emplace_back(pair.substr(equals + 1));
    }
    wanted.page = {{"kiosk", "off"}};
    return wanted;
}

Result<access::SignedShareLink> TestShareLinks::sign(std::string address, const Secret& credential,
                                                     Time now) const {
    const auto token = address.substr(address.rfind('/') + 1);
    const auto nonce = std::to_string(to_unix_seconds(now));
    return access::SignedShareLink{
        "https://bi.example" + signed_link(token, credential.reveal(), nonce), now + seconds{1800}};
}

std::string signed_link(std::string_view token, std::string_view credential,
                        std::string_view nonce) {
    return "/test/" + std::string(token) + "?nonce=" + std::string(nonce) +
           "&mac=" + crypto::hmac_sha256_hex(credential, nonce);
}

}  // namespace casement::console::test
