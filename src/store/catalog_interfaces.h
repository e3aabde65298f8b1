// The same few functions for every kind of row, made from the lists in records.h. Snapshot and
// Transaction are put together from them.
#pragma once

#include "base/error.h"
#include "store/records.h"

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

namespace casement::store {

/// How a snapshot finds rows of one kind. The tag says which kind is meant.
template <class Row>
class RowReads {
  public:
    using Tag = std::type_identity<Row>;
    virtual ~RowReads() = default;
    [[nodiscard]] virtual const Row* find_row(Tag, std::int64_t id) const = 0;
    [[nodiscard]] virtual const Row* named_row(Tag, OrgId org, std::string_view name) const = 0;
    [[nodiscard]] virtual std::vector<const Row*> list_rows(Tag, OrgId org) const = 0;
};

/// How a transaction reads and writes rows of one kind.
template <class Row>
class RowWrites {
  public:
    using Tag = std::type_identity<Row>;
    virtual ~RowWrites() = default;
    virtual Result<void> insert(Row& row) = 0;
    virtual Result<void> update(const Row& row) = 0;
    virtual Result<void> remove_row(Tag, std::int64_t id) = 0;
    virtual Result<Row> load_row(Tag, std::int64_t id) = 0;
};

template <class List>
class ReadsOf;
template <class... Row>
class ReadsOf<Rows<Row...>> : public RowReads<Row>... {
  public:
    using RowReads<Row>::find_row...;
    using RowReads<Row>::named_row...;
    using RowReads<Row>::list_rows...;
};

template <class List>
class WritesOf;
template <class... Row>
class WritesOf<Rows<Row...>> : public RowWrites<Row>... {
  public:
    using RowWrites<Row>::insert...;
    using RowWrites<Row>::update...;
    using RowWrites<Row>::remove_row...;
    using RowWrites<Row>::load_row...;
};

}  // namespace casement::store
