#include "access/view_names.h"

namespace casement::access {

std::string_view name_of(dashboards::Theme theme) {
    switch (theme) {
        case dashboards::Theme::light:
            return "light";
        case dashboards::Theme::dark:
            return "dark";
        case dashboards::Theme::system:
            break;
    }
    return "system";
}

std::string_view name_of(dashboards::PanelType type) {
    using enum dashboards::PanelType;
    switch (type) {
        case timeseries:
            return "timeseries";
        case stat:
            return "stat";
        case barchart:
            return "barchart";
        case table:
            return "table";
        case row:
            return "row";
        case text:
            break;
    }
    return "text";
}

}  // namespace casement::access
