#include "data/table.h"

#include "base/clock.h"
#include "data/json_text.h"

#include <cmath>
#include <unordered_set>

namespace casement::data {
namespace {

constexpr double kYear0 = -62'167'219'200'000.0;  // epoch milliseconds
constexpr double kYear10000 = 253'402'300'800'000.0;

std::string cell_text(const Table& table, std::size_t column, std::size_t row) {
    const Table::Cells& cells = table.cells[column];
    if (cells.nulls[row]) return {};
    switch (table.columns[column].type) {
        case ColumnType::text:
            return cells.texts[row];
        case ColumnType::boolean:
            return cells.numbers[row] != 0 ? "true" : "false";
        case ColumnType::time:
            // RFC 3339 ends with the year 9999; what the engine can hold beyond stays a number.
            if (cells.numbers[row] < kYear0 || cells.numbers[row] >= kYear10000) break;
            return to_rfc3339(from_unix_micros(std::llround(cells.numbers[row] * 1000)));
        case ColumnType::number:
            if (const auto digits = cells.exact.find(row); digits != cells.exact.end()) {
                return digits->second;
            }
            break;
    }
    std::string text;
    append_number(text, cells.numbers[row]);
    return text;
}

// A spreadsheet runs a cell that starts with one of these; an apostrophe makes it text again.
void append_csv_text(std::string& out, std::string_view text) {
    static constexpr std::string_view kRuns = "=+-@\t\r";
    const bool guarded = !text.empty() && kRuns.find(text.front()) != std::string_view::npos;
    const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
    if (quoted) out += '"';
    if (guarded) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    if (quoted) out += '"';
}

}  // namespace

std::string Table::csv() const {
    std::string out;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        if (c > 0) out += ',';
        append_csv_text(out, columns[c].name);
    }
    out += "\r\n";
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (c > 0) out += ',';
            if (columns[c].type == ColumnType::text) {
                append_csv_text(out, cell_text(*this, c, r));
            } else {
                out += cell_text(*this, c, r);
            }
        }
        out += "\r\n";
    }
    return out;
}

std::vector<Table::Choice> Table::choices() const {
    std::vector<Choice> found;
    if (columns.empty()) return found;
    std::unordered_set<std::string> seen;
    for (std::size_t r = 0; r < rows; ++r) {
        if (cells[0].nulls[r]) continue;
        Choice choice;
        choice.value = cell_text(*this, 0, r);
        if (!seen.insert(choice.value).second) continue;
        if (columns.size() > 1) choice.label = cell_text(*this, 1, r);
        if (choice.label.empty()) choice.label = choice.value;
        found.push_back(std::move(choice));
    }
    return found;
}

}  // namespace casement::data
