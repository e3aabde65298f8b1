#include "data/duckdb_scope_filter.h"

#include "base/clock.h"
#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr const char* kNoRows = "false";

/// A decimal number apart: "-012.50" is negative, "12", "5".
struct Decimal {
    bool negative = false;
    std::string whole;
    std::string fraction;
    bool plain = true;  ///< without an exponent
};

std::optional<Decimal> read_decimal(std::string_view text) {
    Decimal out;
    const auto digits = [&] {
        const auto end =
            std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
        const std::string taken(text.begin(), end);
        text.remove_prefix(taken.size());
        return taken;
    };
    if (text.starts_with('-')) {
        out.negative = true;
        text.remove_prefix(1);
    }
    out.whole = digits();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        out.fraction = digits();
    }
    if (out.whole.empty() && out.fraction.empty()) return std::nullopt;
    if (text.starts_with('e') || text.starts_with('E')) {
        out.plain = false;
        text.remove_prefix(1);
        if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
        if (digits().empty()) return std::nullopt;
    }
    if (!text.empty()) return std::nullopt;
    out.whole.erase(0, std::min(out.whole.find_first_not_of('0'), out.whole.size()));
    while (out.fraction.ends_with('0'))
        out.fraction.pop_back();
    return out;
}

/// How values of one column's type are compared.
struct NumberType {
    enum class Family { integer, decimal, floating } family = Family::integer;
    std::size_t width = 38;  ///< decimal: digits
    std::size_t scale = 0;   ///< decimal: of them behind the point
};

std::optional<NumberType> number_type(const std::string& type) {
    static constexpr std::array<std::string_view, 10> kIntegers = {
        "TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT",  "HUGEINT",
        "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"};
    if (std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end()) return NumberType{};
    if (type == "DOUBLE" || type == "FLOAT") {
        return NumberType{NumberType::Family::floating, 0, 0};
    }
    if (!type.starts_with("DECIMAL(") || !type.ends_with(')')) return std::nullopt;
    NumberType out{NumberType::Family::decimal, 0, 0};
    const char* end = type.data() + type.size() - 1;
    const auto width = std::from_chars(type.data() + 8, end, out.width);
    if (width.ec != std::errc{} || width.ptr == end || *width.ptr != ',') return std::nullopt;
    const auto scale = std::from_chars(width.ptr + 1, end, out.scale);
    if (scale.ec != std::errc{} || scale.ptr != end || out.scale > out.width) return std::nullopt;
    return out;
}

/// The value as text that converts to the column's type without being rounded, or nothing: then no
/// row can have it.
std::optional<std::string> exact_number(std::string_view written, const NumberType& type) {
    constexpr std::string_view kLargestExact = "9007199254740992";  // 2^53
    const auto number = read_decimal(written);
    if (!number) return std::nullopt;
    if (type.family == NumberType::Family::floating) {
        const bool fits =
            number->whole.size() < kLargestExact.size() ||
            (number->whole.size() == kLargestExact.size() && number->whole <= kLargestExact);
        if (!number->plain || !fits) return std::nullopt;
        return std::string(written);
    }
    if (!number->plain || number->fraction.size() > type.scale ||
        number->whole.size() > type.width - type.scale) {
        return std::nullopt;
    }
    std::string out = number->negative ? "-" : "";
    out += number->whole.empty() ? "0" : number->whole;
    if (!number->fraction.empty()) out += "." + number->fraction;
    return out;
}

std::string list_condition(const std::string& left, const std::string& list) {
    return list.empty() ? kNoRows : fmt::format("{} IN ({})", left, list);
}

// -- ranges of numbers ----------------------------------------------------------------------------

enum class End { low, high };

/// One end of a range over whole numbers or decimals. What the column's type cannot say exactly is
/// cut off towards zero, and the comparison made to fit.
std::optional<std::string> exact_end(const std::string& left, std::string_view written,
                                     const NumberType& type, const std::string& compared, End end,
                                     const BindScalar& bind) {
    auto number = read_decimal(written);
    if (!number || !number->plain) return std::nullopt;
    const bool cut = number->fraction.size() > type.scale;
    if (cut) number->fraction.resize(type.scale);
    if (number->whole.size() > type.width - type.scale) {
        // Beyond everything that the column can hold.
        const bool every = number->negative == (end == End::low);
        return every ? fmt::format("{} IS NOT NULL", left) : kNoRows;
    }
    std::string text = number->negative ? "-" : "";
    text += number->whole.empty() ? "0" : number->whole;
    if (!number->fraction.empty()) text += "." + number->fraction;
    // 2.5 became 2: from 2.5 on is above 2. -2.5 became -2: from -2.5 on is from -2 on.
    const bool strict = cut && number->negative == (end == End::high);
    const char* sign = end == End::low ? (strict ? ">" : ">=") : (strict ? "<" : "<=");
    return fmt::format("{} {} TRY_CAST({} AS {})", left, sign, bind(std::move(text)), compared);
}

std::optional<std::string> floating_end(const std::string& left, std::string_view written,
                                        const NumberType& type, End end, const BindScalar& bind) {
    auto exact = exact_number(written, type);
    if (!exact) return std::nullopt;
    return fmt::format("{} {} TRY_CAST({} AS DOUBLE)", left,
                       end == End::low ? ">=" : "<=", bind(std::move(*exact)));
}

