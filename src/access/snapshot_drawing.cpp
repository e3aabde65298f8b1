#include "access/snapshot_drawing.h"

#include "dashboards/dashboard.h"
#include "dashboards/limits.h"
#include "dashboards/timezone.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace casement::access {
namespace {

constexpr std::int64_t kHighestId = 1'000'000;
constexpr std::int64_t kDeepest = 10'000;  // grid.y of a native panel
constexpr std::int64_t kHighest = 100;     // grid.h
constexpr std::size_t kLongestTitle = 200;
constexpr std::size_t kLongestDescription = 2000;
constexpr std::size_t kLongestValue = 4096;
constexpr std::size_t kLongestUnit = 32;

const json::object& object_in(const json::object& holder, std::string_view name) {
    static const json::object none;
    const auto* value = holder.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : none;
}

const json::array& list_in(const json::object& holder, std::string_view name) {
    static const json::array none;
    const auto* value = holder.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

/// At most so many bytes, cut between characters; empty for what is no text.
std::string text_in(const json::object& holder, std::string_view name, std::size_t most) {
    const auto* value = holder.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    std::string text(std::string_view(value->get_string()));
    std::erase(text, '\0');
    if (text.size() <= most) return text;
    auto end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
    return text;
}

std::int64_t number_in(const json::object& holder, std::string_view name, std::int64_t absent,
                       std::int64_t least, std::int64_t most) {
    const auto* value = holder.if_contains(name);
    if (value == nullptr || !value->is_int64()) return absent;
    return std::clamp(value->get_int64(), least, most);
}

std::string_view native_type(std::string_view type, bool has_data) {
    using Pair = std::pair<std::string_view, std::string_view>;
    static constexpr Pair kTypes[] = {
        {"timeseries", "timeseries"},
        {"graph", "timeseries"},
        {"trend", "timeseries"},
        {"stat", "stat"},
        {"singlestat", "stat"},
        {"gauge", "stat"},
        {"bargauge", "barchart"},
        {"barchart", "barchart"},
        {"piechart", "barchart"},
        {"text", "text"},
        {"row", ""},
    };
    for (const auto& [theirs, ours] : kTypes) {
        if (theirs == type) return ours;
    }
    return has_data ? "table" : "";
}

json::object options_of(const json::object& panel, std::string_view type) {
    json::object options;
    const auto& defaults = object_in(object_in(panel, "fieldConfig"), "defaults");
    if (const auto unit = text_in(defaults, "unit", kLongestUnit); !unit.empty()) {
        options["unit"] = unit;
    }
    if (const auto* decimals = defaults.if_contains("decimals"); decimals && decimals->is_int64()) {
        options["decimals"] = std::clamp<std::int64_t>(decimals->get_int64(), 0, 10);
    }
    if (type == "stat") {
        const auto& calcs =
            list_in(object_in(object_in(panel, "options"), "reduceOptions"), "calcs");
        const auto calc = calcs.empty() || !calcs.front().is_string()
                              ? std::string_view()
                              : std::string_view(calcs.front().get_string());
        for (const std::string_view known : {"first", "last", "sum", "mean", "min", "max"}) {
            if (calc == known) options["reduce"] = known;
        }
    }
    return options;
}

class Drawing {
  public:
    void add_all(const json::array& panels, std::int64_t down) {
        for (const auto& item : panels) {
            if (item.is_object()) down += add(item.get_object(), down);
        }
    }
    [[nodiscard]] json::array take() { return std::move(drawn_); }

  private:
    /// Gives how much further down what follows stands.
    std::int64_t add(const json::object& panel, std::int64_t down) {
        const auto& place = object_in(panel, "gridPos");
        const auto y = number_in(place, "y", 0, 0, kDeepest);
        const auto& inner = list_in(panel, "panels");
        if (!inner.empty()) {
            // A row that was closed: its panels stand below it, and push the others down.
            add_all(inner, down);
            std::int64_t lowest = y + 1;
            for (const auto& item : inner) {
                if (!item.is_object()) continue;
                const auto& its = object_in(item.get_object(), "gridPos");
                lowest = std::max(lowest, number_in(its, "y", 0, 0, kDeepest) +
                                              number_in(its, "h", 9, 1, kHighest));
            }
            return lowest - (y + 1);
        }
        draw(panel, place, std::min(y + down, kDeepest));
        return 0;
    }

    void draw(const json::object& panel, const json::object& place, std::int64_t y) {
        const auto& data = list_in(panel, "snapshotData");
        const auto type = native_type(text_in(panel, "type", 64), !data.empty());
        if (type.empty() || drawn_.size() == dashboards::kMaxPanels) return;
        const auto x = number_in(place, "x", 0, 0, dashboards::kGridColumns - 1);
        const auto w = number_in(place, "w", 12, 1, dashboards::kGridColumns - x);
        json::object drawn{
            {"id", free_id(panel)},
            {"type", type},
            {"title", text_in(panel, "title", kLongestTitle)},
            {"description", text_in(panel, "description", kLongestDescription)},
            {"grid", {{"x", x}, {"y", y}, {"w", w}, {"h", number_in(place, "h", 9, 1, kHighest)}}}};
        if (type == "text") {
            const auto most = static_cast<std::size_t>(dashboards::kMaxMarkdownBytes);
            auto content = text_in(object_in(panel, "options"), "content", most);
            if (content.empty()) content = text_in(panel, "content", most);
            drawn["markdown"] = content;
        } else {
            drawn["options"] = options_of(panel, type);
            drawn["snapshotData"] = data;
        }
        drawn_.push_back(std::move(drawn));
    }

    /// Its own number, so that a page of one panel finds it; another one where that is taken.
    std::int64_t free_id(const json::object& panel) {
        auto id = number_in(panel, "id", 0, 0, kHighestId);
        if (id == 0 || ids_.contains(id)) {
            id = 1;
            while (ids_.contains(id))
                ++id;
        }
        ids_.insert(id);
        return id;
    }

    json::array drawn_;
    std::set<std::int64_t> ids_;
};

bool is_variable_name(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && name.size() <= 64 && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); }) &&
           !dashboards::is_reserved_name(name);
}

