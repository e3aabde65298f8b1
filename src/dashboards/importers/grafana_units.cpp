#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"

#include <utility>

namespace casement::dashboards::grafana {
namespace {

// The vendor's unit ids; what they have no word for here is written behind the number.
constexpr std::pair<std::string_view, std::string_view> kUnits[] = {
    {"", "none"},
    {"none", "none"},
    {"string", "none"},
    {"locale", "none"},
    {"sishort", "short"},
    {"short", "short"},
    {"percent", "percent"},
    {"percentunit", "percentunit"},
    {"bytes", "bytes"},
    {"decbytes", "bytes"},
    {"ms", "ms"},
    {"s", "s"},
    {"currencyUSD", "usd"},
    {"currencyEUR", "eur"},
    {"currencyGBP", "GBP"},
    {"currencyCNY", "CNY"},
    {"currencyJPY", "JPY"},
    {"ns", "ns"},
    {"m", "min"},
    {"h", "h"},
    {"d", "d"},
    {"hertz", "Hz"},
    {"bits", "b"},
    {"decbits", "b"},
    {"Bps", "B/s"},
    {"binBps", "B/s"},
    {"bps", "b/s"},
    {"binbps", "b/s"},
    {"pps", "p/s"},
    {"kbytes", "KiB"},
    {"mbytes", "MiB"},
    {"gbytes", "GiB"},
    {"deckbytes", "kB"},
    {"decmbytes", "MB"},
    {"decgbytes", "GB"},
    {"cps", "c/s"},
    {"ops", "ops/s"},
    {"reqps", "req/s"},
    {"rps", "rd/s"},
    {"wps", "wr/s"},
    {"iops", "io/s"},
    {"eps", "evt/s"},
    {"mps", "msg/s"},
    {"opm", "ops/min"},
    {"rpm", "rd/min"},
    {"wpm", "wr/min"},
    {"cpm", "c/min"},
    {"celsius", "°C"},
    {"fahrenheit", "°F"},
    {"kelvin", "K"},
    {"humidity", "%H"},
    {"watt", "W"},
    {"kwatt", "kW"},
    {"watth", "Wh"},
    {"kwatth", "kWh"},
    {"volt", "V"},
    {"amp", "A"},
    {"joule", "J"},
    {"lengthm", "m"},
    {"lengthkm", "km"},
    {"lengthmi", "mi"},
    {"lengthmm", "mm"},
    {"lengthft", "ft"},
    {"velocityms", "m/s"},
    {"velocitykmh", "km/h"},
    {"velocitymph", "mph"},
    {"massg", "g"},
    {"masskg", "kg"},
    {"litre", "L"},
    {"pressurebar", "bar"},
    {"pressurehpa", "hPa"},
    {"rotrpm", "rpm"},
    {"degree", "°"},
    {"ppm", "ppm"},
    {"dB", "dB"},
    {"dtdurations", "s"},
    {"clocks", "s"},
    {"dtdurationms", "ms"},
    {"clockms", "ms"},
};
// Which say how a number is written, and not what stands behind it.
constexpr std::string_view kFormats[] = {"time:",   "bool:",  "dateTime", "bool",
                                         "prefix:", "count:", "si:",      "currency",
                                         "hex",     "sci",    "pixel",    "dthms"};
constexpr std::size_t kLongest = 32;

}  // namespace

std::optional<std::string> unit_of(std::string_view id) {
    for (const auto& [known, unit] : kUnits) {
        if (known == id) return std::string(unit);
    }
    for (const auto format : kFormats) {
        if (id.starts_with(format)) return std::nullopt;
    }
    if (id.starts_with("suffix:")) id.remove_prefix(7);
    while (id.starts_with(' '))
        id.remove_prefix(1);
    return std::string(utf8_head(id, kLongest));
}

}  // namespace casement::dashboards::grafana
