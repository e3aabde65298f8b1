// What a newer result adds to an older one of the same query: of a live time series most rows have
// been sent before, and only the rest has to travel.
#pragma once

#include "data/table.h"

#include <cstddef>
#include <optional>
#include <string>

namespace casement::data {

/// `rows` rows of the older table, the first of them `from`, stand in the newer one as its rows
/// `at` and following.
struct KeptRows {
    std::size_t from = 0;
    std::size_t rows = 0;
    std::size_t at = 0;

    friend bool operator==(const KeptRows&, const KeptRows&) = default;
};

/// The longest such run that was found. Every row of it was compared, cell by cell: nulls, bits of
/// numbers, exact digits, texts. nullopt when there is none, or when anything else of the tables
/// differs: names, types or labels of the columns, truncation, notice. Takes time that grows with
/// the rows of both tables and not with their product.
[[nodiscard]] std::optional<KeptRows> rows_in_common(const Table& older, const Table& newer);

/// The newer table for whoever has the older one, in the place of Table::json:
/// `{"kept":{"from","rows","at"},"columns":[{"values":[…],"exact":{…}?},…],"rows":N}`. `values` are
/// those of the other rows, in their order; `exact` is the whole of the newer table's.
[[nodiscard]] std::string rest_json(const Table& newer, const KeptRows& kept);

}  // namespace casement::data
