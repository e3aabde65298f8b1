// What an organization manages of signed embedding: the secrets that sign its links, who may frame
// its pages, how strict it is.
#include "base/whole_number.h"
#include "console/context.h"
#include "console/key_api.h"
#include "console/listing.h"
#include "dashboards/timezone.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;
using store::EmbedSecret;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kLongestOverlap = 365 * kDay;

json::value time_or_null(const std::optional<Time>& time) {
    return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}

json::object to_json(const EmbedSecret& secret, const store::Snapshot& snapshot, Time now) {
    const auto* author = secret.user == 0 ? nullptr : snapshot.user(secret.user);
    const bool is_over = secret.expires_at && *secret.expires_at <= now;
    return {{"id", secret.id},
            {"algorithm", secret.algorithm},
            {"suffix", secret.suffix},
            {"note", secret.note},
            {"author", author != nullptr ? json::value(author->handle) : nullptr},
            {"created_at", to_rfc3339(secret.created_at)},
            {"expires_at", time_or_null(secret.expires_at)},
            {"expired", is_over},
            {"enabled", secret.enabled}};
}

Shape secret_shape() {
    const auto text = [] { return Shape::text(0, 1000); };
    return Shape::object({required("id", Shape::integer(1, kAnyId)), required("algorithm", text()),
                          required("suffix", text().described("The last four characters.")),
                          required("note", text()), required("author", text().or_null()),
                          required("created_at", text()), required("expires_at", text().or_null()),
                          required("expired", Shape::boolean()),
                          required("enabled", Shape::boolean())});
}

Shape new_secret_shape() {
    return Shape::object({required("embed_secret", secret_shape()),
                          required("secret", Shape::text(1, 200).described("Shown this once."))});
}

Response secret_response(Context& console, int status, const EmbedSecret& secret) {
    return Response::json(
        status, to_json(secret, *console.parts.catalog.snapshot(), console.parts.clock.now()));
}

Response new_secret_response(Context& console, const EmbedSecret& secret) {
    return Response::json(
        201, json::object{{"embed_secret", to_json(secret, *console.parts.catalog.snapshot(),
                                                   console.parts.clock.now())},
                          {"secret", secret.secret.reveal()}});
}

access::NewEmbedSecret wanted_of(const Call& call) {
    access::NewEmbedSecret wanted;
    if (auto algorithm = text_at(call.body, "algorithm")) wanted.algorithm = std::move(*algorithm);
    wanted.note = text_at(call.body, "note").value_or("");
    return wanted;
}

Result<std::int64_t> id_of(const Call& call) {
    const auto id = whole_number<std::int64_t>(call.request.captures.at(0));
    if (!id) return not_found("secret_not_found", "There is no such embed secret.");
    return *id;
}

Answered list_secrets(Context& console, Call& call) {
    const auto secrets = console.parts.keys.embedding.secrets(call.principal);
    if (!secrets) co_return secrets.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto now = console.parts.clock.now();
    const auto show = [&](const EmbedSecret& secret) { return to_json(secret, *snapshot, now); };
    co_return Response::json(200, list_of("secrets", *secrets, show));
}

Answered create_secret(Context& console, Call& call) {
    auto made =
        co_await console.parts.keys.embedding.create_secret(call.principal, wanted_of(call));
    if (!made) co_return made.error();
    co_return new_secret_response(console, *made);
}

Answered rotate_secret(Context& console, Call& call) {
    const auto* given = call.body.if_contains("overlap_seconds");
    const std::chrono::seconds overlap{given == nullptr ? kDay : given->get_int64()};
    auto made = co_await console.parts.keys.embedding.rotate_secret(call.principal, overlap,
                                                                    wanted_of(call));
    if (!made) co_return made.error();
    co_return new_secret_response(console, *made);
}

Answered change_secret(Context& console, Call& call) {
    const auto id = id_of(call);
    if (!id) co_return id.error();
    std::optional<bool> enabled;
    if (const auto* on = call.body.if_contains("enabled")) enabled = on->get_bool();
    auto note = text_at(call.body, "note");
    auto changed = co_await console.parts.keys.embedding.update_secret(call.principal, *id, enabled,
                                                                       std::move(note));
    if (!changed) co_return changed.error();
    co_return secret_response(console, 200, *changed);
}