json::array variables_of(const json::object& document) {
    json::array variables;
    std::set<std::string> names;
    for (const auto& item : list_in(object_in(document, "templating"), "list")) {
        if (!item.is_object() || variables.size() == dashboards::kMaxVariables) continue;
        const auto& variable = item.get_object();
        const auto name = text_in(variable, "name", kLongestTitle);
        // 2: hidden altogether.
        if (number_in(variable, "hide", 0, 0, 2) == 2 || !is_variable_name(name)) continue;
        std::string lower = name;
        for (char& c : lower) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        if (!names.insert(std::move(lower)).second) continue;
        variables.push_back(json::object{
            {"name", name},
            {"label", text_in(variable, "label", 100)},
            {"type", "text"},
            {"max_length", static_cast<std::int64_t>(kLongestValue)},
            {"default",
             json::array{text_in(object_in(variable, "current"), "text", kLongestValue)}}});
    }
    return variables;
}

std::string timezone_of(const json::object& document) {
    const auto zone = text_in(document, "timezone", 64);
    if (zone == "utc") return "UTC";
    return !zone.empty() && dashboards::is_timezone(zone) ? zone : "browser";
}

}  // namespace

json::object drawn_document(const json::object& document) {
    Drawing drawing;
    drawing.add_all(list_in(document, "panels"), 0);
    auto title = text_in(document, "title", kLongestTitle);
    const auto& time = object_in(document, "time");
    return {{"title", title.empty() ? std::string("Snapshot") : std::move(title)},
            {"description", text_in(document, "description", kLongestDescription)},
            {"timezone", timezone_of(document)},
            {"time",
             {{"from", text_in(time, "from", 40)},
              {"to", text_in(time, "to", 40)},
              {"selectable", false}}},
            {"variables", variables_of(document)},
            {"panels", drawing.take()}};
}

}  // namespace casement::access
