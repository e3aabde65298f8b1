#include "dialects/grafana/datasource_parts.h"

#include "access/provisioning.h"
#include "access/source_settings.h"
#include "data/source_types.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/content_parts.h"
#include "dialects/grafana/datasource_postgres.h"
#include "dialects/grafana/prometheus_body.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr std::int64_t kLongestName = 190;
constexpr std::int64_t kLongestUrl = 255;
constexpr std::int64_t kLongestSecret = std::int64_t{64} * 1024;
constexpr std::int64_t kMostSecrets = 64;
/// Where the row keeps what only this API's clients read.
constexpr std::string_view kKept = "grafana";
/// Of jsonData, what the engine reads.
constexpr std::array<std::string_view, 5> kEngineSettings{"database", "tables", "memory_limit",
                                                          "threads", "folder"};
constexpr std::array<std::string_view, 3> kTexts{"user", "database", "basicAuthUser"};
constexpr std::array<std::string_view, 3> kFlags{"basicAuth", "withCredentials", "isDefault"};

const json::object* kept_of(const store::Source& row) {
    const auto* kept = row.settings.if_contains(kKept);
    return kept == nullptr ? nullptr : kept->if_object();
}

bool is_true(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string text_in(const json::object& object, std::string_view name, std::string_view absent) {
    const auto* value = object.if_contains(name);
    return std::string(
        value != nullptr && value->is_string() ? std::string_view(value->get_string()) : absent);
}

/// Secrets by their names; none when there are none.
json::object secrets_of(const store::Source& row) {
    json::error_code failed;
    auto value = json::parse(row.secret.reveal(), failed);
    if (failed || !value.is_object()) return {};
    return std::move(value.get_object());
}

void put_secrets(store::Source& row, const json::object& body) {
    const auto* given = body.if_contains("secureJsonData");
    if (given == nullptr || given->is_null()) return;
    auto secrets = secrets_of(row);
    for (const auto& [name, value] : given->get_object()) {
        if (value.is_null() || value.get_string().empty()) {
            secrets.erase(name);
        } else {
            secrets[name] = value;
        }
    }
    row.secret = secrets.empty() ? Secret() : Secret(json::serialize(secrets));
}

json::object engine_part(const json::object& json_data) {
    json::object settings;
    for (const auto name : kEngineSettings) {
        if (const auto* value = json_data.if_contains(name)) settings[name] = *value;
    }
    return settings;
}

Result<json::object> confined(const std::string& name, const std::string& type,
                              json::object settings, const std::vector<std::string>& folders) {
    if (auto good = data::check_source(type, settings); !good) {
        auto error = good.error();
        if (type != kPrometheus) error.message = "jsonData: " + error.message;
        return error;
    }
    access::Bundle bundle;
    bundle.sources.push_back({name, type, std::move(settings), "jsonData"});
    if (auto inside = access::confine_sources(bundle, folders); !inside) return inside.error();
    return std::move(bundle.sources.front().settings);
}

json::object shared_body(const store::Source& row) {
    const auto* known = kept_of(row);
    const json::object none;
    const auto& kept = known == nullptr ? none : *known;
    const auto* data = kept.if_contains("jsonData");
    return {{"id", row.id},
            {"uid", row.uid},
            {"orgId", row.org},
            {"name", row.name},
            {"type", row.type},
            {"typeLogoUrl", ""},
            {"access", text_in(kept, "access", "proxy")},
            {"url", text_in(kept, "url", "")},
            {"user", text_in(kept, "user", "")},
            {"database", text_in(kept, "database", "")},
            {"basicAuth", is_true(kept, "basicAuth")},
            {"isDefault", access::is_default_source(row)},
            {"jsonData", data != nullptr && data->is_object() ? *data : json::object{}},
            {"readOnly", row.provisioned}};
}

}  // namespace

Handle on(DatasourcePartsPtr parts, DatasourceHandler handler) {
    return [parts = std::move(parts), handler](Call& call) { return handler(*parts, call); };
}

const Shape& datasource_shape() {
    static const Shape shape = [] {
        const auto text = [](const char* name, std::int64_t longest) {
            return optional(name, Shape::text(0, longest).or_null());
        };
        const auto flag = [](const char* name) {
            return optional(name, Shape::boolean().or_null());
        };
        return Shape::object(
            {text("name", kLongestName), text("uid", 255), text("type", kLongestName),
             optional("access", Shape::one_of({"", "proxy", "direct"}).or_null()),
             text("url", kLongestUrl), text("user", 255), text("database", 255),
             text("basicAuthUser", 255), flag("basicAuth"), flag("withCredentials"),
             flag("isDefault"), optional("jsonData", Shape::map(Shape::any()).or_null()),
             optional("secureJsonData",
                      Shape::map(Shape::text(0, kLongestSecret).or_null(), kMostSecrets).or_null()),
             optional("version",
                      Shape::integer(0, std::numeric_limits<std::int64_t>::max()).or_null())});
    }();
    return shape;
}