Answered remove_secret(Context& console, Call& call) {
    const auto id = id_of(call);
    if (!id) co_return id.error();
    auto removed = co_await console.parts.keys.embedding.remove_secret(call.principal, *id);
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

// -- settings and the allowlist -------------------------------------------------------------------

/// Members of the answer, and the names that the section of the settings has for them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSwitches{{
    {"enabled", "embed_enabled"},
    {"signed_links", "sso_auth_enabled"},
    {"cookieless", "embed_cookieless_v2"},
    {"closed_system", "closed_system"},
    {"strict", "strict"},
    {"allow_user_timezones", "allow_user_timezones"},
}};

Result<json::object> settings_json(const Context& console, const Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* organization = snapshot->organization(call.principal.org);
    if (organization == nullptr) {
        return not_found("organization_not_found", "This organization does not exist.");
    }
    const auto settings = access::read_embed_settings(*organization);
    json::array domains;
    for (const auto& origin : settings.domain_allowlist)
        domains.emplace_back(origin);
    return json::object{{"enabled", settings.enabled},
                        {"signed_links", settings.signed_links},
                        {"cookieless", settings.cookieless},
                        {"closed_system", settings.closed_system},
                        {"strict", settings.strict},
                        {"allow_user_timezones", settings.allow_user_timezones},
                        {"timezone", settings.timezone},
                        {"domains", std::move(domains)}};
}

Shape settings_shape() {
    std::vector<ShapeMember> members;
    for (const auto& [name, stored] : kSwitches)
        members.push_back(required(std::string(name), Shape::boolean()));
    members.push_back(required("timezone", Shape::text(1, 64)));
    members.push_back(required(
        "domains",
        Shape::list(Shape::text(1, 300), static_cast<std::int64_t>(access::kAllowedDomains))
            .described("Origins whose pages may frame this organization's; empty: every one.")));
    return Shape::object(std::move(members));
}

Answered answer_settings(Context& console, Call& call) {
    auto settings = settings_json(console, call);
    if (!settings) co_return settings.error();
    co_return Response::json(200, *settings);
}

Answered change_settings(Context& console, Call& call) {
    const auto zone = text_at(call.body, "timezone");
    if (zone && (*zone == "browser" || !dashboards::is_timezone(*zone))) {
        co_return invalid("timezone_unknown",
                          "This is no time zone. Write one like Europe/Berlin or UTC.", "timezone");
    }
    auto changed = co_await console.parts.keys.embedding.update_settings(
        call.principal, [body = call.body](json::object& section) -> Result<void> {
            for (const auto& [name, stored] : kSwitches)
                if (const auto* on = body.if_contains(name)) section[stored] = *on;
            if (const auto* named = body.if_contains("timezone")) section["timezone"] = *named;
            return {};
        });
    if (!changed) co_return changed.error();
    auto answered = co_await answer_settings(console, call);
    co_return answered;
}

Error about_origin(Error error) {
    if (error.code == "invalid_origin") error.field = "origin";
    return error;
}

Answered add_domain(Context& console, Call& call) {
    auto canonical = access::check_embed_domain(*text_at(call.body, "origin"));
    if (!canonical) co_return about_origin(canonical.error());
    auto allowed = co_await console.parts.keys.embedding.allow_domain(call.principal, *canonical);
    if (!allowed) co_return about_origin(allowed.error());
    auto settings = settings_json(console, call);
    if (!settings) co_return settings.error();
    const auto& domains = settings->at("domains").get_array();
    const bool is_listed =
        std::find(domains.begin(), domains.end(), json::value(*canonical)) != domains.end();
    json::object answer{{"origin", *canonical},
                        {"covered_already", !is_listed},
                        {"settings", std::move(*settings)}};
    co_return Response::json(200, answer);
}

Answered remove_domain(Context& console, Call& call) {
    auto origin = call.text("origin");
    if (!origin) {
        co_return invalid("missing_parameter", "Say which origin, in the parameter origin.",
                          "origin");
    }
    auto removed =
        co_await console.parts.keys.embedding.disallow_domain(call.principal, std::move(*origin));
    if (!removed) co_return removed.error();
    auto answered = co_await answer_settings(console, call);
    co_return answered;
}

