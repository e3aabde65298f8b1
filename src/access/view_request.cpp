#include "access/view_service.h"
#include "dashboards/filters.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {

const Shape& view_request_shape() {
    static const Shape shape = Shape::object({
        optional("panels", Shape::list(Shape::any(), 1000)
                               .described("Ids of the panels wanted, and clones as {\"id\": 5, "
                                          "\"repeat\": \"its value\"}. Absent: all but those "
                                          "in rows that are collapsed.")),
        optional("time", Shape::object({
                                           optional("span", Shape::text(1, 8)),
                                           optional("from", Shape::integer(0, 253'402'300'799'000)),
                                           optional("to", Shape::integer(0, 253'402'300'799'000)),
                                       })
                             .described("A named span, or a range in epoch milliseconds.")),
        optional("variables", Shape::map(Shape::list(Shape::text(0, 4096), 500), 50)
                                  .described("Values by variable name.")),
        optional("width",
                 Shape::integer(100, 10'000)
                     .described("Pixels a chart may fill; decides the bucket of $interval.")),
        optional("timezone", Shape::text(0, 64).described("IANA name of the viewer's time zone.")),
        optional("query_timezone",
                 Shape::text(0, 64).described("A zone that wins over the dashboard's own: an IANA "
                                              "name, or user_timezone.")),
        optional("fresh", Shape::boolean().described(
                              "true asks past the result cache, when the grant allows that.")),
    });
    return shape;
}

namespace {

/// A number, or a number with a value: what a shape cannot say in one.
Result<PanelRef> read_panel_ref(const json::value& written, const std::string& path) {
    static const Shape number = Shape::integer(0, 1'000'000);
    static const Shape clone =
        Shape::object({required("id", number), required("repeat", Shape::text(0, 4096))});
    if (!written.is_object()) {
        if (auto error = check(written, number, path)) return *error;
        return PanelRef(static_cast<int>(written.get_int64()));
    }
    if (auto error = check(written, clone, path)) return *error;
    const auto& object = written.get_object();
    return PanelRef(static_cast<int>(object.at("id").get_int64()), text_at(object, "repeat"));
}

}  // namespace

Result<ViewRequest> read_view_request(const json::object& body) {
    if (auto error = check(body, view_request_shape())) return *error;
    return take_view_request(body);
}

Result<ViewRequest> take_view_request(const json::object& body) {
    ViewRequest request;
    if (const auto* panels = body.if_contains("panels")) {
        for (std::size_t i = 0; i < panels->get_array().size(); ++i) {
            auto ref = read_panel_ref(panels->get_array()[i], fmt::format("panels[{}]", i));
            if (!ref) return ref.error();
            request.panels.push_back(std::move(*ref));
        }
        std::sort(request.panels.begin(), request.panels.end());
        request.panels.erase(std::unique(request.panels.begin(), request.panels.end()),
                             request.panels.end());
    }
    if (const auto* member = body.if_contains("time")) {
        const auto& time = member->get_object();
        request.span = text_at(time, "span").value_or("");
        const auto* from = time.if_contains("from");
        const auto* to = time.if_contains("to");
        if ((from == nullptr) != (to == nullptr) || (from != nullptr && !request.span.empty())) {
            return invalid("invalid_time", "Give either a span, or both from and to.", "time");
        }
        if (from != nullptr) {
            request.from = Time{milliseconds{from->get_int64()}};
            request.to = Time{milliseconds{to->get_int64()}};
            if (*request.from >= *request.to) {
                return invalid("invalid_time", "The range must begin before it ends.", "time");
            }
        }
    }
    if (const auto* variables = body.if_contains("variables")) {
        for (const auto& [name, values] : variables->get_object()) {
            auto& chosen = request.variables[std::string(name)];
            for (const auto& value : values.get_array())
                chosen.emplace_back(value.get_string());
        }
    }
    if (const auto* width = body.if_contains("width")) {
        request.width = static_cast<int>(width->get_int64());
    }
    request.timezone = text_at(body, "timezone").value_or("");
    request.query_timezone = text_at(body, "query_timezone").value_or("");
    const auto* fresh = body.if_contains("fresh");
    request.fresh = fresh != nullptr && fresh->get_bool();
    return request;
}

namespace {

/// "A, B" as its parts, without the spaces around them; a part in double quotes keeps commas and
/// spaces, and a doubled quote in it is one.
std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    std::string part;
    bool quoted = false;
    bool was_quoted = false;
    const auto finish = [&] {
        if (!was_quoted) {
            const auto first = part.find_first_not_of(' ');
            const auto last = part.find_last_not_of(' ');
            part = first == std::string::npos ? "" : part.substr(first, last - first + 1);
        }
        if (!part.empty()) parts.push_back(part);
        part.clear();
        was_quoted = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c != '"') {
                part += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                part += '"';
                ++i;
            } else {
                quoted = false;
            }
        } else if (c == '"' && part.find_first_not_of(' ') == std::string::npos) {
            part.clear();
            quoted = was_quoted = true;
        } else if (c == ',') {
            finish();
        } else if (!was_quoted) {
            part += c;
        }
    }
    finish();
    return parts;
}

const VariableRule* rule_named(const View& view, std::string_view name) {
    for (const auto& rule : view.rules) {
        if (rule.variable->name == name) return &rule;
    }
    for (const auto& rule : view.rules) {
        if (rule.variable->label == name) return &rule;
    }
    return nullptr;
}

}  // namespace

ChosenValues filters_as_values(const View& view,
                               const std::map<std::string, std::string>& filters) {
    ChosenValues values;
    for (const auto& [name, text] : filters) {
        const auto* rule = rule_named(view, name);
        if (rule == nullptr || rule->mode == VariableMode::locked || text.empty()) continue;
        const bool several =
            rule->variable->multi || rule->variable->type == dashboards::Variable::Type::filters;
        auto wanted = several ? split_list(text) : std::vector<std::string>{text};
        if (!wanted.empty()) values[rule->variable->name] = std::move(wanted);
    }
    return values;
}

ChosenValues values_of_url(const View& view,
                           const std::map<std::string, std::vector<std::string>>& values) {
    constexpr std::string_view kAllOfUrl = "$__all";
    ChosenValues chosen;
    for (const auto& rule : view.rules) {
        const auto found = values.find(rule.variable->name);
        if (found == values.end() || rule.mode == VariableMode::locked) continue;
        auto wanted = found->second;
        const bool is_filters = rule.variable->type == dashboards::Variable::Type::filters;
        for (auto& value : wanted) {
            if (value == kAllOfUrl) value = "*";
            if (is_filters) value = dashboards::filter_of_url(value);
        }
        // An address may be made by hand, and hold half a filter.
        if (is_filters) {
            std::erase_if(wanted,
                          [](const std::string& value) { return !dashboards::read_filter(value); });
        }
        if (rule.mode == VariableMode::bounded) {
            std::erase_if(wanted, [&](const std::string& value) {
                return std::find(rule.allowed.begin(), rule.allowed.end(), value) ==
                       rule.allowed.end();
            });
        }
        if (!rule.variable->multi && !is_filters && wanted.size() > 1) wanted.resize(1);
        if (!wanted.empty()) chosen[rule.variable->name] = std::move(wanted);
    }
    return chosen;
}

}  // namespace casement::access
