#include "dialects/looker/fields.h"

#include <map>
#include <memory>
#include <string>

namespace casement::looker {
namespace {

constexpr std::size_t kLongest = 2048;
constexpr int kDeepest = 4;

/// A name with nothing below it takes the member whole.
struct Selection {
    std::map<std::string, Selection, std::less<>> members;
};

Error wrong() {
    return invalid("invalid_fields",
                   "The parameter fields must be names between commas, with those of an inner "
                   "object in brackets: id,name,roles(id).");
}

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Reads up to the closing bracket or the end, and leaves `text` there.
Result<Selection> read(std::string_view& text, int depth) {
    if (depth > kDeepest) return wrong();
    Selection selection;
    while (true) {
        while (!text.empty() && text.front() == ' ')
            text.remove_prefix(1);
        std::size_t length = 0;
        while (length < text.size() && is_name(text[length]))
            ++length;
        if (length == 0) return wrong();
        auto& member = selection.members[std::string(text.substr(0, length))];
        text.remove_prefix(length);
        while (!text.empty() && text.front() == ' ')
            text.remove_prefix(1);
        if (!text.empty() && text.front() == '(') {
            text.remove_prefix(1);
            auto inner = read(text, depth + 1);
            if (!inner) return inner.error();
            if (text.empty() || text.front() != ')') return wrong();
            text.remove_prefix(1);
            member = std::move(*inner);
        }
        if (text.empty() || text.front() == ')') return selection;
        if (text.front() != ',') return wrong();
        text.remove_prefix(1);
    }
}

json::value apply(json::value value, const Selection& selection) {
    if (selection.members.empty()) return value;
    if (auto* list = value.if_array()) {
        for (auto& item : *list)
            item = apply(std::move(item), selection);
        return value;
    }
    auto* object = value.if_object();
    if (object == nullptr) return value;
    json::object kept;
    for (auto& [name, member] : *object) {
        const auto found = selection.members.find(std::string_view(name));
        if (found != selection.members.end()) {
            kept[name] = apply(std::move(member), found->second);
        }
    }
    return kept;
}

}  // namespace

Result<json::value> select_fields(json::value value, std::string_view fields) {
    if (fields.empty()) return value;
    if (fields.size() > kLongest) return wrong();
    auto rest = fields;
    auto selection = read(rest, 1);
    if (!selection || !rest.empty()) return wrong();
    return apply(std::move(value), *selection);
}

}  // namespace casement::looker
