#include "dashboards/repeats.h"

#include "dashboards/limits.h"

#include <algorithm>
#include <tuple>

namespace casement::dashboards {
namespace {

constexpr int kColumns = static_cast<int>(kGridColumns);

/// A row with its panels, or the panels before the first row.
struct Band {
    const Panel* row = nullptr;
    std::vector<const Panel*> panels;
    int top = 0;
    int bottom = 0;  ///< where the next band begins
};

std::vector<Band> bands_of(const Dashboard& dashboard) {
    std::vector<const Panel*> sorted;
    for (const auto& panel : dashboard.panels)
        sorted.push_back(&panel);
    std::sort(sorted.begin(), sorted.end(), [](const Panel* a, const Panel* b) {
        return std::tuple(a->grid.y, a->grid.x, a) < std::tuple(b->grid.y, b->grid.x, b);
    });
    std::vector<Band> bands(1);
    for (const auto* panel : sorted) {
        if (panel->type == PanelType::row) {
            bands.emplace_back();
            bands.back().row = panel;
            bands.back().top = panel->grid.y;
        } else {
            bands.back().panels.push_back(panel);
        }
    }
    for (std::size_t i = 0; i < bands.size(); ++i) {
        auto& band = bands[i];
        band.bottom = band.row == nullptr ? band.top : band.top + band.row->grid.h;
        for (const auto* panel : band.panels)
            band.bottom = std::max(band.bottom, panel->grid.y + panel->grid.h);
        if (i + 1 < bands.size()) band.bottom = std::max(band.bottom, bands[i + 1].top);
    }
    return bands;
}

bool overlap(const Grid& a, const Grid& b) {
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

class Placer {
  public:
    explicit Placer(const ValuesByName& values) : values_(values) {}

    /// At `top` in the place of `band.top`. Gives where the next band begins.
    int add(const Band& band, int top) {
        const auto* values = band.row == nullptr ? nullptr : values_of(*band.row);
        if (values == nullptr) return add_once(band, top, nullptr);
        const auto count = take(*values);
        for (std::size_t i = 0; i < count; ++i)
            top = add_once(band, top, &(*values)[i]);
        return top;
    }
    [[nodiscard]] Placement finish() { return std::move(placement_); }

  private:
    const std::vector<std::string>* values_of(const Panel& panel) const {
        if (!panel.repeat) return nullptr;
        const auto found = values_.find(panel.repeat->variable);
        return found == values_.end() ? nullptr : &found->second;
    }

    std::size_t take(const std::vector<std::string>& values) {
        const auto room =
            std::min(kMaxClones, kMaxPlaced - std::min(kMaxPlaced, placement_.panels.size()));
        if (values.size() > room) placement_.cut = true;
        return std::min(values.size(), room);
    }

    int add_once(const Band& band, int top, const std::string* row_value) {
        const auto begin = placement_.panels.size();
        const bool folded = band.row != nullptr && band.row->collapsed;
        const int moved = top - band.top;
        int bottom = band.bottom + moved;
        if (band.row != nullptr) {
            Grid grid = band.row->grid;
            grid.y = top;
            put({band.row, grid, {}, {}, false}, row_value, *band.row, begin);
        }
        // What repeats have added above a panel moves it down.
        std::vector<std::pair<int, int>> added;  // from this line of the document on: so many more
        for (const auto* panel : band.panels) {
            Grid grid = panel->grid;
            grid.y += moved;
            for (const auto& [line, more] : added)
                if (panel->grid.y >= line) grid.y += more;
            const auto* own = row_value == nullptr ? values_of(*panel) : nullptr;
            if (own == nullptr) {
                const auto& source = row_value == nullptr ? *panel : *band.row;
                put({panel, grid, {}, {}, folded}, row_value, source, begin);
                continue;
            }
            const int lines = add_clones(*panel, grid, *own, folded, begin);
            if (lines > 1)
                added.emplace_back(panel->grid.y + panel->grid.h, (lines - 1) * panel->grid.h);
        }
        for (auto i = begin; i < placement_.panels.size(); ++i) {
            const auto& grid = placement_.panels[i].grid;
            bottom = std::max(bottom, grid.y + grid.h);
        }
        return bottom;
    }

    int add_clones(const Panel& panel, Grid grid, const std::vector<std::string>& values,
                   bool folded, std::size_t begin) {
        const auto count = static_cast<int>(take(values));
        const int across =
            panel.repeat->down
                ? 1
                : std::clamp(std::min(count, panel.repeat->max_per_row), 1, kColumns);
        for (int i = 0; i < count; ++i) {
            Grid own = grid;
            if (!panel.repeat->down) {
                own.w = kColumns / across;
                own.x = own.w * (i % across);
            }
            own.y = grid.y + grid.h * (i / across);
            put({&panel, own, {}, {}, folded}, &values[static_cast<std::size_t>(i)], panel, begin);
        }
        return (count + across - 1) / across;
    }

    /// Further down than it wants to stand where it would cover another one of its band.
    void put(PlacedPanel placed, const std::string* value, const Panel& by, std::size_t begin) {
        if (placement_.panels.size() >= kMaxPlaced) {
            placement_.cut = true;
            return;
        }
        if (value != nullptr) {
            placed.variable = by.repeat->variable;
            placed.repeat = *value;
        }
        for (bool moved = true; moved;) {
            moved = false;
            for (auto i = begin; i < placement_.panels.size(); ++i) {
                const auto& other = placement_.panels[i].grid;
                if (!overlap(placed.grid, other)) continue;
                placed.grid.y = other.y + other.h;
                moved = true;
            }
        }
        placement_.panels.push_back(std::move(placed));
    }

    const ValuesByName& values_;
    Placement placement_;
};

}  // namespace

std::string with_value(std::string_view text, std::string_view name, std::string_view value) {
    const auto continues = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    std::string out;
    while (!text.empty()) {
        const bool braced = text.starts_with("${");
        const auto rest = text.substr(std::min<std::size_t>(braced ? 2 : 1, text.size()));
        const auto behind = rest.size() > name.size() ? rest[name.size()] : '\0';
        const bool named = text.front() == '$' && rest.starts_with(name) &&
                           (braced ? behind == '}' : !continues(behind));
        if (named) {
            out += value;
            text = rest.substr(name.size() + (braced ? 1 : 0));
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

Placement place_panels(const Dashboard& dashboard, const ValuesByName& values) {
    const bool plain = std::none_of(
        dashboard.panels.begin(), dashboard.panels.end(),
        [](const Panel& panel) { return panel.repeat || panel.type == PanelType::row; });
    if (plain) {
        // As its author placed them, one over the other if that is how it is.
        Placement placement;
        for (const auto& panel : dashboard.panels)
            placement.panels.push_back({&panel, panel.grid, {}, {}, false});
        return placement;
    }
    Placer placer(values);
    int top = 0;
    for (const auto& band : bands_of(dashboard))
        top = placer.add(band, top);
    return placer.finish();
}

}  // namespace casement::dashboards
