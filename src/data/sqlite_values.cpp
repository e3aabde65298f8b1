#include "data/sqlite_values.h"

#include "base/encoding.h"
#include "data/query_errors.h"
#include "data/sqlite_text.h"
#include "data/table_writer.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace casement::data {
namespace {

// Seconds from here on are milliseconds: the year 5138.
constexpr double kMostSeconds = 1e11;

std::string upper(const char* text) {
    std::string out = text == nullptr ? "" : text;
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

std::optional<double> time_of_number(double value) {
    return std::abs(value) < kMostSeconds ? value * 1000 : value;
}

struct Binder {
    sqlite3_stmt* statement;
    int place;

    int text(const std::string& value) const {
        return sqlite3_bind_text64(statement, place, value.data(), value.size(), SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    }
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
    int operator()(bool value) const { return sqlite3_bind_int(statement, place, value ? 1 : 0); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, place, value); }
    int operator()(double value) const { return sqlite3_bind_double(statement, place, value); }
    int operator()(const std::string& value) const { return text(value); }
    int operator()(Time value) const { return text(sqlite_time(value)); }
    int operator()(std::chrono::microseconds value) const {
        constexpr std::int64_t kSecond = 1'000'000;
        if (value.count() % kSecond == 0) return (*this)(std::int64_t{value.count() / kSecond});
        return (*this)(static_cast<double>(value.count()) / static_cast<double>(kSecond));
    }
};

bool is_bindable(const Scalar& scalar) {
    const auto* text = std::get_if<std::string>(&scalar);
    return text == nullptr || is_utf8(*text);
}

}  // namespace

Result<std::vector<std::string>> sqlite_parameters(sqlite3_stmt* statement,
                                                   const std::string& text) {
    const auto spelled = named_parameters(text);
    std::vector<std::string> names;
    const int count = sqlite3_bind_parameter_count(statement);
    for (int i = 1; i <= count; ++i) {
        const char* raw = sqlite3_bind_parameter_name(statement, i);
        const std::string name = raw == nullptr || *raw != '$' ? "" : raw + 1;
        if (!spelled.contains(name)) {
            return query_refused(
                "A query names its parameters as $name, in plain letters, digits and _. \"?\", "
                "\":name\", \"@name\" and \"$name::…\" are not taken.");
        }
        names.push_back(name);
    }
    return names;
}

Result<void> bind_sqlite(sqlite3_stmt* statement, const std::vector<std::string>& names,
                         const std::map<std::string, Value>& values) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto found = values.find(names[i]);
        if (found == values.end()) {
            return query_invalid(
                fmt::format("The query names ${}, which is neither a variable of the dashboard nor "
                            "one of $from, $to, $interval, $timezone.",
                            names[i]));
        }
        const Binder binder{statement, static_cast<int>(i + 1)};
        const auto* list = std::get_if<std::vector<Scalar>>(&found->second);
        const auto* scalar = std::get_if<Scalar>(&found->second);
        const bool good = list != nullptr ? std::all_of(list->begin(), list->end(), is_bindable)
                                          : is_bindable(*scalar);
        const int bound = !good             ? SQLITE_MISMATCH
                          : list != nullptr ? binder.text(json_list(*list))
                                            : std::visit(binder, *scalar);
        if (bound != SQLITE_OK) {
            return invalid("invalid_parameter",
                           fmt::format("The value of ${} cannot be bound.", names[i]), names[i]);
        }
    }
    return {};
}

SqliteResult::SqliteResult(sqlite3_stmt* statement) {
    const int count = sqlite3_column_count(statement);
    for (int i = 0; i < count; ++i) {
        const char* name = sqlite3_column_name(statement, i);
        Kept column;
        column.name = name == nullptr ? "" : name;
        column.declared = upper(sqlite3_column_decltype(statement, i));
        columns_.push_back(std::move(column));
    }
}

bool SqliteResult::add_row(sqlite3_stmt* statement, const QueryLimits& limits) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        Kept& column = columns_[i];
        const int place = static_cast<int>(i);
        const int type = sqlite3_column_type(statement, place);
        column.types.push_back(static_cast<unsigned char>(type));
        std::int64_t whole = 0;
        bytes_ += 2;
        switch (type) {
            case SQLITE_INTEGER:
                whole = sqlite3_column_int64(statement, place);
                break;
            case SQLITE_FLOAT:
                whole = static_cast<std::int64_t>(column.reals.size());
                column.reals.push_back(sqlite3_column_double(statement, place));
                break;
            case SQLITE_TEXT:
            case SQLITE_BLOB: {
                const auto* data = static_cast<const char*>(
                    type == SQLITE_TEXT
                        ? static_cast<const void*>(sqlite3_column_text(statement, place))
                        : sqlite3_column_blob(statement, place));
                const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, place));
                const std::string_view bytes(data == nullptr ? "" : data,
                                             data == nullptr ? 0 : size);
                whole = static_cast<std::int64_t>(column.texts.size());
                column.texts.push_back(type == SQLITE_TEXT ? std::string(bytes) : to_hex(bytes));
                bytes_ += column.texts.back().size();
                break;
            }
            default:
                break;
        }
        column.wholes.push_back(whole);
    }
    ++rows_;
    return bytes_ <= limits.bytes;
}

