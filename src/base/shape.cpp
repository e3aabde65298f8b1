#include "base/shape.h"

#include "base/encoding.h"
#include "base/pattern_words.h"

#include <regex>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace casement {
namespace {

std::string join(std::string_view path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

std::string article(Shape::Type type) {
    switch (type) {
        case Shape::Type::any:
            return "a value";
        case Shape::Type::boolean:
            return "true or false";
        case Shape::Type::integer:
            return "a whole number";
        case Shape::Type::number:
            return "a number";
        case Shape::Type::text:
            return "text";
        case Shape::Type::list:
            return "a list";
        case Shape::Type::object:
        case Shape::Type::map:
            return "an object";
    }
    return "a value";
}

std::string_view kind_of(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return "null";
        case json::kind::bool_:
            return "a boolean";
        case json::kind::int64:
        case json::kind::uint64:
        case json::kind::double_:
            return "a number";
        case json::kind::string:
            return "text";
        case json::kind::array:
            return "a list";
        case json::kind::object:
            return "an object";
    }
    return "something else";
}

/// Where a value stands: under a name or at a place of its parent. Texts are made of it only for
/// an error, because most bodies fit.
struct Where {
    const Where* parent = nullptr;
    std::string_view name;
    std::optional<std::size_t> place;

    [[nodiscard]] std::string path() const {
        const std::string before = parent == nullptr ? std::string() : parent->path();
        if (place) return fmt::format("{}[{}]", before, *place);
        return join(before, name);
    }
};

Error wrong(const Where& at, std::string message) {
    const std::string path = at.path();
    const std::string where = path.empty() ? std::string("The body") : fmt::format("\"{}\"", path);
    return invalid("invalid_body", fmt::format("{} {}.", where, message), path);
}

bool outside(std::int64_t n, const Shape& shape) {
    return n < shape.min || n > shape.max;
}

// Compiling a pattern costs a thousand times what matching a short text does. Patterns come from
// declared shapes only, so there are few.
const std::regex& compiled(const std::string& pattern) {
    thread_local std::unordered_map<std::string, std::regex> known;
    const auto found = known.find(pattern);
    return found != known.end() ? found->second : known.emplace(pattern, pattern).first->second;
}

std::optional<Error> check_text(const json::string& text, const Shape& shape, const Where& at) {
    const auto size = static_cast<std::int64_t>(text.size());
    if (size < shape.min) {
        return wrong(at, shape.min == 1 ? std::string("must not be empty")
                                        : fmt::format("must have at least {} bytes", shape.min));
    }
    if (size > shape.max) return wrong(at, fmt::format("must have at most {} bytes", shape.max));
    const std::string_view view = text;
    if (!is_utf8(view)) return wrong(at, "must be well-formed UTF-8");
    if (view.find('\0') != std::string_view::npos) return wrong(at, "must not contain NUL");
    if (!shape.choices.empty() &&
        std::find(shape.choices.begin(), shape.choices.end(), view) == shape.choices.end()) {
        std::string list;
        for (const auto& choice : shape.choices)
            list += (list.empty() ? "\"" : ", \"") + choice + '"';
        return wrong(at, fmt::format("must be one of {}", list));
    }
    if (!shape.pattern.empty() &&
        !std::regex_match(view.begin(), view.end(), compiled(shape.pattern))) {
        return wrong(at, fmt::format("must be {}", pattern_words(shape.pattern)));
    }
    return std::nullopt;
}

std::optional<Error> check_at(const json::value& value, const Shape& shape, const Where& at);

std::optional<Error> check_object(const json::object& object, const Shape& shape, const Where& at) {
    for (const auto& member : shape.members) {
        const auto* value = object.if_contains(member.name);
        if (value == nullptr) {
            if (member.is_required) return wrong(Where{&at, member.name, {}}, "is required");
            continue;
        }
        if (auto error = check_at(*value, member.shape, {&at, member.name, {}})) return error;
    }
    if (!shape.closed) return std::nullopt;
    for (const auto& [name, value] : object) {
        const auto known = std::any_of(shape.members.begin(), shape.members.end(),
                                       [&](const ShapeMember& m) { return m.name == name; });
        // A name can be anything a client sends: only its head goes back.
        if (!known) {
            return wrong(Where{&at, utf8_head(std::string_view(name), 64), {}},
                         "is not known here");
        }
    }
    return std::nullopt;
}

std::optional<Error> check_at(const json::value& value, const Shape& shape, const Where& at) {
    if (shape.type == Shape::Type::any || (shape.nullable && value.is_null())) return std::nullopt;
    const auto mismatch = [&] {
        return wrong(at, fmt::format("must be {}, not {}", article(shape.type), kind_of(value)));
    };
    switch (shape.type) {
        case Shape::Type::any:
            break;
        case Shape::Type::boolean:
            if (!value.is_bool()) return mismatch();
            break;
        case Shape::Type::integer: {
            if (!value.is_int64()) return mismatch();
            if (outside(value.get_int64(), shape)) {
                return wrong(at, fmt::format("must be from {} to {}", shape.min, shape.max));
            }
            break;
        }
        case Shape::Type::number:
            if (!value.is_number()) return mismatch();
            break;
        case Shape::Type::text:
            if (!value.is_string()) return mismatch();
            return check_text(value.get_string(), shape, at);
        case Shape::Type::list: {
            if (!value.is_array()) return mismatch();
            const auto& list = value.get_array();
            if (outside(static_cast<std::int64_t>(list.size()), shape)) {
                return wrong(at,
                             fmt::format("must have from {} to {} entries", shape.min, shape.max));
            }
            for (std::size_t i = 0; i < list.size(); ++i) {
                if (auto error = check_at(list[i], *shape.items, {&at, {}, i})) return error;
            }
            break;
        }
        case Shape::Type::map: {
            if (!value.is_object()) return mismatch();
            const auto& map = value.get_object();
            if (outside(static_cast<std::int64_t>(map.size()), shape)) {
                return wrong(at, fmt::format("must have at most {} members", shape.max));
            }
            for (const auto& [name, item] : map) {
                const Where where{&at, utf8_head(std::string_view(name), 64), {}};
                if (auto error = check_at(item, *shape.items, where)) return error;
            }
            break;
        }
        case Shape::Type::object:
            if (!value.is_object()) return mismatch();
            return check_object(value.get_object(), shape, at);
    }
    return std::nullopt;
}

}  // namespace

