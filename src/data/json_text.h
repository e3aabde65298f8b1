// Writes JSON values straight into a growing text: what a result table is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace casement::data {

/// Shortest text that reads back as the same double; `null` for NaN and infinities.
void append_number(std::string& out, double value);
/// Exact up to 2^53, the nearest double beyond.
void append_integer(std::string& out, std::int64_t value);
/// Quoted and escaped. Bytes that are not UTF-8 become U+FFFD, so the text is always valid JSON.
void append_text(std::string& out, std::string_view value);

}  // namespace casement::data
