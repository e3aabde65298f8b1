// The table of keys as people read it.
#include "app/configuration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::app {
namespace {

std::string quoted_list(const std::vector<std::string>& list) {
    std::string out = "[";
    for (const auto& item : list)
        out += fmt::format("{}\"{}\"", out.size() > 1 ? ", " : "", item);
    return out + "]";
}

// Comment lines of at most 96 columns.
void add_comment(std::string& out, std::string_view indent, std::string_view text) {
    std::string line(indent);
    line += "#";
    const std::size_t empty = line.size();
    while (!text.empty()) {
        const auto space = text.find(' ');
        const std::string_view word = text.substr(0, space);
        if (line.size() > empty && line.size() + 1 + word.size() > 96) {
            out += line + "\n";
            line.resize(empty);
        }
        line += ' ';
        line += word;
        text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    }
    out += line + "\n";
}

}  // namespace

std::string type_name(const Key& key) {
    if (!key.choices.empty()) return fmt::format("{}", fmt::join(key.choices, ", "));
    if (std::holds_alternative<Key::Text>(key.member)) return "text";
    if (std::holds_alternative<Key::Flag>(key.member)) return "true or false";
    if (std::holds_alternative<Key::List>(key.member)) return "a list of texts";
    return fmt::format("{}–{}", key.min, key.max);
}

std::string default_text(const Key& key) {
    static Configuration defaults;
    if (const auto* member = std::get_if<Key::Text>(&key.member)) {
        const std::string& text = (*member)(defaults);
        return text.empty() ? "\"\"" : text;
    }
    if (const auto* member = std::get_if<Key::Flag>(&key.member)) {
        return (*member)(defaults) ? "true" : "false";
    }
    if (const auto* member = std::get_if<Key::Number>(&key.member)) {
        return std::to_string((*member)(defaults));
    }
    return quoted_list(std::get<Key::List>(key.member)(defaults));
}

std::string configuration_yaml() {
    std::string out;
    std::vector<std::string> open;  // sections the cursor stands in
    for (const auto& key : configuration_keys()) {
        std::vector<std::string> parts;
        std::string_view rest = key.name;
        for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
            parts.emplace_back(rest.substr(0, dot));
            rest = rest.substr(dot + 1);
        }
        std::size_t same = 0;
        while (same < parts.size() && same < open.size() && parts[same] == open[same])
            ++same;
        for (std::size_t i = same; i < parts.size(); ++i) {
            if (i == 0 && !out.empty()) out += "\n";
            out += std::string(2 * i, ' ') + parts[i] + ":\n";
        }
        open = parts;
        const std::string indent(2 * parts.size(), ' ');
        const bool bare_text = key.choices.empty() && std::holds_alternative<Key::Text>(key.member);
        add_comment(
            out, indent,
            bare_text ? std::string(key.help) : fmt::format("{} ({})", key.help, type_name(key)));
        out += fmt::format("{}{}: {}\n", indent, rest, default_text(key));
    }
    return out;
}

std::string configuration_markdown() {
    std::string out = "| key | values | default | what it does |\n|---|---|---|---|\n";
    for (const auto& key : configuration_keys()) {
        out += fmt::format("| `{}` | {} | `{}` | {} |\n", key.name, type_name(key),
                           default_text(key), key.help);
    }
    return out;
}

}  // namespace casement::app
