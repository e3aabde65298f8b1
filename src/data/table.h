// What a query answers: a small, columnar, immutable result, already in the JSON the viewer reads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace casement::data {

enum class ColumnType { time, number, text, boolean };

struct Column {
    std::string name;
    ColumnType type = ColumnType::text;
    /// What tells the column from its sisters (the labels of a series); may be empty.
    std::map<std::string, std::string> labels{};
};

/// Rows in columns. Times are epoch milliseconds (UTC) with fractions; a number that a double
/// cannot hold becomes the nearest one and keeps its digits in `exact`; NaN and infinities become
/// null; other engine types become text. TableWriter makes them.
struct Table {
    std::vector<Column> columns;
    std::size_t rows = 0;
    bool truncated = false;  ///< the row limit cut it
    std::string notice;      ///< what whoever looks at it should know; usually empty
    /// `{"columns":[{"name","type","labels":{…}?,"values":[…],"exact":{"17":"9007199254740993"}?},…],
    /// "rows":N,"truncated":false,"notice":"…"?}`, serialized once when the table is made, because
    /// a cached table is sent many times. Members with a question mark stand there only when they
    /// say something.
    std::string json;
    /// RFC 4180 with a header row, CRLF; times as RFC 3339, numbers with all their digits. A text
    /// cell that a spreadsheet would run as a formula (= + - @ tab CR) gets a leading apostrophe.
    [[nodiscard]] std::string csv() const;

    /// Distinct texts of the first column (and labels from the second, when there is one); numbers
    /// with all their digits.
    struct Choice {
        std::string value;
        std::string label;
    };
    [[nodiscard]] std::vector<Choice> choices() const;

    /// The cells, by column; one of these per column is filled, by its type. Null is the mask.
    struct Cells {
        std::vector<double> numbers;     ///< time (ms), number, boolean (0/1)
        std::vector<std::string> texts;  ///< text
        std::vector<bool> nulls;
        /// By row, the digits of a number that a double cannot hold: integers beyond 2^53 and
        /// decimals with more digits than that. `numbers` has the nearest double there.
        std::map<std::size_t, std::string> exact{};
    };
    std::vector<Cells> cells;
};

using TablePtr = std::shared_ptr<const Table>;

}  // namespace casement::data
