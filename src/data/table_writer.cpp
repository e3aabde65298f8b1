#include "data/table_writer.h"

#include "base/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr double kCounted = 9007199254740992.0;  // 2^53: up to here every integer is a double
// A decimal of so many digits is told apart from its neighbours by the nearest double (DBL_DIG).
constexpr std::size_t kCertainDigits = 15;

std::string_view name_of(ColumnType type) {
    switch (type) {
        case ColumnType::time:
            return "time";
        case ColumnType::number:
            return "number";
        case ColumnType::boolean:
            return "boolean";
        case ColumnType::text:
            break;
    }
    return "text";
}

/// A number's digits without zeros on either end: 0.<digits> × 10^exponent.
struct Digits {
    bool negative = false;
    std::string digits;
    long long exponent = 0;
    bool operator==(const Digits&) const = default;
};

Digits digits_of(std::string_view text) {
    Digits read;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        read.negative = text[0] == '-';
        text.remove_prefix(1);
    }
    const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
    if (mark + 1 < text.size()) {
        auto power = text.substr(mark + 1);
        if (power[0] == '+') power.remove_prefix(1);
        std::from_chars(power.data(), power.data() + power.size(), read.exponent);
    }
    bool whole = true;
    for (const char c : text.substr(0, mark)) {
        if (c == '.') {
            whole = false;
            continue;
        }
        const bool leading = read.digits.empty() && c == '0';
        if (!leading) read.digits += c;
        if (whole && !leading) ++read.exponent;
        if (!whole && leading) --read.exponent;
    }
    while (read.digits.ends_with('0'))
        read.digits.pop_back();
    if (read.digits.empty()) return {};
    return read;
}

double sign_of(std::string_view text) {
    return text.starts_with('-') ? -1 : 1;
}

bool is_decimal(std::string_view text) {
    if (!text.empty() && text[0] == '-') text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
           (text[0] == '.' || (text[0] >= '0' && text[0] <= '9'));
}

}  // namespace

bool needs_exact(std::string_view digits, double nearest) {
    if (std::abs(nearest) > kCounted) return true;
    if (digits.size() <= kCertainDigits && nearest != 0) return false;
    std::array<char, 40> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), nearest).ptr;
    return digits_of(digits) !=
           digits_of({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
}

void ColumnWriter::add_decimal(std::string_view digits) {
    double nearest = 0;
    const char* const end = digits.data() + digits.size();
    const auto [read_to, failed] = std::from_chars(digits.data(), end, nearest);
    if (!is_decimal(digits) || read_to != end ||
        (failed != std::errc{} && failed != std::errc::result_out_of_range)) {
        return add_null();
    }
    if (failed == std::errc::result_out_of_range) {
        // As near as a double comes: nothing, or the largest there is.
        const bool tiny = digits_of(digits).exponent < 0;
        nearest = tiny ? 0 : std::copysign(std::numeric_limits<double>::max(), sign_of(digits));
    }
    if (needs_exact(digits, nearest)) {
        add_exact(digits, nearest);
    } else {
        add_number(nearest);
    }
}

void ColumnWriter::add_large(const std::string& digits) {
    double nearest = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), nearest);
    add_exact(digits, nearest);
}

void ColumnWriter::add_exact(std::string_view digits, double nearest) {
    if (!exact_.empty()) exact_ += ',';
    exact_ += fmt::format(R"("{}":"{}")", rows(), digits);
    cells_.exact.emplace_hint(cells_.exact.end(), rows(), digits);
    add_number(nearest);
}

void ColumnWriter::write(std::string& json) const {
    json += "{\"name\":";
    append_text(json, column_.name);
    json += ",\"type\":\"";
    json += name_of(column_.type);
    json += '"';
    if (!column_.labels.empty()) {
        json += ",\"labels\":";
        char before = '{';
        for (const auto& [name, value] : column_.labels) {
            json += before;
            before = ',';
            append_text(json, name);
            json += ':';
            append_text(json, value);
        }
        json += '}';
    }
    json += ",\"values\":[";
    json += json_;
    json += ']';
    if (!exact_.empty()) {
        json += ",\"exact\":{";
        json += exact_;
        json += '}';
    }
    json += '}';
}

TableWriter::TableWriter(std::vector<Column> columns, const QueryLimits& limits) : limits_(limits) {
    columns_.reserve(columns.size());
    for (auto& column : columns)
        columns_.emplace_back(std::move(column));
}

bool TableWriter::advance(std::size_t rows) {
    rows_ += rows;
    std::size_t bytes = 0;
    for (const auto& column : columns_)
        bytes += column.bytes();
    return bytes <= limits_.bytes;
}

TablePtr TableWriter::finish() && {
    auto table = std::make_shared<Table>();
    table->rows = rows_;
    table->truncated = truncated_;
    if (truncated_ && notice_.empty()) {
        notice_ = only_the_first(rows_, "row") + " here: the query has more.";
    }
    table->notice = std::move(notice_);
    std::size_t bytes = 128 + table->notice.size();
    for (const auto& column : columns_) {
        bytes += column.bytes() + column.column().name.size() + 64;
        for (const auto& [name, value] : column.column().labels)
            bytes += name.size() + value.size() + 8;
    }
    std::string& json = table->json;
    json.reserve(bytes);
    json += "{\"columns\":[";
    table->columns.reserve(columns_.size());
    table->cells.reserve(columns_.size());
    for (auto& column : columns_) {
        if (!table->columns.empty()) json += ',';
        column.write(json);
        table->columns.push_back(std::move(column.column_));
        table->cells.push_back(std::move(column.cells_));
    }
    json += fmt::format("],\"rows\":{},\"truncated\":{}", rows_, truncated_);
    if (!table->notice.empty()) {
        json += ",\"notice\":";
        append_text(json, table->notice);
    }
    json += '}';
    return table;
}

}  // namespace casement::data
