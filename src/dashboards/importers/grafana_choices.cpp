// The choices that are written down in a variable.
#include "dashboards/importers/grafana_parts.h"

namespace casement::dashboards::grafana {
namespace {

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

}  // namespace

std::vector<Choice> split_choices(std::string_view text) {
    std::vector<Choice> choices;
    std::string part;
    const auto finish = [&] {
        const auto whole = trimmed(part);
        part.clear();
        if (whole.empty()) return;
        const auto at = whole.find(" : ");
        if (at == std::string::npos) {
            choices.push_back({whole, whole});
        } else {
            choices.push_back({trimmed(whole.substr(at + 3)), trimmed(whole.substr(0, at))});
        }
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',') {
            part += text[++i];
        } else if (text[i] == ',') {
            finish();
        } else {
            part += text[i];
        }
    }
    finish();
    return choices;
}

std::vector<Choice> stored_choices(const json::object& entry) {
    std::vector<Choice> choices;
    const auto* list = list_at(entry, "options");
    if (list == nullptr) return choices;
    for (const auto& item : *list) {
        const auto* option = item.if_object();
        const auto value = option == nullptr ? std::string() : text_or_empty(*option, "value");
        if (value.empty() || value == "$__all") continue;
        const auto label = text_or_empty(*option, "text");
        choices.push_back({value, label.empty() ? value : label});
    }
    return choices;
}

}  // namespace casement::dashboards::grafana
