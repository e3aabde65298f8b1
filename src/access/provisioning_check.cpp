// What the things of a bundle must be to each other.
#include "access/provisioning.h"
#include "access/share_settings.h"
#include "dashboards/dashboard.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

namespace casement::access {
namespace {

Error at(const std::string& origin, std::string_view reason) {
    return invalid("invalid_bundle", fmt::format("{}: {}", origin, reason));
}

template <class Spec>
Result<void> check_unique(const std::vector<Spec>& specs, std::string Spec::* name,
                          std::string_view what) {
    std::map<std::string_view, const Spec*> seen;
    for (const auto& spec : specs) {
        const auto [place, fresh] = seen.try_emplace(spec.*name, &spec);
        if (!fresh) {
            return at(spec.origin, fmt::format("the {} \"{}\" is already used in {}", what,
                                               spec.*name, place->second->origin));
        }
    }
    return {};
}

// A value that the dashboard could never show is a slip of the pen, and one that a customer meets.
Result<void> check_share_variables(const ShareSpec& share, const dashboards::Dashboard& dashboard) {
    std::set<std::string> seen;
    for (const auto& given : read_share_settings(share.settings).variables) {
        const auto* variable = dashboard.variable(given.name);
        // A mistyped name would leave the real variable at the dashboard's default, which may be
        // another customer's value.
        if (variable == nullptr) {
            return at(share.origin, fmt::format("the dashboard \"{}\" has no variable \"{}\"",
                                                share.dashboard, given.name));
        }
        if (!seen.insert(given.name).second) {
            return at(share.origin, fmt::format("the variable \"{}\" is given twice", given.name));
        }
        if (variable->type != dashboards::Variable::Type::list) continue;
        for (const auto* list : {&given.default_values, &given.visible_tags}) {
            for (const auto& value : *list) {
                const bool known = value == "*" || std::ranges::find(variable->choices, value,
                                                                     &dashboards::Choice::value) !=
                                                       variable->choices.end();
                if (known) continue;
                return at(share.origin, fmt::format("\"{}\" is not a value of the variable \"{}\"",
                                                    value.substr(0, 64), given.name));
            }
        }
    }
    return {};
}

Result<void> check_panel_sources(const DashboardSpec& spec, const dashboards::Dashboard& dashboard,
                                 const std::function<bool(const std::string&)>& source_exists) {
    for (const auto& panel : dashboard.panels) {
        for (const auto& query : panel.queries) {
            // A variable chooses it among those that are there.
            if (query.source.starts_with('$')) continue;
            if (!query.model.empty() || source_exists(query.source)) continue;
            return at(spec.origin,
                      fmt::format("panel {} asks the source \"{}\", which does not exist", panel.id,
                                  query.source));
        }
    }
    for (const auto& variable : dashboard.variables) {
        if (variable.type != dashboards::Variable::Type::query) continue;
        if (variable.query.source.starts_with('$')) continue;
        if (!variable.query.model.empty() || source_exists(variable.query.source)) continue;
        return at(spec.origin,
                  fmt::format("the variable \"{}\" asks the source \"{}\", which does not exist",
                              variable.name, variable.query.source));
    }
    return {};
}

}  // namespace

Result<void> check_bundle(const Bundle& bundle, const store::Snapshot* catalog, store::OrgId org,
                          bool prune) {
    if (auto good = check_unique(bundle.sources, &SourceSpec::name, "name"); !good) return good;
    if (auto good = check_unique(bundle.models, &ModelSpec::name, "name"); !good) return good;
    if (auto good = check_unique(bundle.dashboards, &DashboardSpec::uid, "uid"); !good) return good;
    if (auto good = check_unique(bundle.shares, &ShareSpec::token, "token"); !good) return good;

    std::set<std::string_view> sources;
    for (const auto& spec : bundle.sources)
        sources.insert(spec.name);
    const auto source_exists = [&](const std::string& name) {
        if (sources.contains(name)) return true;
        const auto* row = catalog == nullptr ? nullptr : catalog->source_by_name(org, name);
        return row != nullptr && !(prune && row->provisioned);
    };
    std::map<std::string_view, const dashboards::Dashboard*> known;
    for (const auto& spec : bundle.dashboards) {
        if (auto good = check_panel_sources(spec, spec.read, source_exists); !good) return good;
        known.emplace(spec.uid, &spec.read);
    }
    if (auto good = check_bundle_models(bundle, catalog, org, prune); !good) return good;
    std::deque<dashboards::Dashboard> from_catalog;
    for (const auto& share : bundle.shares) {
        auto found = known.find(share.dashboard);
        if (found == known.end()) {
            const auto* row =
                catalog == nullptr ? nullptr : catalog->dashboard_by_uid(org, share.dashboard);
            const bool leaves = row != nullptr && prune && row->provisioned;
            if (row == nullptr || leaves || row->deleted_at || row->dialect != "casement") {
                return at(share.origin, fmt::format("there is no dashboard with the uid \"{}\"",
                                                    share.dashboard));
            }
            auto dashboard = dashboards::read_dashboard(json::value(row->document));
            if (!dashboard) return at(share.origin, dashboard.error().message);
            from_catalog.push_back(std::move(*dashboard));
            found = known.emplace(share.dashboard, &from_catalog.back()).first;
        }
        if (auto good = check_share_variables(share, *found->second); !good) return good;
    }
    return {};
}

}  // namespace casement::access
