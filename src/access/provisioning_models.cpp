// What the models of a bundle must be to its sources and dashboards, and to those that are there.
#include "access/document_cache.h"
#include "access/provisioning.h"
#include "access/publish_check.h"
#include "access/source_reference.h"
#include "data/scope.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace casement::access {
namespace {

Error at(const std::string& origin, std::string_view reason) {
    return invalid("invalid_bundle", fmt::format("{}: {}", origin, reason));
}

/// The catalog as it will be when the bundle is applied.
class Afterwards {
  public:
    Afterwards(const Bundle& bundle, const store::Snapshot* catalog, store::OrgId org, bool prune)
        : bundle_(bundle), catalog_(catalog), org_(org), prune_(prune) {
        for (const auto& spec : bundle.models)
            models_.emplace(spec.name, &spec);
        if (catalog == nullptr) return;
        for (const auto* row : catalog->sources(org)) {
            const auto* spec = source_spec(row->name);
            if (spec == nullptr && !(prune && row->provisioned)) continue;
            if (spec == nullptr || spec->type != row->type) retyped_.insert(row->name);
            if (spec != nullptr && spec->settings != row->settings) reset_.insert(row->name);
        }
    }

    Result<void> check_models() const {
        for (const auto& spec : bundle_.models) {
            const auto source = source_of(spec.source);
            if (!source) {
                return at(spec.origin, fmt::format("the model \"{}\" reads the source \"{}\", "
                                                   "which does not exist",
                                                   spec.name, spec.source));
            }
            store::Source row;
            row.name = spec.source;
            row.type = source->type;
            row.settings = *source->settings;
            if (auto fits = check_model(row_of(spec), row); !fits) {
                return at(spec.origin, fits.error().message);
            }
        }
        return check_kept_models();
    }

    Result<void> check_dashboards() const {
        ModelQueryCheck check([this](const std::string& name) { return model(name); });
        std::set<std::string_view> given;
        for (const auto& spec : bundle_.dashboards) {
            given.insert(spec.uid);
            if (auto good = check.check(spec.read); !good) {
                return at(spec.origin, good.error().message);
            }
        }
        if (catalog_ == nullptr) return {};
        for (const auto* row : catalog_->dashboards(org_)) {
            const bool stays = !row->deleted_at && !given.contains(row->uid) &&
                               row->dialect == "casement" && !(prune_ && row->provisioned);
            if (!stays) continue;
            if (auto good =
                    check_stored(check, row->document, fmt::format("dashboard \"{}\"", row->uid));
                !good) {
                return good;
            }
        }
        for (const auto* row : catalog_->list<store::Look>(org_)) {
            if (row->deleted_at) continue;
            if (auto good =
                    check_stored(check, row->document, fmt::format("look \"{}\"", row->title));
                !good) {
                return good;
            }
        }
        return {};
    }

    /// Every active share, of the bundle and of the catalog, as its dashboard will be.
    Result<void> check_shares() const {
        const auto world = this->world();
        ModelQueryCheck check(world.model);
        std::set<std::string_view> given;
        for (const auto& spec : bundle_.shares) {
            given.insert(spec.token);
            const auto* old = catalog_ == nullptr ? nullptr : catalog_->share_by_token(spec.token);
            const auto status = spec.status.value_or(old == nullptr ? "active" : old->status);
            const auto* document = status == "active" ? given_dashboard(spec.dashboard) : nullptr;
            std::optional<dashboards::Dashboard> stored;
            if (status == "active" && document == nullptr && catalog_ != nullptr) {
                const auto* row = catalog_->dashboard_by_uid(org_, spec.dashboard);
                auto read = row == nullptr ? not_found("", "")
                                           : read_stored_document(row->dialect, row->document,
                                                                  import_context(*catalog_, org_));
                if (read) document = &stored.emplace(std::move(*read));
            }
            if (document == nullptr) continue;
            if (auto good = check_shared(world, check, *document, spec.settings); !good) {
                return at(spec.origin, good.error().message);
            }
        }
        return catalog_ == nullptr ? Result<void>{} : check_kept_shares(world, check, given);
    }

  private:
    const SourceSpec* source_spec(std::string_view name) const {
        const auto found = std::find_if(bundle_.sources.begin(), bundle_.sources.end(),
                                        [&](const auto& spec) { return spec.name == name; });
        return found == bundle_.sources.end() ? nullptr : &*found;
    }
    const dashboards::Dashboard* given_dashboard(std::string_view uid) const {
        const auto found = std::find_if(bundle_.dashboards.begin(), bundle_.dashboards.end(),
                                        [&](const auto& spec) { return spec.uid == uid; });
        return found == bundle_.dashboards.end() ? nullptr : &found->read;
    }

    /// Models that are there already, over sources whose type or settings change.
    Result<void> check_kept_models() const {
        if (reset_.empty() && retyped_.empty()) return {};
        for (const auto* row : catalog_->list<store::Model>(org_)) {
            const bool kept = !models_.contains(row->name) && !leaves(row->name);
            const auto* spec = kept ? source_spec(row->source) : nullptr;
            if (spec == nullptr) continue;
            const bool retyped = retyped_.contains(row->source);
            if (!retyped && !reset_.contains(row->source)) continue;
            if (auto fits = retyped ? check_retyped(*row, spec->type) : Result<void>{}; !fits) {
                return at(spec->origin, fits.error().message);
            }
            store::Source source;
            source.name = spec->name;
            source.type = spec->type;
            source.settings = spec->settings;
            if (auto fits = check_relations(*row, source); !fits) {
                return at(spec->origin, fits.error().message);
            }
        }
        return {};
    }

