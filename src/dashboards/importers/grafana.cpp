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
constexpr std::size_t kLongestTitle = 200;

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

Result<Dashboard> import_grafana(const json::object& written, ImportReport* report) {
    const auto& document = *document_of(written);
    if (!document.contains("title") && !document.contains("panels") && !document.contains("rows")) {
        return invalid("invalid_dashboard", "A Grafana dashboard has a title and panels.");
    }
    Notes notes(report, "");
    Dashboard out;
    grafana::read_general(document, out, notes);
    grafana::Scope scope;
    grafana::read_variables(document, out, scope, notes);
    if (document.contains("elements")) {
        notes.left_out(
            "The document is of the newer kind, with elements and a layout, which is "
            "not read yet.");
    }
    const auto placed = grafana::layout_of(document, notes);
    Ids ids(placed);
    for (const auto& item : placed) {
        const int id = ids.next(*item.panel);
        auto about = notes.about(fmt::format("panel {}", id));
        Panel panel;
        if (item.is_row) {
            panel.type = PanelType::text;
            const auto title = text_or_empty(*item.panel, "title");
            panel.markdown = grafana::heading_of(utf8_head(title, kLongestTitle));
            if (!text_or_empty(*item.panel, "repeat").empty()) {
                about.changed("The row stands there once, and not once for each value.");
            }
        } else {
            panel = grafana::read_panel(*item.panel, scope, about);
        }
        panel.id = id;
        panel.grid = item.grid;
        out.panels.push_back(std::move(panel));
    }
    return out;
}

}  // namespace casement::dashboards