/// Both ends of a range, each made by `make`, or no rows.
template <class Make>
std::string between(const RowFilter& filter, std::string condition, Make make) {
    if (filter.values.size() != 2 || (filter.values[0].empty() && filter.values[1].empty())) {
        return kNoRows;
    }
    for (const auto end : {End::low, End::high}) {
        const auto& value = filter.values[end == End::low ? 0 : 1];
        if (value.empty()) continue;
        const std::optional<std::string> one = make(value, end);
        if (!one) return kNoRows;
        condition += (condition.empty() ? "" : " AND ") + *one;
    }
    return "(" + condition + ")";
}

// -- one type each --------------------------------------------------------------------------------

std::optional<std::string> text_condition(const RowFilter& filter, const std::string& type,
                                          const std::string& column, const BindScalar& bind) {
    std::string left = column;
    if (type == "UUID" || type.starts_with("ENUM(")) {
        left = fmt::format("CAST({} AS VARCHAR)", left);
    } else if (type != "VARCHAR") {
        return std::nullopt;
    }
    // A column's own collation could take "a" for "A".
    left += " COLLATE \"C\"";
    if (filter.kind == RowFilter::Kind::range) {
        return between(filter, "", [&](const std::string& value, End end) {
            std::optional<std::string> one;
            if (is_utf8(value)) {
                one = fmt::format("{} {} {}", left, end == End::low ? ">=" : "<=", bind(value));
            }
            return one;
        });
    }
    std::string list;
    for (const auto& value : filter.values) {
        if (value.empty() || !is_utf8(value)) continue;
        list += (list.empty() ? "" : ", ") + bind(value);
    }
    return list_condition(left, list);
}

std::string number_range(const RowFilter& filter, const NumberType& type, const std::string& sql,
                         const std::string& column, const BindScalar& bind) {
    if (type.family == NumberType::Family::floating) {
        const auto left = sql == "FLOAT" ? fmt::format("CAST({} AS DOUBLE)", column) : column;
        // NaN counts as larger than everything.
        return between(filter, fmt::format("NOT isnan({})", left),
                       [&](const std::string& value, End end) {
                           return floating_end(left, value, type, end, bind);
                       });
    }
    // An end may be outside of a small integer's type and is then no reason to see nothing.
    const bool whole = type.family == NumberType::Family::integer && sql != "UHUGEINT";
    const std::string compared = whole ? "HUGEINT" : sql;
    return between(filter, "", [&](const std::string& value, End end) {
        return exact_end(column, value, type, compared, end, bind);
    });
}

std::optional<std::string> number_condition(const RowFilter& filter, const std::string& sql,
                                            const std::string& column, const BindScalar& bind) {
    const auto type = number_type(sql);
    if (!type) return std::nullopt;
    if (filter.kind == RowFilter::Kind::range) {
        return number_range(filter, *type, sql, column, bind);
    }
    const bool single = sql == "FLOAT";
    const std::string compared = single ? "DOUBLE" : sql;
    std::string list;
    for (const auto& value : filter.values) {
        auto exact = exact_number(value, *type);
        // One value that is no number makes the whole list a mistake.
        if (!exact && !read_decimal(value)) return kNoRows;
        if (!exact) continue;
        list += fmt::format("{}TRY_CAST({} AS {})", list.empty() ? "" : ", ",
                            bind(std::move(*exact)), compared);
    }
    return list_condition(single ? fmt::format("CAST({} AS DOUBLE)", column) : column, list);
}

std::optional<std::string> time_condition(const RowFilter& filter, const std::string& type,
                                          const std::string& column, const BindScalar& bind) {
    std::string left = column;
    std::string compared = "TIMESTAMP";
    if (type == "TIMESTAMP WITH TIME ZONE") {
        // Without the zone of whatever session it runs in.
        left = fmt::format("CASE WHEN isfinite({}) THEN make_timestamp(epoch_us({})) END", column,
                           column);
    } else if (type == "TIMESTAMP_NS") {
        compared = type;
    } else if (type == "DATE" || type == "TIMESTAMP_S" || type == "TIMESTAMP_MS") {
        left = fmt::format("TRY_CAST({} AS TIMESTAMP)", column);
    } else if (type != "TIMESTAMP") {
        return std::nullopt;
    }
    std::vector<std::optional<Time>> times;
    for (const auto& value : filter.values) {
        times.push_back(value.empty() ? std::nullopt : parse_rfc3339(value));
        const bool open_end = value.empty() && filter.kind == RowFilter::Kind::range;
        if (!times.back() && !open_end) return kNoRows;
    }
    const auto value_of = [&](Time time) {
        return fmt::format("TRY_CAST({} AS {})", bind(time), compared);
    };
    if (filter.kind == RowFilter::Kind::range) {
        // "infinity" is no time.
        return between(filter, fmt::format("isfinite({})", left),
                       [&](const std::string&, End end) -> std::optional<std::string> {
                           const auto time = times[end == End::low ? 0 : 1];
                           return fmt::format("{} {} {}", left,
                                              end == End::low ? ">=" : "<=", value_of(*time));
                       });
    }
    std::string list;
    for (const auto& time : times)
        list += (list.empty() ? "" : ", ") + value_of(*time);
    return list_condition(left, list);
}

}  // namespace

std::optional<std::string> filter_condition(const RowFilter& filter, const std::string& type,
                                            const std::string& left, const BindScalar& bind) {
    switch (filter.type) {
        case RowFilter::Type::text:
            return text_condition(filter, type, left, bind);
        case RowFilter::Type::number:
            return number_condition(filter, type, left, bind);
        case RowFilter::Type::time:
            return time_condition(filter, type, left, bind);
    }
    return kNoRows;
}

}  // namespace casement::data
