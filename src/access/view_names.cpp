#include "access/view_names.h"

#include "dashboards/panel_shapes.h"

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
    return dashboards::panel_type_name(type);
}

}  // namespace casement::access
