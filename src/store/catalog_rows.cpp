#include "store/catalog_rows.h"

#include "base/encoding.h"
#include "base/shape.h"
#include "store/packed_json.h"

#include <array>
#include <memory>

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

bool storable(std::string_view value) {
    return value.find('\0') == std::string_view::npos && is_utf8(value);
}

void require_text(const std::string& column, std::string_view value) {
    if (!storable(value)) {
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

void CellWriter::operator()(const char* column, const std::optional<std::string>& value) {
    text(column, value.value_or(std::string()));
    if (!value) cells_.back().indicator = soci::i_null;
}

void CellWriter::operator()(const char* column, const std::vector<std::string>& value) {
    text(column, json::serialize(json::array(value.begin(), value.end())));
}

void CellWriter::operator()(const char* column, const std::vector<std::int64_t>& value) {
    text(column, json::serialize(json::array(value.begin(), value.end())));
}

void CellWriter::operator()(const char* column,
                            const std::vector<UserAttribute::GroupValue>& value) {
    json::array list;
    for (const auto& [group, text] : value)
        list.push_back({{"group", group}, {"value", text}});
    text(column, json::serialize(list));
}

void CellWriter::reference(const char* column, std::int64_t id) {
    number(column, id);
    if (id == 0) cells_.back().indicator = soci::i_null;
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

json::value CellReader::next_json(const char* column) {
    json::error_code failed;
    json::parse_options options;
    options.max_depth = 64;
    json::value parsed = parse_packed(next(column).text, failed, options);
    if (failed) throw BadValue(column, "This is not JSON.");
    return parsed;
}

void CellReader::operator()(const char* column, json::object& value) {
    json::value parsed = next_json(column);
    if (!parsed.is_object()) throw BadValue(column, "This is not a JSON object.");
    // Made anew in its place: assigned, it would be copied out of the memory it is packed in.
    std::destroy_at(&value);
    std::construct_at(&value, std::move(parsed.get_object()));
}

void CellReader::operator()(const char* column, std::optional<std::string>& value) {
    const Cell& cell = next(column);
    value.reset();
    if (cell.indicator != soci::i_null) value = cell.text;
}

void CellReader::operator()(const char* column, std::vector<std::string>& value) {
    const auto list = json::try_value_to<std::vector<std::string>>(next_json(column));
    if (!list) throw BadValue(column, "This is not a list of texts.");
    value = *list;
}

void CellReader::operator()(const char* column, std::vector<std::int64_t>& value) {
    const auto list = json::try_value_to<std::vector<std::int64_t>>(next_json(column));
    if (!list) throw BadValue(column, "This is not a list of ids.");
    value = *list;
}

void CellReader::operator()(const char* column, std::vector<UserAttribute::GroupValue>& value) {
    const json::value list = next_json(column);
    if (!list.is_array()) throw BadValue(column, "This is not a list of group values.");
    value.clear();
    for (const auto& entry : list.get_array()) {
        const auto* group = entry.is_object() ? entry.get_object().if_contains("group") : nullptr;
        const auto* text = entry.is_object() ? entry.get_object().if_contains("value") : nullptr;
        if (group == nullptr || text == nullptr || !group->is_int64() || !text->is_string()) {
            throw BadValue(column, "This is not a list of group values.");
        }
        value.push_back({group->get_int64(), std::string(text->get_string())});
    }
}

void CellReader::reference(const char* column, std::int64_t& id) {
    const Cell& cell = next(column);
    id = cell.indicator == soci::i_null ? 0 : cell.number;
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

long long insert_cells(soci::session& session, const std::string& table, const Cells& cells,
                       std::string_view tail) {
    std::string names;
    std::string places;
    for (const auto& cell : cells) {
        const char* comma = names.empty() ? "" : ", ";
        names += comma + cell.column;
        places += fmt::format("{}:{}", comma, cell.column);
    }
    return run_with_cells(
        session, fmt::format("INSERT INTO {} ({}) VALUES ({}) {}", table, names, places, tail),
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

void add_parameter(Cells& parameters, std::int64_t value) {
    parameters.emplace_back();
    parameters.back().number = value;
}

void add_parameter(Cells& parameters, std::string value) {
    parameters.emplace_back();
    parameters.back().is_text = true;
    parameters.back().text = std::move(value);
}

void bind(soci::statement& statement, const Cells& parameters) {
    for (const auto& cell : parameters) {
        if (cell.is_text) {
            statement.exchange(soci::use(cell.text));
        } else {
            statement.exchange(soci::use(cell.number));
        }
    }
}

Selection selection(std::string where, std::int64_t parameter) {
    Selection wanted;
    wanted.where = std::move(where);
    add_parameter(wanted.parameters, parameter);
    return wanted;
}

}  // namespace casement::store
