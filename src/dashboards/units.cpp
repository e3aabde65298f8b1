// The units that a page can write only with its part "fields" (web/viewer/format/units.ts has the
// same list; a test of the page compares them).
#include "dashboards/field_shapes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>
#include <unordered_set>

namespace casement::dashboards {
namespace {

constexpr std::string_view kUnits =
    "Bps EHs GBs GHs Gbits GiBs Gibits Hs KBs KHs Kbits KiBs Kibits MBs MHs Mbits MiBs "
    "Mibits Mohm Nm3 PBs PHs Pbits PiBs Pibits TBs THs Tbits TiBs Tibits Wm2 accFS2 accG "
    "accMS2 acres amp amph arcmin arcsec areaF2 areaM2 areaMI2 binBps binbps bits bool "
    "bool_on_off bool_yes_no bpm bps candela celsius clockms clocks congNm3 congm3 "
    "conmgNm3 conmgdL conmgm3 conmmolL conngNm3 conngm3 conppb conμgNm3 conμgm3 cpm cps "
    "currencyAED currencyAUD currencyBGN currencyBRL currencyBTC currencyCAD currencyCHF "
    "currencyCNY currencyCZK currencyDKK currencyEUR currencyGBP currencyHKD currencyHUF "
    "currencyIDR currencyILS currencyINR currencyISK currencyJPY currencyKRW currencyMXN "
    "currencyMYR currencyNGN currencyNOK currencyPHP currencyPLN currencyPYG currencyRON "
    "currencyRUB currencySAR currencySEK currencySGD currencyTHB currencyTRY currencyUAH "
    "currencyUSD currencyUYU currencyVND currencyXPF currencyZAR currencymBTC "
    "currencyμBTC d dB dBm dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsLocal "
    "dateTimeAsLocalNoDateIfToday dateTimeAsSystem dateTimeAsUS dateTimeAsUSNoDateIfToday "
    "dateTimeFromNow decbits decbytes decgbytes deckbytes decmbytes decpbytes dectbytes "
    "degree dm3 dtdhms dtdurationms dtdurations dthms eflops epm eps ev fahrenheit farad "
    "ffarad flops flowcfm flowcfs flowcms flowgpm flowlpm flowmlpm forceN forceNm forcekN "
    "forcekNm gallons gbytes gflops grad gwatt h hectares henry hertz hex hex0x humidity "
    "iops joule kamp kamph kbytes kelvin kohm kvolt kvoltamp kvoltampreact kwatt kwatth "
    "kwattm lengthft lengthin lengthkm lengthm lengthmi lengthmm litre litreh locale "
    "lumens lux m m3 mamp mamph massg masskg masslb massmg masst mbytes megwatt mflops "
    "mhenry mlitre mpm mps mvolt mwatt mwatth nfarad ns ohm opm ops pbytes pfarad pflops "
    "pixel ppm pps pressurebar pressurehg pressurehpa pressurekbar pressurekpa "
    "pressurembar pressurepa pressurepsi radbq radci radexpckg radgy radian radmsv "
    "radmsvh radr radrad radrem radsv radsvh radusv radusvh recps reqpm reqps rotdegs "
    "rothz rotrads rotrpm rowsps rpm rps sci sishort string tbytes tflops timeticks "
    "velocitykmh velocityknot velocitymph velocityms volt voltamp voltampreact watt watth "
    "watthperkg wpm wps yflops zflops µfarad µhenry µs ";

constexpr std::array<std::string_view, 7> kOwn = {
    "suffix:", "prefix:", "time:", "si:", "count:", "currency:", "bool:"};

}  // namespace

bool is_rich_unit(std::string_view unit) {
    static const std::unordered_set<std::string> known = [] {
        std::istringstream words{std::string(kUnits)};
        return std::unordered_set<std::string>(std::istream_iterator<std::string>(words), {});
    }();
    return known.contains(std::string(unit)) ||
           std::any_of(kOwn.begin(), kOwn.end(),
                       [&](std::string_view start) { return unit.starts_with(start); });
}

}  // namespace casement::dashboards
