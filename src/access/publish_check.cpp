#include "access/publish_check.h"

#include "access/document_cache.h"
#include "access/source_reference.h"
#include "data/source_types.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::access {
namespace {

/// More would not be read.
constexpr std::size_t kMostNamed = 8;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

const store::Model* model_row(const store::Snapshot& snapshot, store::OrgId org,
                              const CatalogChange& change, std::string_view name) {
    if (const auto found = change.models.find(name); found != change.models.end()) {
        return found->second ? &*found->second : nullptr;
    }
    return snapshot.by_name<store::Model>(org, name);
}

const store::Source* source_row(const store::Snapshot& snapshot, store::OrgId org,
                                const CatalogChange& change, std::string_view name) {
    if (const auto found = change.sources.find(name); found != change.sources.end()) {
        return found->second ? &*found->second : nullptr;
    }
    return snapshot.source_by_name(org, name);
}

bool governed_after(const store::Snapshot& snapshot, store::OrgId org, const CatalogChange& change,
                    std::string_view source) {
    for (const auto& [name, row] : change.models) {
        if (row && row->source == source) return true;
    }
    const auto models = snapshot.list<store::Model>(org);
    return std::any_of(models.begin(), models.end(), [&](const auto* row) {
        return row->source == source && !change.models.contains(row->name);
    });
}

/// A query that names a source, under a rule that is not open.
std::optional<std::string> objection(const ModelWorld& world, const dashboards::PanelQuery& query,
                                     SourceRule rule) {
    if (rule == SourceRule::closed) {
        return "it names a source, and this share needs a model for every query";
    }
    if (query.source.find('$') != std::string::npos) {
        return "a variable chooses its source; name a model";
    }
    const auto source = world.source(query);
    // It reads nothing.
    if (!source || !world.governed(*source)) return std::nullopt;
    return fmt::format(
        "it reads the whole source \"{}\", whose rows a model narrows; name the model in place of "
        "the source",
        *source);
}

/// One look at the catalog as it is and as it will be.
class ChangeCheck {
  public:
    ChangeCheck(const store::Snapshot& snapshot, store::OrgId org, const CatalogChange& change)
        : snapshot_(snapshot),
          org_(org),
          change_(change),
          before_{world_of(snapshot, org, kNothing)},
          after_{world_of(snapshot, org, change)} {}

    Result<void> check() {
        for (const auto* row : snapshot_.dashboards(org_)) {
            if (row->deleted_at) continue;
            const auto read =
                read_stored_document(row->dialect, row->document, import_context(snapshot_, org_));
            if (!read) continue;
            look_at(*read, fmt::format("dashboard \"{}\"", row->uid), shares_of(row->id));
        }
        for (const auto* row : snapshot_.list<store::Look>(org_)) {
            if (row->deleted_at) continue;
            const auto read = dashboards::read_dashboard(row->document);
            if (read) look_at(*read, fmt::format("look \"{}\"", row->title), {});
        }
        if (broken_.empty()) return {};
        const auto more = broken_.size() > kMostNamed;
        if (more) broken_.resize(kMostNamed);
        return conflict("proof_broken",
                        fmt::format("What these show could no longer be proven: {}{}. Change them "
                                    "first.",
                                    fmt::join(broken_, "; "), more ? "; and more" : ""));
    }

  private:
    struct Side {
        explicit Side(ModelWorld of) : world(std::move(of)), queries(world.model) {}
        ModelWorld world;
        ModelQueryCheck queries;
    };

    std::vector<const store::Share*> shares_of(std::int64_t dashboard) const {
        std::vector<const store::Share*> shares;
        for (const auto* share : snapshot_.shares(org_)) {
            if (share->dashboard == dashboard && share->status == "active") shares.push_back(share);
        }
        return shares;
    }

    bool concerns(const dashboards::Dashboard& document, bool shared) const {
        const auto queries = queries_of(document);
        return std::any_of(queries.begin(), queries.end(), [&](const PlacedQuery& placed) {
            const auto& name = placed.query->model;
            if (name.empty()) return shared;
            if (change_.models.contains(name)) return true;
            const auto* model = snapshot_.by_name<store::Model>(org_, name);
            return model != nullptr && change_.sources.contains(model->source);
        });
    }

    void look_at(const dashboards::Dashboard& document, const std::string& what,
                 const std::vector<const store::Share*>& shares) {
        if (!concerns(document, !shares.empty())) return;
        const auto verdict = [&](Side& side) -> Result<void> {
            if (auto good = side.queries.check(document); !good) return good;
            for (const auto* share : shares) {
                auto good = check_shared(side.world, side.queries, document, share->settings);
                if (!good) return good;
            }
            return {};
        };
        const auto good = verdict(after_);
        // What was wrong before does not stand in the way.
        if (good || !verdict(before_)) return;
        broken_.push_back(fmt::format("{} ({})", what, good.error().message));
    }

    static inline const CatalogChange kNothing{};
    const store::Snapshot& snapshot_;
    const store::OrgId org_;
    const CatalogChange& change_;
    Side before_;
    Side after_;
    std::vector<std::string> broken_;
};

}  // namespace

