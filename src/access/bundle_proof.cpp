#include "access/bundle_proof.h"

#include "access/scope_certificate.h"

#include <algorithm>

namespace casement::access {
namespace {

template <class Specs, class Name>
auto find_named(const Specs& specs, Name name, std::string_view wanted) {
    const auto found = std::find_if(specs.begin(), specs.end(),
                                    [&](const auto& spec) { return spec.*name == wanted; });
    return found == specs.end() ? nullptr : &*found;
}

ModelWorld world_of_bundle(const Bundle& bundle) {
    ModelWorld world;
    world.type = [&bundle](const std::string& name) {
        const auto* spec = find_named(bundle.sources, &SourceSpec::name, name);
        return spec == nullptr ? std::string() : spec->type;
    };
    world.model = [&bundle, type = world.type](const std::string& name) -> Result<SourcedModel> {
        const auto* spec = find_named(bundle.models, &ModelSpec::name, name);
        if (spec == nullptr) return not_found("model_not_found", "there is no such model");
        auto model = read_model(row_of(*spec));
        if (!model) return model.error();
        return SourcedModel{std::move(*model), type(spec->source)};
    };
    world.governed = [&bundle](const std::string& source) {
        return find_named(bundle.models, &ModelSpec::source, source) != nullptr;
    };
    world.source = [](const dashboards::PanelQuery& query) -> Result<std::string> {
        return query.source;
    };
    return world;
}

}  // namespace

BundleProof prove_bundle(const Bundle& bundle, Time at) {
    const auto world = world_of_bundle(bundle);
    const auto models = [&](const std::string& name) -> std::optional<store::Model> {
        const auto* spec = find_named(bundle.models, &ModelSpec::name, name);
        return spec == nullptr ? std::nullopt : std::optional(row_of(*spec));
    };
    BundleProof proof;
    for (const auto& spec : bundle.dashboards) {
        auto statement = scope_statement(
            world, {spec.uid, spec.title, "casement", 0, &spec.document, &spec.read}, models);
        proof.certificates.push_back(scope_certificate(std::move(statement), at, Secret()));
    }
    ModelQueryCheck check(world.model);
    for (const auto& share : bundle.shares) {
        ShareProof one{share.token, share.dashboard, ""};
        const auto* dashboard = find_named(bundle.dashboards, &DashboardSpec::uid, share.dashboard);
        if (dashboard == nullptr) {
            one.reason = "Its dashboard is not in this folder.";
        } else if (auto good = check_shared(world, check, dashboard->read, share.settings); !good) {
            one.reason = good.error().message;
        }
        proof.shares.push_back(std::move(one));
    }
    return proof;
}

}  // namespace casement::access
