#include "data/duckdb_values.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "data/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMicrosPerSecond = 1'000'000;

__int128 wide(const duckdb_hugeint& value) {
    return (static_cast<__int128>(value.upper) << 64U) + static_cast<__int128>(value.lower);
}

// 0.1 as a float is 0.1 to a person, not 0.10000000149011612.
double from_float(float value) {
    if (!std::isfinite(value)) return kNoNumber;
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    double read = 0;
    std::from_chars(buffer.data(), end, read);
    return read;
}

/// The digits of value / 10^scale.
std::string decimal_digits(__int128 value, unsigned scale) {
    std::string digits = fmt::format("{}", value < 0 ? -value : value);
    if (scale > 0) {
        if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
        digits.insert(digits.size() - scale, 1, '.');
    }
    if (value < 0) digits.insert(0, 1, '-');
    return digits;
}

/// Where dividing doubles is exact to the last place and every digit stays told apart.
std::optional<double> plain_decimal(__int128 value, unsigned scale) {
    static constexpr std::array<double, 16> kPowers = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    constexpr __int128 kDigits = 1'000'000'000'000'000;
    if (value >= kDigits || value <= -kDigits || scale >= kPowers.size()) return std::nullopt;
    return static_cast<double>(value) / kPowers[scale];
}

__int128 stored_integer(const EngineType& type, const EngineVector& vector, idx_t row) {
    switch (type.storage) {
        case DUCKDB_TYPE_SMALLINT:
            return vector.at<std::int16_t>(row);
        case DUCKDB_TYPE_INTEGER:
            return vector.at<std::int32_t>(row);
        case DUCKDB_TYPE_BIGINT:
            return vector.at<std::int64_t>(row);
        default:
            return wide(vector.at<duckdb_hugeint>(row));
    }
}

void append_clock(std::string& out, std::int64_t micros) {
    const std::int64_t seconds = micros / kMicrosPerSecond;
    out += fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (const std::int64_t rest = micros % kMicrosPerSecond; rest != 0) {
        out += fmt::format(".{:06}", rest);
        while (out.back() == '0')
            out.pop_back();
    }
}

void append_interval(std::string& out, const duckdb_interval& interval) {
    const auto add = [&out](std::int64_t count, std::string_view unit) {
        if (count == 0) return;
        if (!out.empty()) out += ' ';
        out += fmt::format("{} {}{}", count, unit, count == 1 || count == -1 ? "" : "s");
    };
    std::string text;
    std::swap(out, text);
    add(interval.months / 12, "year");
    add(interval.months % 12, "month");
    add(interval.days, "day");
    if (interval.micros != 0 || out.empty()) {
        if (!out.empty()) out += ' ';
        if (interval.micros < 0) out += '-';
        append_clock(out, interval.micros == std::numeric_limits<std::int64_t>::min()
                              ? std::numeric_limits<std::int64_t>::max()
                              : std::abs(interval.micros));
    }
    out = text + out;
}

void append_uuid(std::string& out, const duckdb_hugeint& value) {
    // The engine stores it with the top bit turned, so that it sorts.
    const std::uint64_t high = static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63U);
    out += fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, high >> 16U & 0xFFFFU,
                       high & 0xFFFFU, value.lower >> 48U, value.lower & 0xFFFFFFFFFFFFU);
}

std::size_t enum_index(const EngineType& type, const EngineVector& vector, idx_t row) {
    switch (type.storage) {
        case DUCKDB_TYPE_UTINYINT:
            return vector.at<std::uint8_t>(row);
        case DUCKDB_TYPE_USMALLINT:
            return vector.at<std::uint16_t>(row);
        default:
            return vector.at<std::uint32_t>(row);
    }
}

