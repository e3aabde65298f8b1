#include "data/mysql_values.h"

#include "base/clock.h"
#include "base/encoding.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace casement::data {
namespace {

constexpr std::size_t kFirstBytes = 256;
constexpr unsigned kBinary = 63;  // the character set of what has none

MYSQL_TIME to_mysql_time(Time moment) {
    namespace chrono = std::chrono;
    const auto day = chrono::floor<chrono::days>(moment);
    const chrono::year_month_day date(day);
    const chrono::hh_mm_ss clock(moment - day);
    MYSQL_TIME time{};
    time.time_type = MYSQL_TIMESTAMP_DATETIME;
    time.year = static_cast<unsigned>(static_cast<int>(date.year()));
    time.month = static_cast<unsigned>(date.month());
    time.day = static_cast<unsigned>(date.day());
    time.hour = static_cast<unsigned>(clock.hours().count());
    time.minute = static_cast<unsigned>(clock.minutes().count());
    time.second = static_cast<unsigned>(clock.seconds().count());
    time.second_part = static_cast<unsigned long>(clock.subseconds().count());
    return time;
}

/// Epoch milliseconds; NaN for "0000-00-00" and other days that there are not.
double from_mysql_time(const MYSQL_TIME& time) {
    namespace chrono = std::chrono;
    const chrono::year_month_day date(chrono::year(static_cast<int>(time.year)),
                                      chrono::month(time.month), chrono::day(time.day));
    if (!date.ok()) return std::numeric_limits<double>::quiet_NaN();
    const auto seconds = chrono::sys_days(date).time_since_epoch() + chrono::hours(time.hour) +
                         chrono::minutes(time.minute) + chrono::seconds(time.second);
    const auto micros = chrono::duration_cast<chrono::microseconds>(seconds).count() +
                        static_cast<std::int64_t>(time.second_part);
    return static_cast<double>(micros) / 1000;
}

// 0.1 as a float is 0.1 to a person, not 0.10000000149011612.
double from_float(float value) {
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    double read = 0;
    std::from_chars(buffer.data(), end, read);
    return read;
}

std::uint64_t from_bits(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes)
        value = value << 8U | static_cast<unsigned char>(byte);
    return value;
}

}  // namespace

MysqlParameters::MysqlParameters(const std::vector<Scalar>& values)
    : slots_(values.size()), binds_(values.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        Slot& slot = slots_[i];
        MYSQL_BIND& bind = binds_[i];
        const auto set = [&bind](enum_field_types type, void* buffer) {
            bind.buffer_type = type;
            bind.buffer = buffer;
        };
        const auto set_whole = [&](long long value) {
            slot.whole = value;
            set(MYSQL_TYPE_LONGLONG, &slot.whole);
        };
        const auto set_number = [&](double value) {
            slot.number = value;
            set(MYSQL_TYPE_DOUBLE, &slot.number);
        };
        if (const auto* flag = std::get_if<bool>(&values[i])) {
            set_whole(*flag ? 1 : 0);
        } else if (const auto* whole = std::get_if<std::int64_t>(&values[i])) {
            set_whole(*whole);
        } else if (const auto* number = std::get_if<double>(&values[i])) {
            set_number(*number);
        } else if (const auto* text = std::get_if<std::string>(&values[i])) {
            slot.text = text;
            set(MYSQL_TYPE_STRING, const_cast<char*>(text->data()));
            bind.buffer_length = static_cast<unsigned long>(text->size());
        } else if (const auto* moment = std::get_if<Time>(&values[i])) {
            slot.time = to_mysql_time(*moment);
            set(MYSQL_TYPE_DATETIME, &slot.time);
        } else if (const auto* span = std::get_if<std::chrono::microseconds>(&values[i])) {
            // There is no type for a stretch of time: seconds.
            constexpr std::int64_t kSecond = 1'000'000;
            if (span->count() % kSecond == 0) {
                set_whole(span->count() / kSecond);
            } else {
                set_number(static_cast<double>(span->count()) / static_cast<double>(kSecond));
            }
        } else {
            set(MYSQL_TYPE_NULL, nullptr);
        }
    }
}

bool MysqlParameters::bind(MYSQL_STMT* statement) {
    return binds_.empty() || mysql_stmt_bind_param(statement, binds_.data()) == 0;
}

MysqlResult::Kind MysqlResult::kind_of(const MYSQL_FIELD& field) {
    const bool is_unsigned = (field.flags & UNSIGNED_FLAG) != 0;
    switch (field.type) {
        case MYSQL_TYPE_TINY:
        case MYSQL_TYPE_SHORT:
        case MYSQL_TYPE_INT24:
        case MYSQL_TYPE_LONG:
        case MYSQL_TYPE_LONGLONG:
        case MYSQL_TYPE_YEAR:
            return is_unsigned ? Kind::unsigned_integer : Kind::signed_integer;
        case MYSQL_TYPE_FLOAT:
            return Kind::small_number;
        case MYSQL_TYPE_DOUBLE:
            return Kind::number;
        case MYSQL_TYPE_DECIMAL:
        case MYSQL_TYPE_NEWDECIMAL:
            return Kind::decimal;
        case MYSQL_TYPE_DATE:
        case MYSQL_TYPE_NEWDATE:
        case MYSQL_TYPE_DATETIME:
        case MYSQL_TYPE_DATETIME2:
        case MYSQL_TYPE_TIMESTAMP:
        case MYSQL_TYPE_TIMESTAMP2:
            return Kind::time;
        case MYSQL_TYPE_BIT:
            return field.length == 1 ? Kind::boolean_bit : Kind::bits;
        case MYSQL_TYPE_TINY_BLOB:
        case MYSQL_TYPE_MEDIUM_BLOB:
        case MYSQL_TYPE_LONG_BLOB:
        case MYSQL_TYPE_BLOB:
        case MYSQL_TYPE_VARCHAR:
        case MYSQL_TYPE_VAR_STRING:
        case MYSQL_TYPE_STRING:
            return field.charsetnr == kBinary ? Kind::bytes : Kind::text;
        case MYSQL_TYPE_GEOMETRY:
            return Kind::bytes;
        default:  // TIME, JSON, ENUM, SET, NULL: the library writes them as text
            return Kind::text;
    }
}