Shape Shape::any() {
    return {};
}
Shape Shape::boolean() {
    Shape s;
    s.type = Type::boolean;
    return s;
}
Shape Shape::integer(std::int64_t min, std::int64_t max) {
    Shape s;
    s.type = Type::integer;
    s.min = min;
    s.max = max;
    return s;
}
Shape Shape::number() {
    Shape s;
    s.type = Type::number;
    return s;
}
Shape Shape::text(std::int64_t min, std::int64_t max) {
    Shape s;
    s.type = Type::text;
    s.min = min;
    s.max = max;
    return s;
}
Shape Shape::one_of(std::vector<std::string> choices) {
    Shape s = text();
    s.choices = std::move(choices);
    return s;
}
Shape Shape::list(Shape items, std::int64_t max, std::int64_t min) {
    Shape s;
    s.type = Type::list;
    s.min = min;
    s.max = max;
    s.items = std::make_shared<const Shape>(std::move(items));
    return s;
}
Shape Shape::map(Shape items, std::int64_t max) {
    Shape s;
    s.type = Type::map;
    s.min = 0;
    s.max = max;
    s.items = std::make_shared<const Shape>(std::move(items));
    return s;
}
Shape Shape::object(std::vector<ShapeMember> members) {
    Shape s;
    s.type = Type::object;
    s.members = std::move(members);
    return s;
}

Shape Shape::or_null() const {
    Shape s = *this;
    s.nullable = true;
    return s;
}
Shape Shape::open() const {
    Shape s = *this;
    s.closed = false;
    return s;
}
Shape Shape::matching(std::string regex) const {
    Shape s = *this;
    s.pattern = std::move(regex);
    return s;
}
Shape Shape::described(std::string text) const {
    Shape s = *this;
    s.description = std::move(text);
    return s;
}

ShapeMember required(std::string name, Shape shape) {
    return {std::move(name), std::move(shape), true};
}
ShapeMember optional(std::string name, Shape shape) {
    return {std::move(name), std::move(shape), false};
}

std::optional<Error> check(const json::value& value, const Shape& shape, std::string_view path) {
    return check_at(value, shape, {nullptr, path, {}});
}

json::object to_json_schema(const Shape& shape) {
    static constexpr auto kNoMin = std::numeric_limits<std::int64_t>::min();
    static constexpr auto kNoMax = std::numeric_limits<std::int64_t>::max();
    json::object schema;
    if (!shape.description.empty()) schema["description"] = shape.description;
    const auto set_type = [&](std::string_view name) {
        if (shape.nullable) {
            schema["type"] = json::array{json::value(name), "null"};
        } else {
            schema["type"] = name;
        }
    };
    const auto bounds = [&](std::string_view low, std::string_view high) {
        if (shape.min != kNoMin && (shape.min != 0 || low == "minimum")) schema[low] = shape.min;
        if (shape.max != kNoMax) schema[high] = shape.max;
    };
    switch (shape.type) {
        case Shape::Type::any:
            break;
        case Shape::Type::boolean:
            set_type("boolean");
            break;
        case Shape::Type::integer:
            set_type("integer");
            bounds("minimum", "maximum");
            break;
        case Shape::Type::number:
            set_type("number");
            break;
        case Shape::Type::text:
            set_type("string");
            if (shape.choices.empty()) {
                bounds("minLength", "maxLength");
            } else {
                json::array choices;
                for (const auto& choice : shape.choices)
                    choices.emplace_back(choice);
                if (shape.nullable) choices.emplace_back(nullptr);
                schema["enum"] = std::move(choices);
            }
            if (!shape.pattern.empty()) schema["pattern"] = "^(?:" + shape.pattern + ")$";
            break;
        case Shape::Type::list:
            set_type("array");
            schema["items"] = to_json_schema(*shape.items);
            bounds("minItems", "maxItems");
            break;
        case Shape::Type::map:
            set_type("object");
            schema["additionalProperties"] = to_json_schema(*shape.items);
            bounds("minProperties", "maxProperties");
            break;
        case Shape::Type::object: {
            set_type("object");
            json::object properties;
            json::array required_names;
            for (const auto& member : shape.members) {
                properties[member.name] = to_json_schema(member.shape);
                if (member.is_required) required_names.emplace_back(member.name);
            }
            schema["properties"] = std::move(properties);
            if (!required_names.empty()) schema["required"] = std::move(required_names);
            if (shape.closed) schema["additionalProperties"] = false;
            break;
        }
    }
    return schema;
}

std::optional<std::string> text_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

}  // namespace casement
