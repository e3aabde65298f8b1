// What one panel is asked for, where its author gave it a time of its own.
#include "access/time_range.h"
#include "access/view_service.h"

#include <algorithm>

namespace casement::access {

Selection panel_selection(const Selection& selection, const dashboards::Panel& panel) {
    Selection own = selection;
    own.cache_time = panel.cache_time;
    // A fixed range was chosen for what happened in it: only a live one gives way.
    const bool is_own = panel.time_from && !selection.span.empty();
    if (is_own) own.from = own.to - *panel.time_from;
    if (panel.time_shift) {
        own.from -= *panel.time_shift;
        own.to -= *panel.time_shift;
    }
    if (is_own) own.interval = bucket(own.from, own.to, own.width);
    if (panel.interval) own.interval = std::max(own.interval, *panel.interval);
    return own;
}

}  // namespace casement::access