/// A cell of a whole or decimal type.
std::string digits_at(const EngineType& type, const EngineVector& vector, idx_t row) {
    switch (type.id) {
        case DUCKDB_TYPE_TINYINT:
            return fmt::format("{}", vector.at<std::int8_t>(row));
        case DUCKDB_TYPE_SMALLINT:
            return fmt::format("{}", vector.at<std::int16_t>(row));
        case DUCKDB_TYPE_INTEGER:
            return fmt::format("{}", vector.at<std::int32_t>(row));
        case DUCKDB_TYPE_BIGINT:
            return fmt::format("{}", vector.at<std::int64_t>(row));
        case DUCKDB_TYPE_UTINYINT:
            return fmt::format("{}", vector.at<std::uint8_t>(row));
        case DUCKDB_TYPE_USMALLINT:
            return fmt::format("{}", vector.at<std::uint16_t>(row));
        case DUCKDB_TYPE_UINTEGER:
            return fmt::format("{}", vector.at<std::uint32_t>(row));
        case DUCKDB_TYPE_UBIGINT:
            return fmt::format("{}", vector.at<std::uint64_t>(row));
        case DUCKDB_TYPE_HUGEINT:
            return fmt::format("{}", wide(vector.at<duckdb_hugeint>(row)));
        case DUCKDB_TYPE_UHUGEINT: {
            const auto& value = vector.at<duckdb_uhugeint>(row);
            return fmt::format("{}",
                               (static_cast<unsigned __int128>(value.upper) << 64U) + value.lower);
        }
        default:
            return decimal_digits(stored_integer(type, vector, row), type.scale);
    }
}

/// JSON counts further than a double does: here every digit stands.
void append_json_number(std::string& out, const EngineType& type, const EngineVector& vector,
                        idx_t row) {
    if (type.id == DUCKDB_TYPE_FLOAT) {
        append_number(out, from_float(vector.at<float>(row)));
    } else if (type.id == DUCKDB_TYPE_DOUBLE) {
        append_number(out, vector.at<double>(row));
    } else {
        out += digits_at(type, vector, row);
    }
}

void append_json(std::string& out, const EngineType& type, const EngineVector& vector, idx_t row);

void append_json_range(std::string& out, const EngineType& type, duckdb_vector items, idx_t start,
                       idx_t count) {
    const EngineVector vector(items);
    out += '[';
    for (idx_t i = 0; i < count; ++i) {
        if (i > 0) out += ',';
        append_json(out, type, vector, start + i);
    }
    out += ']';
}

void append_json_struct(std::string& out, const EngineType& type, const EngineVector& vector,
                        idx_t row) {
    out += '{';
    for (std::size_t i = 0; i < type.children.size(); ++i) {
        if (i > 0) out += ',';
        append_text(out, type.names[i]);
        out += ':';
        const EngineVector member(duckdb_struct_vector_get_child(vector.handle(), i));
        append_json(out, type.children[i], member, row);
    }
    out += '}';
}

void append_json(std::string& out, const EngineType& type, const EngineVector& vector, idx_t row) {
    if (vector.is_null(row)) {
        out += "null";
        return;
    }
    switch (type.column_type()) {
        case ColumnType::boolean:
            out += vector.at<bool>(row) ? "true" : "false";
            return;
        case ColumnType::number:
            append_json_number(out, type, vector, row);
            return;
        case ColumnType::time:
            append_number(out, milliseconds_at(type, vector, row));
            return;
        case ColumnType::text:
            break;
    }
    const bool nested = type.id == DUCKDB_TYPE_LIST || type.id == DUCKDB_TYPE_ARRAY ||
                        type.id == DUCKDB_TYPE_STRUCT || type.id == DUCKDB_TYPE_MAP;
    std::string text;
    append_cell_text(text, type, vector, row);
    if (nested) {
        out += text;
    } else {
        append_text(out, text);
    }
}

}  // namespace

std::string_view EngineVector::text_at(idx_t row) const {
    const auto& text = at<duckdb_string_t>(row);
    const std::uint32_t length = text.value.inlined.length;
    if (length <= sizeof(text.value.inlined.inlined)) return {text.value.inlined.inlined, length};
    return {text.value.pointer.ptr, length};
}

void add_number_at(ColumnWriter& column, const EngineType& type, const EngineVector& vector,
                   idx_t row) {
    switch (type.id) {
        case DUCKDB_TYPE_TINYINT:
            column.add_integer(vector.at<std::int8_t>(row));
            return;
        case DUCKDB_TYPE_SMALLINT:
            column.add_integer(vector.at<std::int16_t>(row));
            return;
        case DUCKDB_TYPE_UTINYINT:
            column.add_integer(vector.at<std::uint8_t>(row));
            return;
        case DUCKDB_TYPE_USMALLINT:
            column.add_integer(vector.at<std::uint16_t>(row));
            return;
        case DUCKDB_TYPE_UINTEGER:
            column.add_integer(vector.at<std::uint32_t>(row));
            return;
        case DUCKDB_TYPE_UBIGINT:
            column.add_unsigned(vector.at<std::uint64_t>(row));
            return;
        case DUCKDB_TYPE_FLOAT:
            column.add_number(from_float(vector.at<float>(row)));
            return;
        case DUCKDB_TYPE_HUGEINT: {
            // What sums of integers are, which seldom are large.
            const __int128 value = wide(vector.at<duckdb_hugeint>(row));
            const auto whole = static_cast<std::int64_t>(value);
            if (whole != value) break;
            column.add_integer(whole);
            return;
        }
        case DUCKDB_TYPE_DECIMAL:
            if (const auto plain = plain_decimal(stored_integer(type, vector, row), type.scale)) {
                column.add_number(*plain);
                return;
            }
            break;
        default:
            break;
    }
    column.add_decimal(digits_at(type, vector, row));
}

