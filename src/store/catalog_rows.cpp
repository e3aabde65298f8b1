#include "store/catalog_rows.h"

#include "base/encoding.h"
#include "base/shape.h"

#include <array>

namespace casement::store {
namespace {

constexpr std::array<std::pair<ApiKey::Kind, std::string_view>, 4> kKinds{{
    {ApiKey::Kind::service_token, "service_token"},
    {ApiKey::Kind::datadog_api_key, "datadog_api_key"},
    {ApiKey::Kind::datadog_app_key, "datadog_app_key"},
    {ApiKey::Kind::looker_client, "looker_client"},
}};

std::string place_of(const char* kind, std::int64_t id) {
    return fmt::format("{}:{}", kind, id);
}

}  // namespace

void require_text(const std::string& column, std::string_view value) {
    if (value.find('\0') != std::string_view::npos || !is_utf8(value)) {
        throw BadValue(column, "The text has a NUL byte or is not well-formed UTF-8.");
    }
}

void CellWriter::number(const char* column, std::int64_t value) {
    cells_.emplace_back();
    cells_.back().column = column;
    cells_.back().number = value;
}

void CellWriter::text(const char* column, std::string value) {
    require_text(column, value);
    cells_.emplace_back();
    cells_.back().column = column;
    cells_.back().is_text = true;
    cells_.back().text = std::move(value);
}

void CellWriter::operator()(const char* column, const std::string& value) {
    text(column, value);
}

void CellWriter::operator()(const char* column, const std::optional<Time>& value) {
    number(column, value ? to_unix_micros(*value) : 0);
    if (!value) cells_.back().indicator = soci::i_null;
}

void CellWriter::operator()(const char* column, const json::object& value) {
    text(column, json::serialize(value));
}

void CellWriter::operator()(const char* column, ApiKey::Kind value) {
    for (const auto& [kind, name] : kKinds) {
        if (kind == value) return text(column, std::string(name));
    }
    throw BadValue(column, "Unknown kind of key.");
}

void CellWriter::binary(const char* column, const std::string& value) {
    text(column, to_hex(value));
}

void CellWriter::sealed(const char* column, const Secret& value, const char* kind,
                        std::int64_t id) {
    text(column, secrets_.seal(value, place_of(kind, id)));
}

const Cell& CellReader::next(const char* column) {
    const Cell& cell = cells_.at(at_++);
    if (cell.column != column) throw std::logic_error("columns are read in another order");
    return cell;
}

void CellReader::operator()(const char* column, Time& value) {
    value = from_unix_micros(next(column).number);
}

void CellReader::operator()(const char* column, std::optional<Time>& value) {
    const Cell& cell = next(column);
    value.reset();
    if (cell.indicator != soci::i_null) value = from_unix_micros(cell.number);
}

void CellReader::operator()(const char* column, json::object& value) {
    json::error_code failed;
    json::parse_options options;
    options.max_depth = 64;
    json::value parsed = json::parse(next(column).text, failed, {}, options);
    if (failed || !parsed.is_object()) throw BadValue(column, "This is not a JSON object.");
    value = std::move(parsed.get_object());
}

void CellReader::operator()(const char* column, ApiKey::Kind& value) {
    const std::string& text = next(column).text;
    for (const auto& [kind, name] : kKinds) {
        if (name == text) {
            value = kind;
            return;
        }
    }
    throw BadValue(column, "Unknown kind of key.");
}

void CellReader::binary(const char* column, std::string& value) {
    auto bytes = from_hex(next(column).text);
    if (!bytes) throw BadValue(column, "This is not hexadecimal.");
    value = std::move(*bytes);
}

void CellReader::sealed(const char* column, Secret& value, const char* kind, std::int64_t id) {
    auto opened = secrets_.open(next(column).text, place_of(kind, id));
    if (!opened) throw BadValue(column, opened.error().message);
    value = std::move(*opened);
}

long long run_with_cells(soci::session& session, const std::string& sql, const Cells& cells) {
    soci::statement statement(session);
    // A copy: SOCI wants to be able to write to an indicator.
    std::deque<soci::indicator> indicators;
    for (const auto& cell : cells) {
        indicators.push_back(cell.indicator);
        if (cell.is_text) {
            statement.exchange(soci::use(cell.text, indicators.back()));
        } else {
            statement.exchange(soci::use(cell.number, indicators.back()));
        }
    }
    statement.alloc();
    statement.prepare(sql);
    statement.define_and_bind();
    statement.execute(true);
    return statement.get_affected_rows();
}

void insert_cells(soci::session& session, const std::string& table, const Cells& cells) {
    std::string names;
    std::string places;
    for (const auto& cell : cells) {
        const char* comma = names.empty() ? "" : ", ";
        names += comma + cell.column;
        places += fmt::format("{}:{}", comma, cell.column);
    }
    run_with_cells(session, fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, places),
                   cells);
}

long long update_cells(soci::session& session, const std::string& table, std::int64_t id,
                       const Cells& cells) {
    std::string assignments;
    Cells used;
    for (const auto& cell : cells) {
        if (cell.once) continue;
        assignments +=
            fmt::format("{}{} = :{}", assignments.empty() ? "" : ", ", cell.column, cell.column);
        used.push_back(cell);
    }
    used.emplace_back();
    used.back().number = id;
    return run_with_cells(
        session, fmt::format("UPDATE {} SET {} WHERE id = :row_id", table, assignments), used);
}

}  // namespace casement::store
