#include "dialects/datadog/dashboard_body.h"

#include "dashboards/dashboard.h"

#include <fmt/format.h>

namespace casement::datadog {
namespace {

constexpr std::size_t kLongestSlug = 64;

// "2026-03-11T18:30:00.000000+00:00": this API says the offset, not Z.
std::string offset_time(Time time) {
    auto text = to_rfc3339(time);
    text.pop_back();
    return text + "+00:00";
}

std::string slug_of(std::string_view title) {
    std::string slug;
    for (const char c : title) {
        const auto byte = static_cast<unsigned char>(c);
        const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (kept) {
            slug += c;
        } else if (c >= 'A' && c <= 'Z') {
            slug += static_cast<char>(byte - 'A' + 'a');
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
        if (slug.size() >= kLongestSlug) break;
    }
    while (slug.ends_with('-'))
        slug.pop_back();
    return slug;
}

void add_server_members(json::object& body, const store::Dashboard& row) {
    body["id"] = row.uid;
    body["url"] = dashboard_url(row);
    body["author_handle"] = row.author;
    body["author_name"] = nullptr;
    body["created_at"] = offset_time(row.created_at);
    body["modified_at"] = offset_time(row.modified_at);
}

// -- native dashboards ---------------------------------------------------------------------------

std::string_view widget_type(dashboards::PanelType type) {
    switch (type) {
        case dashboards::PanelType::timeseries:
            return "timeseries";
        case dashboards::PanelType::stat:
            return "query_value";
        case dashboards::PanelType::barchart:
            return "toplist";
        case dashboards::PanelType::table:
            return "query_table";
        case dashboards::PanelType::text:
        case dashboards::PanelType::row:
            return "note";
        case dashboards::PanelType::gauge:
            return "query_value";
        case dashboards::PanelType::bargauge:
            return "bar_chart";
        case dashboards::PanelType::piechart:
            return "sunburst";
        case dashboards::PanelType::heatmap:
            return "heatmap";
        case dashboards::PanelType::histogram:
            return "distribution";
        case dashboards::PanelType::logs:
            return "list_stream";
        case dashboards::PanelType::state_timeline:
        case dashboards::PanelType::status_history:
            return "timeseries";
        case dashboards::PanelType::geomap:
            return "geomap";
    }
    return "note";
}

json::object widget_of(const dashboards::Panel& panel) {
    json::object definition{{"type", widget_type(panel.type)}};
    const bool is_row = panel.type == dashboards::PanelType::row;
    if (is_row || panel.type == dashboards::PanelType::text) {
        definition["content"] = panel.markdown.empty() ? panel.title : panel.markdown;
    } else {
        definition["title"] = panel.title;
        definition["requests"] = json::array();
    }
    return {{"id", panel.id}, {"definition", std::move(definition)}};
}

json::array texts(const std::vector<std::string>& values) {
    json::array list;
    for (const auto& value : values)
        list.emplace_back(value);
    return list;
}

json::object variable_of(const dashboards::Variable& variable) {
    json::array available;
    for (const auto& choice : variable.choices)
        available.emplace_back(choice.value);
    return {{"name", variable.name},
            {"prefix", nullptr},
            {"available_values", std::move(available)},
            {"defaults", texts(variable.defaults)}};
}

Result<json::object> native_body(const store::Dashboard& row) {
    auto read = dashboards::read_dashboard(row.document);
    if (!read) return read.error();
    json::array widgets;
    for (const auto& panel : read->panels)
        widgets.push_back(widget_of(panel));
    json::array variables;
    for (const auto& variable : read->variables)
        variables.push_back(variable_of(variable));
    return json::object{{"title", row.title},
                        {"description", read->description},
                        {"layout_type", "ordered"},
                        {"is_read_only", true},
                        {"widgets", std::move(widgets)},
                        {"template_variables", std::move(variables)}};
}

}  // namespace

std::string dashboard_url(const store::Dashboard& row) {
    const auto slug = slug_of(row.title);
    return slug.empty() ? fmt::format("/dashboard/{}", row.uid)
                        : fmt::format("/dashboard/{}/{}", row.uid, slug);
}

Result<json::object> dashboard_body(const store::Dashboard& row) {
    if (row.dialect != "datadog" && row.dialect != "casement") {
        return invalid("not_a_datadog_dashboard",
                       fmt::format("This dashboard is written in the format of {}, which this API "
                                   "cannot show.",
                                   row.dialect));
    }
    auto body = row.dialect == "datadog" ? Result<json::object>(row.document) : native_body(row);
    if (!body) {
        // The reason is the document's own: nothing the caller of this API could mend.
        return internal_error("This dashboard cannot be read: its stored document is damaged.");
    }
    // What the vendor answers for members that were not sent.
    for (const std::string_view name : {"description", "notify_list", "template_variables"}) {
        if (!body->contains(name)) (*body)[name] = nullptr;
    }
    if (!body->contains("restricted_roles")) (*body)["restricted_roles"] = json::array();
    if (!body->contains("is_read_only")) (*body)["is_read_only"] = false;
    add_server_members(*body, row);
    return body;
}

json::object dashboard_summary(const store::Dashboard& row) {
    const auto description = text_at(row.document, "description");
    const auto layout = text_at(row.document, "layout_type");
    return {{"id", row.uid},
            {"title", row.title},
            {"description", description ? json::value(*description) : json::value(nullptr)},
            {"layout_type", row.dialect == "datadog" && layout ? *layout : std::string("ordered")},
            {"url", dashboard_url(row)},
            {"author_handle", row.author},
            {"created_at", offset_time(row.created_at)},
            {"modified_at", offset_time(row.modified_at)},
            {"deleted_at",
             row.deleted_at ? json::value(offset_time(*row.deleted_at)) : json::value(nullptr)},
            {"is_read_only", row.dialect != "datadog"}};
}

}  // namespace casement::datadog
