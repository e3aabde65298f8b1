// Legend and tooltip of a panel.
#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kMostItems = 20;
constexpr std::size_t kLongestWord = 16;

}  // namespace

void read_legend(const json::object& options, Panel& out) {
    const auto* legend = object_at(options, "legend");
    // Before schema version 37 it could be a plain yes or no.
    const auto* written = options.if_contains("legend");
    if (written != nullptr && written->is_bool()) out.options["legend"] = written->get_bool();
    if (legend == nullptr) return;
    const bool shown =
        flag_at(*legend, "showLegend", true) && text_or_empty(*legend, "displayMode") != "hidden";
    out.options["legend"] = shown;
    if (!shown) return;
    if (text_or_empty(*legend, "displayMode") == "table") out.options["legend_mode"] = "table";
    if (text_or_empty(*legend, "placement") == "right") out.options["legend_placement"] = "right";
    if (const auto* calcs = list_at(*legend, "calcs"); calcs != nullptr && !calcs->empty()) {
        json::array words;
        for (const auto& calc : *calcs) {
            const bool fits = calc.is_string() && calc.get_string().size() <= kLongestWord;
            if (fits && words.size() < kMostItems) words.push_back(calc);
        }
        out.options["legend_calcs"] = std::move(words);
    }
    const auto by = text_or_empty(*legend, "sortBy");
    if (!by.empty()) {
        out.options["legend_sort"] =
            json::object{{"by", std::string(utf8_head(by, 32))},
                         {"direction", flag_at(*legend, "sortDesc") ? "desc" : "asc"}};
    }
}

void read_tooltip(const json::object& options, Panel& out) {
    const auto* tooltip = object_at(options, "tooltip");
    // Its name before schema version 30.
    if (tooltip == nullptr) tooltip = object_at(options, "tooltipOptions");
    if (tooltip == nullptr) return;
    const auto mode = text_or_empty(*tooltip, "mode");
    if (mode == "single" || mode == "multi" || mode == "none") out.options["tooltip"] = mode;
    const auto sort = text_or_empty(*tooltip, "sort");
    if (sort == "asc" || sort == "desc") out.options["tooltip_sort"] = sort;
    if (flag_at(*tooltip, "hideZeros")) out.options["tooltip_hide_zeros"] = true;
}

}  // namespace casement::dashboards::grafana
