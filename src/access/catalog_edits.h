// What the services of people and content do alike with one row of the catalog: find it in the
// caller's organization, change it in a transaction, put a duplicate name into words.
#pragma once

#include "access/catalog_parts.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace casement::access {

/// Missing, removed, or another organization's: alike.
[[nodiscard]] inline Error no_such_object() {
    return not_found("not_found", "Not found");
}
/// Well formed, but makes no sense here.
[[nodiscard]] inline Error wrong_value(std::string field, std::string message) {
    return {ErrorKind::unprocessable, "invalid", std::move(message), std::move(field)};
}
[[nodiscard]] inline Error missing_value(std::string field) {
    return {ErrorKind::unprocessable, "missing_field", fmt::format("{} is required.", field),
            std::move(field)};
}
[[nodiscard]] inline Error name_taken(std::string field, std::string_view value) {
    auto message = fmt::format("\"{}\" is taken already: choose another {}.", value, field);
    return {ErrorKind::unprocessable, "already_exists", std::move(message), std::move(field)};
}
[[nodiscard]] inline Error built_in_row() {
    return forbidden("built_in", "This is built in and cannot be changed or removed.");
}

/// The store's own word for a duplicate, as the caller's mistake with one of his values.
[[nodiscard]] inline Error or_name_taken(Error error, std::string field, std::string_view value) {
    if (error.kind == ErrorKind::conflict && error.code == "already_exists") {
        return name_taken(std::move(field), value);
    }
    return error;
}

/// The row of an organization; nullptr for none.
template <class Row>
[[nodiscard]] const Row* find_own(const store::Snapshot& snapshot, store::OrgId org,
                                  std::int64_t id) {
    const auto* row = snapshot.find<Row>(id);
    return row != nullptr && row->org == org ? row : nullptr;
}

/// The same inside a transaction. Errors: not_found.
template <class Row>
[[nodiscard]] Result<Row> load_own(store::Transaction& tx, store::OrgId org, std::int64_t id) {
    auto row = tx.load<Row>(id);
    if (!row) {
        return row.error().kind == ErrorKind::not_found ? no_such_object() : row.error();
    }
    if (row->org != org) return no_such_object();
    return row;
}

template <class Row>
[[nodiscard]] asio::awaitable<Result<Row>> insert_row(CatalogParts parts, Row row) {
    std::function<Result<Row>(store::Transaction&)> work =
        [&row](store::Transaction& tx) -> Result<Row> {
        auto made = row;
        if (auto inserted = tx.insert(made); !inserted) return inserted.error();
        return made;
    };
    auto written = co_await parts.catalog.write(std::move(work));
    co_return written;
}

/// Changes a row of the organization. `change` may run more than once; the row's id and
/// organization stay whatever it does.
template <class Row>
[[nodiscard]] asio::awaitable<Result<Row>> edit_row(CatalogParts parts, store::OrgId org,
                                                    std::int64_t id,
                                                    std::function<Result<void>(Row&)> change) {
    std::function<Result<Row>(store::Transaction&)> work =
        [&change, org, id](store::Transaction& tx) -> Result<Row> {
        auto row = load_own<Row>(tx, org, id);
        if (!row) return row.error();
        if (auto changed = change(*row); !changed) return changed.error();
        row->id = id;
        row->org = org;
        if (auto updated = tx.update(*row); !updated) return updated.error();
        return row;
    };
    auto written = co_await parts.catalog.write(std::move(work));
    co_return written;
}

/// Removes a row of the organization, unless `objection` to it is found.
template <class Row>
[[nodiscard]] asio::awaitable<Result<Row>> remove_row(
    CatalogParts parts, store::OrgId org, std::int64_t id,
    std::function<Result<void>(const Row&)> objection = {}) {
    std::function<Result<Row>(store::Transaction&)> work =
        [&objection, org, id](store::Transaction& tx) -> Result<Row> {
        auto row = load_own<Row>(tx, org, id);
        if (!row) return row.error();
        if (objection) {
            if (auto allowed = objection(*row); !allowed) return allowed.error();
        }
        if (auto removed = tx.template remove<Row>(id); !removed) return removed.error();
        return row;
    };
    auto written = co_await parts.catalog.write(std::move(work));
    co_return written;
}

/// Adds an id to a list of ids, or takes it out. Says whether that changed anything.
inline bool set_listed(std::vector<std::int64_t>& list, std::int64_t id, bool listed) {
    const auto found = std::find(list.begin(), list.end(), id);
    if ((found != list.end()) == listed) return false;
    if (listed) {
        list.push_back(id);
    } else {
        list.erase(found);
    }
    return true;
}

}  // namespace casement::access
