#include "dashboards/importers/datadog.h"

#include "dashboards/importers/json_parts.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

constexpr int kColumns = 24;        // ours
constexpr int kVendorColumns = 12;  // an ordered dashboard's
constexpr int kScale = kColumns / kVendorColumns;
constexpr int kTallest = 200;    // rows of one panel
constexpr int kLowest = 20'000;  // rows of a dashboard
constexpr std::size_t kMostPanels = 1000;
constexpr int kDeepestGroup = 4;
constexpr std::string_view kAll = "*";

// -- variables ---------------------------------------------------------------------------------

std::vector<std::string> texts_at(const json::object& object, std::string_view name) {
    std::vector<std::string> texts;
    if (const auto* list = list_at(object, name)) {
        for (const auto& item : *list) {
            if (item.is_string() && !item.get_string().empty()) {
                texts.emplace_back(item.get_string());
            }
        }
    }
    return texts;
}

std::optional<Variable> read_variable(const json::object& entry) {
    Variable variable;
    variable.name = text_or_empty(entry, "name");
    if (variable.name.empty() || variable.name.size() > 64 || is_reserved_name(variable.name)) {
        return std::nullopt;
    }
    variable.label = variable.name;
    variable.defaults = texts_at(entry, "defaults");
    if (variable.defaults.empty()) {
        const auto single = text_or_empty(entry, "default");
        // The vendor's own default: no filter on this tag.
        variable.defaults.emplace_back(single.empty() ? kAll : std::string_view(single));
    }
    for (auto& value : texts_at(entry, "available_values")) {
        if (value != kAll) variable.choices.push_back({value, value});
    }
    variable.type = variable.choices.empty() ? Variable::Type::text : Variable::Type::list;
    variable.multi = variable.type == Variable::Type::list || variable.defaults.size() > 1;
    variable.include_all = std::find(variable.defaults.begin(), variable.defaults.end(), kAll) !=
                           variable.defaults.end();
    return variable;
}

std::vector<Variable> read_variables(const json::object& document) {
    std::vector<Variable> variables;
    const auto* list = list_at(document, "template_variables");
    if (list == nullptr) return variables;
    std::set<std::string> names;
    for (const auto& item : *list) {
        if (!item.is_object()) continue;
        auto variable = read_variable(item.get_object());
        if (variable && names.insert(variable->name).second) {
            variables.push_back(std::move(*variable));
        }
    }
    return variables;
}

// -- time --------------------------------------------------------------------------------------

std::string live_span(const json::object& timeframe) {
    const auto value = number_at(timeframe, "value").value_or(0);
    const auto unit = text_or_empty(timeframe, "unit");
    const auto length = unit == "minute"  ? std::chrono::minutes(1)
                        : unit == "hour"  ? std::chrono::minutes(60)
                        : unit == "day"   ? std::chrono::minutes(24 * 60)
                        : unit == "week"  ? std::chrono::minutes(7 * 24 * 60)
                        : unit == "month" ? std::chrono::minutes(30 * 24 * 60)
                                          : std::chrono::minutes(0);
    const auto wanted = length * bounded(value, 0, 1000);
    // The shortest of ours that shows all of what was asked for.
    for (const std::string_view span : {"15m", "1h", "4h", "1d", "2d", "1w", "1mo", "3mo", "6mo"}) {
        if (wanted.count() > 0 && wanted <= span_length(span).value_or(seconds{0})) {
            return std::string(span);
        }
    }
    return wanted.count() > 0 ? "1y" : "1h";
}

TimeRange read_time(const json::object& document) {
    TimeRange time;
    time.span = "1h";
    const auto* timeframe = object_at(document, "default_timeframe");
    if (timeframe == nullptr) return time;
    const auto type = text_or_empty(*timeframe, "type");
    if (type == "live") time.span = live_span(*timeframe);
    if (type != "fixed") return time;
    const auto from = number_at(*timeframe, "from");
    const auto to = number_at(*timeframe, "to");
    constexpr double kLatest = 4102444800000;  // 2100, in milliseconds
    if (!from || !to || !(*from >= 0) || !(*from < *to) || !(*to <= kLatest)) return time;
    time.span.clear();
    time.from = Time{milliseconds{static_cast<std::int64_t>(*from)}};
    time.to = Time{milliseconds{static_cast<std::int64_t>(*to)}};
    return time;
}

// -- widgets -----------------------------------------------------------------------------------

struct Place {
    double x = 0, y = 0, width = 0, height = 0;  // in the vendor's units
};

std::optional<Place> layout_of(const json::object& widget) {
    const auto* layout = object_at(widget, "layout");
    if (layout == nullptr) return std::nullopt;
    const auto x = number_at(*layout, "x"), y = number_at(*layout, "y");
    const auto width = number_at(*layout, "width"), height = number_at(*layout, "height");
    if (!x || !y || !width || !height) return std::nullopt;
    return Place{*x, *y, *width, *height};
}

