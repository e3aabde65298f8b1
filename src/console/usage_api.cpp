#include "console/usage_api.h"

#include "access/usage.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/object_names.h"
#include "store/audit_search.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using access::Usage;
using access::UsageCounts;
using http::Method;
using http::Response;

/// Rows of the trail that one answer is counted from, newest first.
constexpr std::size_t kMostCounted = 200'000;
constexpr std::size_t kRowsAtOnce = 10'000;
constexpr std::size_t kMostShown = 50;
constexpr std::chrono::hours kLongest{24 * 92};
constexpr std::chrono::hours kHourlyUpTo{24 * 3};

struct Range {
    Time from{}, to{};
    bool is_hourly = false;
};

Result<Range> range_of(const Call& call, Time now) {
    Range range;
    for (const auto& [name, time] : {std::pair("from", &range.from), std::pair("to", &range.to)}) {
        const auto text = call.text(name);
        if (!text) continue;
        const auto read = parse_rfc3339(*text);
        if (!read) {
            return invalid("invalid_parameter", "A time is written like 2026-03-11T18:30:00Z.",
                           name);
        }
        *time = *read;
    }
    if (range.to == Time{}) range.to = now;
    if (range.from == Time{}) range.from = range.to - std::chrono::hours(24 * 7);
    if (range.from >= range.to || range.to - range.from > kLongest) {
        return invalid("invalid_parameter",
                       "The range must end after it begins, and within 92 "
                       "days.",
                       "from");
    }
    range.is_hourly = range.to - range.from <= kHourlyUpTo;
    return range;
}

struct Counted {
    Usage usage;
    bool is_whole = true;
};

Result<Counted> count(store::AuditSearch& trail, store::OrgId org, const Range& range) {
    Counted counted{Usage(range.is_hourly ? std::chrono::hours(1) : std::chrono::hours(24))};
    store::AuditQuery query;
    query.org = org;
    query.from = range.from;
    query.to = range.to;
    query.limit = kRowsAtOnce;
    std::size_t looked_at = 0;
    while (true) {
        auto page = trail.search_audit_now(query);
        if (!page) return page.error();
        for (const auto& row : page->rows)
            counted.usage.add(row);
        looked_at += page->rows.size();
        if (page->next == 0) return counted;
        if (looked_at >= kMostCounted) break;
        query.before = page->next;
    }
    counted.is_whole = false;
    return counted;
}

json::object to_json(const UsageCounts& counts) {
    return {{"opened", counts.opened},
            {"seen", counts.seen},
            {"exported", counts.exported},
            {"refused", counts.refused}};
}

std::int64_t total(const UsageCounts& counts) {
    return counts.opened + counts.seen + counts.exported + counts.refused;
}

/// What is gone is called what the trail calls it.
ObjectName known_as(const store::Snapshot& snapshot, store::OrgId org, std::string_view object) {
    auto named = name_of(snapshot, org, object);
    if (named.title.empty()) named.title = object;
    return named;
}

/// The largest entries of a map, by their counts.
template <class Map, class Size>
auto largest(const Map& map, Size size) {
    std::vector<const typename Map::value_type*> list;
    for (const auto& entry : map)
        list.push_back(&entry);
    std::ranges::sort(list, [&](const auto* one, const auto* other) {
        return std::pair(size(*other), one->first) < std::pair(size(*one), other->first);
    });
    if (list.size() > kMostShown) list.resize(kMostShown);
    return list;
}

json::array subjects_json(const Usage& usage, const store::Snapshot& snapshot, store::OrgId org) {
    json::array list;
    for (const auto* entry :
         largest(usage.subjects, [](const auto& one) { return total(one.second.counts); })) {
        const auto& [object, subject] = *entry;
        auto named = known_as(snapshot, org, object);
        auto made = to_json(subject.counts);
        made["object"] = object;
        made["title"] = std::move(named.title);
        made["share"] = std::move(named.share);
        made["dashboard"] = std::move(named.dashboard);
        made["viewers"] = static_cast<std::int64_t>(subject.viewers.size());
        made["last_at"] = to_rfc3339(subject.last_at);
        list.push_back(std::move(made));
    }
    return list;
}

