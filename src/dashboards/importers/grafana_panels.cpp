#include "base/encoding.h"
#include "dashboards/field_shapes.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/limits.h"
#include "dashboards/transformation_ids.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kLongestTitle = 200;
constexpr std::size_t kLongestDescription = 2000;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostSteps = 50;
constexpr std::string_view kNotShown = "*This panel cannot be shown here.*";

/// Why a panel cannot be shown as it is meant.
Error cannot(std::string message) {
    return {ErrorKind::unprocessable, "panel_not_importable", std::move(message), {}};
}

/// A type's name in Markdown: letters that cannot mean anything there.
std::string plain_type(std::string_view type) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    };
    if (type.empty() || type.size() > kLongestName ||
        !std::all_of(type.begin(), type.end(), is_plain)) {
        return "unknown";
    }
    std::string words(type);
    std::replace(words.begin(), words.end(), '-', ' ');
    return words;
}

// -- data -------------------------------------------------------------------------------------

/// Steps after the query that change what is shown. One that is not known would leave the panel
/// showing something else than it says.
Result<void> read_transformations(const json::object& panel, Panel& out) {
    const auto* list = list_at(panel, "transformations");
    if (list == nullptr) return {};
    for (const auto& item : *list) {
        const auto* step = item.if_object();
        if (step == nullptr || flag_at(*step, "disabled")) continue;
        if (text_or_empty(*step, "topic") == "annotations") continue;
        const auto id = text_or_empty(*step, "id");
        const auto ids = transformation_ids();
        const bool known = std::ranges::find(ids, id) != ids.end();
        if (!known || out.transformations.size() >= kMostSteps) {
            return cannot(
                fmt::format("Its data goes through the step \"{}\", which is not done here.",
                            utf8_head(id, kLongestName)));
        }
        json::object ours{{"id", id}};
        const auto* options = object_at(*step, "options");
        ours["options"] = options == nullptr ? json::object{} : *options;
        if (const auto* filter = object_at(*step, "filter")) ours["filter"] = *filter;
        out.transformations.push_back(std::move(ours));
    }
    return {};
}

/// What another panel's result is made of: a panel that asks "-- Dashboard --" shows that.
const json::object* asked_panel(const json::object& panel, const Scope& scope) {
    const auto* own = panel.if_contains("datasource");
    if (own == nullptr || special_source(*own) != "-- Dashboard --") return nullptr;
    const auto* targets = list_at(panel, "targets");
    const auto* target =
        targets == nullptr || targets->empty() ? nullptr : targets->front().if_object();
    const auto id = target == nullptr ? std::nullopt : number_at(*target, "panelId");
    const auto found = id ? scope.panels.find(static_cast<int>(*id)) : scope.panels.end();
    return found == scope.panels.end() ? nullptr : found->second;
}

Result<void> read_queries(const json::object& panel, const Scope& scope, Panel& out, Notes& notes) {
    const auto* targets = list_at(panel, "targets");
    const auto* own = panel.if_contains("datasource");
    std::set<std::string> names;
    std::size_t hidden = 0;
    std::vector<ImportedSql::Renamed> renamed;
    for (std::size_t i = 0; targets != nullptr && i < targets->size(); ++i) {
        const auto* target = targets->at(i).if_object();
        if (target == nullptr) continue;
        if (flag_at(*target, "hide")) {
            ++hidden;
            continue;
        }
        if (out.queries.size() >= static_cast<std::size_t>(kMaxQueries)) {
            return cannot(fmt::format("It has more than {} queries.", kMaxQueries));
        }
        const auto* theirs = target->if_contains("datasource");
        const bool says = theirs != nullptr && !theirs->is_null();
        const bool computes = says && special_source(*theirs) == "__expr__";
        auto query = computes ? math_query(*target, *targets, own, scope, notes)
                              : query_of(*target, says ? theirs : own, scope, notes, &renamed);
        if (!query) return query.error();
        if (query->text.empty()) continue;
        query->name = utf8_head(text_or_empty(*target, "refId"), kLongestName);
        if (query->name.empty() || !names.insert(query->name).second) {
            query->name = fmt::format("Query {}", i + 1);
            names.insert(query->name);
        }
        out.queries.push_back(std::move(*query));
    }
    for (const auto& column : renamed) {
        out.overrides.push_back({{"match", {{"by", "name"}, {"value", column.column}}},
                                 {"set", {{"display_name", column.written}}}});
    }
    if (!out.queries.empty()) return {};
    return cannot(hidden > 0 ? "All of its queries are switched off."
                             : "It has no query of its own.");
}

/// A single number of several series has one of each; rows with a column of names are one series
/// to ours.
Result<void> check_series(const json::object& panel, const Panel& out) {
    const bool is_single = out.type == PanelType::stat || out.type == PanelType::gauge ||
                           out.type == PanelType::bargauge || out.type == PanelType::piechart;
    const auto* targets = list_at(panel, "targets");
    if (!is_single || targets == nullptr || flag_at(out.options, "values")) return {};
    for (const auto& item : *targets) {
        const auto* target = item.if_object();
        if (target == nullptr || flag_at(*target, "hide") || target->contains("expr")) continue;
        const auto format = text_or_empty(*target, "format");
        if (format != "table" && has_metric_column(*target)) {
            return cannot("It shows a number for each series of one query.");
        }
    }
    return {};
}

