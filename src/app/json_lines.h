// Where in a JSON text a value stands, for messages to people. Only looked for when something is
// wrong, so reading pays nothing for it.
#pragma once

#include "base/error.h"
#include "base/shape.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace casement::app {

struct JsonLines {
    /// By path as Shape names them ("panels[2].title"), of the text's well-formed beginning.
    std::map<std::string, int, std::less<>> lines;
    /// Where the first name stands that its object has already.
    std::optional<int> duplicate;
};

[[nodiscard]] JsonLines scan_json(std::string_view text);

/// parse_json() of a file's text. Errors: invalid_file, "file:line: reason".
[[nodiscard]] Result<json::value> read_json(std::string_view text, std::string_view file);

/// An error of whoever read the value of `text`, with its place in the file.
[[nodiscard]] Error json_file_error(std::string_view file, std::string_view text,
                                    const Error& error);

}  // namespace casement::app