json::array panels_json(const Usage& usage, const store::Snapshot& snapshot, store::OrgId org) {
    json::array list;
    for (const auto* entry : largest(usage.panels, [](const auto& one) { return one.second; })) {
        const auto& [panel, times] = *entry;
        auto named = known_as(snapshot, org, panel.first);
        list.push_back({{"object", panel.first},
                        {"title", std::move(named.title)},
                        {"dashboard", std::move(named.dashboard)},
                        {"panel", panel.second},
                        {"seen", times}});
    }
    return list;
}

std::optional<std::string> panel_title(Context& console, store::OrgId org, const ObjectName& named,
                                       std::int64_t panel) {
    if (!named.dashboard.is_string()) return std::nullopt;
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* row = snapshot->dashboard_by_uid(org, named.dashboard.get_string());
    if (row == nullptr) return std::nullopt;
    const auto document = console.parts.documents.get(*row);
    if (!document) return std::nullopt;
    const auto* found = (*document)->panel(static_cast<int>(panel));
    if (found == nullptr || found->title.empty()) return std::nullopt;
    return found->title;
}

double mean_ms(const access::PanelFigures& figures) {
    return static_cast<double>(figures.total.count()) / 1000.0 /
           static_cast<double>(std::max<std::int64_t>(1, figures.runs));
}

/// The slowest on average first. Panels have the titles that they have now.
json::array slow_panels_json(Context& console, const Usage& usage, store::OrgId org) {
    json::array list;
    const auto snapshot = console.parts.catalog.snapshot();
    for (const auto* entry :
         largest(usage.panel_times, [](const auto& one) { return mean_ms(one.second); })) {
        const auto& [panel, figures] = *entry;
        auto named = known_as(*snapshot, org, panel.first);
        const auto title = panel_title(console, org, named, panel.second);
        list.push_back({{"object", panel.first},
                        {"title", std::move(named.title)},
                        {"share", std::move(named.share)},
                        {"dashboard", std::move(named.dashboard)},
                        {"panel", panel.second},
                        {"panel_title", title ? json::value(*title) : json::value(nullptr)},
                        {"runs", figures.runs},
                        {"failed", figures.failed},
                        {"mean_ms", mean_ms(figures)},
                        {"longest_ms", static_cast<double>(figures.longest.count()) / 1000.0}});
    }
    return list;
}

json::object to_json(const Counted& counted, const Range& range, const store::Snapshot& snapshot,
                     store::OrgId org) {
    const auto& usage = counted.usage;
    UsageCounts all;
    json::array over_time, clients, reasons;
    for (const auto& [at, counts] : usage.over_time) {
        all.add(counts);
        auto made = to_json(counts);
        made["at"] = to_rfc3339(at);
        over_time.push_back(std::move(made));
    }
    for (const auto* entry :
         largest(usage.clients, [](const auto& one) { return total(one.second.counts); })) {
        auto made = to_json(entry->second.counts);
        made["client"] = entry->first;
        made["last_at"] = to_rfc3339(entry->second.last_at);
        clients.push_back(std::move(made));
    }
    for (const auto* entry : largest(usage.reasons, [](const auto& one) { return one.second; })) {
        reasons.push_back({{"action", entry->first.first},
                           {"reason", entry->first.second},
                           {"count", entry->second}});
    }
    return {{"from", to_rfc3339(range.from)},
            {"to", to_rfc3339(range.to)},
            {"step", range.is_hourly ? "hour" : "day"},
            {"whole", counted.is_whole},
            {"total", to_json(all)},
            {"over_time", std::move(over_time)},
            {"subjects", subjects_json(usage, snapshot, org)},
            {"clients", std::move(clients)},
            {"panels", panels_json(usage, snapshot, org)},
            {"reasons", std::move(reasons)}};
}

/// By type of source, since the server started and over all organizations: the engine counts so,
/// and so only the first organization, which runs the server, is told.
constexpr store::OrgId kOperator = 1;
json::array engine_json(const data::EngineStats& stats) {
    json::array list;
    for (const auto& [type, figures] : stats.by_type) {
        const auto mean = figures.runs == 0 ? 0.0
                                            : static_cast<double>(figures.microseconds) / 1000.0 /
                                                  static_cast<double>(figures.runs);
        list.push_back({{"type", type},
                        {"runs", static_cast<std::int64_t>(figures.runs)},
                        {"failed", static_cast<std::int64_t>(figures.failed)},
                        {"mean_ms", mean}});
    }
    return list;
}