void read_own_time(const json::object& panel, Panel& out, Notes& notes) {
    const auto from = text_or_empty(panel, "timeFrom");
    std::string_view back = from;
    if (back.starts_with("now-")) back.remove_prefix(4);
    out.time_from = length_of(back);
    const auto shift = text_or_empty(panel, "timeShift");
    out.time_shift = length_of(shift);
    if (!flag_at(panel, "hideTimeOverride")) {
        if (out.time_from) out.time_note = fmt::format("Last {}", back);
        if (out.time_shift) {
            out.time_note += fmt::format("{}{} earlier", out.time_from ? ", " : "", shift);
        }
    }
    if ((!from.empty() && !out.time_from) || (!shift.empty() && !out.time_shift)) {
        notes.left_out("Its own time range, which is not written as a length of time.");
    }
    const auto written = text_or_empty(panel, "interval");
    std::string_view shortest = written;
    if (shortest.starts_with('>')) shortest.remove_prefix(1);
    out.interval = length_of(shortest);
    if (!written.empty() && !out.interval) {
        notes.left_out("The shortest interval that it asks for.");
    }
    constexpr int kLongestCache = 86'400;
    if (const auto ttl = number_at(panel, "queryCachingTTL"); ttl && *ttl > 0) {
        out.cache_time = std::chrono::seconds(bounded(*ttl / 1000, 1, kLongestCache));
    }
    out.transparent = flag_at(panel, "transparent");
}

void read_repeat(const json::object& panel, const Scope& scope, Panel& out, Notes& notes) {
    const auto variable = text_or_empty(panel, "repeat");
    if (variable.empty()) return;
    if (!scope.has(variable)) {
        notes.changed("It is repeated for a variable that is not there; it stands there once.");
        return;
    }
    Repeat repeat;
    repeat.variable = variable;
    repeat.down = text_or_empty(panel, "repeatDirection") == "v";
    repeat.max_per_row = bounded(number_at(panel, "maxPerRow").value_or(4), 1, 24);
    out.repeat = repeat;
}

Result<void> read_data(const json::object& panel, std::string_view type, const Scope& scope,
                       Panel& out, Notes& notes) {
    read_type(panel, type, out);
    const auto* asked = asked_panel(panel, scope);
    if (asked != nullptr) {
        notes.changed("It asks for another panel's data itself, and does not wait for that panel.");
        const auto* targets = list_at(panel, "targets");
        if (flag_at(*targets->front().if_object(), "withTransforms")) {
            if (auto ok = read_transformations(*asked, out); !ok) return ok;
        }
    }
    if (auto ok = read_queries(asked != nullptr ? *asked : panel, scope, out, notes); !ok) {
        return ok;
    }
    if (auto ok = read_transformations(panel, out); !ok) return ok;
    if (auto ok = check_series(panel, out); !ok) return ok;
    if (const auto* field = object_at(panel, "fieldConfig")) {
        if (const auto* defaults = object_at(*field, "defaults")) {
            read_field_options(*defaults, out.options, notes);
            read_custom_options(*defaults, out.type, out.options, notes);
        }
    }
    for (auto& override : overrides_of(panel, out.type, notes))
        out.overrides.push_back(std::move(override));
    out.links = links_of(panel, notes);
    settle_options(out);
    read_own_time(panel, out, notes);
    return {};
}

void make_text(Panel& out, std::string markdown) {
    const auto repeat = std::move(out.repeat);
    Panel text;
    text.title = std::move(out.title);
    text.description = std::move(out.description);
    text.repeat = repeat;
    text.markdown = std::move(markdown);
    out = std::move(text);
}

/// Lists of the vendor's own things: they are not data, and there are none of them here.
std::string_view own_list(std::string_view type) {
    if (type == "alertlist") return "*Alerts are not kept here.*";
    if (type == "dashlist") return "*Lists of dashboards are not kept here.*";
    if (type == "annolist") return "*Lists of annotations are not kept here.*";
    if (type == "news" || type == "welcome" || type == "gettingstarted") {
        return "*News of Grafana are not shown here.*";
    }
    return {};
}

}  // namespace

Panel read_row(const json::object& row, const Scope& scope, Notes& notes) {
    Panel out;
    out.type = PanelType::row;
    out.title = utf8_head(text_or_empty(row, "title"), kLongestTitle);
    read_repeat(row, scope, out, notes);
    return out;
}

Panel read_panel(const json::object& written, const Scope& scope, Notes& notes) {
    const auto panel = modern_panel(written, notes);
    const auto type = text_or_empty(panel, "type");
    Panel out;
    out.title = utf8_head(text_or_empty(panel, "title"), kLongestTitle);
    out.description = utf8_head(text_or_empty(panel, "description"), kLongestDescription);
    read_repeat(panel, scope, out, notes);
    if (type == "text") {
        make_text(out, markdown_of(panel));
        notes.taken("Shown as text.");
        return out;
    }
    if (panel.contains("libraryPanel") && list_at(panel, "targets") == nullptr) {
        make_text(out, std::string(kNotShown));
        notes.left_out("It is kept in a library, and not in the document.");
        return out;
    }
    if (const auto sentence = own_list(type); !sentence.empty()) {
        make_text(out, std::string(sentence));
        notes.left_out(fmt::format("Panels of type \"{}\" list what Grafana itself keeps.", type));
        return out;
    }
    if (!is_drawn(type)) {
        make_text(out, fmt::format("*This {} panel cannot be drawn here yet.*", plain_type(type)));
        notes.left_out(fmt::format("Panels of type \"{}\" cannot be drawn yet.",
                                   utf8_head(type, kLongestName)));
        return out;
    }
    if (auto ok = read_data(panel, type, scope, out, notes); !ok) {
        make_text(out, std::string(kNotShown));
        notes.left_out(ok.error().message);
        return out;
    }
    notes.taken(fmt::format("Shown as {}.", plain_type(type)));
    return out;
}

}  // namespace casement::dashboards::grafana
