// From JSON to structs: the shape first, then what a shape cannot say.
#include "dashboards/dashboard.h"
#include "dashboards/dependencies.h"
#include "dashboards/field_shapes.h"
#include "dashboards/limits.h"
#include "dashboards/panel_shapes.h"
#include "dashboards/read_parts.h"
#include "dashboards/repeats.h"
#include "dashboards/timezone.h"

#include <set>

#include <fmt/format.h>

namespace casement::dashboards {

Error wrong(std::string path, std::string_view reason) {
    std::string message = fmt::format("\"{}\" {}.", path, reason);
    return invalid("invalid_dashboard", std::move(message), std::move(path));
}

bool flag_at(const json::object& object, std::string_view name, bool otherwise) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? otherwise : value->get_bool();
}

const json::array& list_at(const json::object& object, std::string_view name) {
    static const json::array none;
    const auto* value = object.if_contains(name);
    return value == nullptr ? none : value->get_array();
}

namespace {

std::optional<Error> fits(const json::value& value, const Shape& shape, std::string_view path) {
    auto error = check(value, shape, path);
    if (!error) return std::nullopt;
    error->code = "invalid_dashboard";
    return error;
}

int number_at(const json::object& object, std::string_view name) {
    return static_cast<int>(object.at(name).get_int64());
}

Result<std::optional<Time>> time_at(const json::object& object, std::string_view name) {
    const auto text = text_at(object, name);
    if (!text) return std::optional<Time>();
    const auto time = parse_rfc3339(*text);
    if (!time) {
        return wrong(fmt::format("time.{}", name),
                     "must be a time such as \"2026-01-31T12:00:00Z\" or a date");
    }
    return time;
}

Result<void> read_time(const json::object& document, Dashboard& out) {
    const auto* member = document.if_contains("time");
    static const json::object none;
    const auto& time = member == nullptr ? none : member->get_object();
    out.time_selectable = flag_at(time, "selectable", true);
    out.time.span = text_at(time, "span").value_or("");
    auto from = time_at(time, "from");
    if (!from) return from.error();
    auto to = time_at(time, "to");
    if (!to) return to.error();
    auto as_of = time_at(time, "as_of");
    if (!as_of) return as_of.error();
    out.time.from = *from;
    out.time.to = *to;
    out.as_of = *as_of;
    if (from->has_value() != to->has_value()) {
        return wrong(*from ? "time.to" : "time.from", "is required beside the other end");
    }
    if (!from->has_value()) {
        if (out.time.span.empty()) out.time.span = "1d";
        return {};
    }
    if (!out.time.span.empty()) {
        return wrong("time.span", "cannot stand beside from and to: a range is one or the other");
    }
    if (**from >= **to) return wrong("time.to", "must be later than from");
    return {};
}

Result<std::optional<std::chrono::seconds>> read_refresh(const json::object& document) {
    const auto text = text_at(document, "refresh");
    if (!text) return std::optional<std::chrono::seconds>();
    const auto bad = [] {
        return wrong("refresh",
                     "must be a number of seconds, minutes or hours from 5s to 24h, "
                     "such as \"30s\", \"5m\" or \"1h\"");
    };
    std::int64_t count = 0;
    for (const char c : std::string_view(*text).substr(0, text->size() - 1)) {
        if (c < '0' || c > '9') return bad();
        count = count * 10 + (c - '0');
    }
    switch (text->back()) {
        case 's':
            break;
        case 'm':
            count *= 60;
            break;
        case 'h':
            count *= 3600;
            break;
        default:
            return bad();
    }
    if (count < 5 || count > std::int64_t{24} * 3600) return bad();
    return std::optional<std::chrono::seconds>(std::chrono::seconds{count});
}

}  // namespace

Result<PanelQuery> read_query(const json::object& query, const std::string& path) {
    const bool has_source = query.contains("source");
    const bool has_model = query.contains("model");
    if (!has_source && !has_model) {
        return wrong(path + ".source", "is required, unless the query names a model");
    }
    if (has_source && has_model) {
        return wrong(path + ".model", "stands in the place of source; give one of them");
    }
    PanelQuery read;
    read.name = text_at(query, "name").value_or("");
    read.source = text_at(query, "source").value_or("");
    read.model = text_at(query, "model").value_or("");
    const auto sql = text_at(query, "sql");
    const auto promql = text_at(query, "promql");
    if (sql && promql) return wrong(path + ".promql", "stands in the place of sql; give one");
    if (!sql && !promql) return wrong(path + ".sql", "is required, unless the query has promql");
    read.text = sql ? *sql : *promql;
    for (const std::string_view member : {"legend", "format", "instant", "min_step"}) {
        const auto* value = query.if_contains(member);
        if (value == nullptr) continue;
        if (sql) return wrong(fmt::format("{}.{}", path, member), "is only for promql");
        read.settings[member] = *value;
    }
    if (promql) read.language = PanelQuery::Language::promql;
    return read;
}

