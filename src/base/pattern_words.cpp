#include "base/pattern_words.h"

#include <array>
#include <optional>
#include <regex>

#include <fmt/format.h>

namespace casement {
namespace {

struct Said {
    std::string_view pattern;
    std::string_view words;
};

// Characters, with how many there may be behind them ("{1,64}") or any number ("+").
constexpr std::array kCharacters = std::to_array<Said>({
    {"[A-Za-z0-9_-]", "letters (a to z), digits, _ and -"},
    {"[a-z0-9_]", "small letters (a to z), digits and _"},
    {"[a-z0-9_.]", "small letters (a to z), digits, _ and dots"},
    {"[A-Za-z0-9._:-]", "letters (a to z), digits, dots, colons, _ and -"},
    {R"([^\x01-\x1f\x7f])", "characters of one line, without tabs and the like"},
});

// Others, by how they begin.
constexpr std::array kWhole = std::to_array<Said>({
    {"[A-Za-z_][A-Za-z0-9_]{0,63}",
     "1 to 64 letters (a to z), digits and _, and not begin with a digit"},
    {"[A-Za-z0-9][A-Za-z0-9 _-]*",
     "letters (a to z), digits, spaces, _ and -, and begin with a letter or a digit"},
    {"[0-9]{1,9}(ms|", "a length of time such as 30s, 5m or 1h"},
    {"[0-9]{1,6}(ms|", "a length of time such as 30s, 5m or 1h"},
    {"[1-9][0-9]{0,9}(ms|", "a length of time such as 30s, 5m or 1h"},
    {R"([0-9]{1,6}(\.[0-9]{1,3})? ?(KB|)", "a size such as 512MB or 2GiB"},
    {"/.*", "a path that begins with /"},
    {"(#[0-9A-Fa-f]{3}", "a colour such as #1a2b3c"},
    {"((super-light-|", "a colour such as #1a2b3c, blue, dark-red or rgba(0, 0, 0, 0.5)"},
    {"fixed|shades|", "a way to colour such as fixed, thresholds, palette or continuous-GrYlRd"},
    {"last|lastNotNull|", "a way to make one of many such as last, sum, mean, max or p95"},
});

/// "{1,64}" as "1 to 64 ", "{0,40}" as "at most 40 ", "+" as nothing; else nullopt.
std::optional<std::string> count_words(std::string_view count) {
    if (count == "+") return std::string();
    static const std::regex range(R"(\{([0-9]+),([0-9]+)\})");
    std::match_results<std::string_view::const_iterator> found;
    if (!std::regex_match(count.begin(), count.end(), found, range)) return std::nullopt;
    if (found[1] == "0") return fmt::format("at most {} ", found[2].str());
    return fmt::format("{} to {} ", found[1].str(), found[2].str());
}

}  // namespace

std::string pattern_words(std::string_view pattern) {
    for (const auto& whole : kWhole) {
        if (pattern.starts_with(whole.pattern)) return std::string(whole.words);
    }
    for (const auto& characters : kCharacters) {
        if (!pattern.starts_with(characters.pattern)) continue;
        const auto count = count_words(pattern.substr(characters.pattern.size()));
        if (count) return *count + std::string(characters.words);
    }
    return "written in another way";
}

}  // namespace casement