ModelWorld world_of(const store::Snapshot& snapshot, store::OrgId org,
                    const CatalogChange& change) {
    const auto type = [&snapshot, org, &change](const std::string& name) {
        const auto* row = source_row(snapshot, org, change, name);
        return row == nullptr ? std::string() : row->type;
    };
    ModelWorld world;
    world.model = [&snapshot, org, &change, type](const std::string& name) -> Result<SourcedModel> {
        const auto* row = model_row(snapshot, org, change, name);
        if (row == nullptr) return not_found("model_not_found", "there is no such model");
        auto model = read_model(*row);
        if (!model) return model.error();
        auto of = type(model->source);
        return SourcedModel{std::move(*model), std::move(of)};
    };
    world.governed = [&snapshot, org, &change](const std::string& source) {
        return governed_after(snapshot, org, change, source);
    };
    world.source = [&snapshot, org](const dashboards::PanelQuery& query) {
        return source_of(snapshot, org, query);
    };
    world.type = type;
    return world;
}

SourceRule source_rule(const std::vector<VariableRule>& rules, bool require_scope) {
    if (require_scope) return SourceRule::closed;
    const bool scoped = std::any_of(rules.begin(), rules.end(), [](const VariableRule& rule) {
        return rule.mode == VariableMode::locked && !rule.variable->attribute.empty() &&
               !rule.defaults.empty();
    });
    return scoped ? SourceRule::ungoverned : SourceRule::open;
}

Result<void> check_shared(const ModelWorld& world, ModelQueryCheck& check,
                          const dashboards::Dashboard& document, const json::object& settings) {
    const auto read = read_share_settings(settings);
    const auto rule = source_rule(variable_rules(document, read), read.require_scope);
    if (rule == SourceRule::open) return {};
    for (const auto& placed : queries_of(document)) {
        const auto refused = [&](std::string_view reason) {
            return invalid("scope_not_proven",
                           fmt::format("The dashboard cannot be shared with a limit on its rows: "
                                       "{}: {}.",
                                       placed.where, reason),
                           placed.path);
        };
        if (placed.query->model.empty()) {
            if (const auto reason = objection(world, *placed.query, rule)) return refused(*reason);
            continue;
        }
        if (auto proven = check.check(placed); !proven) {
            auto error = proven.error();
            error.code = "scope_not_proven";
            return error;
        }
    }
    return {};
}

Result<void> check_dashboard(const store::Snapshot& snapshot, const store::Dashboard& row) {
    std::vector<const store::Share*> active;
    for (const auto* share : snapshot.shares(row.org)) {
        const bool its = row.id != 0 && share->dashboard == row.id && share->status == "active";
        if (its) active.push_back(share);
    }
    // Only our own documents can name a model.
    if (active.empty() && row.dialect != "casement") return {};
    const auto read =
        read_stored_document(row.dialect, row.document, import_context(snapshot, row.org));
    if (!read) return {};
    const CatalogChange nothing;
    const auto world = world_of(snapshot, row.org, nothing);
    ModelQueryCheck check(world.model);
    if (auto good = check.check(*read); !good) return good;
    for (const auto* share : active) {
        if (auto good = check_shared(world, check, *read, share->settings); !good) return good;
    }
    return {};
}

Result<void> check_share(const store::Snapshot& snapshot, const store::Share& row) {
    if (row.status != "active") return {};
    const auto* dashboard = snapshot.dashboard(row.dashboard);
    if (dashboard == nullptr) return {};
    const auto read = read_stored_document(dashboard->dialect, dashboard->document,
                                           import_context(snapshot, row.org));
    if (!read) return {};
    const CatalogChange nothing;
    const auto world = world_of(snapshot, row.org, nothing);
    ModelQueryCheck check(world.model);
    return check_shared(world, check, *read, row.settings);
}

Result<void> check_relations(const store::Model& model, const store::Source& source) {
    const auto* type = data::find_source_type(source.type);
    const auto names = type != nullptr && type->relations != nullptr
                           ? type->relations({source.settings, source.secret, ""})
                           : std::nullopt;
    // A source that cannot be read now may be there later; its queries are checked again.
    if (!names) return {};
    const auto read = read_model(model);
    if (!read) return {};
    for (const auto& relation : read->relations) {
        if (names->contains(lower(relation.name))) continue;
        return conflict("relation_missing",
                        fmt::format("The source \"{}\" has no relation \"{}\", which the model "
                                    "\"{}\" narrows.",
                                    source.name, relation.name, model.name));
    }
    return {};
}

Result<void> check_model(const store::Model& model, const store::Source& source) {
    const auto read = read_model(model);
    if (!read) return read.error();
    if (auto fits = check_fits(*read, source.type); !fits) return fits;
    return check_relations(model, source);
}

Result<void> check_retyped(const store::Model& model, std::string_view type) {
    const auto read = read_model(model);
    if (!read) return {};
    const auto fits = check_fits(*read, type);
    if (fits) return {};
    return conflict("proof_broken",
                    fmt::format("The model \"{}\" stands on this source, and could not do so any "
                                "more. {}",
                                model.name, fits.error().message));
}

Result<void> check_change(const store::Snapshot& snapshot, store::OrgId org,
                          const CatalogChange& change) {
    return ChangeCheck(snapshot, org, change).check();
}

}  // namespace casement::access