namespace {

/// What a panel says of its columns, its links and its own time.
Result<void> read_fields(const json::object& written, const std::string& path, Panel& panel) {
    panel.overrides = list_at(written, "overrides");
    if (auto ok = settle_overrides(panel.overrides, path + ".overrides"); !ok) return ok;
    panel.transformations = list_at(written, "transformations");
    panel.links = list_at(written, "links");
    if (auto ok = check_links(panel.links, path + ".links"); !ok) return ok;
    panel.transparent = flag_at(written, "transparent", false);
    std::string note;
    for (const char* name : {"interval", "time_from", "time_shift"}) {
        const auto text = text_at(written, name);
        if (!text) continue;
        const auto length = length_of(*text);
        if (!length) return wrong(fmt::format("{}.{}", path, name), "must be of 1 ms to ten years");
        if (*name == 'i') {
            panel.interval = length;
        } else if (std::string_view(name) == "time_from") {
            panel.time_from = length;
            note = "Last " + *text;
        } else {
            panel.time_shift = length;
            note += (note.empty() ? "" : ", ") + *text + " earlier";
        }
    }
    if (!flag_at(written, "hide_time_override", false)) panel.time_note = std::move(note);
    if (const auto* seconds = written.if_contains("cache_seconds")) {
        panel.cache_time = std::chrono::seconds{seconds->get_int64()};
    }
    return {};
}

/// Rows and repeats: how a panel stands with the others.
Result<void> read_placing(const json::object& written, const std::string& path, Panel& panel) {
    const bool is_row = panel.type == PanelType::row;
    if (!is_row && written.contains("collapsed")) {
        return wrong(path + ".collapsed", "is only for rows");
    }
    if (is_row && (panel.grid.x != 0 || panel.grid.w != kGridColumns)) {
        return wrong(path + ".grid.w", "must be 24 for a row, from x 0");
    }
    panel.collapsed = flag_at(written, "collapsed", false);
    const auto* member = written.if_contains("repeat");
    if (member == nullptr) return {};
    const auto& repeat = member->get_object();
    Repeat read;
    read.variable = *text_at(repeat, "variable");
    read.down = text_at(repeat, "direction") == "v";
    if (is_row && repeat.contains("direction")) {
        return wrong(path + ".repeat.direction", "is not for rows: they stand one below the other");
    }
    if (repeat.contains("max_per_row")) {
        if (is_row || read.down) {
            return wrong(path + ".repeat.max_per_row", "is only for panels side by side");
        }
        read.max_per_row = number_at(repeat, "max_per_row");
    }
    panel.repeat = std::move(read);
    return {};
}

Result<Panel> read_panel(const json::object& written, const std::string& path) {
    Panel panel;
    panel.id = number_at(written, "id");
    panel.type = panel_type_named(*text_at(written, "type")).value_or(PanelType::text);
    panel.title = text_at(written, "title").value_or("");
    panel.description = text_at(written, "description").value_or("");
    const auto& grid = written.at("grid").get_object();
    panel.grid = {number_at(grid, "x"), number_at(grid, "y"), number_at(grid, "w"),
                  number_at(grid, "h")};
    if (panel.grid.x + panel.grid.w > kGridColumns) {
        return wrong(path + ".grid.w", "reaches beyond the 24 columns of the grid");
    }
    const bool is_text = panel.type == PanelType::text;
    if (is_text != written.contains("markdown")) {
        return wrong(path + ".markdown",
                     is_text ? "is required for a text panel" : "is only for text panels");
    }
    panel.markdown = text_at(written, "markdown").value_or("");
    if (auto ok = read_placing(written, path, panel); !ok) return ok.error();

    std::set<std::string> names;
    const auto& queries = list_at(written, "queries");
    const bool asks = !is_text && panel.type != PanelType::row;
    if (asks == queries.empty()) {
        return wrong(path + ".queries", asks ? "is required, with at least one query"
                                             : "is not for text panels and rows");
    }
    for (std::size_t i = 0; i < queries.size(); ++i) {
        auto read = read_query(queries[i].get_object(), fmt::format("{}.queries[{}]", path, i));
        if (!read) return read.error();
        PanelQuery query = std::move(*read);
        if (query.name.empty()) query.name = static_cast<char>('A' + i);
        query.hide = flag_at(queries[i].get_object(), "hide", false);
        if (!names.insert(query.name).second) {
            return wrong(fmt::format("{}.queries[{}].name", path, i),
                         "is the name of another query of this panel");
        }
        panel.queries.push_back(std::move(query));
    }
    if (const auto* options = written.if_contains("options")) {
        const std::string place = path + ".options";
        if (auto error = fits(*options, options_shape(panel.type), place)) return *error;
        panel.options = options->get_object();
        if (auto ok = settle_field_options(panel.options, place); !ok) return ok.error();
        if (const auto bad = check_rich_options(panel.options)) {
            return wrong(place + "." + bad->field, bad->expected);
        }
    }
    if (auto ok = read_fields(written, path, panel); !ok) return ok.error();
    return panel;
}

Result<void> check_repeats(const Dashboard& dashboard) {
    for (std::size_t i = 0; i < dashboard.panels.size(); ++i) {
        const auto& repeat = dashboard.panels[i].repeat;
        if (!repeat) continue;
        const std::string place = fmt::format("panels[{}].repeat.variable", i);
        const auto* variable = dashboard.variable(repeat->variable);
        if (variable == nullptr) return wrong(place, "is no variable of this dashboard");
        if (variable->type == Variable::Type::filters) {
            return wrong(place, "cannot be a variable of type filters");
        }
    }
    // A panel of a repeated row has the row's value; a second one of its own would have no name.
    const auto placed = place_panels(dashboard, {});
    const Panel* row = nullptr;
    for (const auto& one : placed.panels) {
        if (one.panel->type == PanelType::row) {
            row = one.panel;
        } else if (row != nullptr && row->repeat && one.panel->repeat) {
            return wrong(fmt::format("panels[{}].repeat", one.panel - dashboard.panels.data()),
                         "cannot stand in a row that is repeated itself");
        }
    }
    return {};
}

Result<void> check_source_variables(const Dashboard& dashboard) {
    const auto check_query = [&](const PanelQuery& query, const std::string& path) -> Result<void> {
        if (!query.source.starts_with('$')) return {};
        const auto* variable = dashboard.variable(source_variable(query));
        if (variable != nullptr && variable->type == Variable::Type::source) return {};
        return wrong(path + ".source",
                     "must name a variable of type source where it begins with $");
    };
    for (std::size_t i = 0; i < dashboard.panels.size(); ++i) {
        const auto& queries = dashboard.panels[i].queries;
        for (std::size_t j = 0; j < queries.size(); ++j) {
            auto ok = check_query(queries[j], fmt::format("panels[{}].queries[{}]", i, j));
            if (!ok) return ok;
        }
    }
    for (std::size_t i = 0; i < dashboard.variables.size(); ++i) {
        auto ok = check_query(dashboard.variables[i].query, fmt::format("variables[{}].query", i));
        if (!ok) return ok;
    }
    return {};
}

/// The published options are those of all types together, so that a schema can describe them; each
/// panel is checked against its own type's afterwards, which says more precisely what is wrong.
const Shape& outer_shape() {
    static const Shape shape = [] {
        Shape outer = dashboard_shape();
        for (auto& member : outer.members) {
            if (member.name != "panels") continue;
            Shape panel = *member.shape.items;
            for (auto& inner : panel.members) {
                if (inner.name == "options") inner.shape = Shape::object({}).open();
            }
            member.shape.items = std::make_shared<const Shape>(std::move(panel));
        }
        return outer;
    }();
    return shape;
}

}  // namespace