ColumnType MysqlResult::type_of(Kind kind) {
    switch (kind) {
        case Kind::time:
            return ColumnType::time;
        case Kind::boolean_bit:
            return ColumnType::boolean;
        case Kind::text:
        case Kind::bytes:
            return ColumnType::text;
        default:
            return ColumnType::number;
    }
}

MysqlResult::MysqlResult(MYSQL_RES* metadata) {
    const unsigned count = mysql_num_fields(metadata);
    const MYSQL_FIELD* fields = mysql_fetch_fields(metadata);
    binds_.resize(count);
    for (unsigned i = 0; i < count; ++i) {
        auto cell = std::make_unique<Cell>();
        cell->kind = kind_of(fields[i]);
        columns_.push_back(
            {std::string(fields[i].name, fields[i].name_length), type_of(cell->kind)});
        MYSQL_BIND& bind = binds_[i];
        bind.is_null = &cell->null;
        bind.length = &cell->length;
        bind.error = &cell->truncated;
        switch (cell->kind) {
            case Kind::signed_integer:
            case Kind::unsigned_integer:
                bind.buffer_type = MYSQL_TYPE_LONGLONG;
                bind.buffer = &cell->whole;
                bind.is_unsigned = cell->kind == Kind::unsigned_integer;
                break;
            case Kind::number:
                bind.buffer_type = MYSQL_TYPE_DOUBLE;
                bind.buffer = &cell->number;
                break;
            case Kind::small_number:
                bind.buffer_type = MYSQL_TYPE_FLOAT;
                bind.buffer = &cell->small;
                break;
            case Kind::time:
                bind.buffer_type = MYSQL_TYPE_DATETIME;
                bind.buffer = &cell->time;
                break;
            default:
                cell->bytes.resize(kFirstBytes);
                bind.buffer_type = cell->kind == Kind::bytes || cell->kind == Kind::bits ||
                                           cell->kind == Kind::boolean_bit
                                       ? MYSQL_TYPE_BLOB
                                       : MYSQL_TYPE_STRING;
                bind.buffer = cell->bytes.data();
                bind.buffer_length = kFirstBytes;
                break;
        }
        cells_.push_back(std::move(cell));
    }
}

bool MysqlResult::bind(MYSQL_STMT* statement) {
    return mysql_stmt_bind_result(statement, binds_.data()) == 0;
}

/// A value that was longer than its place, which stays where it is: the library writes the next
/// row's there.
bool MysqlResult::read_long(MYSQL_STMT* statement, unsigned index, const MYSQL_BIND& bind,
                            std::vector<char>& bytes) {
    MYSQL_BIND whole = bind;
    whole.buffer = bytes.data();
    whole.buffer_length = static_cast<unsigned long>(bytes.size());
    return mysql_stmt_fetch_column(statement, &whole, index, 0) == 0;
}

bool MysqlResult::add_row(MYSQL_STMT* statement, TableWriter& writer) {
    for (unsigned i = 0; i < cells_.size(); ++i) {
        Cell& cell = *cells_[i];
        ColumnWriter& column = writer.column(i);
        if (cell.null != 0) {
            column.add_null();
            continue;
        }
        switch (cell.kind) {
            case Kind::signed_integer:
                column.add_integer(cell.whole);
                continue;
            case Kind::unsigned_integer:
                column.add_unsigned(static_cast<std::uint64_t>(cell.whole));
                continue;
            case Kind::number:
                column.add_number(cell.number);
                continue;
            case Kind::small_number:
                column.add_number(from_float(cell.small));
                continue;
            case Kind::time:
                column.add_number(from_mysql_time(cell.time));
                continue;
            default:
                break;
        }
        const std::size_t length = cell.length;
        std::vector<char> longer;
        if (length > cell.bytes.size()) {
            longer.resize(length);
            if (!read_long(statement, i, binds_[i], longer)) return false;
        }
        const std::string_view bytes(longer.empty() ? cell.bytes.data() : longer.data(), length);
        switch (cell.kind) {
            case Kind::decimal:
                column.add_decimal(bytes);
                break;
            case Kind::bits:
                column.add_unsigned(from_bits(bytes));
                break;
            case Kind::boolean_bit:
                column.add_boolean(from_bits(bytes) != 0);
                break;
            case Kind::bytes:
                column.add_text(to_hex(bytes));
                break;
            default:
                column.add_text(bytes);
                break;
        }
    }
    return true;
}

}  // namespace casement::data
