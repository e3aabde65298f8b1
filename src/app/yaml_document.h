// YAML as people write it, read into JSON with the line of every value, so that whatever checks the
// JSON can say where in the file it went wrong.
#pragma once

#include "base/error.h"
#include "base/shape.h"

#include <map>
#include <string>
#include <string_view>

namespace casement::app {

/// Longest file that is read at all.
inline constexpr std::size_t kLongestFile = std::size_t{4} * 1024 * 1024;

struct YamlDocument {
    json::value value;
    /// By path as Shape names them ("shares[1].token"); the root is "".
    std::map<std::string, int, std::less<>> lines;

    /// Line of the value at `path`, or of what is nearest above it.
    [[nodiscard]] int line_of(std::string_view path) const;
};

/// Scalars follow YAML 1.2's core schema: only true/false are booleans, `no` is text. Refused: more
/// than one document, a name given twice, names that are not text, aliases (which can make a small
/// file huge), more than 32 levels. Errors: invalid_file, the message begins with "file:line: ".
[[nodiscard]] Result<YamlDocument> read_yaml(std::string_view text, std::string_view file);

/// "file:line: reason", as compilers say it.
[[nodiscard]] Error file_error(std::string_view file, int line, std::string_view reason);

/// An error of check() or of another reader of `document`, with its place in the file.
[[nodiscard]] Error file_error(std::string_view file, const YamlDocument& document,
                               const Error& error);

/// The whole file. Errors: unreadable_file, naming path, reason and fix.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

}  // namespace casement::app
