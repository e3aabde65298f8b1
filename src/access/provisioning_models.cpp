// What the models of a bundle must be to its sources and dashboards, and to those that are there.
#include "access/model_queries.h"
#include "access/provisioning.h"
#include "data/scope.h"
#include "data/source_types.h"

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

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

store::Model row_of(const ModelSpec& spec) {
    store::Model row;
    row.name = spec.name;
    row.label = spec.label;
    row.source = spec.source;
    row.document = spec.document;
    return row;
}

/// The catalog as it will be when the bundle is applied.
class Afterwards {
  public:
    Afterwards(const Bundle& bundle, const store::Snapshot* catalog, store::OrgId org, bool prune)
        : bundle_(bundle), catalog_(catalog), org_(org), prune_(prune) {
        for (const auto& spec : bundle.models)
            models_.emplace(spec.name, &spec);
    }

    Result<void> check_models() const {
        for (const auto& spec : bundle_.models) {
            const auto source = source_of(spec.source);
            if (!source) {
                return at(spec.origin, fmt::format("the model \"{}\" reads the source \"{}\", "
                                                   "which does not exist",
                                                   spec.name, spec.source));
            }
            const auto* type = data::find_source_type(source->type);
            const auto names = type != nullptr && type->relations != nullptr
                                   ? type->relations({*source->settings, {}, ""})
                                   : std::nullopt;
            // A source that cannot be read now may be there later; its queries are checked again.
            if (!names) continue;
            for (const auto& [name, relation] : spec.document.at("relations").get_object()) {
                if (names->contains(lower(name))) continue;
                return at(spec.origin, fmt::format("the source \"{}\" has no relation \"{}\"",
                                                   spec.source, std::string_view(name)));
            }
        }
        return {};
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

  private:
    /// Only what the bundle changes: what was wrong before does not stand in its way.
    Result<void> check_stored(ModelQueryCheck& check, const json::object& document,
                              const std::string& what) const {
        // Reading a document costs more than looking for the word.
        if (bundle_.models.empty() && !prune_) return {};
        const auto read = dashboards::read_dashboard(document);
        if (!read) return {};
        const auto named = named_models(*read);
        const auto changed = std::find_if(named.begin(), named.end(), [&](const auto& name) {
            return models_.contains(name) || leaves(name);
        });
        if (changed == named.end()) return {};
        const auto good = check.check(*read);
        if (good) return {};
        const auto found = models_.find(*changed);
        return at(found == models_.end() ? "models" : found->second->origin,
                  fmt::format("the {}, which is there already, would no longer work: {}", what,
                              good.error().message));
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
};

}  // namespace

Result<void> check_bundle_models(const Bundle& bundle, const store::Snapshot* catalog,
                                 store::OrgId org, bool prune) {
    const Afterwards afterwards(bundle, catalog, org, prune);
    if (auto good = afterwards.check_models(); !good) return good;
    return afterwards.check_dashboards();
}

}  // namespace casement::access
