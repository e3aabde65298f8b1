#include "console/source_body.h"

#include "access/source_service.h"
#include "console/listing.h"

#include <utility>

namespace casement::console {
namespace {

constexpr std::string_view kName = "[A-Za-z0-9_-]{1,64}";
constexpr std::int64_t kLongestSecret = std::int64_t{64} * 1024;
constexpr std::int64_t kMostUses = 100'000;

/// Read from files, which are opened without one.
bool has_secret(std::string_view type) {
    return type != "duckdb" && type != "sqlite";
}

std::string_view origin_of(const store::Source& row) {
    if (row.provisioned) return "provisioning";
    return access::is_grafana_source(row) ? "grafana" : "console";
}

}  // namespace

Result<store::Source> find_source(const Context& console, const Call& call, std::string_view name) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* row = snapshot->source_by_name(call.principal.org, name);
    if (row == nullptr) {
        return not_found("source_not_found", "There is no source of this name.");
    }
    return *row;
}

Result<void> check_writable(const store::Source& row) {
    if (row.provisioned) {
        return forbidden("source_read_only",
                         "This source comes from a provisioning folder; change it there.");
    }
    if (access::is_grafana_source(row)) {
        return forbidden("source_read_only",
                         "This source was made through Grafana's API; change it there, so that "
                         "what its clients show stays true.");
    }
    return {};
}

asio::awaitable<Result<json::object>> read_settings(Context& console, const Call& call,
                                                    std::string name, std::string type) {
    auto work = [name = std::move(name), type = std::move(type),
                 settings = call.body.at("settings").get_object(),
                 folders = console.parts.allowed_folders] {
        return access::checked_settings(name, type, settings, folders);
    };
    auto checked = co_await console.parts.catalog.pool().run(std::move(work));
    co_return checked;
}

Result<Secret> read_secret(const json::object& body, std::string_view type,
                           const json::object& settings, const store::Source* kept) {
    const auto* given = body.if_contains("secret");
    if (given != nullptr && given->is_null()) return Secret();
    if (given != nullptr && !has_secret(type)) {
        return invalid("invalid_source", "A source of files has no password.", "secret");
    }
    if (given != nullptr) return Secret(std::string(std::string_view(given->get_string())));
    if (kept == nullptr || kept->secret.empty()) return Secret();
    if (access::leads_elsewhere(kept->settings, settings)) {
        return invalid("secret_needed",
                       "The password was given for another address or another protection of the "
                       "connection. Enter it again, so that it goes nowhere by mistake.",
                       "secret");
    }
    return kept->secret;
}

ShapeMember name_member() {
    return required("name", Shape::text(1, 64)
                                .matching(std::string(kName))
                                .described("What dashboards and models call it. It stays."));
}

ShapeMember settings_member() {
    return required("settings", Shape::map(Shape::any())
                                    .described("Of its type, see docs/sources.md. Files of "
                                               "the server lie in its "
                                               "data.allowed_folders."));
}

ShapeMember secret_member() {
    return optional("secret",
                    Shape::text(1, kLongestSecret)
                        .or_null()
                        .described("Password or token; never answered. In a change: absent keeps "
                                   "it, null takes it away."));
}

Shape source_shape() {
    return Shape::object(
        {required("name", Shape::text()), required("type", Shape::text()),
         required("origin", Shape::one_of({"console", "provisioning", "grafana"})
                                .described("Where it is changed.")),
         required("revision", Shape::integer(1, kAnyId).described("For the next change.")),
         required("default",
                  Shape::boolean().described("What a query means that names no source.")),
         required("has_secret", Shape::boolean()),
         required(
             "settings",
             Shape::map(Shape::any()).or_null().described("null where it is not changed here."))});
}

json::object source_json(const store::Source& row) {
    const bool is_ours = !row.provisioned && !access::is_grafana_source(row);
    return {{"name", row.name},
            {"type", row.type},
            {"origin", origin_of(row)},
            {"revision", row.revision},
            {"default", access::is_default_source(row)},
            {"has_secret", !row.secret.empty()},
            {"settings", is_ours ? json::value(access::shown_settings(row)) : json::value()}};
}

Shape uses_shape() {
    const Shape dashboard =
        Shape::object({required("uid", Shape::text()), required("title", Shape::text())});
    return Shape::object({required("dashboards", Shape::list(dashboard, kMostUses)),
                          required("looks", Shape::list(Shape::text(), kMostUses)),
                          required("models", Shape::list(Shape::text(), kMostUses))});
}

json::object uses_json(const access::Uses& uses) {
    json::array dashboards;
    for (const auto& one : uses.dashboards)
        dashboards.push_back(json::object{{"uid", one.uid}, {"title", one.title}});
    json::array looks;
    for (const auto& title : uses.looks)
        looks.emplace_back(title);
    json::array models;
    for (const auto& name : uses.models)
        models.emplace_back(name);
    return {{"dashboards", std::move(dashboards)},
            {"looks", std::move(looks)},
            {"models", std::move(models)}};
}

}  // namespace casement::console
