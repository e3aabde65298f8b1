// From JSON to structs: the shape first, then what a shape cannot say.
#include "dashboards/dashboard.h"
#include "dashboards/field_shapes.h"
#include "dashboards/limits.h"
#include "dashboards/panel_shapes.h"
#include "dashboards/timezone.h"

#include <set>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

Error wrong(std::string path, std::string_view reason) {
    std::string message = fmt::format("\"{}\" {}.", path, reason);
    return invalid("invalid_dashboard", std::move(message), std::move(path));
}

std::optional<Error> fits(const json::value& value, const Shape& shape, std::string_view path) {
    auto error = check(value, shape, path);
    if (!error) return std::nullopt;
    error->code = "invalid_dashboard";
    return error;
}

bool flag_at(const json::object& object, std::string_view name, bool otherwise) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? otherwise : value->get_bool();
}

int number_at(const json::object& object, std::string_view name) {
    return static_cast<int>(object.at(name).get_int64());
}

const json::array& list_at(const json::object& object, std::string_view name) {
    static const json::array none;
    const auto* value = object.if_contains(name);
    return value == nullptr ? none : value->get_array();
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
    read.text = *text_at(query, "sql");
    return read;
}

Result<void> check_variable(const Variable& variable, const json::object& written,
                            const std::string& path) {
    const bool is_list = variable.type == Variable::Type::list;
    const bool is_query = variable.type == Variable::Type::query;
    const bool is_text = variable.type == Variable::Type::text;
    if (is_reserved_name(variable.name)) {
        return wrong(path + ".name", "is taken: from, to, interval and timezone are always there");
    }
    if (is_list == variable.choices.empty()) {
        return wrong(path + ".choices", is_list ? "is required for a list, with at least one entry"
                                                : "is only for variables of type list");
    }
    if (is_query != written.contains("query")) {
        return wrong(path + ".query", is_query ? "is required for a variable of type query"
                                               : "is only for variables of type query");
    }
    if (!is_text && written.contains("max_length")) {
        return wrong(path + ".max_length", "is only for variables of type text");
    }
    if (is_text && (variable.multi || variable.include_all)) {
        return wrong(path + (variable.multi ? ".multi" : ".include_all"),
                     "is not for variables of type text");
    }
    std::set<std::string> values;
    for (std::size_t i = 0; i < variable.choices.size(); ++i) {
        const auto& value = variable.choices[i].value;
        if (value == "*") {
            return wrong(fmt::format("{}.choices[{}].value", path, i),
                         "cannot be \"*\", which means every choice");
        }
        if (!values.insert(value).second) {
            return wrong(fmt::format("{}.choices[{}].value", path, i), "is there twice");
        }
    }
    if (!variable.multi && variable.defaults.size() > 1) {
        return wrong(path + ".default", "may have one entry unless multi is true");
    }
    for (std::size_t i = 0; i < variable.defaults.size(); ++i) {
        const auto& value = variable.defaults[i];
        const std::string entry = fmt::format("{}.default[{}]", path, i);
        if (!is_text && value == "*") {
            if (!variable.include_all) return wrong(entry, "may be \"*\" only with include_all");
            continue;
        }
        if (is_list && !values.contains(value)) return wrong(entry, "is not one of the choices");
        if (is_query && value.empty()) return wrong(entry, "must not be empty");
        if (is_text && static_cast<std::int64_t>(value.size()) > variable.max_length) {
            return wrong(entry, "is longer than max_length");
        }
    }
    return {};
}

Result<Variable> read_variable(const json::object& written, const std::string& path) {
    Variable variable;
    variable.name = *text_at(written, "name");
    variable.label = text_at(written, "label").value_or(variable.name);
    const std::string type = *text_at(written, "type");
    variable.type = type == "list"    ? Variable::Type::list
                    : type == "query" ? Variable::Type::query
                                      : Variable::Type::text;
    for (const auto& entry : list_at(written, "choices")) {
        const auto& choice = entry.get_object();
        std::string value = *text_at(choice, "value");
        std::string label = text_at(choice, "label").value_or(value);
        variable.choices.push_back({std::move(value), std::move(label)});
    }
    if (const auto* query = written.if_contains("query")) {
        auto read = read_query(query->get_object(), path + ".query");
        if (!read) return read.error();
        variable.query = std::move(*read);
    }
    variable.multi = flag_at(written, "multi", false);
    variable.include_all = flag_at(written, "include_all", false);
    for (const auto& entry : list_at(written, "default")) {
        variable.defaults.emplace_back(entry.get_string());
    }
    if (const auto* length = written.if_contains("max_length")) {
        variable.max_length = length->get_int64();
    }
    variable.attribute = text_at(written, "attribute").value_or("");
    if (auto ok = check_variable(variable, written, path); !ok) return ok.error();
    return variable;
}

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

    std::set<std::string> names;
    const auto& queries = list_at(written, "queries");
    if (is_text != queries.empty()) {
        return wrong(path + ".queries",
                     is_text ? "is not for text panels" : "is required, with at least one query");
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

    std::set<std::string> names;
    const auto& variables = list_at(written, "variables");
    for (std::size_t i = 0; i < variables.size(); ++i) {
        const std::string path = fmt::format("variables[{}]", i);
        auto variable = read_variable(variables[i].get_object(), path);
        if (!variable) return variable.error();
        std::string lower = variable->name;
        for (char& c : lower) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        // `$Airport` and `$airport` are one parameter to the engine that binds them.
        if (!names.insert(std::move(lower)).second) {
            return wrong(path + ".name", "is the name of another variable");
        }
        out.variables.push_back(std::move(*variable));
    }
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
    out.links = list_at(written, "links");
    if (auto ok = check_links(out.links, "links"); !ok) return ok.error();
    return out;
}

}  // namespace casement::dashboards