double milliseconds_at(const EngineType& type, const EngineVector& vector, idx_t row) {
    constexpr std::int64_t kInfinity = std::numeric_limits<std::int64_t>::max();
    if (type.id == DUCKDB_TYPE_DATE) {
        const std::int32_t days = vector.at<std::int32_t>(row);
        constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max();
        if (days == kNever || days == -kNever) return kNoNumber;
        return static_cast<double>(std::int64_t{days} * 86'400'000);
    }
    const std::int64_t value = vector.at<std::int64_t>(row);
    if (value == kInfinity || value == -kInfinity) return kNoNumber;
    const auto number = static_cast<double>(value);
    switch (type.id) {
        case DUCKDB_TYPE_TIMESTAMP_S:
            return number * 1000;
        case DUCKDB_TYPE_TIMESTAMP_MS:
            return number;
        case DUCKDB_TYPE_TIMESTAMP_NS:
            // Whole microseconds: a double has no room for more beside today's date.
            return static_cast<double>(value / 1000 - (value % 1000 < 0 ? 1 : 0)) / 1000;
        default:
            return number / 1000;
    }
}

void append_cell_text(std::string& out, const EngineType& type, const EngineVector& vector,
                      idx_t row) {
    switch (type.id) {
        case DUCKDB_TYPE_VARCHAR:
            out += vector.text_at(row);
            return;
        case DUCKDB_TYPE_BLOB:
            out += to_hex(vector.text_at(row));
            return;
        case DUCKDB_TYPE_UUID:
            append_uuid(out, vector.at<duckdb_hugeint>(row));
            return;
        case DUCKDB_TYPE_TIME:
            append_clock(out, vector.at<std::int64_t>(row));
            return;
        case DUCKDB_TYPE_INTERVAL:
            append_interval(out, vector.at<duckdb_interval>(row));
            return;
        case DUCKDB_TYPE_TIME_TZ: {
            const auto parts = duckdb_from_time_tz(vector.at<duckdb_time_tz>(row));
            append_clock(out, duckdb_to_time(parts.time).micros);
            const std::int32_t minutes = std::abs(parts.offset) / 60;
            out += fmt::format("{}{:02}:{:02}", parts.offset < 0 ? '-' : '+', minutes / 60,
                               minutes % 60);
            return;
        }
        case DUCKDB_TYPE_ENUM: {
            const std::size_t index = enum_index(type, vector, row);
            if (index < type.labels.size()) out += type.labels[index];
            return;
        }
        case DUCKDB_TYPE_LIST: {
            const auto& range = vector.at<duckdb_list_entry>(row);
            append_json_range(out, type.children[0], duckdb_list_vector_get_child(vector.handle()),
                              range.offset, range.length);
            return;
        }
        case DUCKDB_TYPE_ARRAY:
            append_json_range(out, type.children[0], duckdb_array_vector_get_child(vector.handle()),
                              row * type.array_size, type.array_size);
            return;
        case DUCKDB_TYPE_STRUCT:
            append_json_struct(out, type, vector, row);
            return;
        case DUCKDB_TYPE_MAP: {
            // A list of (key, value) pairs, because a key need not be text.
            const auto& range = vector.at<duckdb_list_entry>(row);
            const EngineVector pairs(duckdb_list_vector_get_child(vector.handle()));
            const EngineVector keys(duckdb_struct_vector_get_child(pairs.handle(), 0));
            const EngineVector values(duckdb_struct_vector_get_child(pairs.handle(), 1));
            out += '[';
            for (idx_t i = range.offset; i < range.offset + range.length; ++i) {
                if (i > range.offset) out += ',';
                out += '[';
                append_json(out, type.children[0], keys, i);
                out += ',';
                append_json(out, type.children[1], values, i);
                out += ']';
            }
            out += ']';
            return;
        }
        default:
            return;
    }
}

}  // namespace casement::data
