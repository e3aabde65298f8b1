#include "access/model_preview.h"

#include "access/embed_users.h"
#include "access/model_values.h"
#include "access/person.h"
#include "access/source_settings.h"
#include "access/user_attributes.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::chrono::seconds kTime{8};
constexpr std::size_t kMostBytes = std::size_t{1024} * 1024;
constexpr std::string_view kPrometheus = "prometheus";
constexpr std::string_view kEveryMetric = "*";
/// What every Prometheus server has.
constexpr std::string_view kCommonMetric = "up";

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

/// "table" or, in PostgreSQL alone, "schema.table".
std::string sql_name(std::string_view type, std::string_view name) {
    const auto dot =
        type.find("postgres") == std::string_view::npos ? std::string_view::npos : name.find('.');
    if (dot == std::string_view::npos) return quoted(name);
    return quoted(name.substr(0, dot)) + "." + quoted(name.substr(dot + 1));
}

data::Query query_of(const Clock& clock, store::OrgId org, const Model& model,
                     std::string_view type, std::string_view relation, data::ScopePtr scope) {
    data::Query query;
    query.org = org;
    query.source = model.source;
    query.scope = std::move(scope);
    query.fresh = true;
    query.cache_time = std::chrono::milliseconds{0};
    query.limits = {kTime, kMostPreviewRows, kMostBytes};
    if (type == kPrometheus) {
        query.text = relation == kEveryMetric ? kCommonMetric : relation;
        query.settings = {{"instant", true}, {"format", "table"}};
        const auto now = clock.now();
        query.window = data::Window{now - std::chrono::hours{1}, now, std::chrono::minutes{1}, 60};
    } else {
        query.text = "SELECT * FROM " + sql_name(type, relation);
    }
    return query;
}

std::vector<std::string> missing_values(const ModelRelation& relation,
                                        const AttributeValues& values) {
    std::vector<std::string> missing;
    for (const auto& filter : relation.filters) {
        const auto found = values.find(filter.attribute);
        const bool has = found != values.end() &&
                         !usable_values(found->second, filter.type, filter.kind).empty();
        const bool known = std::ranges::find(missing, filter.attribute) != missing.end();
        if (!has && !known) missing.push_back(filter.attribute);
    }
    return missing;
}

AttributeValues firm_values(const store::Snapshot& snapshot, store::OrgId org,
                            const Person& person) {
    AttributeValues values;
    const auto groups = person.groups();
    for (const auto& attribute : resolve_attributes(snapshot, org, groups, person.attributes(),
                                                    ResolvedAttribute::Source::user)) {
        const bool is_own = attribute.definition != nullptr && is_editable(*attribute.definition);
        if (attribute.value && !is_own) values[attribute.name] = attribute_values(attribute);
    }
    return values;
}

}  // namespace

asio::awaitable<Result<PreviewFor>> preview_for(CatalogParts parts, store::OrgId org,
                                                std::int64_t person) {
    auto found = co_await find_person(parts, org, person);
    if (!found && found.error().kind == ErrorKind::not_found) {
        co_return Error{ErrorKind::not_found, "user_not_found", "There is no such user.", "user"};
    }
    if (!found) co_return found.error();
    const auto snapshot = parts.catalog.snapshot();
    PreviewFor whose;
    whose.person = person;
    if (const auto* user = found->user()) {
        const EmbedUsers users(parts.catalog, parts.audit, parts.clock);
        whose.values = firm_values(users.grant_of(*snapshot, *user));
        whose.name = user->name.empty() ? user->handle : user->name;
        co_return whose;
    }
    whose.values = firm_values(*snapshot, org, *found);
    whose.name = fmt::format("{} {}", found->first_name(), found->last_name());
    co_return whose;
}

asio::awaitable<Result<std::vector<PreviewedRelation>>> preview_model(
    data::Engine& engine, const Clock& clock, store::OrgId org, std::string source_type,
    Model model, AttributeValues values, std::string only) {
    const auto scope = scope_of(model, values);
    std::vector<PreviewedRelation> all;
    for (const auto& relation : model.relations) {
        if (!only.empty() && relation.name != only) continue;
        if (all.size() == kMostPreviewRelations) break;
        PreviewedRelation one{relation.name, missing_values(relation, values), nullptr, {}};
        auto query = query_of(clock, org, model, source_type, relation.name, scope);
        auto run = engine.run(std::move(query), nullptr);
        auto outcome = co_await std::move(run);
        if (outcome) {
            one.rows = outcome->table;
        } else {
            one.error = without_paths(outcome.error());
        }
        all.push_back(std::move(one));
    }
    if (all.empty()) {
        co_return Error{ErrorKind::not_found, "relation_not_found",
                        "The model has no relation of this name.", "relation"};
    }
    co_return all;
}

}  // namespace casement::access
