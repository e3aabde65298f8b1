#include "dashboards/dependencies.h"

#include <algorithm>

namespace casement::dashboards {
namespace {

bool continues_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view name_at(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && continues_name(text[end]))
        ++end;
    return text.substr(0, end);
}

enum class Visit { none, open, done };

class Orderer {
  public:
    explicit Orderer(VariableOrder& out) : out_(out), visits_(out.named.size(), Visit::none) {}

    void visit(std::size_t place) {
        visits_[place] = Visit::open;
        path_.push_back(place);
        for (const auto next : out_.named[place]) {
            if (visits_[next] == Visit::none)
                visit(next);
            else if (visits_[next] == Visit::open && out_.circle.empty()) {
                const auto begin = std::find(path_.begin(), path_.end(), next);
                out_.circle.assign(begin, path_.end());
            }
        }
        path_.pop_back();
        visits_[place] = Visit::done;
        out_.order.push_back(place);
    }

    void visit_all() {
        for (std::size_t place = 0; place < visits_.size(); ++place)
            if (visits_[place] == Visit::none) visit(place);
    }

  private:
    VariableOrder& out_;
    std::vector<Visit> visits_;
    std::vector<std::size_t> path_;
};

}  // namespace

std::set<std::string, std::less<>> names_in(std::string_view text) {
    std::set<std::string, std::less<>> names;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        std::size_t begin = 0;
        if (text[i] == '$') begin = text[i + 1] == '{' ? i + 2 : i + 1;
        if (text[i] == '[' && text[i + 1] == '[') begin = i + 2;
        if (begin == 0) continue;
        const auto name = name_at(text.substr(begin));
        if (!name.empty()) names.emplace(name);
    }
    return names;
}

std::string_view source_variable(const PanelQuery& query) {
    std::string_view source = query.source;
    if (!source.starts_with('$')) return {};
    source.remove_prefix(1);
    if (source.starts_with('{') && source.ends_with('}'))
        source = source.substr(1, source.size() - 2);
    return name_at(source) == source ? source : std::string_view();
}

VariableOrder order_of(const std::vector<Variable>& variables) {
    VariableOrder out;
    out.named.resize(variables.size());
    out.follows_time.resize(variables.size());
    for (std::size_t i = 0; i < variables.size(); ++i) {
        if (variables[i].type != Variable::Type::query) continue;
        const auto names = names_in(variables[i].query.text);
        const auto source = source_variable(variables[i].query);
        for (std::size_t j = 0; j < variables.size(); ++j) {
            // Filters narrow results; a text cannot name them.
            if (variables[j].type == Variable::Type::filters) continue;
            if (names.contains(variables[j].parameter_name()) ||
                names.contains(variables[j].name) || source == variables[j].name) {
                out.named[i].push_back(j);
            }
        }
        out.follows_time[i] = names.contains("from") || names.contains("to") ||
                              names.contains("interval") || names.contains("__from") ||
                              names.contains("__to") || names.contains("__range") ||
                              names.contains("__interval") || names.contains("__rate_interval");
    }
    Orderer(out).visit_all();
    // An interval that follows the range takes its followers with it.
    for (const auto place : out.order) {
        for (const auto parent : out.named[place]) {
            if (variables[parent].automatic || out.follows_time[parent])
                out.follows_time[place] = true;
        }
    }
    return out;
}

}  // namespace casement::dashboards
