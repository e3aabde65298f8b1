// Makes a Table column by column, straight from what an engine's driver hands over: each cell goes
// into the column's JSON and its cells at once, and no row ever exists as an object.
#pragma once

#include "data/json_text.h"
#include "data/query.h"
#include "data/table.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casement::data {

/// One column on its way. Which `add_…` may be called is said by the column's type; `add_null`
/// always may.
class ColumnWriter {
  public:
    explicit ColumnWriter(Column column) : column_(std::move(column)) {}

    void add_null() {
        if (column_.type == ColumnType::text) {
            cells_.texts.emplace_back();
        } else {
            cells_.numbers.push_back(0);
        }
        begin(true);
        json_ += "null";
    }

    /// number, time (epoch milliseconds with fractions): NaN and infinities become null.
    void add_number(double value) {
        if (!std::isfinite(value)) return add_null();
        begin(false);
        append_number(json_, value);
        cells_.numbers.push_back(value);
    }

    /// number
    void add_integer(std::int64_t value) {
        if (value > kWhole || value < -kWhole) return add_large(std::to_string(value));
        begin(false);
        append_integer(json_, value);
        cells_.numbers.push_back(static_cast<double>(value));
    }
    void add_unsigned(std::uint64_t value) {
        if (value > static_cast<std::uint64_t>(kWhole)) return add_large(std::to_string(value));
        add_integer(static_cast<std::int64_t>(value));
    }

    /// number, from its digits ("-12.50", "1e-7"); what is no finite number ("NaN") becomes null.
    void add_decimal(std::string_view digits);

    /// boolean
    void add_boolean(bool value) {
        begin(false);
        json_ += value ? "true" : "false";
        cells_.numbers.push_back(value ? 1 : 0);
    }

    /// text; bytes that are not UTF-8 become U+FFFD in the JSON.
    void add_text(std::string_view text) {
        begin(false);
        append_text(json_, text);
        cells_.texts.emplace_back(text);
    }

    [[nodiscard]] const Column& column() const { return column_; }
    [[nodiscard]] std::size_t rows() const { return cells_.nulls.size(); }
    /// Of its JSON so far.
    [[nodiscard]] std::size_t bytes() const { return json_.size() + exact_.size(); }

  private:
    friend class TableWriter;
    static constexpr std::int64_t kWhole = std::int64_t{1} << 53U;

    void begin(bool null) {
        if (!cells_.nulls.empty()) json_ += ',';
        cells_.nulls.push_back(null);
    }
    /// An integer beyond what a double counts.
    void add_large(const std::string& digits);
    void add_exact(std::string_view digits, double nearest);
    void write(std::string& json) const;

    Column column_;
    std::string json_;   ///< values, without the brackets
    std::string exact_;  ///< members of "exact", without the braces
    Table::Cells cells_;
};

/// The columns of a result and its limits. Fill all columns evenly, then `advance`:
///
///     while (fetch()) {
///         if (writer.room() == 0) { writer.cut(); break; }
///         …writer.column(i).add_…
///         if (!writer.advance(1)) return result_too_large(limits);
///     }
class TableWriter {
  public:
    TableWriter(std::vector<Column> columns, const QueryLimits& limits);

    [[nodiscard]] std::size_t width() const { return columns_.size(); }
    [[nodiscard]] ColumnWriter& column(std::size_t index) { return columns_[index]; }
    [[nodiscard]] const QueryLimits& limits() const { return limits_; }
    /// Rows that may still come.
    [[nodiscard]] std::size_t room() const { return limits_.rows - rows_; }

    /// Every column has `rows` more. False: the JSON is larger than its limit.
    [[nodiscard]] bool advance(std::size_t rows);
    /// There was a row for which there is no room.
    void cut() { truncated_ = true; }
    void set_notice(std::string notice) { notice_ = std::move(notice); }

    /// A table that was cut says so in its notice, unless there is another.
    [[nodiscard]] TablePtr finish() &&;

  private:
    std::vector<ColumnWriter> columns_;
    QueryLimits limits_;
    std::size_t rows_ = 0;
    bool truncated_ = false;
    std::string notice_;
};

/// Whether the shortest text of `nearest` says something else than these digits do, or could not
/// be read off as they stand because the number is beyond 2^53.
[[nodiscard]] bool needs_exact(std::string_view digits, double nearest);

}  // namespace casement::data