    Result<void> check_kept_shares(const ModelWorld& world, ModelQueryCheck& check,
                                   const std::set<std::string_view>& given) const {
        const CatalogChange nothing;
        const auto before = world_of(*catalog_, org_, nothing);
        ModelQueryCheck check_before(before.model);
        for (const auto* share : catalog_->shares(org_)) {
            const bool stays = share->status == "active" && !given.contains(share->token) &&
                               !(prune_ && share->provisioned);
            const auto* row = stays ? catalog_->dashboard(share->dashboard) : nullptr;
            if (row == nullptr || row->deleted_at) continue;
            const auto* document = given_dashboard(row->uid);
            const bool touched =
                document != nullptr || !models_.empty() || !retyped_.empty() || prune_;
            if (!touched) continue;
            const auto stored =
                read_stored_document(row->dialect, row->document, import_context(*catalog_, org_));
            if (document == nullptr && !stored) continue;
            const auto& shown = document == nullptr ? *stored : *document;
            const auto good = check_shared(world, check, shown, share->settings);
            // Only what the bundle changes.
            if (good || (stored && !check_shared(before, check_before, *stored, share->settings))) {
                continue;
            }
            return at("shares", fmt::format("a share of the dashboard \"{}\", which is there "
                                            "already, would no longer work: {}",
                                            row->uid, good.error().message));
        }
        return {};
    }

    ModelWorld world() const {
        ModelWorld world;
        world.model = [this](const std::string& name) { return model(name); };
        world.governed = [this](const std::string& source) { return governed(source); };
        world.source = [this](const dashboards::PanelQuery& query) -> Result<std::string> {
            if (catalog_ == nullptr || !query.loose_source) return query.source;
            return access::source_of(*catalog_, org_, query);
        };
        world.type = [this](const std::string& name) {
            const auto source = source_of(name);
            return source ? source->type : std::string();
        };
        return world;
    }

    bool governed(const std::string& source) const {
        for (const auto& spec : bundle_.models) {
            if (spec.source == source) return true;
        }
        if (catalog_ == nullptr) return false;
        const auto rows = catalog_->list<store::Model>(org_);
        return std::any_of(rows.begin(), rows.end(), [&](const auto* row) {
            return row->source == source && !models_.contains(row->name) && !leaves(row->name);
        });
    }

    /// Only what the bundle changes: what was wrong before does not stand in its way.
    Result<void> check_stored(ModelQueryCheck& check, const json::object& document,
                              const std::string& what) const {
        // Reading a document costs more than looking for the word.
        if (bundle_.models.empty() && retyped_.empty() && !prune_) return {};
        const auto read = dashboards::read_dashboard(document);
        if (!read) return {};
        const auto named = named_models(*read);
        const auto changed = std::find_if(named.begin(), named.end(), [&](const auto& name) {
            return models_.contains(name) || leaves(name) || reads_retyped(name);
        });
        if (changed == named.end()) return {};
        const auto good = check.check(*read);
        if (good) return {};
        const auto found = models_.find(*changed);
        return at(found == models_.end() ? "models" : found->second->origin,
                  fmt::format("the {}, which is there already, would no longer work: {}", what,
                              good.error().message));
    }

    bool reads_retyped(const std::string& name) const {
        const auto* row =
            catalog_ == nullptr ? nullptr : catalog_->by_name<store::Model>(org_, name);
        return row != nullptr && retyped_.contains(row->source);
    }

    bool leaves(const std::string& name) const {
        const auto* row =
            catalog_ == nullptr ? nullptr : catalog_->by_name<store::Model>(org_, name);
        return row != nullptr && prune_ && row->provisioned && !models_.contains(name);
    }

    Result<SourcedModel> model(const std::string& name) const {
        if (const auto found = models_.find(name); found != models_.end()) {
            return sourced(read_model(row_of(*found->second)));
        }
        const auto* row =
            catalog_ == nullptr ? nullptr : catalog_->by_name<store::Model>(org_, name);
        if (row == nullptr || leaves(name)) {
            return not_found("model_not_found", "there is no such model");
        }
        return sourced(read_model(*row));
    }

    Result<SourcedModel> sourced(Result<Model> model) const {
        if (!model) return model.error();
        const auto source = source_of(model->source);
        return SourcedModel{std::move(*model), source ? source->type : ""};
    }

    struct TypedSettings {
        std::string type;
        const json::object* settings;
    };
    std::optional<TypedSettings> source_of(const std::string& source) const {
        for (const auto& spec : bundle_.sources) {
            if (spec.name == source) return TypedSettings{spec.type, &spec.settings};
        }
        const auto* row = catalog_ == nullptr ? nullptr : catalog_->source_by_name(org_, source);
        if (row == nullptr || (prune_ && row->provisioned)) return std::nullopt;
        return TypedSettings{row->type, &row->settings};
    }

    const Bundle& bundle_;
    const store::Snapshot* catalog_;
    const store::OrgId org_;
    const bool prune_;
    std::map<std::string, const ModelSpec*, std::less<>> models_;
    std::set<std::string, std::less<>> retyped_;  ///< sources of another type than now, or gone
    std::set<std::string, std::less<>> reset_;    ///< sources of other settings than now
};

}  // namespace

Result<void> check_bundle_models(const Bundle& bundle, const store::Snapshot* catalog,
                                 store::OrgId org, bool prune) {
    const Afterwards afterwards(bundle, catalog, org, prune);
    if (auto good = afterwards.check_models(); !good) return good;
    if (auto good = afterwards.check_dashboards(); !good) return good;
    return afterwards.check_shares();
}

}  // namespace casement::access