asio::awaitable<Result<DatasourceBody>> read_datasource(const DatasourceParts& parts,
                                                        json::object body, std::string type) {
    if (auto good = check_uid(text_or_empty(body, "uid")); !good) co_return good.error();
    if (auto given = text_or_empty(body, "type"); !given.empty()) type = std::move(given);
    if (is_postgres(type)) co_return DatasourceBody{std::move(body), {}};
    DatasourceBody what{std::move(body), {}};
    const auto* json_data = what.body.if_contains("jsonData");
    const bool promql = type == kPrometheus;
    const bool has_data = promql || (json_data != nullptr && json_data->is_object());
    if (data::find_source_type(type) == nullptr || !has_data) co_return what;
    auto engine = promql ? prometheus_settings(what.body) : engine_part(json_data->get_object());
    if (promql && !engine.contains("url")) {  // it may follow, or be there already
        what.engine = std::move(engine);
        co_return what;
    }
    auto work = [name = text_or_empty(what.body, "name"), type, settings = std::move(engine),
                 folders = parts.allowed_folders] {
        return confined(name, type, settings, folders);
    };
    auto settings = co_await parts.catalog.catalog.pool().run(std::move(work));
    if (!settings) co_return settings.error();
    what.engine = std::move(*settings);
    co_return what;
}

Result<void> put_into(store::Source& row, const DatasourceBody& what) {
    const auto& body = what.body;
    const auto put = [&](std::string& place, const char* name) {
        if (auto text = text_or_empty(body, name); !text.empty()) place = std::move(text);
    };
    const auto type_before = row.type;
    put(row.name, "name");
    put(row.uid, "uid");
    put(row.type, "type");
    if (row.name.empty()) return invalid("source_name_empty", "A data source needs a name.");
    if (row.type.empty()) return invalid("source_type_empty", "A data source needs a type.");

    json::object kept = kept_of(row) == nullptr ? json::object{} : *kept_of(row);
    auto access = text_in(kept, "access", "proxy");
    put(access, "access");
    kept["access"] = access;
    if (const auto url = text_at(body, "url")) kept["url"] = *url;
    for (const auto name : kTexts)
        kept[name] = text_or_empty(body, name);
    for (const auto name : kFlags)
        kept[name] = is_true(body, name);
    const auto* json_data = body.if_contains("jsonData");
    if (json_data != nullptr && json_data->is_object()) kept["jsonData"] = *json_data;

    const bool queried = data::find_source_type(row.type) != nullptr;
    if (is_postgres(row.type)) {
        put_secrets(row, body);
        row.settings = postgres_settings(kept, secrets_of(row));
    } else if (what.engine && queried) {
        row.settings = *what.engine;
        const auto known = text_in(kept, "url", "");
        if (is_promql(row) && !known.empty()) row.settings["url"] = known;
    } else if (!queried) {
        row.settings.clear();
    } else if (type_before != row.type) {
        return invalid("invalid_source",
                       fmt::format("A data source of the type \"{}\" needs jsonData.", row.type));
    }
    row.settings[kKept] = std::move(kept);
    if (!is_postgres(row.type)) put_secrets(row, body);
    return {};
}

json::object datasource_body(const store::Source& row) {
    auto body = shared_body(row);
    const auto* kept = kept_of(row);
    body["basicAuthUser"] = kept == nullptr ? "" : text_in(*kept, "basicAuthUser", "");
    body["withCredentials"] = kept != nullptr && is_true(*kept, "withCredentials");
    json::object names;
    for (const auto& [name, value] : secrets_of(row))
        names[name] = true;
    body["secureJsonFields"] = std::move(names);
    body["version"] = row.revision;
    return body;
}

json::object listed_datasource(const store::Source& row) {
    auto body = shared_body(row);
    body["typeName"] = row.type;
    return body;
}

Error no_such_datasource() {
    return not_found("datasource_not_found", "Data source not found");
}

Error cannot_be_queried(const store::Source& row) {
    return invalid("source_type_unsupported",
                   fmt::format("This server keeps data sources of the type \"{}\", but cannot "
                               "query them. It queries {}.",
                               row.type, data::source_type_names()));
}

Error without_paths(Error error) {
    return access::without_paths(std::move(error));
}

}  // namespace casement::grafana
