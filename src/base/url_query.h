// The query of a URL, taken apart as browsers and signers write it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement {

/// The still encoded name=value pairs of a query, in their order; a missing `=` is an empty value.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> split_query(
    std::string_view query);

/// `%XX` decoded once, as browsers do: what is no escape stands for itself, and `+` stays.
[[nodiscard]] std::string percent_decode_leniently(std::string_view text);

}  // namespace casement
