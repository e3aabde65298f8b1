#include "app/yaml_document.h"

#include "base/encoding.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace casement::app {
namespace {

constexpr int kDeepest = 32;

struct Problem {
    int line;
    std::string reason;
};

int line_at(const YAML::Mark& mark) {
    return mark.line < 0 ? 1 : mark.line + 1;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

json::value plain_scalar(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
        return nullptr;
    }
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (const auto whole = number<std::int64_t>(text)) return *whole;
    // from_chars also reads "inf" and "nan", which are words here.
    if (text.find_first_of("0123456789") != std::string::npos) {
        if (const auto real = number<double>(text); real && std::isfinite(*real)) return *real;
    }
    return json::value(text);
}

class Reader {
  public:
    explicit Reader(YamlDocument& out) : out_(out) {}

    json::value read(const YAML::Node& node, const std::string& path, int depth) {
        const int line = line_at(node.Mark());
        out_.lines.try_emplace(path, line);
        if (depth > kDeepest) throw Problem{line, "is nested more than 32 levels deep"};
        switch (node.Type()) {
            case YAML::NodeType::Undefined:
            case YAML::NodeType::Null:
                return nullptr;
            case YAML::NodeType::Scalar:
                if (!is_utf8(node.Scalar())) throw Problem{line, "is not well-formed UTF-8"};
                // "!" is the tag of a quoted scalar: text, whatever it looks like.
                return node.Tag() == "!" ? json::value(node.Scalar()) : plain_scalar(node.Scalar());
            case YAML::NodeType::Sequence:
                return list(node, path, depth);
            case YAML::NodeType::Map:
                return map(node, path, depth);
        }
        return nullptr;
    }

  private:
    json::value list(const YAML::Node& node, const std::string& path, int depth) {
        json::array out;
        for (std::size_t i = 0; i < node.size(); ++i) {
            out.push_back(read(node[i], fmt::format("{}[{}]", path, i), depth + 1));
        }
        return out;
    }

    json::value map(const YAML::Node& node, const std::string& path, int depth) {
        json::object out;
        for (const auto& entry : node) {
            const YAML::Node& key = entry.first;
            const int line = line_at(key.Mark());
            if (!key.IsScalar()) throw Problem{line, "a name must be text"};
            const std::string& name = key.Scalar();
            if (out.contains(name)) {
                throw Problem{line, fmt::format("\"{}\" is given twice", name.substr(0, 64))};
            }
            const std::string inner = path.empty() ? name : fmt::format("{}.{}", path, name);
            out_.lines.try_emplace(inner, line);
            out[name] = read(entry.second, inner, depth + 1);
        }
        return out;
    }

    YamlDocument& out_;
};

// yaml-cpp resolves aliases before anybody sees them. The event reader does not.
class AliasFinder : public YAML::EventHandler {
  public:
    std::optional<int> alias;
    int documents = 0;

    void OnDocumentStart(const YAML::Mark&) override { ++documents; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        if (!alias) alias = line_at(mark);
    }
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

}  // namespace

int YamlDocument::line_of(std::string_view path) const {
    while (true) {
        if (const auto found = lines.find(path); found != lines.end()) return found->second;
        const auto cut = path.find_last_of(".[");
        if (cut == std::string_view::npos) break;
        path = path.substr(0, cut);
    }
    const auto root = lines.find("");
    return root == lines.end() ? 1 : root->second;
}

Result<YamlDocument> read_yaml(std::string_view text, std::string_view file) {
    if (text.size() > kLongestFile) return file_error(file, 1, "the file is larger than 4 MiB");
    try {
        const std::string owned(text);
        std::istringstream stream(owned);
        YAML::Parser parser(stream);
        AliasFinder finder;
        while (parser.HandleNextDocument(finder)) {
        }
        if (finder.alias) {
            return file_error(file, *finder.alias, "aliases (*name) are not read; write it out");
        }
        if (finder.documents > 1) {
            return file_error(file, 1, "the file holds more than one document (---); split it");
        }
        YamlDocument document;
        document.value = Reader(document).read(YAML::Load(owned), "", 0);
        return document;
    } catch (const Problem& problem) {
        return file_error(file, problem.line, problem.reason);
    } catch (const YAML::Exception& failed) {
        return file_error(file, line_at(failed.mark), fmt::format("not YAML: {}", failed.msg));
    }
}

Error file_error(std::string_view file, int line, std::string_view reason) {
    return invalid("invalid_file", fmt::format("{}:{}: {}", file, line, reason));
}

Error file_error(std::string_view file, const YamlDocument& document, const Error& error) {
    // Readers name the place in `field`; most repeat it at the start of the sentence already.
    const bool named = error.field.empty() || error.message.find(error.field) != std::string::npos;
    return file_error(file, document.line_of(error.field),
                      named ? error.message : fmt::format("{}: {}", error.field, error.message));
}

Result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return invalid("unreadable_file",
                       fmt::format("{} cannot be read ({}). Check the path and its permissions.",
                                   path, std::strerror(errno)));
    }
    std::string text;
    char buffer[16 * 1024];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (text.size() > kLongestFile) {
            return invalid("unreadable_file", fmt::format("{} is larger than 4 MiB.", path));
        }
    }
    if (in.bad() || (text.empty() && !in.eof())) {
        return invalid("unreadable_file",
                       fmt::format("{} cannot be read: it is not a file.", path));
    }
    return text;
}

}  // namespace casement::app
