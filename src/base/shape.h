// Shapes of JSON bodies, declared once. A Shape checks a value, explains what is wrong and where,
// and describes itself as JSON Schema for the OpenAPI document, so the three cannot drift apart.
//
//     const Shape kBody = Shape::object({
//         required("title", Shape::text(1, 200)),
//         optional("status", Shape::one_of({"active", "paused"})),
//     });
//     if (auto error = check(body, kBody)) return *error;
#pragma once

#include "base/error.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace casement {

namespace json = boost::json;

struct ShapeMember;

struct Shape {
    enum class Type { any, boolean, integer, number, text, list, object, map };

    Type type = Type::any;
    bool nullable = false;
    bool closed = true;  ///< object: unknown members are an error
    std::int64_t min = std::numeric_limits<std::int64_t>::min();  ///< value, or length of text/list
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
    std::vector<std::string> choices;    ///< text: allowed values, empty = any
    std::string pattern;                 ///< text: ECMAScript regex for the whole value, or empty
    std::shared_ptr<const Shape> items;  ///< list and map: shape of each value
    std::vector<ShapeMember> members;    ///< object
    std::string description;

    [[nodiscard]] static Shape any();
    [[nodiscard]] static Shape boolean();
    [[nodiscard]] static Shape integer(std::int64_t min, std::int64_t max);
    [[nodiscard]] static Shape number();
    /// Well-formed UTF-8 without NUL; lengths in bytes.
    [[nodiscard]] static Shape text(std::int64_t min = 0, std::int64_t max = 4096);
    [[nodiscard]] static Shape one_of(std::vector<std::string> choices);
    [[nodiscard]] static Shape list(Shape items, std::int64_t max, std::int64_t min = 0);
    /// An object whose member names are free.
    [[nodiscard]] static Shape map(Shape items, std::int64_t max = 256);
    [[nodiscard]] static Shape object(std::vector<ShapeMember> members);

    /// Copies with one thing changed, to chain at the end of a declaration.
    [[nodiscard]] Shape or_null() const;
    [[nodiscard]] Shape open() const;
    [[nodiscard]] Shape matching(std::string regex) const;
    [[nodiscard]] Shape described(std::string text) const;
};

struct ShapeMember {
    std::string name;
    Shape shape;
    bool is_required = false;
};

[[nodiscard]] ShapeMember required(std::string name, Shape shape);
[[nodiscard]] ShapeMember optional(std::string name, Shape shape);

/// nullopt when `value` fits; else an Error of kind invalid, code "invalid_body", whose `field`
/// is the path ("data.attributes.title") and whose message says what was expected there.
[[nodiscard]] std::optional<Error> check(const json::value& value, const Shape& shape,
                                         std::string_view path = {});

/// The shape as JSON Schema 2020-12 (what OpenAPI 3.1 uses).
[[nodiscard]] json::object to_json_schema(const Shape& shape);

/// Parses with a depth limit of 32, refusing duplicate member names, trailing text and bad UTF-8.
[[nodiscard]] Result<json::value> parse_json(std::string_view text);

/// Text of a member that `check` has proven to be text, or nullopt when it is absent or null.
[[nodiscard]] std::optional<std::string> text_at(const json::object& object, std::string_view name);

}  // namespace casement
