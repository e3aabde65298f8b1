#include "app/secret_input.h"

#include "app/yaml_document.h"

#include <cstdlib>
#include <iostream>

#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr std::size_t kLongest = std::size_t{64} * 1024;

Secret trimmed(std::string text) {
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.pop_back();
    return Secret(std::move(text));
}

}  // namespace

Result<Secret> secret_from_input() {
    std::string text;
    char buffer[4096];
    while (std::cin.read(buffer, sizeof buffer) || std::cin.gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(std::cin.gcount()));
        if (text.size() > kLongest) {
            return invalid("unreadable_file", "Standard input holds more than 64 KiB.");
        }
    }
    return trimmed(std::move(text));
}

Result<std::optional<Secret>> find_secret(const SecretPlace& place) {
    if (place.file == "-") {
        auto read = secret_from_input();
        if (!read) return read.error();
        return std::optional<Secret>(std::move(*read));
    }
    if (!place.file.empty()) {
        auto read = read_file(place.file);
        if (!read) {
            return invalid("unreadable_file",
                           fmt::format("{}: {}", place.option, read.error().message));
        }
        return std::optional<Secret>(trimmed(std::move(*read)));
    }
    const char* value = std::getenv(place.variable);
    if (value == nullptr || *value == '\0') return std::optional<Secret>();
    return std::optional<Secret>(Secret(value));
}

Result<Secret> need_secret(const SecretPlace& place) {
    auto found = find_secret(place);
    if (!found) return found.error();
    if (*found && !(*found)->empty()) return std::move(**found);
    return invalid("invalid_flag",
                   fmt::format("The {} is missing. Give it with {} FILE (- for standard input) or "
                               "in the environment variable {}.",
                               place.what, place.option, place.variable));
}

}  // namespace casement::app