std::vector<Operation> secret_operations() {
    const auto note = optional("note", Shape::text(0, 200));
    const auto algorithm = optional("algorithm", Shape::one_of({"hmac/sha-256", "hmac/sha-1"}));
    const std::string tag = "Embedding";
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/embed-secrets",
                   .id = "listEmbedSecrets",
                   .tag = tag,
                   .summary = "The secrets that sign the organization's embed links",
                   .permission = Permission::org_manage,
                   .answers = {{200, "Oldest first, without what they are.",
                                list_shape("secrets", secret_shape(), 100)}},
                   .handle = list_secrets});
    all.push_back({.method = Method::post,
                   .path = "/embed-secrets",
                   .id = "createEmbedSecret",
                   .tag = tag,
                   .summary = "One more secret; the others go on",
                   .permission = Permission::org_manage,
                   .body = Shape::object({algorithm, note}),
                   .answers = {{201, "With what it is, once.", new_secret_shape()}},
                   .refusals = {{409, "too_many_secrets"}},
                   .handle = create_secret});
    all.push_back(
        {.method = Method::post,
         .path = "/embed-secrets/rotate",
         .id = "rotateEmbedSecrets",
         .tag = tag,
         .summary = "A new secret now, the others end after an overlap",
         .permission = Permission::org_manage,
         .body = Shape::object(
             {optional("overlap_seconds",
                       Shape::integer(0, kLongestOverlap).described("A day when absent.")),
              algorithm, note}),
         .answers = {{201, "The new one with what it is, once.", new_secret_shape()}},
         .refusals = {{409, "too_many_secrets"}},
         .handle = rotate_secret});
    all.push_back({.method = Method::patch,
                   .path = "/embed-secrets/{id}",
                   .id = "changeEmbedSecret",
                   .tag = tag,
                   .summary = "Its note; switched off or on",
                   .description = "Switched off, it opens nothing, and its sessions end.",
                   .permission = Permission::org_manage,
                   .body = Shape::object({optional("enabled", Shape::boolean()), note}),
                   .answers = {{200, "The secret as it is now.", secret_shape()}},
                   .refusals = {{404, "secret_not_found"}},
                   .handle = change_secret});
    all.push_back({.method = Method::del,
                   .path = "/embed-secrets/{id}",
                   .id = "deleteEmbedSecret",
                   .tag = tag,
                   .summary = "Take a secret away for good, and its sessions",
                   .permission = Permission::org_manage,
                   .answers = {{204, "Gone.", std::nullopt}},
                   .refusals = {{404, "secret_not_found"}},
                   .handle = remove_secret});
    return all;
}

}  // namespace

std::vector<Operation> embed_operations() {
    auto all = secret_operations();
    const std::string tag = "Embedding";
    std::vector<ShapeMember> switches;
    for (const auto& [name, stored] : kSwitches)
        switches.push_back(optional(std::string(name), Shape::boolean()));
    switches.push_back(optional("timezone", Shape::text(1, 64)));
    all.push_back({.method = Method::get,
                   .path = "/embed-settings",
                   .id = "getEmbedSettings",
                   .tag = tag,
                   .summary = "What the organization allows of signed embedding",
                   .permission = Permission::org_manage,
                   .answers = {{200, "The settings.", settings_shape()}},
                   .handle = answer_settings});
    all.push_back({.method = Method::patch,
                   .path = "/embed-settings",
                   .id = "changeEmbedSettings",
                   .tag = tag,
                   .summary = "Change them; what is absent stays",
                   .permission = Permission::org_manage,
                   .body = Shape::object(std::move(switches)),
                   .answers = {{200, "As they are now.", settings_shape()}},
                   .refusals = {{400, "timezone_unknown"}},
                   .handle = change_settings});
    all.push_back(
        {.method = Method::post,
         .path = "/embed-settings/domains",
         .id = "allowEmbedDomain",
         .tag = tag,
         .summary = "Let pages of one more origin frame this organization's",
         .permission = Permission::org_manage,
         .body = Shape::object({required("origin", Shape::text(1, 300))}),
         .answers = {{200, "The origin as it is kept, and the settings as they are now.",
                      Shape::object({required("origin", Shape::text(1, 300)),
                                     required("covered_already",
                                              Shape::boolean().described(
                                                  "Another entry allows it; it was not added.")),
                                     required("settings", settings_shape())})}},
         .refusals = {{400, "invalid_origin"}, {409, "too_many_domains"}},
         .handle = add_domain});
    all.push_back({.method = Method::del,
                   .path = "/embed-settings/domains",
                   .id = "disallowEmbedDomain",
                   .tag = tag,
                   .summary = "Take an origin off the list",
                   .permission = Permission::org_manage,
                   .parameters = {{"origin", Shape::text(1, 300), "As it stands on the list."}},
                   .answers = {{200, "The settings as they are now.", settings_shape()}},
                   .refusals = {{404, "domain_not_found"}},
                   .handle = remove_domain});
    return all;
}

}  // namespace casement::console
