#include "access/model_queries.h"

#include "data/scope.h"
#include "data/source_types.h"

#include <fmt/format.h>

namespace casement::access {

std::vector<PlacedQuery> queries_of(const dashboards::Dashboard& document) {
    std::vector<PlacedQuery> placed;
    for (std::size_t i = 0; i < document.panels.size(); ++i) {
        const auto& panel = document.panels[i];
        const auto name = panel.title.empty()
                              ? fmt::format("panel {}", panel.id)
                              : fmt::format("panel {} (\"{}\")", panel.id, panel.title);
        for (std::size_t j = 0; j < panel.queries.size(); ++j) {
            placed.push_back({&panel.queries[j], &panel, nullptr,
                              fmt::format("{}, query {}", name, panel.queries[j].name),
                              fmt::format("panels[{}].queries[{}]", i, j)});
        }
    }
    for (std::size_t i = 0; i < document.variables.size(); ++i) {
        const auto& variable = document.variables[i];
        // Whatever the type: what has a text may run.
        if (variable.type != dashboards::Variable::Type::query && variable.query.text.empty()) {
            continue;
        }
        placed.push_back({&variable.query, nullptr, &variable,
                          fmt::format("the query of variable \"{}\"", variable.name),
                          fmt::format("variables[{}].query", i)});
    }
    return placed;
}

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

Result<void> check_fits(const Model& model, std::string_view source_type) {
    if (source_type.empty()) {
        return Error{ErrorKind::unprocessable, "scope_not_provable",
                     fmt::format("Its source \"{}\" does not exist.", model.source), "source"};
    }
    // Without values, and with every column covered that anybody may find covered.
    return data::check_scope(source_type, *scope_of(model, AttributeValues{}));
}

ModelQueryCheck::ModelQueryCheck(ModelLookup models) : models_(std::move(models)) {}
ModelQueryCheck::~ModelQueryCheck() = default;

Result<std::set<std::string>> ModelQueryCheck::prove(const dashboards::PanelQuery& query,
                                                     const SourcedModel& model) {
    // What a filter or a covered column asks of a source that cannot do it would be refused when
    // the query runs.
    if (auto fits = check_fits(model.model, model.source_type); !fits) return fits.error();
    auto& prover = provers_[model.source_type];
    if (!prover) {
        auto made = data::ScopeProver::create(model.source_type);
        if (!made) return made.error();
        prover = std::move(*made);
    }
    std::vector<std::string> relations;
    for (const auto& relation : model.model.relations)
        relations.push_back(relation.name);
    return prover->reads(query.text, model.model.name, relations);
}

Result<void> ModelQueryCheck::check(const PlacedQuery& placed) {
    const auto refused = [&](std::string_view member, std::string_view reason) {
        return invalid(
            "model_not_proven",
            fmt::format("{}: model \"{}\": {}", placed.where, placed.query->model, reason),
            fmt::format("{}.{}", placed.path, member));
    };
    const auto found = models_(placed.query->model);
    if (!found) return refused("model", found.error().message);
    const auto proven = prove(*placed.query, *found);
    if (proven) return {};
    // Not the text is wrong, but what it stands on.
    if (proven.error().code == "scope_not_provable" || proven.error().code == "model_unusable") {
        return refused("model", proven.error().message);
    }
    const bool promql = placed.query->language == dashboards::PanelQuery::Language::promql;
    return refused(promql ? "promql" : "sql", proven.error().message);
}

Result<void> ModelQueryCheck::check(const dashboards::Dashboard& document) {
    for (const auto& placed : queries_of(document)) {
        if (placed.query->model.empty()) continue;
        if (auto good = check(placed); !good) return good;
    }
    return {};
}

std::set<std::string> named_models(const dashboards::Dashboard& document) {
    std::set<std::string> names;
    for (const auto& placed : queries_of(document)) {
        if (!placed.query->model.empty()) names.insert(placed.query->model);
    }
    return names;
}

}  // namespace casement::access
