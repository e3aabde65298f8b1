// Embed secrets (looker.md §2.4). The vendor's 4.0 makes and removes them; listing, switching off
// and rotating them are this server's own, under the same address.
#include "dialects/looker/embed_api.h"
#include "dialects/looker/errors.h"

#include <charconv>
#include <utility>

namespace casement::looker {
namespace {

using http::Method;
using http::Response;

constexpr std::int64_t kLongestOverlap = std::chrono::seconds(std::chrono::days(365)).count();

enum class Secrecy { masked, shown };

json::object secret_json(const store::EmbedSecret& row, Secrecy secrecy) {
    json::object object{
        {"id", std::to_string(row.id)},
        {"algorithm", row.algorithm},
        {"enabled", row.enabled},
        {"secret_type", row.secret_type},
        {"created_at", to_rfc3339(row.created_at)},
        {"user_id", row.user == 0 ? json::value(nullptr) : json::value(std::to_string(row.user))},
        {"suffix", row.suffix},
        {"note", row.note},
        {"expires_at", row.expires_at ? json::value(to_rfc3339(*row.expires_at)) : nullptr}};
    if (secrecy == Secrecy::shown) object["secret"] = row.secret.reveal();
    return object;
}

Result<access::NewEmbedSecret> read_new(const json::object& body) {
    access::NewEmbedSecret wanted;
    if (const auto algorithm = text_at(body, "algorithm")) wanted.algorithm = *algorithm;
    if (const auto type = text_at(body, "secret_type")) wanted.secret_type = *type;
    const auto* enabled = body.if_contains("enabled");
    wanted.enabled = enabled == nullptr || enabled->is_null() || enabled->get_bool();
    wanted.note = text_at(body, "note").value_or("");
    if (wanted.secret_type != "SSO") {
        return field_error("secret_type", "invalid",
                           "must be SSO: links that are signed as JWT are not supported");
    }
    return wanted;
}

std::optional<std::int64_t> id_of(const std::string& text) {
    std::int64_t id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return id;
}

Answered create(EmbedParts parts, Call& call) {
    auto wanted = read_new(call.body);
    if (!wanted) co_return wanted.error();
    auto made = co_await parts.admin.create_secret(call.who, std::move(*wanted));
    if (!made) co_return made.error();
    co_return answer(call, secret_json(*made, Secrecy::shown));
}

Answered rotate(EmbedParts parts, Call& call) {
    auto wanted = read_new(call.body);
    if (!wanted) co_return wanted.error();
    const auto* overlap = call.body.if_contains("overlap_seconds");
    const std::chrono::seconds rest{overlap == nullptr ? 3600 : overlap->get_int64()};
    auto made = co_await parts.admin.rotate_secret(call.who, rest, std::move(*wanted));
    if (!made) co_return made.error();
    co_return answer(call, secret_json(*made, Secrecy::shown));
}

Answered list(EmbedParts parts, Call& call) {
    auto rows = parts.admin.secrets(call.who);
    if (!rows) co_return rows.error();
    json::array secrets;
    for (const auto& row : *rows)
        secrets.push_back(secret_json(row, Secrecy::masked));
    co_return answer(call, std::move(secrets));
}

Answered get(EmbedParts parts, Call& call) {
    auto rows = parts.admin.secrets(call.who);
    if (!rows) co_return rows.error();
    const auto id = id_of(call.part(0));
    for (const auto& row : *rows) {
        if (id && row.id == *id) co_return answer(call, secret_json(row, Secrecy::masked));
    }
    co_return api_not_found();
}

Answered change(EmbedParts parts, Call& call) {
    const auto id = id_of(call.part(0));
    if (!id) co_return api_not_found();
    std::optional<bool> enabled;
    if (const auto* value = call.body.if_contains("enabled"); value != nullptr) {
        enabled = value->get_bool();
    }
    auto row =
        co_await parts.admin.update_secret(call.who, *id, enabled, text_at(call.body, "note"));
    if (!row) co_return row.error();
    co_return answer(call, secret_json(*row, Secrecy::masked));
}

Answered remove(EmbedParts parts, Call& call) {
    const auto id = id_of(call.part(0));
    if (!id) co_return api_not_found();
    auto removed = co_await parts.admin.remove_secret(call.who, *id);
    if (!removed) co_return removed.error();
    co_return Response::empty();
}

}  // namespace

void add_secret_operations(Operations& operations, const EmbedParts& parts) {
    constexpr auto kPermission = access::Permission::org_manage;
    const std::vector<ShapeMember> members{
        optional("algorithm", Shape::one_of({"hmac/sha-256", "hmac/sha-1"}).or_null()),
        optional("enabled", Shape::boolean().or_null()),
        optional("secret_type", Shape::text(1, 16).or_null()),
        optional("note", Shape::text(0, 255).or_null())};
    auto rotating = members;
    rotating.push_back(optional("overlap_seconds", Shape::integer(0, kLongestOverlap)));
    const auto add = [&](Method method, std::string path, std::optional<Shape> body,
                         Answered (*handle)(EmbedParts, Call&)) {
        operations.add({.method = method,
                        .path = std::move(path),
                        .permission = kPermission,
                        .body = std::move(body),
                        .body_required = false,
                        .handle = [parts, handle](Call& call) { return handle(parts, call); }});
    };
    add(Method::post, "/embed_config/secrets", Shape::object(members), create);
    add(Method::get, "/embed_config/secrets", std::nullopt, list);
    add(Method::post, "/embed_config/secrets/rotate", Shape::object(rotating), rotate);
    add(Method::get, "/embed_config/secrets/{id}", std::nullopt, get);
    add(Method::patch, "/embed_config/secrets/{id}",
        Shape::object({optional("enabled", Shape::boolean()),
                       optional("note", Shape::text(0, 255).or_null())}),
        change);
    add(Method::del, "/embed_config/secrets/{id}", std::nullopt, remove);
}

}  // namespace casement::looker