// A name out of a document stands in Markdown here: letters that cannot mean anything there.
std::string plain_type(std::string_view type) {
    const bool plain = !type.empty() && type.size() <= 64 &&
                       std::all_of(type.begin(), type.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (!plain) return "unknown";
    std::string words(type);
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

std::string markdown_of(const json::object& definition, std::string_view type) {
    if (type == "note") return text_or_empty(definition, "content");
    if (type == "free_text") return text_or_empty(definition, "text");
    return fmt::format("*This {} widget has no data source here.*", plain_type(type));
}

class Importer {
  public:
    explicit Importer(Dashboard& dashboard) : dashboard_(&dashboard) {}

    void add_all(const json::object& document, const json::array& widgets) {
        const bool is_free = text_or_empty(document, "layout_type") == "free";
        if (is_free) scale_ = free_scale(widgets);
        const auto* tabs = list_at(document, "tabs");
        if (tabs == nullptr || tabs->empty()) {
            add_list(widgets, {}, 0);
            return;
        }
        add_tabs(*tabs, widgets);
    }

  private:
    // A free dashboard's coordinates are of a canvas of any width: fit it in.
    static double free_scale(const json::array& widgets) {
        double right = kVendorColumns;
        for (const auto& item : widgets) {
            if (!item.is_object()) continue;
            if (const auto place = layout_of(item.get_object())) {
                right = std::max(right, place->x + place->width);
            }
        }
        return kColumns / right;
    }

    // Tabs become chapters, one below the other: nothing is hidden.
    void add_tabs(const json::array& tabs, const json::array& widgets) {
        std::set<std::int64_t> in_tabs;
        const auto pick = [&](auto&& wanted) {
            json::array picked;
            for (const auto& item : widgets) {
                const auto* id = item.is_object() ? item.get_object().if_contains("id") : nullptr;
                const auto number = id != nullptr && id->is_int64() ? id->get_int64() : -1;
                if (wanted(number)) picked.push_back(item);
            }
            return picked;
        };
        for (const auto& item : tabs) {
            if (!item.is_object()) continue;
            std::set<std::int64_t> ids;
            if (const auto* list = list_at(item.get_object(), "widget_ids")) {
                for (const auto& id : *list) {
                    if (id.is_int64() && in_tabs.insert(id.get_int64()).second) {
                        ids.insert(id.get_int64());
                    }
                }
            }
            add_heading(text_or_empty(item.get_object(), "name"));
            add_list(pick([&](std::int64_t id) { return ids.contains(id); }), {}, 0);
        }
        add_list(pick([&](std::int64_t id) { return !in_tabs.contains(id); }), {}, 0);
    }

    void add_heading(const std::string& title) {
        Panel panel;
        panel.title = title;
        panel.grid = {0, bottom_, kColumns, 1};
        add(std::move(panel));
    }

    /// Widgets of one level. `group` is where their own zero lies, in our units.
    void add_list(const json::array& widgets, std::optional<Grid> group, int depth) {
        const int left = group ? group->x : 0;
        const int width = group ? group->w : kColumns;
        const int top = group ? group->y : bottom_;
        int flow_x = 0, flow_y = top, flow_height = 0;
        for (const auto& item : widgets) {
            if (!item.is_object() || dashboard_->panels.size() >= kMostPanels) continue;
            const auto& widget = item.get_object();
            const auto* definition = object_at(widget, "definition");
            if (definition == nullptr) continue;
            const auto type = text_or_empty(*definition, "type");
            Grid grid;
            if (const auto place = layout_of(widget)) {
                grid.x = bounded(place->x * scale_, 0, width - 1);
                grid.y = top + bounded(place->y * scale_, 0, kLowest);
                grid.w = bounded(place->width * scale_, 1, width - grid.x);
                grid.h = bounded(place->height * scale_, 1, kTallest);
                grid.x += left;
            } else {
                // As the vendor's automatic layout does: row by row; groups take a whole one.
                grid.w = type == "group" ? width : std::max(1, width / 2);
                grid.h = type == "note" || type == "free_text" ? 4 : 8;
                if (flow_x + grid.w > width) {
                    flow_x = 0;
                    flow_y = std::max(flow_y + flow_height, type == "group" ? bottom_ : 0);
                    flow_height = 0;
                }
                grid.x = left + flow_x;
                grid.y = flow_y;
                flow_x += grid.w;
                flow_height = std::max(flow_height, grid.h);
            }
            add_widget(*definition, type, grid, depth);
            if (type == "group" && !layout_of(widget)) {
                flow_x = 0;
                flow_y = bottom_;
                flow_height = 0;
            }
        }
    }

    void add_widget(const json::object& definition, std::string_view type, const Grid& grid,
                    int depth) {
        const auto* inner = type == "group" ? list_at(definition, "widgets") : nullptr;
        Panel panel;
        panel.title = text_or_empty(definition, "title");
        panel.grid = grid;
        if (inner == nullptr || depth >= kDeepestGroup) {
            panel.markdown = markdown_of(definition, type);
            add(std::move(panel));
            return;
        }
        // The title bar of a group is one unit of its height, with a title or without.
        panel.grid.h = kScale / 2;
        if (!panel.title.empty()) add(std::move(panel));
        Grid inside = grid;
        inside.y += kScale;
        add_list(*inner, inside, depth + 1);
    }

    void add(Panel panel) {
        panel.id = static_cast<int>(dashboard_->panels.size()) + 1;
        panel.type = PanelType::text;
        bottom_ = std::max(bottom_, std::min(panel.grid.y + panel.grid.h, kLowest));
        dashboard_->panels.push_back(std::move(panel));
    }

    Dashboard* dashboard_;
    double scale_ = kScale;
    int bottom_ = 0;
};

}  // namespace

Result<Dashboard> import_datadog(const json::object& document) {
    const auto* widgets = list_at(document, "widgets");
    if (widgets == nullptr) {
        return invalid("invalid_dashboard", "A Datadog dashboard needs a list of widgets.",
                       "widgets");
    }
    Dashboard dashboard;
    dashboard.title = text_or_empty(document, "title");
    dashboard.description = text_or_empty(document, "description");
    dashboard.tags = texts_at(document, "tags");
    dashboard.time = read_time(document);
    dashboard.variables = read_variables(document);
    Importer(dashboard).add_all(document, *widgets);
    return dashboard;
}

}  // namespace casement::dashboards
