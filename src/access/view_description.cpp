// What the page is told of a view before any data: ViewService::describe().
#include "access/snapshot_view.h"
#include "access/time_range.h"
#include "access/view_names.h"
#include "access/view_service.h"
#include "dashboards/field_shapes.h"
#include "dashboards/filters.h"
#include "dashboards/repeats.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

using dashboards::Panel;
using dashboards::Variable;

std::string_view mode_name(VariableMode mode) {
    switch (mode) {
        case VariableMode::free:
            return "free";
        case VariableMode::bounded:
            return "bounded";
        case VariableMode::locked:
            break;
    }
    return "locked";
}

std::string_view type_name(Variable::Type type) {
    switch (type) {
        case Variable::Type::query:
            return "query";
        case Variable::Type::text:
            return "text";
        case Variable::Type::interval:
            return "interval";
        case Variable::Type::constant:
            return "constant";
        case Variable::Type::source:
            return "source";
        case Variable::Type::filters:
            return "filters";
        case Variable::Type::list:
            break;
    }
    return "list";
}

/// A filter as a picker says it.
std::string words_of(const std::string& text) {
    const auto filter = dashboards::read_filter(text);
    if (!filter) return text;
    return fmt::format("{} {} {}", filter->key, dashboards::text_of(filter->operation),
                       fmt::join(filter->values, ", "));
}

json::array texts(const std::vector<std::string>& values) {
    json::array list;
    for (const auto& value : values)
        list.emplace_back(value);
    return list;
}

json::object describe_panel(const View& view, const Selection& selection,
                            const dashboards::PlacedPanel& placed, bool text_frames) {
    const auto& panel = *placed.panel;
    const auto& grid = placed.grid;
    json::array queries;
    for (const auto& query : panel.queries)
        queries.emplace_back(query.name);
    json::object described{{"id", panel.id},
                           {"type", name_of(panel.type)},
                           {"title", panel.title},
                           {"description", panel.description},
                           {"grid", {{"x", grid.x}, {"y", grid.y}, {"w", grid.w}, {"h", grid.h}}},
                           {"options", panel.options},
                           {"queries", std::move(queries)}};
    if (placed.repeat) {
        described["repeat"] = *placed.repeat;
        described["repeat_by"] = placed.variable;
    }
    if (panel.collapsed) described["collapsed"] = true;
    if (panel.type == dashboards::PanelType::text) {
        described["content"] = dashboards::markdown_tree(panel.markdown, text_frames);
    }
    json::array hidden;
    for (const auto& query : panel.queries) {
        if (query.hide) hidden.emplace_back(query.name);
    }
    if (!hidden.empty()) described["hidden"] = std::move(hidden);
    if (!panel.overrides.empty()) described["overrides"] = panel.overrides;
    if (!panel.transformations.empty()) described["transformations"] = panel.transformations;
    if (!panel.links.empty()) described["links"] = panel.links;
    if (!panel.time_note.empty()) described["time_note"] = panel.time_note;
    if (dashboards::needs_fields(panel)) described["fields"] = true;
    if (panel.transparent) described["transparent"] = true;
    // Who may see it (see_sql) gets the text of a query beside its name; nobody else ever does.
    json::object query_texts;
    for (const auto& query : panel.queries) {
        const auto& plan = view.settled(view.plan(panel, query), selection.values);
        if (plan.text_shown) query_texts[query.name] = query.text;
    }
    if (!query_texts.empty()) described["sql"] = std::move(query_texts);
    return described;
}

/// Which changes are to be told before data is asked for: of variables from which choices or
/// repeats follow, and of the time where choices do.
json::object settling(const View& view) {
    json::array names;
    bool time = false;
    const auto& variables = view.document->variables;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        if (view.rules[i].mode == VariableMode::locked) continue;
        time = time || view.order.follows_time[i];
        bool counts = std::find(view.repeated_by.begin(), view.repeated_by.end(),
                                variables[i].name) != view.repeated_by.end();
        for (const auto& named : view.order.named)
            counts = counts || std::find(named.begin(), named.end(), i) != named.end();
        if (counts) names.emplace_back(variables[i].name);
    }
    return {{"variables", std::move(names)}, {"time", time}};
}

/// "browser" stays for the page to fill in, unless the person has a zone or the URL named one.
std::string_view shown_timezone(const View& view, const Selection& selection) {
    const bool fixed = selection.timezone_fixed || !view.timezone.empty();
    return fixed ? selection.timezone : view.document->timezone;
}

}  // namespace

