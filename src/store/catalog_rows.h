// Rows to and from SQL, made from the column lists. Errors of the database come out as SOCI's
// exceptions; a value that cannot be stored or read comes out as BadValue.
#pragma once

#include "base/error.h"
#include "store/catalog_columns.h"
#include "store/secret_box.h"

#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <soci/soci.h>

namespace casement::store {

/// A value that has no place in a text column (a NUL byte, broken UTF-8), or that is not what its
/// column should hold.
struct BadValue : std::runtime_error {
    BadValue(std::string column_name, const std::string& what)
        : std::runtime_error(what), column(std::move(column_name)) {}
    std::string column;
    std::int64_t row = 0;  ///< its id, where that is known
};

/// One column's value on its way to or from the database.
struct Cell {
    std::string column;
    bool is_text = false;
    bool once = false;
    std::string text;
    long long number = 0;
    soci::indicator indicator = soci::i_ok;
};

/// Cells stay where they are: SOCI holds references to them.
using Cells = std::deque<Cell>;

/// Reads a row's members into cells.
class CellWriter {
  public:
    CellWriter(Cells& cells, const SecretBox& secrets) : cells_(cells), secrets_(secrets) {}

    void operator()(const char* column, const std::string& value);
    void operator()(const char* column, std::int64_t value) { number(column, value); }
    void operator()(const char* column, bool value) { number(column, value ? 1 : 0); }
    void operator()(const char* column, Time value) { number(column, to_unix_micros(value)); }
    void operator()(const char* column, const std::optional<Time>& value);
    void operator()(const char* column, const json::object& value);
    void operator()(const char* column, ApiKey::Kind value);
    void operator()(const char* column, const std::optional<std::string>& value);
    void operator()(const char* column, const std::vector<std::string>& value);
    void operator()(const char* column, const std::vector<std::int64_t>& value);
    void operator()(const char* column, const std::vector<UserAttribute::GroupValue>& value);
    void binary(const char* column, const std::string& value);
    void sealed(const char* column, const Secret& value, const char* kind, std::int64_t id);
    void reference(const char* column, std::int64_t id);
    void derived(const char* column, std::string value) { text(column, std::move(value)); }
    template <class T>
    void written_once(const char* column, const T& value) {
        (*this)(column, value);
        cells_.back().once = true;
    }

  private:
    void number(const char* column, std::int64_t value);
    void text(const char* column, std::string value);
    Cells& cells_;
    const SecretBox& secrets_;
};

/// Makes one empty cell a column, to load into.
class CellMaker {
  public:
    explicit CellMaker(Cells& cells) : cells_(cells) {}

    void operator()(const char* column, const std::string&) { make(column, true); }
    void operator()(const char* column, std::int64_t) { make(column, false); }
    void operator()(const char* column, bool) { make(column, false); }
    void operator()(const char* column, Time) { make(column, false); }
    void operator()(const char* column, const std::optional<Time>&) { make(column, false); }
    void operator()(const char* column, const json::object&) { make(column, true); }
    void operator()(const char* column, ApiKey::Kind) { make(column, true); }
    void operator()(const char* column, const std::optional<std::string>&) { make(column, true); }
    template <class T>
    void operator()(const char* column, const std::vector<T>&) {
        make(column, true);
    }
    void binary(const char* column, const std::string&) { make(column, true); }
    void sealed(const char* column, const Secret&, const char*, std::int64_t) {
        make(column, true);
    }
    void reference(const char* column, std::int64_t) { make(column, false); }
    void derived(const char*, const std::string&) {}
    template <class T>
    void written_once(const char* column, const T& value) {
        (*this)(column, value);
    }

  private:
    void make(const char* column, bool is_text) {
        cells_.emplace_back();
        cells_.back().column = column;
        cells_.back().is_text = is_text;
    }
    Cells& cells_;
};

/// Sets a row's members from loaded cells, which stand in the order of the columns.
class CellReader {
  public:
    CellReader(const Cells& cells, const SecretBox& secrets) : cells_(cells), secrets_(secrets) {}

