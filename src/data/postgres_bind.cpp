#include "data/postgres_bind.h"

#include "base/encoding.h"

#include <cmath>

#include <fmt/format.h>

namespace casement::data {
namespace {

// PostgreSQL reads no other years in this spelling.
constexpr Time kFirst{std::chrono::microseconds{-62'135'596'800'000'000}};  // year 1
constexpr Time kEnd{std::chrono::microseconds{253'402'300'800'000'000}};    // year 10000

struct Types {
    unsigned one;
    unsigned list;
};

Types types_of(const Scalar& scalar) {
    using namespace postgres_type;
    switch (scalar.index()) {
        case 1:
            return {kBool, kBoolArray};
        case 2:
            return {kInt8, kInt8Array};
        case 3:
            return {kFloat8, kFloat8Array};
        case 5:
            return {kTimestamptz, kTimestamptzArray};
        case 6:
            return {kInterval, kIntervalArray};
        default:
            return {kText, kTextArray};
    }
}

struct MakeText {
    Result<std::optional<std::string>> operator()(std::monostate) const {
        return std::optional<std::string>();
    }
    Result<std::optional<std::string>> operator()(bool value) const {
        return std::optional<std::string>(value ? "true" : "false");
    }
    Result<std::optional<std::string>> operator()(std::int64_t value) const {
        return std::optional(std::to_string(value));
    }
    Result<std::optional<std::string>> operator()(double value) const {
        if (std::isnan(value)) return std::optional<std::string>("NaN");
        if (std::isinf(value)) {
            return std::optional<std::string>(value > 0 ? "Infinity" : "-Infinity");
        }
        return std::optional(fmt::format("{}", value));
    }
    Result<std::optional<std::string>> operator()(const std::string& value) const {
        if (!is_utf8(value) || value.find('\0') != std::string::npos) {
            return invalid("invalid_parameter", "is not well-formed UTF-8 without NUL");
        }
        return std::optional(value);
    }
    Result<std::optional<std::string>> operator()(Time value) const {
        if (value < kFirst || value >= kEnd) {
            return invalid("invalid_parameter", "is a time outside of the years 1 to 9999");
        }
        return std::optional(to_rfc3339(value));
    }
    Result<std::optional<std::string>> operator()(std::chrono::microseconds value) const {
        return std::optional(fmt::format("{} microseconds", value.count()));
    }
};

Error bad_value(const std::string& name, std::string_view why) {
    return invalid("invalid_parameter", fmt::format("The value of ${} {}.", name, why), name);
}

Result<PostgresValue> bind_list(const std::string& name, const std::vector<Scalar>& list) {
    // An empty list, or one of nothing but NULL, goes as texts: it equals nothing either way.
    std::optional<Types> types;
    std::vector<std::optional<std::string>> items;
    items.reserve(list.size());
    for (const auto& scalar : list) {
        auto text = std::visit(MakeText{}, scalar);
        if (!text) return bad_value(name, text.error().message);
        items.push_back(std::move(*text));
        if (scalar.index() == 0) continue;
        const auto own = types_of(scalar);
        if (types && types->list != own.list) {
            return bad_value(name, "is a list of values of different types");
        }
        types = own;
    }
    return PostgresValue{types ? types->list : postgres_type::kTextArray, postgres_array(items)};
}

}  // namespace

std::string postgres_array(const std::vector<std::optional<std::string>>& items) {
    std::string out = "{";
    for (const auto& item : items) {
        if (out.size() > 1) out += ',';
        if (!item) {
            out += "NULL";
            continue;
        }
        out += '"';
        for (const char c : *item) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out + '}';
}

Result<std::vector<PostgresValue>> bind_postgres(const std::vector<std::string>& names,
                                                 const std::map<std::string, Value>& values) {
    std::vector<PostgresValue> bound;
    bound.reserve(names.size());
    for (const auto& name : names) {
        const auto found = values.find(name);
        if (found == values.end()) {
            return Error{ErrorKind::unprocessable,
                         "query_invalid",
                         fmt::format("The query names ${}, which is neither a variable of the "
                                     "dashboard nor one of $from, $to, $interval, $timezone.",
                                     name),
                         {}};
        }
        if (const auto* list = std::get_if<std::vector<Scalar>>(&found->second)) {
            auto value = bind_list(name, *list);
            if (!value) return value.error();
            bound.push_back(std::move(*value));
            continue;
        }
        const auto& scalar = std::get<Scalar>(found->second);
        auto text = std::visit(MakeText{}, scalar);
        if (!text) return bad_value(name, text.error().message);
        bound.push_back({types_of(scalar).one, std::move(*text)});
    }
    return bound;
}

unsigned usual_postgres_type(const std::string& name) {
    if (name == "from" || name == "to") return postgres_type::kTimestamptz;
    if (name == "interval") return postgres_type::kInterval;
    if (name == "timezone") return postgres_type::kText;
    return 0;
}

}  // namespace casement::data