asio::awaitable<Result<json::array>> ViewService::describe_variables(
    Viewer viewer, Selection selection, std::shared_ptr<Cancellation> cancellation) {
    json::array variables;
    for (const auto& rule : viewer.view->rules) {
        const auto& variable = *rule.variable;
        const bool is_filters = variable.type == Variable::Type::filters;
        json::object described{
            {"name", variable.name},
            {"label", variable.label.empty() ? variable.name : variable.label},
            {"type", type_name(variable.type)},
            {"mode", mode_name(rule.mode)},
            {"multi", variable.multi || is_filters},
            {"include_all", variable.include_all && rule.mode == VariableMode::free},
            {"value", rule.hidden ? json::array{} : texts(selection.shown.at(variable.name))},
            {"max_length", variable.max_length}};
        if (variable.hidden || variable.type == Variable::Type::constant) {
            described["hidden"] = true;
        }
        const bool picks =
            rule.mode == VariableMode::bounded || (rule.mode == VariableMode::free && !is_filters &&
                                                   variable.type != Variable::Type::text);
        if (picks) {
            // A failure leaves the picker with the values alone; the panels show what is wrong.
            auto fetched = co_await choices_of(viewer, selection, variable, cancellation);
            const auto all = fetched ? std::move(*fetched) : Choices{};
            json::array choices;
            const auto add = [&](const std::string& value, const std::string& label) {
                choices.push_back(
                    json::object{{"value", value}, {"label", label.empty() ? value : label}});
            };
            if (rule.mode == VariableMode::free) {
                for (const auto& choice : all)
                    add(choice.value, choice.label);
            }
            for (const auto& value : rule.allowed) {
                const auto known = std::find_if(all.begin(), all.end(),
                                                [&](const auto& c) { return c.value == value; });
                add(value, is_filters ? words_of(value) : known == all.end() ? "" : known->label);
            }
            described["choices"] = std::move(choices);
        }
        variables.push_back(std::move(described));
    }
    co_return variables;
}

asio::awaitable<Result<json::object>> ViewService::describe(
    Viewer viewer, Selection selection, std::shared_ptr<Cancellation> cancellation) {
    const auto& view = *viewer.view;
    const auto& document = *view.document;
    const auto& settings = view.settings;
    auto variables = co_await describe_variables(viewer, selection, std::move(cancellation));
    if (!variables) co_return variables.error();

    json::array panels;
    const auto placement = dashboards::place_panels(document, selection.values);
    for (const auto& placed : placement.panels)
        panels.push_back(describe_panel(view, selection, placed, text_frames_));

    const bool selectable = may_select_time(document, settings);
    json::array spans;
    if (selectable) {
        auto offered = offered_spans();
        const auto own = default_range(document, settings).span;
        if (!own.empty() && std::find(offered.begin(), offered.end(), own) == offered.end()) {
            offered.push_back(own);
        }
        for (const auto& span : offered)
            spans.emplace_back(span);
    }
    // What the share says wins over the document; "system" says nothing.
    const auto theme =
        settings.theme != dashboards::Theme::system ? settings.theme : document.theme;
    json::object described{
        {"uid", document.uid},
        {"title", view.title},
        {"description", document.description},
        {"theme", name_of(theme)},
        {"high_density", settings.high_density},
        {"timezone", shown_timezone(view, selection)},
        {"refresh_seconds",
         document.refresh ? json::value(document.refresh->count()) : json::value(nullptr)},
        {"time",
         {{"span", selection.span},
          {"from", to_unix_millis(selection.from)},
          {"to", to_unix_millis(selection.to)},
          {"selectable", selectable},
          {"spans", std::move(spans)},
          {"custom", selectable && view.settings.any_range}}},
        {"download", settings.download},
        {"allowed_origins", texts(settings.allowed_origins)},
        {"variables", std::move(*variables)},
        {"settles", settling(view)},
        {"panels", std::move(panels)}};
    if (placement.cut) {
        described["notice"] =
            "Not every chosen value has its panels here: there are too many. Choose fewer to see "
            "the others.";
    }
    if (!document.links.empty()) described["links"] = document.links;
    if (view.still) described["snapshot"] = {{"taken_at", to_rfc3339(view.still->taken_at)}};
    co_return described;
}

}  // namespace casement::access
