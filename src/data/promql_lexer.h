// PromQL's tokens. Places where a dashboard's values go are found here, before anything is parsed:
// `$name`, `${name}`, `${name:format}`, `[[name]]`, `[[name:format]]`.
#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::data::promql {

/// A part of a word or a string: text as it stands (escapes undone), or the place of a value.
struct Piece {
    bool is_value = false;
    std::string text;    ///< the text, or the value's name
    std::string format;  ///< "regex"; empty: none was written
    std::string source;  ///< a value's place as it was written
};

struct Token {
    enum class Kind {
        end,
        word,    ///< identifiers, keywords, numbers, durations: pieces joined without space
        string,  ///< pieces
        sign,    ///< text is one of ( ) { } [ ] , : @ = =~ != !~ == < <= > >= + - * / % ^
    };
    Kind kind = Kind::end;
    std::size_t at = 0;  ///< first byte in the text
    std::string text;    ///< sign; or a word without values
    std::vector<Piece> pieces;

    [[nodiscard]] bool is(std::string_view sign) const {
        return kind == Kind::sign && text == sign;
    }
    [[nodiscard]] bool has_value() const;
};

inline constexpr std::size_t kMaxTextBytes = std::size_t{16} * 1024;

[[nodiscard]] Error wrong_promql(std::size_t at, std::string_view reason);

/// Errors: query_invalid. The last token is Kind::end.
[[nodiscard]] Result<std::vector<Token>> tokens_of(std::string_view text);

/// A number as PromQL reads it ("1e3", "0x1F", "017" is octal, "Inf"), or nullopt.
[[nodiscard]] std::optional<double> read_number(std::string_view text);
/// "1h30m" in milliseconds; nullopt for anything that is not a duration, and for zero.
[[nodiscard]] std::optional<std::int64_t> read_duration(std::string_view text);
[[nodiscard]] std::string print_duration(std::int64_t milliseconds);

[[nodiscard]] bool is_label_name(std::string_view text);
[[nodiscard]] bool is_metric_name(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);

}  // namespace casement::data::promql
