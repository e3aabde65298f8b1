#include "access/model_queries.h"

#include "data/scope.h"

#include <fmt/format.h>

namespace casement::access {
namespace {

template <class Use>
void for_each_query(const dashboards::Dashboard& document, Use use) {
    for (std::size_t i = 0; i < document.panels.size(); ++i) {
        const auto& panel = document.panels[i];
        const auto name = panel.title.empty()
                              ? fmt::format("panel {}", panel.id)
                              : fmt::format("panel {} (\"{}\")", panel.id, panel.title);
        for (std::size_t j = 0; j < panel.queries.size(); ++j) {
            use(panel.queries[j], fmt::format("{}, query {}", name, panel.queries[j].name),
                fmt::format("panels[{}].queries[{}]", i, j));
        }
    }
    for (std::size_t i = 0; i < document.variables.size(); ++i) {
        const auto& variable = document.variables[i];
        if (variable.type != dashboards::Variable::Type::query) continue;
        use(variable.query, fmt::format("the query of variable \"{}\"", variable.name),
            fmt::format("variables[{}].query", i));
    }
}

}  // namespace

ModelLookup models_of(const store::Snapshot& snapshot, store::OrgId org) {
    return [&snapshot, org](const std::string& name) -> Result<SourcedModel> {
        const auto* row = snapshot.by_name<store::Model>(org, name);
        if (row == nullptr) return not_found("model_not_found", "there is no such model");
        auto model = read_model(*row);
        if (!model) return model.error();
        const auto* source = snapshot.source_by_name(org, model->source);
        return SourcedModel{std::move(*model), source == nullptr ? "" : source->type};
    };
}

ModelQueryCheck::ModelQueryCheck(ModelLookup models) : models_(std::move(models)) {}
ModelQueryCheck::~ModelQueryCheck() = default;

Result<void> ModelQueryCheck::check_query(const dashboards::PanelQuery& query,
                                          const std::string& where, const std::string& path) {
    const auto refused = [&](std::string_view member, std::string_view reason) {
        return invalid("model_not_proven",
                       fmt::format("{}: model \"{}\": {}", where, query.model, reason),
                       fmt::format("{}.{}", path, member));
    };
    const auto found = models_(query.model);
    if (!found) return refused("model", found.error().message);
    auto& prover = provers_[found->source_type];
    if (!prover) {
        auto made = data::ScopeProver::create(found->source_type);
        if (!made) return refused("model", made.error().message);
        prover = std::move(*made);
    }
    std::vector<std::string> relations;
    for (const auto& relation : found->model.relations)
        relations.push_back(relation.name);
    const auto proven = prover->prove(query.text, query.model, relations);
    const bool sql = query.language == dashboards::PanelQuery::Language::sql;
    if (!proven) return refused(sql ? "sql" : "promql", proven.error().message);
    return {};
}

Result<void> ModelQueryCheck::check(const dashboards::Dashboard& document) {
    Result<void> checked;
    for_each_query(document, [&](const dashboards::PanelQuery& query, const std::string& where,
                                 const std::string& path) {
        if (checked && !query.model.empty()) checked = check_query(query, where, path);
    });
    return checked;
}

std::set<std::string> named_models(const dashboards::Dashboard& document) {
    std::set<std::string> names;
    for_each_query(
        document, [&](const dashboards::PanelQuery& query, const std::string&, const std::string&) {
            if (!query.model.empty()) names.insert(query.model);
        });
    return names;
}

Result<void> check_model_queries(const store::Snapshot& snapshot, store::OrgId org,
                                 const std::string& dialect, const json::object& document) {
    if (dialect != "casement") return {};
    const auto read = dashboards::read_dashboard(document);
    if (!read) return {};
    return ModelQueryCheck(models_of(snapshot, org)).check(*read);
}

}  // namespace casement::access
