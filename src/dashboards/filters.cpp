#include "dashboards/filters.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casement::dashboards {
namespace {

using Operator = Filter::Operator;
using Named = std::pair<std::string_view, Operator>;
constexpr std::array<Named, 8> kOperators = {{{"=", Operator::equal},
                                              {"!=", Operator::not_equal},
                                              {"=~", Operator::matches},
                                              {"!~", Operator::not_matches},
                                              {"<", Operator::less},
                                              {">", Operator::more},
                                              {"=|", Operator::one_of},
                                              {"!=|", Operator::none_of}}};

using Escape = std::pair<char, std::string_view>;
constexpr std::array<Escape, 3> kEscapes = {{{'|', "__gfp__"}, {',', "__gfc__"}, {'#', "__gfh__"}}};

constexpr std::size_t kLongestKey = 256;
constexpr std::size_t kMostValues = 100;

std::string unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto* const escape =
            std::find_if(kEscapes.begin(), kEscapes.end(),
                         [&](const Escape& e) { return text.starts_with(e.second); });
        const bool known = escape != kEscapes.end();
        out += known ? escape->first : text.front();
        text.remove_prefix(known ? escape->second.size() : 1);
    }
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|')
            out += "__gfp__";
        else
            out += c;
    }
    return out;
}

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find('|');
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

Error bad(std::string_view why) {
    return invalid("invalid_filter", std::string(why));
}

}  // namespace

Result<Filter> read_filter(std::string_view text) {
    const auto parts = parts_of(text);
    if (parts.size() < 3) return bad("A filter is written key|operator|value.");
    Filter filter;
    filter.key = unescaped(parts[0]);
    if (filter.key.empty() || filter.key.size() > kLongestKey) {
        return bad("A filter's key has from 1 to 256 bytes.");
    }
    const auto written = unescaped(parts[1]);
    const auto* const known =
        std::find_if(kOperators.begin(), kOperators.end(),
                     [&](const Named& named) { return named.first == written; });
    if (known == kOperators.end()) {
        return bad("A filter's operator is one of = != =~ !~ < > =| !=|.");
    }
    filter.operation = known->second;
    for (std::size_t i = 2; i < parts.size(); ++i)
        filter.values.push_back(unescaped(parts[i]));
    const bool several =
        filter.operation == Operator::one_of || filter.operation == Operator::none_of;
    if (!several && filter.values.size() != 1) return bad("This operator takes one value.");
    if (filter.values.size() > kMostValues) return bad("A filter has at most 100 values.");
    return filter;
}

std::string write_filter(const Filter& filter) {
    std::string text = escaped(filter.key) + "|" + escaped(text_of(filter.operation));
    for (const auto& value : filter.values)
        text += "|" + escaped(value);
    return text;
}

std::string_view text_of(Operator operation) {
    for (const auto& [text, known] : kOperators)
        if (known == operation) return text;
    return "=";
}

std::string filter_of_url(std::string_view text) {
    std::string out;
    for (const auto part : parts_of(text)) {
        if (!out.empty()) out += '|';
        out += part.substr(0, part.find(','));
    }
    return out;
}

}  // namespace casement::dashboards