bool SqliteResult::is_time(const Kept& column) {
    const auto& declared = column.declared;
    const bool is_said = declared.starts_with("DATE") || declared.starts_with("TIMESTAMP") ||
                         (declared.empty() && upper(column.name.c_str()) == "TIME");
    if (!is_said || column.types.empty()) return is_said && !declared.empty();
    bool all = true;
    for (std::size_t row = 0; all && row < column.types.size(); ++row) {
        const auto type = column.types[row];
        all = type == SQLITE_NULL || type == SQLITE_INTEGER || type == SQLITE_FLOAT ||
              (type == SQLITE_TEXT &&
               read_sqlite_time(column.texts[static_cast<std::size_t>(column.wholes[row])]));
    }
    return all;
}

ColumnType SqliteResult::type_of(const Kept& column) {
    if (is_time(column)) return ColumnType::time;
    const auto only = [&](auto fits) {
        for (std::size_t row = 0; row < column.types.size(); ++row) {
            if (column.types[row] != SQLITE_NULL && !fits(row)) return false;
        }
        return true;
    };
    if (column.declared.starts_with("BOOL") && only([&](std::size_t row) {
            return column.types[row] == SQLITE_INTEGER && (column.wholes[row] | 1) == 1;
        })) {
        return ColumnType::boolean;
    }
    const bool numbers = only([&](std::size_t row) {
        return column.types[row] == SQLITE_INTEGER || column.types[row] == SQLITE_FLOAT;
    });
    const bool some = std::any_of(column.types.begin(), column.types.end(),
                                  [](unsigned char type) { return type != SQLITE_NULL; });
    if (numbers && some) return ColumnType::number;
    if (!numbers) return ColumnType::text;
    // Nothing but NULL: what was declared is all there is to go by.
    const auto says = [&](std::string_view word) {
        return column.declared.find(word) != std::string::npos;
    };
    return says("INT") || says("REAL") || says("FLOA") || says("DOUB") || says("NUM") || says("DEC")
               ? ColumnType::number
               : ColumnType::text;
}

std::vector<Column> SqliteResult::columns() const {
    std::vector<Column> columns;
    for (const auto& column : columns_)
        columns.push_back({column.name, type_of(column)});
    return columns;
}

TablePtr SqliteResult::finish(const QueryLimits& limits, bool truncated) && {
    TableWriter writer(columns(), limits);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const Kept& kept = columns_[i];
        ColumnWriter& column = writer.column(i);
        const ColumnType type = column.column().type;
        for (std::size_t row = 0; row < rows_; ++row) {
            const auto whole = kept.wholes[row];
            const auto place = static_cast<std::size_t>(whole);
            const auto number = [&] {
                return kept.types[row] == SQLITE_FLOAT ? kept.reals[place]
                                                       : static_cast<double>(whole);
            };
            if (kept.types[row] == SQLITE_NULL) {
                column.add_null();
            } else if (type == ColumnType::boolean) {
                column.add_boolean(whole != 0);
            } else if (type == ColumnType::time) {
                const auto time = kept.types[row] == SQLITE_TEXT
                                      ? read_sqlite_time(kept.texts[place])
                                      : time_of_number(number());
                column.add_number(*time);
            } else if (type == ColumnType::number) {
                if (kept.types[row] == SQLITE_FLOAT) {
                    column.add_number(kept.reals[place]);
                } else {
                    column.add_integer(whole);
                }
            } else if (kept.types[row] == SQLITE_INTEGER) {
                column.add_text(std::to_string(whole));
            } else if (kept.types[row] == SQLITE_FLOAT) {
                column.add_text(fmt::format("{}", kept.reals[place]));
            } else {
                column.add_text(kept.texts[place]);
            }
        }
    }
    if (!writer.advance(rows_)) return nullptr;
    if (truncated) writer.cut();
    return std::move(writer).finish();
}

}  // namespace casement::data
