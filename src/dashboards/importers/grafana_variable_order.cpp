#include "dashboards/importers/grafana_variable_order.h"

#include "dashboards/dependencies.h"
#include "dashboards/importers/json_parts.h"

#include <algorithm>
#include <set>
#include <string>

namespace casement::dashboards::grafana {
namespace {

/// Far more than are taken; beyond it nobody waits for anybody.
constexpr std::size_t kMostOrdered = 500;

using Names = std::set<std::string, std::less<>>;

struct Entry {
    const json::object* entry = nullptr;
    std::string name;
    Names named;
};

Names names_of_query(const json::object& entry) {
    Names names;
    for (const std::string_view member : {"query", "datasource"}) {
        const auto* value = entry.if_contains(member);
        if (value != nullptr) names.merge(names_in(json::serialize(*value)));
    }
    return names;
}

}  // namespace

std::vector<const json::object*> reading_order(const json::array& list) {
    std::vector<const json::object*> order;
    std::vector<Entry> waiting;
    Names unread;
    for (const auto& item : list) {
        const auto* entry = item.if_object();
        if (entry == nullptr) continue;
        if (text_or_empty(*entry, "type") == "datasource") {
            order.push_back(entry);
            continue;
        }
        waiting.push_back({entry, text_or_empty(*entry, "name"), {}});
    }
    if (waiting.size() <= kMostOrdered) {
        for (auto& entry : waiting) {
            entry.named = names_of_query(*entry.entry);
            unread.insert(entry.name);
        }
    }
    while (!waiting.empty()) {
        auto next = std::find_if(waiting.begin(), waiting.end(), [&](const Entry& entry) {
            return std::none_of(entry.named.begin(), entry.named.end(), [&](const auto& name) {
                return name != entry.name && unread.contains(name);
            });
        });
        if (next == waiting.end()) next = waiting.begin();
        order.push_back(next->entry);
        unread.erase(next->name);
        waiting.erase(next);
    }
    return order;
}

}  // namespace casement::dashboards::grafana
