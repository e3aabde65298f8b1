#include "dialects/grafana/panel_frames.h"

#include "dialects/grafana/content_parts.h"
#include "dialects/grafana/frames.h"

namespace casement::grafana {
namespace {

constexpr int kDeepest = 4;

/// The target of this name on this panel, or nullptr. Rows hold panels, and old documents rows.
const json::object* find_target(const json::object& holder, std::int64_t panel,
                                std::string_view ref_id, int depth) {
    const auto* id = holder.if_contains("id");
    const auto* targets = holder.if_contains("targets");
    if (id != nullptr && id->is_int64() && id->get_int64() == panel && targets != nullptr &&
        targets->is_array()) {
        for (const auto& one : targets->get_array()) {
            const auto* target = one.if_object();
            const auto* name = target == nullptr ? nullptr : target->if_contains("refId");
            if (name != nullptr && name->is_string() && name->get_string() == ref_id) return target;
        }
    }
    if (depth == kDeepest) return nullptr;
    for (const std::string_view inner : {"panels", "rows"}) {
        const auto* list = holder.if_contains(inner);
        if (list == nullptr || !list->is_array()) continue;
        for (const auto& one : list->get_array()) {
            const auto* object = one.if_object();
            const auto* found =
                object == nullptr ? nullptr : find_target(*object, panel, ref_id, depth + 1);
            if (found != nullptr) return found;
        }
    }
    return nullptr;
}

}  // namespace

json::object panel_frame(const store::Dashboard& row, std::int64_t panel, std::string_view ref_id,
                         const data::Table& table) {
    if (row.dialect != kDialect) return frame_of(table, ref_id);
    const auto* target = find_target(row.document, panel, ref_id, 0);
    const auto* format = target == nullptr ? nullptr : target->if_contains("format");
    const bool as_table =
        format != nullptr && format->is_string() && format->get_string() == "table";
    if (!as_table) {
        if (auto series = series_frame_of(table, ref_id)) return std::move(*series);
    }
    return frame_of(table, ref_id);
}

}  // namespace casement::grafana
