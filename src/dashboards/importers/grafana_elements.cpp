// Library panels: an export carries them in `__elements`, by their uids.
#include "dashboards/importers/grafana_parts.h"

namespace casement::dashboards::grafana {
namespace {

/// By uid; older exports have a list.
const json::object* element_of(const json::object& document, std::string_view uid) {
    const auto* all = document.if_contains("__elements");
    if (all == nullptr) return nullptr;
    if (const auto* by_uid = all->if_object()) return object_at(*by_uid, uid);
    const auto* list = all->if_array();
    if (list == nullptr) return nullptr;
    for (const auto& item : *list) {
        const auto* element = item.if_object();
        if (element != nullptr && text_or_empty(*element, "uid") == uid) return element;
    }
    return nullptr;
}

/// Id, place and repetition are the dashboard's; everything else is the library's.
void fill(json::object& panel, const json::object& document) {
    const auto* library = object_at(panel, "libraryPanel");
    if (library == nullptr) return;
    const auto* element = element_of(document, text_or_empty(*library, "uid"));
    const auto* model = element == nullptr ? nullptr : object_at(*element, "model");
    if (model == nullptr) return;
    json::object filled = *model;
    for (const std::string_view own :
         {"id", "gridPos", "repeat", "repeatDirection", "maxPerRow", "libraryPanel"}) {
        if (const auto* value = panel.if_contains(own)) filled[own] = *value;
    }
    panel = std::move(filled);
}

void fill_all(json::array& panels, const json::object& document) {
    for (auto& item : panels) {
        auto* panel = item.if_object();
        if (panel == nullptr) continue;
        fill(*panel, document);
        auto* inner = panel->if_contains("panels");
        if (inner == nullptr || !inner->is_array()) continue;
        for (auto& below : inner->get_array()) {
            if (auto* one = below.if_object()) fill(*one, document);
        }
    }
}

}  // namespace

json::object with_elements(const json::object& document) {
    json::object whole = document;
    const auto* elements = document.if_contains("__elements");
    auto* panels = whole.if_contains("panels");
    if (elements != nullptr && panels != nullptr && panels->is_array()) {
        fill_all(panels->get_array(), document);
    }
    return whole;
}

}  // namespace casement::dashboards::grafana