Result<Dashboard> read_dashboard(const json::value& document) {
    if (auto error = fits(document, outer_shape(), {})) return *error;
    const auto& written = document.get_object();
    Dashboard out;
    out.uid = text_at(written, "uid").value_or("");
    out.title = *text_at(written, "title");
    out.description = text_at(written, "description").value_or("");
    for (const auto& tag : list_at(written, "tags"))
        out.tags.emplace_back(tag.get_string());
    const std::string theme = text_at(written, "theme").value_or("system");
    out.theme = theme == "light" ? Theme::light : theme == "dark" ? Theme::dark : Theme::system;
    out.timezone = text_at(written, "timezone").value_or("browser");
    if (!is_timezone(out.timezone)) {
        return wrong("timezone",
                     "must be \"browser\", \"UTC\" or a time zone's name such as "
                     "\"Europe/Berlin\"");
    }
    auto refresh = read_refresh(written);
    if (!refresh) return refresh.error();
    out.refresh = *refresh;
    if (auto ok = read_time(written, out); !ok) return ok.error();

    auto variables = read_variables(list_at(written, "variables"));
    if (!variables) return variables.error();
    out.variables = std::move(*variables);
    std::set<int> ids;
    const auto& panels = list_at(written, "panels");
    for (std::size_t i = 0; i < panels.size(); ++i) {
        const std::string path = fmt::format("panels[{}]", i);
        auto panel = read_panel(panels[i].get_object(), path);
        if (!panel) return panel.error();
        if (!ids.insert(panel->id).second) {
            return wrong(path + ".id", "is the id of another panel");
        }
        out.panels.push_back(std::move(*panel));
    }
    if (auto ok = check_repeats(out); !ok) return ok.error();
    if (auto ok = check_source_variables(out); !ok) return ok.error();
    out.links = list_at(written, "links");
    if (auto ok = check_links(out.links, "links"); !ok) return ok.error();
    return out;
}

}  // namespace casement::dashboards