    void operator()(const char* column, std::string& value) { value = next(column).text; }
    void operator()(const char* column, std::int64_t& value) { value = next(column).number; }
    void operator()(const char* column, bool& value) { value = next(column).number != 0; }
    void operator()(const char* column, Time& value);
    void operator()(const char* column, std::optional<Time>& value);
    void operator()(const char* column, json::object& value);
    void operator()(const char* column, ApiKey::Kind& value);
    void operator()(const char* column, std::optional<std::string>& value);
    void operator()(const char* column, std::vector<std::string>& value);
    void operator()(const char* column, std::vector<std::int64_t>& value);
    void operator()(const char* column, std::vector<UserAttribute::GroupValue>& value);
    void binary(const char* column, std::string& value);
    void sealed(const char* column, Secret& value, const char* kind, std::int64_t id);
    void reference(const char* column, std::int64_t& id);
    void derived(const char*, const std::string&) {}
    template <class T>
    void written_once(const char* column, T& value) {
        (*this)(column, value);
    }

  private:
    const Cell& next(const char* column);
    json::value next_json(const char* column);
    const Cells& cells_;
    const SecretBox& secrets_;
    std::size_t at_ = 0;
};

/// Whether a text column can hold it on both databases: no NUL byte, well-formed UTF-8.
[[nodiscard]] bool storable(std::string_view value);
/// Refuses what PostgreSQL cannot keep in TEXT, on SQLite too, so that both behave alike.
void require_text(const std::string& column, std::string_view value);

/// Binds `cells` in order to the placeholders of `sql`, runs it, and gives the rows it touched.
long long run_with_cells(soci::session& session, const std::string& sql, const Cells& cells);

/// INSERT of all cells, with `tail` behind it; the rows it made.
long long insert_cells(soci::session& session, const std::string& table, const Cells& cells,
                       std::string_view tail = {});
/// UPDATE of the cells that are not written once; the rows it touched.
long long update_cells(soci::session& session, const std::string& table, std::int64_t id,
                       const Cells& cells);

/// Which rows to load of the table t, and in what order.
struct Selection {
    std::string where;                   ///< SQL after WHERE, with a placeholder per parameter
    Cells parameters;                    ///< their values, in order; column names do not matter
    std::string tail = "ORDER BY t.id";  ///< SQL behind it
};
/// With one parameter, :p.
[[nodiscard]] Selection selection(std::string where, std::int64_t parameter);
void add_parameter(Cells& parameters, std::int64_t value);
void add_parameter(Cells& parameters, std::string value);
/// Parameters must stay where they are until the statement is done.
void bind(soci::statement& statement, const Cells& parameters);

/// Loads every `Row` that is selected and hands each to `each`. A row that cannot be read goes to
/// `bad(id, BadValue)`.
template <class Row, class Each, class Bad>
void load_rows(soci::session& session, const SecretBox& secrets, const Selection& wanted, Each each,
               Bad bad) {
    Cells cells;
    CellMaker maker(cells);
    Row shape;
    maker("id", std::int64_t{});
    visit_columns(maker, shape);

    std::string names;
    for (const auto& cell : cells)
        names += fmt::format("{}t.{}", names.empty() ? "" : ", ", cell.column);
    soci::statement statement(session);
    for (auto& cell : cells) {
        if (cell.is_text) {
            statement.exchange(soci::into(cell.text, cell.indicator));
        } else {
            statement.exchange(soci::into(cell.number, cell.indicator));
        }
    }
    bind(statement, wanted.parameters);
    statement.alloc();
    statement.prepare(fmt::format("SELECT {} FROM {} t WHERE {} {}", names, Table<Row>::name,
                                  wanted.where, wanted.tail));
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) {
        Row row;
        CellReader reader(cells, secrets);
        reader("id", row.id);
        try {
            visit_columns(reader, row);
        } catch (const BadValue& error) {
            bad(row.id, error);
            continue;
        }
        each(std::move(row));
    }
}

/// The one row that is selected, or nullopt. Throws BadValue when it cannot be read.
template <class Row>
std::optional<Row> load_row(soci::session& session, const SecretBox& secrets,
                            const Selection& wanted) {
    std::optional<Row> found;
    load_rows<Row>(
        session, secrets, wanted, [&](Row row) { found.emplace(std::move(row)); },
        [](std::int64_t id, BadValue bad) {
            bad.row = id;
            throw bad;
        });
    return found;
}

}  // namespace casement::store
