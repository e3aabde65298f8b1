#include "dialects/grafana/page_reader.h"

#include "dialects/grafana/public_verifier.h"
#include "dialects/grafana/relative_range.h"
#include "dialects/grafana/snapshot_target.h"
#include "dialects/grafana/target.h"

#include <algorithm>
#include <utility>

namespace casement::grafana {
namespace {

namespace json = boost::json;

/// Faster than this no page asks again, whatever its URL says (grafana.md §3.1).
constexpr seconds kFastestRefresh{5};

std::string_view name_of(Kiosk kiosk) {
    switch (kiosk) {
        case Kiosk::tv:
            return "tv";
        case Kiosk::full:
            return "full";
        case Kiosk::off:
            break;
    }
    return "off";
}

json::object page_of(const Target& target) {
    json::object page{{"panel", nullptr},
                      {"solo", target.is_solo},
                      {"kiosk", name_of(target.kiosk)},
                      {"refresh", nullptr},
                      {"hide",
                       {{"time", target.hides_time_picker},
                        {"variables", target.hides_variables},
                        {"links", target.hides_links},
                        {"logo", target.hides_logo}}},
                      {"fit", target.fits_panels}};
    if (target.panel) page["panel"] = *target.panel;
    if (target.refresh) {
        const bool off = target.refresh->count() == 0;
        page["refresh"] = off ? 0 : std::max(*target.refresh, kFastestRefresh).count();
    }
    return page;
}

/// A public dashboard's address: the same parameters behind another path, which names no dashboard.
Result<Target> read_public(std::string_view target) {
    const auto parameters = read_query(target);
    if (!parameters) return parameters.error();
    return read_target("/d/public", *parameters);
}

}  // namespace

Result<access::ContentRequest> PageReader::read(std::string_view target, Time now) const {
    const auto clean = clean_target(target);
    const auto token = token_of_path(path_of(clean));
    auto read = token                       ? read_public(clean)
                : is_snapshot_target(clean) ? read_snapshot_target(clean)
                                            : read_target(clean);
    if (!read) return invalid("invalid_target", read.error().message, "content");
    access::ContentRequest wanted;
    wanted.target = clean;
    if (token) {
        wanted.share = *token;
    } else {
        wanted.ref = {access::ContentRef::Type::dashboard, read->dashboard_uid};
    }
    for (auto& [name, values] : read->variables)
        wanted.variables[name] = std::move(values);
    if (auto range = range_of(*read, now)) {
        wanted.span = std::move(range->span);
        wanted.from = range->from;
        wanted.to = range->to;
    }
    if (read->timezone && *read->timezone != "browser") {
        wanted.query_timezone = *read->timezone == "utc" ? "UTC" : *read->timezone;
    }
    wanted.appearance.theme = read->theme.value_or("");
    wanted.page = page_of(*read);
    return wanted;
}

}  // namespace casement::grafana
