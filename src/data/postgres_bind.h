// A query's values as PostgreSQL takes them. The only way a value gets to the server.
#pragma once

#include "base/error.h"
#include "data/query.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace casement::data {

/// PostgreSQL's numbers of its own types; they never change.
namespace postgres_type {
inline constexpr unsigned kBool = 16;
inline constexpr unsigned kBytea = 17;
inline constexpr unsigned kChar = 18;
inline constexpr unsigned kName = 19;
inline constexpr unsigned kInt8 = 20;
inline constexpr unsigned kInt2 = 21;
inline constexpr unsigned kInt4 = 23;
inline constexpr unsigned kText = 25;
inline constexpr unsigned kOid = 26;
inline constexpr unsigned kFloat4 = 700;
inline constexpr unsigned kFloat8 = 701;
inline constexpr unsigned kBpchar = 1042;
inline constexpr unsigned kVarchar = 1043;
inline constexpr unsigned kDate = 1082;
inline constexpr unsigned kTimestamp = 1114;
inline constexpr unsigned kTimestamptz = 1184;
inline constexpr unsigned kInterval = 1186;
inline constexpr unsigned kNumeric = 1700;
inline constexpr unsigned kUuid = 2950;
inline constexpr unsigned kBoolArray = 1000;
inline constexpr unsigned kTextArray = 1009;
inline constexpr unsigned kInt8Array = 1016;
inline constexpr unsigned kFloat8Array = 1022;
inline constexpr unsigned kTimestampArray = 1115;
inline constexpr unsigned kTimestamptzArray = 1185;
inline constexpr unsigned kIntervalArray = 1187;
inline constexpr unsigned kNumericArray = 1231;
inline constexpr unsigned kUuidArray = 2951;
}  // namespace postgres_type

struct PostgresValue {
    unsigned type = 0;                ///< 0: the server finds out
    std::optional<std::string> text;  ///< as PostgreSQL reads the type; nullopt: NULL
};

/// An array of texts as PostgreSQL reads it; nullopt stands for NULL.
[[nodiscard]] std::string postgres_array(const std::vector<std::optional<std::string>>& items);

/// Values of `names` in their order. Errors: query_invalid for a name without a value;
/// invalid_parameter for a value that cannot be bound.
[[nodiscard]] Result<std::vector<PostgresValue>> bind_postgres(
    const std::vector<std::string>& names, const std::map<std::string, Value>& values);

/// The type that a value of this name has in every query ($from), or 0.
[[nodiscard]] unsigned usual_postgres_type(const std::string& name);

}  // namespace casement::data
