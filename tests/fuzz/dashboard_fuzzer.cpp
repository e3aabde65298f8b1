// Any bytes as a dashboard document, and as the Markdown of a text panel.
#include "base/encoding.h"
#include "dashboards/dashboard.h"
#include "fuzz/promise.h"

#include <string>

using namespace casement;
using fuzz::promise;

namespace {

/// What a page would do something with: only addresses that cannot run a script.
bool is_harmless(std::string_view href) {
    for (const std::string_view start : {"http://", "https://", "mailto:", "#"}) {
        if (href.size() < start.size()) continue;
        bool same = true;
        for (std::size_t i = 0; i < start.size(); ++i) {
            const char c =
                href[i] >= 'A' && href[i] <= 'Z' ? static_cast<char>(href[i] + 32) : href[i];
            same = same && c == start[i];
        }
        if (same) return true;
    }
    return false;
}

void check_nodes(const json::array& nodes, int depth) {
    promise(depth < 1000, "a tree that a page can draw is not endlessly deep");
    for (const auto& value : nodes) {
        promise(value.is_object(), "a node is an object");
        const auto& node = value.as_object();
        promise(node.contains("t") && node.at("t").is_string(), "a node has a type");
        if (const auto* text = node.if_contains("v")) {
            promise(text->is_string() && is_utf8(std::string_view(text->as_string())),
                    "text is UTF-8");
        }
        if (const auto* href = node.if_contains("href")) {
            promise(href->is_string() && is_harmless(std::string_view(href->as_string())),
                    "a link cannot run a script");
        }
        if (const auto* children = node.if_contains("c")) {
            promise(children->is_array(), "children are a list");
            check_nodes(children->as_array(), depth + 1);
        }
    }
}

void check_dashboard(const dashboards::Dashboard& dashboard) {
    for (const auto& panel : dashboard.panels) {
        promise(dashboard.panel(panel.id) == &panel, "a panel is found by its id");
        promise(panel.grid.x >= 0 && panel.grid.w > 0 && panel.grid.x + panel.grid.w <= 24,
                "a panel lies in the grid");
        check_nodes(dashboards::markdown_tree(panel.markdown), 0);
        check_nodes(dashboards::markdown_tree(panel.markdown, true), 0);
    }
    for (const auto& variable : dashboard.variables) {
        promise(dashboard.variable(variable.name) == &variable, "a variable is found by its name");
        promise(!dashboards::is_reserved_name(variable.name), "no variable hides a reserved name");
    }
    promise(dashboard.time.span.empty() || dashboards::span_length(dashboard.time.span).has_value(),
            "a span has a length");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto document = parse_json(text);
    if (!document) {
        if (is_utf8(text)) {
            check_nodes(dashboards::markdown_tree(text), 0);
            check_nodes(dashboards::markdown_tree(text, true), 0);
        }
        return 0;
    }
    const auto dashboard = dashboards::read_dashboard(*document);
    if (!dashboard) {
        promise(dashboard.error().code == "invalid_dashboard",
                "a bad document is invalid_dashboard");
        promise(is_utf8(dashboard.error().message) && is_utf8(dashboard.error().field),
                "a refusal can be written as JSON");
        return 0;
    }
    check_dashboard(*dashboard);
    return 0;
}
