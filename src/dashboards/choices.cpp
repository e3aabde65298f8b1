#include "dashboards/choices.h"

#include <algorithm>
#include <compare>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

namespace casement::dashboards {
namespace {

constexpr std::size_t kLongestExpression = 1024;
constexpr std::size_t kLongestValue = 4096;
/// Of a compiled expression: repetitions of repetitions are refused, not unfolded.
constexpr std::int64_t kMostMemory = std::int64_t{1} << 20;

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

/// `(?<name>` in the engine's own spelling, `(?P<name>`; what stands in classes and behind a
/// backslash stays.
std::string with_named_groups(std::string_view expression) {
    std::string out;
    bool in_class = false;
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i];
        if (c == '\\' && i + 1 < expression.size()) {
            out += c;
            out += expression[++i];
            continue;
        }
        if (c == '[') in_class = true;
        if (c == ']') in_class = false;
        const auto rest = expression.substr(i);
        const bool names = !in_class && rest.starts_with("(?<") && rest.size() > 3 &&
                           rest[3] != '=' && rest[3] != '!';
        if (names) {
            out += "(?P<";
            i += 2;
            continue;
        }
        out += c;
    }
    return out;
}

struct Written {
    std::string expression;
    /// What a value must not begin with; empty: nothing.
    std::string excluded;
    bool every_match = false;
};

/// What ends the group that `text` begins in, and whether there is another group or an alternative
/// on the way, outside of classes and not behind a backslash.
struct Walk {
    std::size_t end = std::string_view::npos;  ///< of the closing parenthesis
    bool captures = false;
    bool alternates = false;
};

Walk walk(std::string_view text) {
    Walk found;
    int depth = 0;
    bool in_class = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\') {
            ++i;
        } else if (in_class) {
            in_class = c != ']';
        } else if (c == '[') {
            in_class = true;
        } else if (c == '(') {
            ++depth;
            found.captures = found.captures || !text.substr(i).starts_with("(?:");
        } else if (c == ')' && depth-- == 0) {
            found.end = i;
            return found;
        } else if (c == '|' && depth == 0) {
            found.alternates = true;
        }
    }
    return found;
}

/// "(?!a|b)" at the beginning of a whole value: the one look-around that can be told as a second
/// expression. Takes it away from `body`; leaves what it cannot tell so to the engine, which
/// refuses it.
void take_excluded(std::string& body, std::string& excluded) {
    constexpr std::string_view kNot = "(?!";
    std::string_view rest = body;
    std::string all;
    while (rest.starts_with(kNot)) {
        rest.remove_prefix(kNot.size());
        const auto group = walk(rest);
        if (group.end == std::string_view::npos || group.captures) return;
        all += fmt::format("{}(?:{})", all.empty() ? "" : "|", rest.substr(0, group.end));
        rest.remove_prefix(group.end + 1);
    }
    if (walk(rest).alternates) return;
    excluded = std::move(all);
    body = std::string(rest);
}

Result<Written> read_expression(std::string_view text) {
    const auto bad = [](std::string_view why) {
        return invalid("invalid_expression", std::string(why));
    };
    if (text.size() > kLongestExpression) return bad("is too long: at most 1024 bytes");
    // Without slashes the whole value is meant.
    if (!text.starts_with('/')) {
        Written whole;
        auto body = with_named_groups(text);
        take_excluded(body, whole.excluded);
        whole.expression = fmt::format("^(?:{})$", body);
        return whole;
    }
    const auto end = text.rfind('/');
    if (end == 0) return bad("begins with \"/\" and has no second one");
    Written written;
    std::string flags;
    for (const char flag : text.substr(end + 1)) {
        switch (flag) {
            case 'g':
                written.every_match = true;
                break;
            case 'i':
            case 'm':
            case 's':
                flags += flag;
                break;
            case 'u':
                break;
            default:
                return bad("has a flag that is not known; there are g, i, m and s");
        }
    }
    auto body = with_named_groups(text.substr(1, end - 1));
    // With "m" a line may begin anywhere.
    if (body.starts_with('^') && flags.find('m') == std::string::npos) {
        body.erase(0, 1);
        take_excluded(body, written.excluded);
        body.insert(0, "^");
    }
    const auto flagged = [&](const std::string& expression) {
        const bool plain = flags.empty() || expression.empty();
        return plain ? expression : fmt::format("(?{}:{})", flags, expression);
    };
    written.expression = flagged(body);
    written.excluded = flagged(written.excluded);
    return written;
}

int compare_natural(std::string_view a, std::string_view b) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    const auto take_number = [&](std::string_view& text) {
        std::size_t end = 0;
        while (end < text.size() && is_digit(text[end]))
            ++end;
        auto digits = text.substr(0, end);
        text.remove_prefix(end);
        digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
        return digits;
    };
    while (!a.empty() && !b.empty()) {
        if (is_digit(a.front()) && is_digit(b.front())) {
            const auto left = take_number(a);
            const auto right = take_number(b);
            if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
            if (const int order = left.compare(right); order != 0) return order;
            continue;
        }
        const auto left = static_cast<unsigned char>(lower(a.front()));
        const auto right = static_cast<unsigned char>(lower(b.front()));
        if (left != right) return left < right ? -1 : 1;
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return a.empty() == b.empty() ? 0 : a.empty() ? -1 : 1;
}

