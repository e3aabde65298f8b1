// Signed URLs (looker.md §2.3), as EmbedSsoParams ask for them.
#include "dialects/looker/embed_urls.h"

#include "dialects/looker/embed_api.h"
#include "dialects/looker/errors.h"
#include "dialects/looker/signature.h"
#include "dialects/looker/target.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace casement::looker {
namespace {

constexpr std::size_t kNonceDigits = 32;

std::optional<std::vector<std::string>> present(const json::object& body, std::string_view name,
                                                const std::vector<std::string>& list) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    return list;
}

}  // namespace

Result<TargetUrl> read_target_url(std::string_view url, std::string_view asked_host,
                                  const std::vector<std::string>& public_hosts) {
    const auto wrong = [](std::string message) {
        return field_error("target_url", "invalid", std::move(message));
    };
    const auto scheme = url.find("://");
    if (!url.starts_with("https://") && !url.starts_with("http://")) {
        return wrong("must be an absolute URL, https://…, of this server");
    }
    if (url.find('#') != std::string_view::npos) return wrong("must have no fragment");
    const auto slash = url.find('/', scheme + 3);
    if (slash == std::string_view::npos) return wrong("must name what to show: …/dashboards/42");
    const auto host = host_of(url);
    auto own = public_hosts;
    if (own.empty()) own.emplace_back(asked_host);
    bool known = false;
    for (const auto& name : own)
        known = known || name == host;
    if (!known) {
        return wrong(
            fmt::format("must be an address of this server, such as https://{}/…", own.front()));
    }
    std::string path(url.substr(slash));
    if (!path.starts_with(kContentPath)) path = "/embed" + path;
    auto target = read_target(path);
    if (!target) return wrong(target.error().message);
    return TargetUrl{std::string(url.substr(0, slash)), to_location(*target, Tokens::left_out)};
}

asio::awaitable<Result<std::string>> SignedUrls::make(access::Principal who, json::object what,
                                                      std::string host) {
    auto may = who.require(access::Permission::org_manage);
    if (!may) co_return may.error();
    auto settings = require_embedding(parts_, who.org);
    if (!settings) co_return settings.error();
    if (!settings->signed_links) {
        co_return forbidden("embed_disabled", "Signed embedding (sso_auth_enabled) is off.");
    }
    auto wanted = read_target_url(*text_at(what, "target_url"), host, verifier_->public_hosts());
    if (!wanted) co_return wanted.error();
    auto person = read_person(what, who.org);
    if (!person) co_return person.error();
    const auto snapshot = parts_.catalog.snapshot();
    auto fits = people_->check(*snapshot, *person);
    if (!fits) co_return as_field_error(fits.error());

    std::optional<std::int64_t> secret_id;
    if (const auto text = text_at(what, "secret_id"); text && !text->empty()) {
        std::int64_t id = 0;
        const auto read = std::from_chars(text->data(), text->data() + text->size(), id);
        if (read.ec != std::errc{} || read.ptr != text->data() + text->size()) {
            co_return field_error("secret_id", "invalid", "must be the id of an embed secret");
        }
        secret_id = id;
    }
    auto secret = co_await admin_.signing_secret(who, secret_id);
    if (!secret) co_return secret.error();
    if (auto domain = text_at(what, "embed_domain"); domain && !domain->empty()) {
        auto allowed = co_await admin_.allow_domain(who, std::move(*domain));
        if (!allowed) {
            co_return field_error("embed_domain", "invalid", allowed.error().message);
        }
    }

    LoginParameters parameters;
    parameters.base_url = wanted->base;
    parameters.target = wanted->target;
    parameters.nonce = parts_.random.hex(kNonceDigits);
    parameters.time = to_unix_seconds(parts_.clock.now());
    parameters.session_length = person->session_length;
    parameters.external_user_id = person->external_user_id;
    parameters.permissions = person->permissions;
    parameters.models = person->models;
    parameters.group_ids = present(what, "group_ids", person->group_ids);
    if (!person->external_group_id.empty()) {
        parameters.external_group_id = person->external_group_id;
    }
    if (!person->attributes.empty()) parameters.user_attributes = person->attributes;
    parameters.first_name = person->first_name;
    parameters.last_name = person->last_name;
    if (!person->timezone.empty()) parameters.user_timezone = person->timezone;
    const auto* force = what.if_contains("force_logout_login");
    parameters.force_logout_login = force == nullptr || force->is_null() || force->get_bool();

    const auto algorithm = parse_algorithm(secret->algorithm).value_or(Algorithm::sha256);
    if (const auto problem = signing_problem(parameters, secret->secret.reveal())) {
        co_return field_error("target_url", "invalid", *problem);
    }
    co_return make_login_url(parameters, secret->secret.reveal(), algorithm);
}

}  // namespace casement::looker
