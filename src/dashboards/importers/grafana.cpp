#include "dashboards/importers/grafana.h"

#include "base/encoding.h"
#include "dashboards/dependencies.h"
#include "dashboards/importers/grafana_parts.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using grafana::Notes;

constexpr int kLargestId = 1'000'000;

bool is_resource(const json::object& written) {
    return object_at(written, "spec") != nullptr && written.contains("apiVersion") &&
           written.contains("kind");
}

/// A resource has the document in `spec`, an answer of the API in `dashboard`.
const json::object* document_of(const json::object& written) {
    if (is_resource(written)) return object_at(written, "spec");
    const auto* inner = object_at(written, "dashboard");
    if (inner != nullptr && !written.contains("panels") && !written.contains("rows")) return inner;
    return &written;
}

/// Each would wait for the others, so none of them has anything to choose from.
void tell_circle(const std::vector<Variable>& variables, const Notes& notes) {
    const auto circle = order_of(variables).circle;
    if (circle.empty()) return;
    std::string names;
    for (const auto place : circle)
        names += variables[place].name + " -> ";
    const auto& first = variables[circle.front()].name;
    auto about = notes.about(fmt::format("variable {}", first));
    about.left_out(
        fmt::format("Its query follows from itself: {}{}. It has no choices.", names, first));
}

/// Ids of the document where they are usable and not taken; the others get what comes after them.
class Ids {
  public:
    explicit Ids(const std::vector<grafana::Placed>& placed) {
        for (const auto& item : placed)
            largest_ = std::max(largest_, written_id(*item.panel));
    }
    int next(const json::object& panel) {
        const int id = written_id(panel);
        if (id != 0 && taken_.insert(id).second) return id;
        while (largest_ >= kLargestId || taken_.contains(largest_ + 1)) {
            largest_ = largest_ >= kLargestId ? 0 : largest_ + 1;
        }
        taken_.insert(++largest_);
        return largest_;
    }

  private:
    static int written_id(const json::object& panel) {
        const auto id = number_at(panel, "id").value_or(0);
        return id >= 1 && id <= kLargestId ? static_cast<int>(id) : 0;
    }
    std::set<int> taken_;
    int largest_ = 0;
};

}  // namespace

json::object bare_grafana(json::object written) {
    const auto* inner = document_of(written);
    if (inner == &written) return written;
    auto bare = *inner;
    const auto* metadata = is_resource(written) ? object_at(written, "metadata") : nullptr;
    if (metadata != nullptr && text_or_empty(bare, "uid").empty()) {
        if (auto name = text_at(*metadata, "name")) bare["uid"] = *name;
    }
    return bare;
}

Result<void> check_classic(const json::object& written) {
    const auto& document = *document_of(written);
    const bool newer =
        document.contains("elements") && !document.contains("panels") && !document.contains("rows");
    if (!newer) return {};
    return invalid("invalid_dashboard",
                   "This dashboard is written in Grafana's newest form, with elements and a "
                   "layout, which is not read here. Export it there once more and choose "
                   "\"Classic\" as its model, then import that.");
}

Result<Dashboard> import_grafana(const json::object& written, ImportReport* report,
                                 const ImportContext& context) {
    if (auto classic = check_classic(written); !classic) return classic.error();
    const auto whole = grafana::with_elements(*document_of(written));
    if (!whole.contains("title") && !whole.contains("panels") && !whole.contains("rows")) {
        return invalid("invalid_dashboard", "A Grafana dashboard has a title and panels.");
    }
    Notes notes(report, "");
    Dashboard out;
    grafana::read_general(whole, out, notes);
    grafana::Scope scope;
    scope.context = &context;
    grafana::read_inputs(whole, scope, notes);
    grafana::read_variables(whole, out, scope, notes);
    tell_circle(out.variables, notes);
    const auto placed = grafana::layout_of(whole, notes);
    for (const auto& item : placed) {
        if (const auto id = number_at(*item.panel, "id")) {
            scope.panels.emplace(bounded(*id, 0, kLargestId), item.panel);
        }
    }
    Ids ids(placed);
    for (const auto& item : placed) {
        const int id = ids.next(*item.panel);
        auto about = notes.about(fmt::format("panel {}", id));
        Panel panel = item.is_row ? grafana::read_row(*item.panel, scope, about)
                                  : grafana::read_panel(*item.panel, scope, about);
        panel.id = id;
        panel.grid = item.grid;
        panel.collapsed = item.collapsed;
        out.panels.push_back(std::move(panel));
    }
    return out;
}

}  // namespace casement::dashboards
