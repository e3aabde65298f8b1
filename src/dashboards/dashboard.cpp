#include "dashboards/dashboard.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casement::dashboards {

const Panel* Dashboard::panel(int id) const {
    const auto found = std::find_if(panels.begin(), panels.end(),
                                    [id](const Panel& panel) { return panel.id == id; });
    return found == panels.end() ? nullptr : &*found;
}

const Variable* Dashboard::variable(std::string_view name) const {
    const auto found =
        std::find_if(variables.begin(), variables.end(),
                     [name](const Variable& variable) { return variable.name == name; });
    return found == variables.end() ? nullptr : &*found;
}

// Case does not count: the engine that binds the values takes `$From` for `$from`.
bool is_reserved_name(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower == "from" || lower == "to" || lower == "interval" || lower == "timezone";
}

std::optional<std::chrono::seconds> span_length(std::string_view span) {
    using std::chrono::days;
    using std::chrono::hours;
    using std::chrono::minutes;
    static constexpr std::array<std::pair<std::string_view, std::chrono::seconds>, 10> kSpans = {{
        {"15m", minutes{15}},
        {"1h", hours{1}},
        {"4h", hours{4}},
        {"1d", days{1}},
        {"2d", days{2}},
        {"1w", days{7}},
        {"1mo", days{30}},
        {"3mo", days{90}},
        {"6mo", days{180}},
        {"1y", days{365}},
    }};
    for (const auto& [name, length] : kSpans) {
        if (name == span) return length;
    }
    return std::nullopt;
}

}  // namespace casement::dashboards
