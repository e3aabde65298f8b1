// Expressions that the vendor's server computes from the results of a panel's queries. Arithmetic
// over PromQL is PromQL itself.
#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kMostReferences = 20;
constexpr std::size_t kLongest = 2000;

Error not_importable(std::string message) {
    return {ErrorKind::unprocessable, "query_not_importable", std::move(message), {}};
}

Error other_computation() {
    return not_importable("It computes with the results of other queries on the server.");
}

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

const json::object* target_of(const json::array& targets, std::string_view name) {
    for (const auto& item : targets) {
        const auto* target = item.if_object();
        if (target != nullptr && text_or_empty(*target, "refId") == name) return target;
    }
    return nullptr;
}

/// Behind "$": "A" or "{A b}".
std::string_view take_name(std::string_view& rest) {
    if (rest.starts_with('{')) {
        const auto end = rest.find('}');
        if (end == std::string_view::npos) return {};
        const auto name = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        return name;
    }
    std::size_t end = 0;
    while (end < rest.size() && is_name(rest[end]))
        ++end;
    const auto name = rest.substr(0, end);
    rest.remove_prefix(end);
    return name;
}

}  // namespace

Result<PanelQuery> math_query(const json::object& target, const json::array& targets,
                              const json::value* datasource, const Scope& scope, Notes& notes) {
    const auto expression = text_or_empty(target, "expression");
    if (text_or_empty(target, "type") != "math" || expression.size() > kLongest) {
        return other_computation();
    }
    PanelQuery whole;
    std::size_t references = 0;
    std::string_view rest = expression;
    std::string text;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c != '$') {
            const bool plain =
                (c >= '0' && c <= '9') ||
                std::string_view("+-*/%^(). \t\r\n").find(c) != std::string_view::npos;
            if (!plain) return other_computation();
            text += c;
            continue;
        }
        const auto* asked = target_of(targets, take_name(rest));
        if (asked == nullptr || ++references > kMostReferences) return other_computation();
        const auto* own = asked->if_contains("datasource");
        const bool says = own != nullptr && !own->is_null();
        auto query = query_of(*asked, says ? own : datasource, scope, notes);
        if (!query) return query.error();
        const bool fits = query->language == PanelQuery::Language::promql && !query->text.empty() &&
                          (whole.text.empty() || query->source == whole.source);
        if (!fits) return other_computation();
        text += fmt::format("({})", query->text);
        whole = std::move(*query);
    }
    if (references == 0) return other_computation();
    whole.text = std::move(text);
    whole.settings.erase("legend");
    notes.changed("What the server computed from other queries is one query here.");
    return whole;
}

}  // namespace casement::dashboards::grafana
