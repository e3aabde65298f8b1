#include "app/json_lines.h"

#include "app/yaml_document.h"

#include <algorithm>

#include <boost/json/stream_parser.hpp>
#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr int kDeepest = 64;

int line_at(std::string_view text, std::size_t offset) {
    const auto head = text.substr(0, std::min(offset, text.size()));
    return 1 + static_cast<int>(std::count(head.begin(), head.end(), '\n'));
}

// Walks the text without judging it: what is not JSON ends the walk.
class Scanner {
  public:
    Scanner(std::string_view text, JsonLines& out) : text_(text), out_(out) {}

    bool value(const std::string& path, int depth) {
        skip_space();
        if (done() || depth > kDeepest) return false;
        out_.lines.try_emplace(path, line_);
        switch (text_[at_]) {
            case '{':
                return object(path, depth);
            case '[':
                return list(path, depth);
            case '"':
                return string().has_value();
            default:
                return word();
        }
    }

  private:
    [[nodiscard]] bool done() const { return at_ >= text_.size(); }

    void skip_space() {
        while (!done() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
            if (text_[at_] == '\n') ++line_;
            ++at_;
        }
    }

    bool take(char expected) {
        skip_space();
        if (done() || text_[at_] != expected) return false;
        ++at_;
        return true;
    }

    // The text between the quotes as it stands: names that need escapes are not ours.
    std::optional<std::string_view> string() {
        const std::size_t begin = ++at_;
        while (!done() && text_[at_] != '"') {
            if (text_[at_] == '\n') ++line_;
            at_ += text_[at_] == '\\' ? 2 : 1;
        }
        if (done()) return std::nullopt;
        return text_.substr(begin, at_++ - begin);
    }

    bool word() {
        const std::size_t begin = at_;
        while (!done() &&
               std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos) {
            ++at_;
        }
        return at_ > begin;
    }

    bool object(const std::string& path, int depth) {
        ++at_;
        if (take('}')) return true;
        while (true) {
            skip_space();
            if (done() || text_[at_] != '"') return false;
            const int line = line_;
            const auto name = string();
            if (!name) return false;
            const std::string inner =
                path.empty() ? std::string(*name) : fmt::format("{}.{}", path, *name);
            const bool fresh = out_.lines.try_emplace(inner, line).second;
            if (!fresh && !out_.duplicate) out_.duplicate = line;
            if (!take(':') || !value(inner, depth + 1)) return false;
            if (take('}')) return true;
            if (!take(',')) return false;
        }
    }

    bool list(const std::string& path, int depth) {
        ++at_;
        if (take(']')) return true;
        for (std::size_t i = 0;; ++i) {
            if (!value(fmt::format("{}[{}]", path, i), depth + 1)) return false;
            if (take(']')) return true;
            if (!take(',')) return false;
        }
    }

    std::string_view text_;
    JsonLines& out_;
    std::size_t at_ = 0;
    int line_ = 1;
};

// Where a JSON parser gives up.
std::optional<std::size_t> syntax_error(std::string_view text, std::string& reason) {
    boost::json::stream_parser parser;
    boost::system::error_code failed;
    const std::size_t used = parser.write_some(text.data(), text.size(), failed);
    if (!failed) parser.finish(failed);
    if (!failed && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
        reason = "something follows after the end of the document";
        return used;
    }
    if (!failed) return std::nullopt;
    reason = failed.message();
    return used;
}

}  // namespace

JsonLines scan_json(std::string_view text) {
    JsonLines out;
    Scanner(text, out).value("", 0);
    return out;
}

Result<json::value> read_json(std::string_view text, std::string_view file) {
    auto value = parse_json(text);
    if (value) return value;
    std::string reason;
    if (const auto offset = syntax_error(text, reason)) {
        return file_error(file, line_at(text, *offset), fmt::format("not JSON: {}", reason));
    }
    const auto scanned = scan_json(text);
    const Error& error = value.error();
    if (scanned.duplicate && !error.field.empty()) {
        return file_error(file, *scanned.duplicate,
                          fmt::format("\"{}\" is given twice in one object", error.field));
    }
    return file_error(file, 1, error.message);
}

Error json_file_error(std::string_view file, std::string_view text, const Error& error) {
    YamlDocument places;
    places.lines = scan_json(text).lines;
    return file_error(file, places, error);
}

}  // namespace casement::app
