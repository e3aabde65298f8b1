// JSON that lies in memory for long and in great number: documents of the catalog's snapshot. Each
// has one piece of memory of its own, without the gaps and heads of hundreds of small ones.
#pragma once

#include <string_view>

#include <boost/json.hpp>

namespace casement::store {

namespace json = boost::json;

/// Parses as json::parse does. The value, its parts and what is copied from them may be used and
/// dropped as any other, by any thread, and hold the memory for as long as one of them lives; what
/// is added to them later lies outside of it. To keep it packed, move it to where it shall stay by
/// construction: assigning it to a value of other memory copies it.
[[nodiscard]] json::value parse_packed(std::string_view text, json::error_code& failed,
                                       const json::parse_options& options);

}  // namespace casement::store
