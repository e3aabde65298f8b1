#include "data/table_rest.h"

#include "data/json_text.h"

#include <bit>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace casement::data {
namespace {

/// A row of the newer table is looked for in all of the older one; so many are, over all of its
/// length: late samples and buckets that still grow change single rows, not their neighbours.
constexpr std::size_t kProbes = 8;
/// Rows compared in all, as a multiple of those there are: tables that repeat one row have as many
/// places to begin as rows.
constexpr std::size_t kMostCompared = 10;

bool same_digits(const Table::Cells& older, std::size_t i, const Table::Cells& newer,
                 std::size_t j) {
    if (older.exact.empty() && newer.exact.empty()) return true;
    const auto left = older.exact.find(i);
    const auto right = newer.exact.find(j);
    if (left == older.exact.end() || right == newer.exact.end()) {
        return left == older.exact.end() && right == newer.exact.end();
    }
    return left->second == right->second;
}

bool same_cell(ColumnType type, const Table::Cells& older, std::size_t i, const Table::Cells& newer,
               std::size_t j) {
    if (older.nulls[i] || newer.nulls[j]) return older.nulls[i] && newer.nulls[j];
    if (type == ColumnType::text) return older.texts[i] == newer.texts[j];
    // Its bits: zero has a sign, and JSON carries it.
    return std::bit_cast<std::uint64_t>(older.numbers[i]) ==
               std::bit_cast<std::uint64_t>(newer.numbers[j]) &&
           same_digits(older, i, newer, j);
}

bool holds_its_rows(const Table& table) {
    if (table.cells.size() != table.columns.size()) return false;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const auto& cells = table.cells[c];
        const auto filled =
            table.columns[c].type == ColumnType::text ? cells.texts.size() : cells.numbers.size();
        if (cells.nulls.size() != table.rows || filled != table.rows) return false;
    }
    return true;
}

bool same_but_for_rows(const Table& older, const Table& newer) {
    if (older.truncated != newer.truncated || older.notice != newer.notice ||
        older.columns.size() != newer.columns.size()) {
        return false;
    }
    for (std::size_t c = 0; c < older.columns.size(); ++c) {
        const auto& left = older.columns[c];
        const auto& right = newer.columns[c];
        if (left.name != right.name || left.type != right.type || left.labels != right.labels) {
            return false;
        }
    }
    return true;
}

class Search {
  public:
    Search(const Table& older, const Table& newer)
        : older_(older), newer_(newer), left_(kMostCompared * (older.rows + newer.rows)) {}

    KeptRows run() {
        for (std::size_t probe = 0; probe < kProbes && best_.rows * 2 < newer_.rows; ++probe) {
            // The middle first, then the ends, then what is between.
            static constexpr std::size_t kEighths[kProbes] = {4, 8, 0, 2, 6, 1, 7, 5};
            look_for((newer_.rows - 1) * kEighths[probe] / 8);
        }
        return best_;
    }

  private:
    void look_for(std::size_t row) {
        if (row >= best_.at && row < best_.at + best_.rows) return;
        for (std::size_t step = 0; step < older_.rows; ++step) {
            // A rolling window has it a little further down than the newer table does.
            const std::size_t found = (row + step) % older_.rows;
            if (left_ == 0) return;
            if (!same_row(found, row)) continue;
            if (grow(found, row)) return;
        }
    }

    /// The run around two equal rows. True: as long as it needs to be.
    bool grow(std::size_t from, std::size_t at) {
        KeptRows run{from, 1, at};
        while (run.from > 0 && run.at > 0 && same_row(run.from - 1, run.at - 1)) {
            --run.from;
            --run.at;
            ++run.rows;
        }
        while (run.from + run.rows < older_.rows && run.at + run.rows < newer_.rows &&
               same_row(run.from + run.rows, run.at + run.rows)) {
            ++run.rows;
        }
        if (run.rows > best_.rows) best_ = run;
        return best_.rows * 2 >= newer_.rows;
    }

    bool same_row(std::size_t i, std::size_t j) {
        if (left_ == 0) return false;
        --left_;
        for (std::size_t c = 0; c < newer_.columns.size(); ++c) {
            if (!same_cell(newer_.columns[c].type, older_.cells[c], i, newer_.cells[c], j)) {
                return false;
            }
        }
        return true;
    }

    const Table& older_;
    const Table& newer_;
    std::size_t left_;  ///< rows that may still be compared
    KeptRows best_;
};

void append_cell(std::string& json, ColumnType type, const Table::Cells& cells, std::size_t row) {
    if (cells.nulls[row]) {
        json += "null";
        return;
    }
    switch (type) {
        case ColumnType::text:
            append_text(json, cells.texts[row]);
            return;
        case ColumnType::boolean:
            json += cells.numbers[row] != 0 ? "true" : "false";
            return;
        case ColumnType::time:
        case ColumnType::number:
            append_number(json, cells.numbers[row]);
            return;
    }
}

}  // namespace

std::optional<KeptRows> rows_in_common(const Table& older, const Table& newer) {
    if (older.rows == 0 || newer.rows == 0 || newer.columns.empty()) return std::nullopt;
    if (!same_but_for_rows(older, newer)) return std::nullopt;
    if (!holds_its_rows(older) || !holds_its_rows(newer)) return std::nullopt;
    for (std::size_t c = 0; c < newer.cells.size(); ++c) {
        // Then the column would have a member more or less.
        if (older.cells[c].exact.empty() != newer.cells[c].exact.empty()) return std::nullopt;
    }
    const auto kept = Search(older, newer).run();
    if (kept.rows == 0) return std::nullopt;
    return kept;
}

std::string rest_json(const Table& newer, const KeptRows& kept) {
    std::string json = fmt::format(R"({{"kept":{{"from":{},"rows":{},"at":{}}},"columns":[)",
                                   kept.from, kept.rows, kept.at);
    for (std::size_t c = 0; c < newer.columns.size(); ++c) {
        const auto& cells = newer.cells[c];
        json += c > 0 ? R"(,{"values":[)" : R"({"values":[)";
        bool first = true;
        for (std::size_t row = 0; row < newer.rows; ++row) {
            if (row == kept.at) row += kept.rows;
            if (row >= newer.rows) break;
            if (!std::exchange(first, false)) json += ',';
            append_cell(json, newer.columns[c].type, cells, row);
        }
        json += ']';
        if (!cells.exact.empty()) {
            json += R"(,"exact":{)";
            first = true;
            for (const auto& [row, digits] : cells.exact) {
                if (!std::exchange(first, false)) json += ',';
                json += fmt::format(R"("{}":"{}")", row, digits);
            }
            json += '}';
        }
        json += '}';
    }
    json += fmt::format(R"(],"rows":{}}})", newer.rows);
    return json;
}

}  // namespace casement::data
