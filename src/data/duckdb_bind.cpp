#include "data/duckdb_bind.h"

#include "base/encoding.h"

#include <fmt/format.h>

namespace casement::data {
namespace {

struct MakeValue {
    duckdb_value operator()(std::monostate) const { return duckdb_create_null_value(); }
    duckdb_value operator()(bool value) const { return duckdb_create_bool(value); }
    duckdb_value operator()(std::int64_t value) const { return duckdb_create_int64(value); }
    duckdb_value operator()(double value) const { return duckdb_create_double(value); }
    duckdb_value operator()(const std::string& value) const {
        return duckdb_create_varchar_length(value.data(), value.size());
    }
    duckdb_value operator()(Time value) const {
        return duckdb_create_timestamp(duckdb_timestamp{to_unix_micros(value)});
    }
    duckdb_value operator()(std::chrono::microseconds value) const {
        return duckdb_create_interval(duckdb_interval{0, 0, value.count()});
    }
};

duckdb_type type_of(const Scalar& scalar) {
    switch (scalar.index()) {
        case 1:
            return DUCKDB_TYPE_BOOLEAN;
        case 2:
            return DUCKDB_TYPE_BIGINT;
        case 3:
            return DUCKDB_TYPE_DOUBLE;
        case 5:
            return DUCKDB_TYPE_TIMESTAMP;
        case 6:
            return DUCKDB_TYPE_INTERVAL;
        default:
            return DUCKDB_TYPE_VARCHAR;
    }
}

Error bad_value(const std::string& name, std::string_view why) {
    return invalid("invalid_parameter", fmt::format("The value of ${} {}.", name, why), name);
}

// The engine throws on text that is not UTF-8, and an exception must not cross its C interface.
bool is_bindable(const Scalar& scalar) {
    const auto* text = std::get_if<std::string>(&scalar);
    return text == nullptr || is_utf8(*text);
}

Result<DuckDbValue> make_list(const std::string& name, const std::vector<Scalar>& list) {
    // An empty list is a list of NULL's type, which goes with every column and equals nothing.
    duckdb_type type = DUCKDB_TYPE_SQLNULL;
    bool typed = false;
    std::vector<DuckDbValue> owners;
    std::vector<duckdb_value> items;
    for (const auto& scalar : list) {
        if (!is_bindable(scalar)) return bad_value(name, "is not well-formed UTF-8");
        if (scalar.index() != 0) {
            if (typed && type_of(scalar) != type) {
                return bad_value(name, "is a list of values of different types");
            }
            type = type_of(scalar);
            typed = true;
        }
        owners.emplace_back(std::visit(MakeValue{}, scalar));
        items.push_back(owners.back().get());
    }
    if (items.empty()) items.reserve(1);  // the engine takes no null pointer, even for nothing
    const DuckDbType item_type(duckdb_create_logical_type(type));
    DuckDbValue value(duckdb_create_list_value(item_type.get(), items.data(), items.size()));
    if (!value) return bad_value(name, "is not a list that can be bound");
    return value;
}

Result<DuckDbValue> make_value(const std::string& name, const Value& value) {
    if (const auto* list = std::get_if<std::vector<Scalar>>(&value)) return make_list(name, *list);
    const auto& scalar = std::get<Scalar>(value);
    if (!is_bindable(scalar)) return bad_value(name, "is not well-formed UTF-8");
    return DuckDbValue(std::visit(MakeValue{}, scalar));
}

}  // namespace

Result<std::vector<std::string>> parameter_names(duckdb_prepared_statement statement,
                                                 const std::string& text) {
    const auto spelled = named_parameters(text);
    std::vector<std::string> names;
    const idx_t count = duckdb_nparams(statement);
    for (idx_t i = 1; i <= count; ++i) {
        const DuckDbText raw(const_cast<char*>(duckdb_parameter_name(statement, i)));
        std::string name = text_or_empty(raw.get());
        if (!spelled.contains(name)) {
            return Error{ErrorKind::unprocessable,
                         "query_refused",
                         "A query names its parameters as $name, in plain letters, digits and _. "
                         "\"?\", \"$1\" and quoted or spaced names are not taken.",
                         {}};
        }
        names.push_back(std::move(name));
    }
    return names;
}

Result<void> bind_parameters(duckdb_prepared_statement statement,
                             const std::vector<std::string>& names,
                             const std::map<std::string, Value>& values) {
    for (idx_t i = 0; i < names.size(); ++i) {
        const auto found = values.find(names[i]);
        if (found == values.end()) {
            return Error{ErrorKind::unprocessable,
                         "query_invalid",
                         fmt::format("The query names ${}, which is neither a variable of the "
                                     "dashboard nor one of $from, $to, $interval, $timezone.",
                                     names[i]),
                         {}};
        }
        auto value = make_value(names[i], found->second);
        if (!value) return value.error();
        if (duckdb_bind_value(statement, i + 1, value->get()) == DuckDBError) {
            return bad_value(names[i], "cannot be bound");
        }
    }
    return {};
}

}  // namespace casement::data
