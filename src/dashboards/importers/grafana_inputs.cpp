// Inputs: what a document that was exported for others leaves open.
#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

constexpr std::size_t kShown = 60;

bool is_named(const json::value& item, std::string_view name) {
    const auto* input = item.if_object();
    return input != nullptr && text_or_empty(*input, "name") == name;
}

}  // namespace

json::object with_inputs(json::object document, const std::map<std::string, std::string>& chosen) {
    if (chosen.empty()) return document;
    auto* inner = document.if_contains("spec");
    auto& whole = inner != nullptr && inner->is_object() && document.contains("kind")
                      ? inner->get_object()
                      : document;
    auto& inputs = whole["__inputs"];
    if (!inputs.is_array()) inputs = json::array{};
    for (const auto& [name, source] : chosen) {
        bool found = false;
        for (auto& item : inputs.get_array()) {
            if (!is_named(item, name)) continue;
            item.get_object()["value"] = source;
            found = true;
        }
        if (found) continue;
        inputs.get_array().push_back({{"name", name}, {"type", "datasource"}, {"value", source}});
    }
    return document;
}

namespace grafana {

void read_inputs(const json::object& document, Scope& scope, const Notes& notes) {
    const auto* inputs = list_at(document, "__inputs");
    if (inputs == nullptr) return;
    for (const auto& item : *inputs) {
        const auto* input = item.if_object();
        if (input == nullptr) continue;
        const auto name = text_or_empty(*input, "name");
        const auto plugin = text_or_empty(*input, "pluginId");
        const auto value = text_or_empty(*input, "value");
        if (text_or_empty(*input, "type") == "constant") scope.constants[name] = value;
        if (text_or_empty(*input, "type") != "datasource" || name.empty() || plugin == "__expr__") {
            continue;
        }
        scope.sources[name] = {value, source_type_of(plugin)};
        auto about = notes.about(fmt::format("input {}", utf8_head(name, kShown)));
        if (!value.empty()) {
            scope.renamed[name] = value;
            about.changed(
                fmt::format("It stands for the source \"{}\".", utf8_head(value, kShown)));
        } else {
            about.changed(
                fmt::format("It stands for the organization's default source of type \"{}\".",
                            utf8_head(plugin, kShown)));
        }
    }
}

}  // namespace grafana
}  // namespace casement::dashboards