std::string lowered(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

/// The first run of digits without leading zeros; a label without any comes first.
std::string_view first_number(std::string_view text) {
    const auto begin = text.find_first_of("0123456789");
    if (begin == std::string_view::npos) return {};
    const auto end = std::min(text.find_first_not_of("0123456789", begin), text.size());
    auto digits = text.substr(begin, end - begin);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return digits;
}

int compare_by(Variable::Sort sort, const Choice& a, const Choice& b) {
    using enum Variable::Sort;
    switch (sort) {
        case none:
            return 0;
        case alpha_asc:
        case alpha_desc:
            return a.label.compare(b.label);
        case numeric_asc:
        case numeric_desc: {
            const auto left = first_number(a.label);
            const auto right = first_number(b.label);
            if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
            return left.compare(right);
        }
        case alpha_ignore_case_asc:
        case alpha_ignore_case_desc:
            return lowered(a.label).compare(lowered(b.label));
        case natural_asc:
        case natural_desc:
            return compare_natural(a.label, b.label);
    }
    return 0;
}

bool is_descending(Variable::Sort sort) {
    using enum Variable::Sort;
    return sort == alpha_desc || sort == numeric_desc || sort == alpha_ignore_case_desc ||
           sort == natural_desc;
}

/// Those that are equal stay in their order.
void sort_by(Variable::Sort sort, std::vector<Choice>& choices) {
    std::vector<std::pair<std::size_t, Choice>> places;
    places.reserve(choices.size());
    for (auto& choice : choices)
        places.emplace_back(places.size(), std::move(choice));
    std::sort(places.begin(), places.end(), [&](const auto& a, const auto& b) {
        const int order = compare_by(sort, a.second, b.second);
        if (order == 0) return a.first < b.first;
        return is_descending(sort) ? order > 0 : order < 0;
    });
    choices.clear();
    for (auto& place : places)
        choices.push_back(std::move(place.second));
}

}  // namespace

struct ChoicePattern::Parts {
    explicit Parts(const Written& written, const RE2::Options& options)
        : regex(written.expression, options), excluded(written.excluded, options) {}
    RE2 regex;
    RE2 excluded;  ///< matched at the beginning; empty: nothing is
    bool every_match = false;
    int value_group = 0;
    int text_group = 0;
};

ChoicePattern::ChoicePattern(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ChoicePattern::ChoicePattern(ChoicePattern&&) noexcept = default;
ChoicePattern& ChoicePattern::operator=(ChoicePattern&&) noexcept = default;
ChoicePattern::~ChoicePattern() = default;

Result<ChoicePattern> ChoicePattern::create(std::string_view text) {
    auto written = read_expression(text);
    if (!written) return written.error();
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMostMemory);
    auto parts = std::make_unique<Parts>(*written, options);
    if (!parts->regex.ok() || !parts->excluded.ok()) {
        return invalid(
            "invalid_expression",
            fmt::format("is no expression that can be used here: {}. Look-around and "
                        "back references are not known",
                        parts->regex.ok() ? parts->excluded.error() : parts->regex.error()));
    }
    parts->every_match = written->every_match;
    const auto& groups = parts->regex.NamedCapturingGroups();
    const auto named = [&](const char* name) {
        const auto found = groups.find(name);
        return found == groups.end() ? 0 : found->second;
    };
    parts->value_group = named("value");
    parts->text_group = named("text");
    return ChoicePattern(std::move(parts));
}

std::vector<Choice> ChoicePattern::apply(const std::vector<Choice>& choices) const {
    const auto& regex = parts_->regex;
    const int groups = regex.NumberOfCapturingGroups() + 1;
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups));
    std::vector<Choice> kept;
    for (const auto& choice : choices) {
        if (choice.value.size() > kLongestValue) continue;
        const auto value = piece(choice.value);
        const bool unwanted =
            !parts_->excluded.pattern().empty() &&
            parts_->excluded.Match(value, 0, value.size(), RE2::ANCHOR_START, nullptr, 0);
        if (unwanted) continue;
        std::size_t at = 0;
        std::string by_value;
        std::string by_text;
        std::vector<std::string> firsts;
        bool matches = false;
        while (regex.Match(value, at, value.size(), RE2::UNANCHORED, found.data(), groups)) {
            matches = true;
            const auto text_of = [&](int group) {
                return found[static_cast<std::size_t>(group)].as_string();
            };
            if (parts_->value_group > 0 && by_value.empty())
                by_value = text_of(parts_->value_group);
            if (parts_->text_group > 0 && by_text.empty()) by_text = text_of(parts_->text_group);
            if (groups > 1) firsts.push_back(text_of(1));
            if (!parts_->every_match || found[0].empty()) break;
            at = static_cast<std::size_t>(found[0].data() - value.data()) + found[0].size();
            if (at > value.size()) break;
        }
        if (!matches) continue;
        if (!by_value.empty() || !by_text.empty()) {
            kept.push_back(
                {by_value.empty() ? by_text : by_value, by_text.empty() ? by_value : by_text});
        } else if (groups == 1) {
            kept.push_back(choice);
        } else {
            for (auto& first : firsts)
                if (!first.empty()) kept.push_back({first, first});
        }
        if (kept.size() >= kMaxChoices) break;
    }
    return kept;
}

Result<std::vector<Choice>> offered_choices(const Variable& variable, std::vector<Choice> choices) {
    if (!variable.regex.empty()) {
        const auto pattern = ChoicePattern::create(variable.regex);
        if (!pattern) return pattern.error();
        choices = pattern->apply(choices);
    }
    std::set<std::string, std::less<>> seen;
    std::erase_if(choices, [&](const Choice& choice) {
        // "*" is every choice, and "" none: neither can be one of them.
        return choice.value.empty() || choice.value == "*" || !seen.insert(choice.value).second;
    });
    for (auto& choice : choices)
        if (choice.label.empty()) choice.label = choice.value;
    if (variable.sort != Variable::Sort::none) sort_by(variable.sort, choices);
    if (choices.size() > kMaxChoices) choices.resize(kMaxChoices);
    return choices;
}

}  // namespace casement::dashboards
