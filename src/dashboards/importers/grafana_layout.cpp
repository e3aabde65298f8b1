#include "dashboards/importers/grafana_parts.h"
#include "dashboards/limits.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>

namespace casement::dashboards::grafana {
namespace {

constexpr int kColumns = static_cast<int>(kGridColumns);
constexpr int kLowest = 10'000;
constexpr int kTallest = 100;
constexpr int kUsualWidth = 12;
constexpr int kUsualHeight = 9;
// Of documents from before the grid: pixels of a row, and what one of ours is worth.
constexpr double kOldRowHeight = 250;
constexpr double kOldLeastHeight = 90;
constexpr double kOldCell = 38;

Grid grid_of(const json::object& panel) {
    Grid grid{0, 0, kUsualWidth, kUsualHeight};
    const auto* place = object_at(panel, "gridPos");
    if (place == nullptr) return grid;
    grid.x = bounded(number_at(*place, "x").value_or(0), 0, kColumns - 1);
    grid.y = bounded(number_at(*place, "y").value_or(0), 0, kLowest);
    grid.w = bounded(number_at(*place, "w").value_or(kUsualWidth), 1, kColumns - grid.x);
    grid.h = bounded(number_at(*place, "h").value_or(kUsualHeight), 1, kTallest);
    return grid;
}

bool is_row(const json::object& panel) {
    return text_or_empty(panel, "type") == "row";
}

/// Made by the vendor's page from a repeated panel, and stored by mistake.
bool is_copy(const json::object& panel) {
    return number_at(panel, "repeatPanelId") || flag_at(panel, "repeatByRow");
}

class Layout {
  public:
    explicit Layout(Notes& notes) : notes_(notes) {}

    void add_panels(const json::array& list) {
        std::vector<Placed> panels;
        for (const auto& item : list) {
            const auto* panel = item.if_object();
            if (panel != nullptr && !is_copy(*panel)) panels.push_back({panel, grid_of(*panel)});
        }
        // Of equal places the one that comes first in the document.
        std::sort(panels.begin(), panels.end(), [](const Placed& a, const Placed& b) {
            return std::tie(a.grid.y, a.grid.x, a.panel) < std::tie(b.grid.y, b.grid.x, b.panel);
        });
        // What a closed row hides takes no room in the document, but does here.
        int lower = 0;
        for (auto& placed : panels) {
            placed.grid.y += lower;
            placed.is_row = is_row(*placed.panel);
            if (!placed.is_row) {
                add(placed);
                continue;
            }
            int below = placed.grid.y;
            placed.collapsed = flag_at(*placed.panel, "collapsed");
            placed.grid = {0, below++, kColumns, 1};
            add(placed);
            if (const auto* inner = list_at(*placed.panel, "panels")) {
                lower += open_row(*inner, below);
            }
        }
    }

    /// `rows` of documents of before schema version 16.
    void add_rows(const json::array& rows) {
        int top = 0;
        const bool has_rows = std::any_of(rows.begin(), rows.end(), [](const json::value& item) {
            const auto* row = item.if_object();
            return row != nullptr && (flag_at(*row, "showTitle") || flag_at(*row, "collapse") ||
                                      !text_or_empty(*row, "repeat").empty());
        });
        for (const auto& item : rows) {
            const auto* row = item.if_object();
            const auto* list = row == nullptr ? nullptr : list_at(*row, "panels");
            if (list == nullptr || number_at(*row, "repeatIteration")) continue;
            if (has_rows) {
                const int y = std::min(top++, kLowest);
                add({row, {0, y, kColumns, 1}, true, flag_at(*row, "collapse")});
            }
            top = add_old_row(*row, *list, top);
        }
    }

    std::vector<Placed> take() { return std::move(placed_); }

  private:
    void add(const Placed& placed) {
        if (placed_.size() < static_cast<std::size_t>(kMaxPanels)) {
            placed_.push_back(placed);
            placed_.back().grid.y = bounded(placed.grid.y, 0, kLowest);
        } else if (!full_) {
            full_ = true;
            notes_.left_out(
                "The dashboard has more panels than can be shown; the last ones are "
                "missing.");
        }
    }

    /// How many rows of the grid they take.
    int open_row(const json::array& list, int top) {
        std::vector<Placed> inner;
        int first = kLowest;
        for (const auto& item : list) {
            const auto* panel = item.if_object();
            if (panel == nullptr || is_row(*panel)) continue;
            inner.push_back({panel, grid_of(*panel)});
            first = std::min(first, inner.back().grid.y);
        }
        int height = 0;
        for (auto& placed : inner) {
            height = std::max(height, placed.grid.y - first + placed.grid.h);
            placed.grid.y += top - first;
            add(placed);
        }
        return height;
    }

    static double pixels_at(const json::object& object, double otherwise) {
        if (const auto number = number_at(object, "height")) return *number;
        const auto text = text_or_empty(object, "height");
        const double pixels = std::strtod(text.c_str(), nullptr);
        return pixels > 0 ? pixels : otherwise;
    }

    int add_old_row(const json::object& row, const json::array& list, int top) {
        const double usual = pixels_at(row, kOldRowHeight);
        int x = 0;
        int y = top;
        int height = 0;
        for (const auto& item : list) {
            const auto* panel = item.if_object();
            if (panel == nullptr) continue;
            constexpr double kUsualSpan = 4;  // of twelve
            const double span = number_at(*panel, "span").value_or(kUsualSpan);
            const double pixels = std::max(pixels_at(*panel, usual), kOldLeastHeight);
            Grid grid;
            grid.w = bounded(std::floor(span * 2), 1, kColumns);
            grid.h = bounded(std::ceil(pixels / kOldCell), 1, kTallest);
            if (x + grid.w > kColumns) {
                x = 0;
                y += height;
                height = 0;
            }
            grid.x = x;
            grid.y = std::min(y, kLowest);
            x += grid.w;
            height = std::max(height, grid.h);
            add({panel, grid});
        }
        return std::min(y + height, kLowest);
    }

    Notes& notes_;
    std::vector<Placed> placed_;
    bool full_ = false;
};

}  // namespace

std::vector<Placed> layout_of(const json::object& document, Notes& notes) {
    Layout layout(notes);
    const auto* rows = list_at(document, "rows");
    const auto* panels = list_at(document, "panels");
    const bool is_old = rows != nullptr && (panels == nullptr || panels->empty());
    if (is_old) {
        layout.add_rows(*rows);
    } else if (panels != nullptr) {
        layout.add_panels(*panels);
    }
    return layout.take();
}

}  // namespace casement::dashboards::grafana
