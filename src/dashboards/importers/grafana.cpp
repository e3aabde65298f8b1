#include "dashboards/importers/grafana.h"

#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using grafana::Notes;

constexpr int kLargestId = 1'000'000;

/// A resource has the document in `spec`, an answer of the API in `dashboard`.
const json::object* document_of(const json::object& written) {
    const auto* spec = object_at(written, "spec");
    if (spec != nullptr && written.contains("apiVersion") && written.contains("kind")) return spec;
    const auto* inner = object_at(written, "dashboard");
    if (inner != nullptr && !written.contains("panels") && !written.contains("rows")) return inner;
    return &written;
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

Result<Dashboard> import_grafana(const json::object& written, ImportReport* report,
                                 const ImportContext& context) {
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
    if (whole.contains("elements")) {
        notes.left_out(
            "The document is of the newer kind, with elements and a layout, which is "
            "not read yet.");
    }
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
