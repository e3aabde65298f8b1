#include "dashboards/importers/grafana_sql_translation.h"
#include "dashboards/importers/grafana_sql_values.h"

#include <utility>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using Kind = SqlToken::Kind;

constexpr int kDeepest = 8;  // macros inside of macros

std::optional<std::string> moment_macro(const SqlValues& values, std::string_view name) {
    if (name == "__timeFrom") return values.from();
    if (name == "__timeTo") return values.to();
    return values.epoch_moment(name);
}

/// How many arguments a macro over a column takes at most; 0: it is none.
std::size_t column_macro(std::string_view name) {
    if (name == "__timeGroup" || name == "__timeGroupAlias" || name == "__unixEpochGroup" ||
        name == "__unixEpochGroupAlias") {
        return 3;
    }
    const bool one = name == "__timeFilter" || name == "__time" || name == "__timeEpoch" ||
                     name == "__unixEpochFilter" || name == "__unixEpochNanoFilter";
    return one ? 1 : 0;
}

}  // namespace

// Grafana itself ends the arguments at the first closing parenthesis, which cuts an argument that
// has one of its own to pieces; nobody can have meant those.
std::optional<std::vector<SqlTranslation::Range>> SqlTranslation::arguments(
    std::size_t open, std::size_t& close) const {
    std::vector<Range> list;
    int depth = 0;
    std::size_t first = open + 1;
    const auto add = [&](std::size_t end) {
        Range range{first, end};
        const auto is_space = [&](std::size_t k) { return tokens_[k].kind == Kind::space; };
        while (range.first < range.end && is_space(range.first))
            ++range.first;
        while (range.end > range.first && is_space(range.end - 1))
            --range.end;
        list.push_back(range);
        first = end + 1;
    };
    for (std::size_t k = open; k < tokens_.size(); ++k) {
        if (tokens_[k].kind != Kind::symbol) continue;
        const char c = tokens_[k].text.front();
        if (c == '(' || c == '[' || c == '{') ++depth;
        if (c == ',' && depth == 1) add(k);
        if ((c == ')' || c == ']' || c == '}') && --depth == 0) {
            add(k);
            if (list.size() == 1 && list[0].first == list[0].end) list.clear();
            close = k;
            return list;
        }
    }
    return std::nullopt;
}

Result<std::string> SqlTranslation::bucket(Range range) const {
    std::string text;
    for (std::size_t k = range.first; k < range.end; ++k)
        text += tokens_[k].text;
    std::string_view inner = text;
    if (inner.size() >= 2 && (inner.front() == '\'' || inner.front() == '"') &&
        inner.back() == inner.front()) {
        inner = inner.substr(1, inner.size() - 2);
    }
    const auto wrong = [&] {
        return refused(range.first, inner, "is no interval such as 5m or $__interval");
    };
    if (inner.find('\'') != std::string_view::npos) return wrong();
    auto parts = pieces(range.first, inner);
    if (!parts) return parts.error();
    if (parts->empty()) return wrong();
    if (parts->size() == 1 && parts->front().is_literal) {
        const auto seconds = seconds_of(inner);
        if (!seconds) return wrong();
        return *seconds;
    }
    if (parts->size() == 1 && parts->front().is_interval) {
        return values_.interval_seconds();
    }
    for (const auto& piece : *parts) {
        if (piece.is_interval || piece.list != nullptr) return wrong();
    }
    const auto seconds = values_.seconds_of_text(joined(*parts, '\''));
    if (!seconds) return wrong();
    return *seconds;
}

Result<void> SqlTranslation::macro(std::size_t i, std::string& out) {
    const auto name = tokens_[i].reference.name;
    std::size_t close = 0;
    const auto found = arguments(i + 1, close);
    if (!found) return refused(i, "has no closing parenthesis");
    const auto count = found->size();
    const auto wants = [&](std::size_t least, std::size_t most) -> Result<void> {
        if (count < least || count > most) {
            return refused(i, fmt::format("takes {} argument{}",
                                          least == most ? fmt::format("{}", least)
                                                        : fmt::format("{} to {}", least, most),
                                          most == 1 ? "" : "s"));
        }
        return {};
    };
    const bool runs_on =
        i > 0 && (tokens_[i - 1].kind == Kind::word || tokens_[i - 1].kind == Kind::number ||
                  tokens_[i - 1].kind == Kind::reference);
    if (runs_on || touches_name(close)) {
        return refused(i, "is part of a name");
    }
    if (auto moment = moment_macro(values_, name)) {
        if (auto ok = wants(0, 0); !ok) return ok;
        out += *moment;
    } else if (const auto most = column_macro(name)) {
        if (auto ok = wants(most > 1 ? 2 : 1, most); !ok) return ok;
        std::string column;
        if (depth_ >= kDeepest) return refused(i, "stands inside of too many other macros");
        ++depth_;
        auto translated = translate(found->front(), column);
        --depth_;
        if (!translated) return translated;
        if (column.empty()) return refused(i, "needs a column");
        if (auto ok = of_column(i, *found, close, column, out); !ok) return ok;
    } else {
        return refused(i, "is no macro that is known here");
    }
    skip_to_ = close;
    return {};
}

Result<void> SqlTranslation::of_column(std::size_t i, const std::vector<Range>& list,
                                       std::size_t close, const std::string& column,
                                       std::string& out) {
    const auto name = tokens_[i].reference.name;
    if (name == "__timeFilter") {
        out += fmt::format("({} BETWEEN {} AND {})", column, values_.from(), values_.to());
    } else if (name == "__unixEpochFilter" || name == "__unixEpochNanoFilter") {
        const std::string_view of = name == "__unixEpochFilter" ? "__unixEpoch" : "__unixEpochNano";
        out += fmt::format("({0} >= {1} AND {0} <= {2})", column,
                           *values_.epoch_moment(fmt::format("{}From", of)),
                           *values_.epoch_moment(fmt::format("{}To", of)));
    } else if (name == "__time" || name == "__timeEpoch") {
        out += fmt::format("{} AS {}", column, values_.time_name());
        if (name == "__timeEpoch") {
            note(i, "$__timeEpoch gives a time here, not a number of seconds.");
        }
    } else {
        return group(i, list, close, column, out);
    }
    return {};
}

Result<void> SqlTranslation::group(std::size_t i, const std::vector<Range>& list, std::size_t close,
                                   const std::string& column, std::string& out) {
    const auto name = tokens_[i].reference.name;
    auto seconds = bucket(list[1]);
    if (!seconds) return seconds.error();
    const bool of_epoch = name.starts_with("__unixEpoch");
    out +=
        of_epoch ? values_.epoch_bucket(column, *seconds) : values_.time_bucket(column, *seconds);
    // Older documents count on the name when a comma follows directly.
    const auto& place = places_[i];
    const bool old_alias = name == "__timeGroup" && close + 1 < tokens_.size() &&
                           tokens_[close + 1].text == "," && !place.in_call && !place.in_bracket &&
                           place.clause == SqlPlace::Clause::select;
    if (name.ends_with("Alias") || old_alias) out += fmt::format(" AS {}", values_.time_name());
    if (of_epoch) note(i, "$__unixEpochGroup gives a time here, not a number of seconds.");
    if (list.size() == 3) {
        note(i, "The macro's last argument, which fills gaps, was left out: a gap stays one.");
    }
    return {};
}

}  // namespace casement::dashboards
