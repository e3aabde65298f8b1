#include "samples.h"

#include <algorithm>

namespace casement::console::test {
namespace {

/// `path` of the place in messages, `pointer` of the same in the document.
void walk(const Shape& shape, const std::string& path, const std::string& pointer,
          const std::function<void(const Shape&, const std::string&, const std::string&)>& each) {
    switch (shape.type) {
        case Shape::Type::text:
            each(shape, path, pointer);
            break;
        case Shape::Type::list:
            walk(*shape.items, path + "[0]", pointer + "/0", each);
            break;
        case Shape::Type::map:
            walk(*shape.items, path + (path.empty() ? "" : ".") + "x", pointer + "/x", each);
            break;
        case Shape::Type::object:
            for (const auto& member : shape.members) {
                walk(member.shape, path + (path.empty() ? "" : ".") + member.name,
                     pointer + "/" + member.name, each);
            }
            break;
        default:
            break;
    }
}

}  // namespace

json::value sample(const Shape& shape) {
    switch (shape.type) {
        case Shape::Type::any:
            return 1;
        case Shape::Type::boolean:
            return true;
        case Shape::Type::integer:
            return std::clamp<std::int64_t>(1, shape.min, shape.max);
        case Shape::Type::number:
            return 1.5;
        case Shape::Type::text:
            if (!shape.choices.empty()) return json::value(shape.choices.front());
            return json::value(std::string(
                static_cast<std::size_t>(std::clamp<std::int64_t>(1, shape.min, shape.max)), 'a'));
        case Shape::Type::list:
            return json::array{sample(*shape.items)};
        case Shape::Type::map:
            return json::object{{"x", sample(*shape.items)}};
        case Shape::Type::object: {
            json::object out;
            for (const auto& member : shape.members)
                out[member.name] = sample(member.shape);
            return out;
        }
    }
    return nullptr;
}

void for_each_confusion(const Shape& shape, const json::value& whole,
                        const std::function<void(const std::string&, const json::value&)>& each) {
    walk(shape, "", "", [&](const Shape& at, const std::string& path, const std::string& pointer) {
        std::vector<json::value> others{json::object{{"$ne", ""}}, json::array{"a"}, 1, 1.5, true};
        if (!at.nullable) others.emplace_back(nullptr);
        for (const auto& other : others) {
            auto body = whole;
            body.at_pointer(pointer) = other;
            each(path, body);
        }
    });
}

}  // namespace casement::console::test
