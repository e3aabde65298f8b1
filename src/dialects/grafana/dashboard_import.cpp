#include "dialects/grafana/dashboard_import.h"

#include <map>
#include <string>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

/// The texts that inputs put in may not make a small body large.
constexpr std::size_t kMostPutIn = std::size_t{4} << 20U;
/// Of an input. A placeholder is looked through no further, so that many that never end cost what
/// they are long and not the square of it.
constexpr std::size_t kLongestName = 255;

using Values = std::map<std::string, std::string, std::less<>>;

std::string member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

class Filler {
  public:
    explicit Filler(const Values& values) : values_(&values) {}

    /// False: too much.
    // NOLINTNEXTLINE(misc-no-recursion): as deep as a body may be nested
    bool fill(json::value& value) {
        if (auto* object = value.if_object()) {
            for (auto& one : *object) {
                if (!fill(one.value())) return false;
            }
        } else if (auto* list = value.if_array()) {
            for (auto& one : *list) {
                if (!fill(one)) return false;
            }
        } else if (auto* text = value.if_string()) {
            if (text->find("${") == json::string::npos) return true;
            *text = filled(std::string_view(*text));
        }
        return put_in_ <= kMostPutIn;
    }

  private:
    std::string filled(std::string_view text) {
        std::string out;
        while (put_in_ <= kMostPutIn) {
            const auto begin = text.find("${");
            if (begin == std::string_view::npos) break;
            const auto rest = text.substr(begin + 2, kLongestName + 1);
            const auto length = rest.find('}');
            const auto found = length == std::string_view::npos
                                   ? values_->end()
                                   : values_->find(rest.substr(0, length));
            if (found == values_->end()) {
                out += text.substr(0, begin + 2);
                text.remove_prefix(begin + 2);
                continue;
            }
            out += text.substr(0, begin);
            out += found->second;
            put_in_ += found->second.size();
            text.remove_prefix(begin + 2 + length + 1);
        }
        out += text;
        return out;
    }

    const Values* values_;
    std::size_t put_in_ = 0;
};

}  // namespace

Result<json::object> fill_inputs(json::object dashboard, const json::array& inputs) {
    Values chosen;
    for (const auto& input : inputs) {
        if (!input.is_object()) return invalid("import_input", "inputs must be a list of objects");
        const auto& one = input.get_object();
        chosen[member(one, "type") + "/" + member(one, "name")] = member(one, "value");
    }
    Values values;
    if (const auto* wanted = dashboard.if_contains("__inputs")) {
        if (!wanted->is_array()) return invalid("import_input", "__inputs must be a list");
        for (const auto& input : wanted->get_array()) {
            if (!input.is_object()) return invalid("import_input", "__inputs must hold objects");
            const auto& one = input.get_object();
            const auto name = member(one, "name");
            if (name.size() > kLongestName) {
                return invalid("import_input", "An input's name has 255 bytes at most");
            }
            const auto found = chosen.find(member(one, "type") + "/" + name);
            if (found == chosen.end()) {
                return invalid("import_input",
                               fmt::format("Dashboard input missing in request payload: {}", name));
            }
            values[name] = found->second;
        }
        dashboard.erase("__inputs");
    }
    json::value whole(std::move(dashboard));
    if (!values.empty() && !Filler(values).fill(whole)) {
        return invalid("import_input", "The inputs make the dashboard too large.");
    }
    return std::move(whole.as_object());
}

}  // namespace casement::grafana