Answered get_usage(Context& console, Call& call) {
    const Time now = console.parts.clock.now();
    auto range = range_of(call, now);
    if (!range) co_return range.error();
    auto& catalog = console.parts.catalog;
    auto& trail = store::AuditSearch::of(catalog);
    const auto work = [&trail, org = call.principal.org, range = *range] {
        return count(trail, org, range);
    };
    auto counted = co_await catalog.pool().run(work);
    if (!counted) co_return counted.error();
    // The last minute's are on their way into the trail.
    if (range->to >= now) {
        for (const auto& time : console.panel_times->waiting(call.principal.org))
            counted->usage.add(time);
    }
    const auto snapshot = catalog.snapshot();
    auto answer = to_json(*counted, *range, *snapshot, call.principal.org);
    // Documents that are not in memory are read first.
    const auto name = [&] { return slow_panels_json(console, counted->usage, call.principal.org); };
    auto slow = co_await catalog.pool().run(name);
    answer["slow_panels"] = std::move(slow);
    answer["sources"] =
        call.principal.org == kOperator ? engine_json(console.parts.engine.stats()) : json::array();
    co_return Response::json(200, answer);
}

std::vector<ShapeMember> count_members() {
    return {required("opened", Shape::integer(0, kAnyId).described("Sessions that links opened.")),
            required("seen", Shape::integer(0, kAnyId).described("Calls for data.")),
            required("exported", Shape::integer(0, kAnyId)),
            required("refused", Shape::integer(0, kAnyId))};
}

Shape counts_with(std::vector<ShapeMember> more) {
    auto members = count_members();
    std::ranges::move(more, std::back_inserter(members));
    return Shape::object(std::move(members));
}

Shape usage_shape() {
    const auto text = Shape::text();
    const auto number = Shape::integer(0, kAnyId);
    return Shape::object(
        {required("from", text), required("to", text),
         required("step", Shape::one_of({"hour", "day"})),
         required("whole", Shape::boolean().described(
                               "false: only the newest rows of the range were counted.")),
         required("total", counts_with({})),
         required("over_time", Shape::list(counts_with({required("at", text)}), 10'000)),
         required("subjects",
                  Shape::list(counts_with({required("object", text), required("title", text),
                                           required("share", Shape::text().or_null()),
                                           required("dashboard", Shape::text().or_null()),
                                           required("viewers", number), required("last_at", text)}),
                              kMostShown)),
         required("clients",
                  Shape::list(counts_with({required("client", text), required("last_at", text)}),
                              kMostShown)),
         required("panels",
                  Shape::list(Shape::object({required("object", text), required("title", text),
                                             required("dashboard", Shape::text().or_null()),
                                             required("panel", number), required("seen", number)}),
                              kMostShown)),
         required(
             "slow_panels",
             Shape::list(Shape::object({required("object", text), required("title", text),
                                        required("share", Shape::text().or_null()),
                                        required("dashboard", Shape::text().or_null()),
                                        required("panel", number),
                                        required("panel_title", Shape::text().or_null().described(
                                                                    "As it is called now.")),
                                        required("runs", number), required("failed", number),
                                        required("mean_ms", Shape::number()),
                                        required("longest_ms", Shape::number())}),
                         kMostShown)
                 .described("Queries that were put to a source, by the panel that they are "
                            "of: what viewers waited, the slowest on average first. What "
                            "came from the cache is not among them.")),
         required("reasons",
                  Shape::list(Shape::object({required("action", text), required("reason", text),
                                             required("count", number)}),
                              kMostShown)),
         required("sources",
                  Shape::list(Shape::object({required("type", text), required("runs", number),
                                             required("failed", number),
                                             required("mean_ms", Shape::number())}),
                              100))});
}

}  // namespace

std::vector<Operation> usage_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/usage",
         .id = "getUsage",
         .tag = "Usage",
         .summary = "What was looked at, by share, viewer and panel, over time",
         .description =
             "Counted from the audit trail when it is asked for. `sources` are the "
             "engine's figures since the server started, over all organizations, and only for "
             "the first one. `slow_panels` are gathered in memory and reach the trail once a "
             "minute; of this server's last minute they are told all the same.",
         .permission = Permission::audit_read,
         .parameters = {{"from", Shape::text(1, 40),
                         "RFC 3339; seven days before `to` when absent."},
                        {"to", Shape::text(1, 40), "RFC 3339; now when absent."}},
         .answers = {{200, "Counts; lists hold the largest.", usage_shape()}},
         .handle = get_usage});
    return all;
}

}  // namespace casement::console
