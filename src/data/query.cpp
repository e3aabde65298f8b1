#include "data/query.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include <boost/json/serialize.hpp>

namespace casement::data {
namespace {

bool starts_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool continues_name(char c) {
    return starts_name(c) || (c >= '0' && c <= '9');
}

// Every field goes in as its length (or fixed eight bytes) and then its bytes, so that no value
// can spill over into the next field and look like another query.
class KeyWriter {
  public:
    explicit KeyWriter(std::size_t expected) { key_.reserve(expected); }
    void add_number(std::uint64_t value) {
        // In this machine's order: a key never leaves the process.
        key_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void add_text(std::string_view text) {
        add_number(text.size());
        key_.append(text);
    }
    void add_tag(std::size_t tag) { key_ += static_cast<char>('a' + tag); }

    void add_scalar(const Scalar& scalar) {
        add_tag(scalar.index());
        std::visit(
            [this](const auto& value) {
                using T = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<T, bool>) {
                    add_tag(value ? 1 : 0);
                } else if constexpr (std::is_same_v<T, std::int64_t>) {
                    add_number(static_cast<std::uint64_t>(value));
                } else if constexpr (std::is_same_v<T, double>) {
                    add_number(std::bit_cast<std::uint64_t>(value));
                } else if constexpr (std::is_same_v<T, std::string>) {
                    add_text(value);
                } else if constexpr (std::is_same_v<T, Time>) {
                    add_number(static_cast<std::uint64_t>(to_unix_micros(value)));
                } else if constexpr (std::is_same_v<T, std::chrono::microseconds>) {
                    add_number(static_cast<std::uint64_t>(value.count()));
                }
            },
            scalar);
    }

    void add_value(const Value& value) {
        add_tag(value.index());
        if (const auto* scalar = std::get_if<Scalar>(&value)) {
            add_scalar(*scalar);
            return;
        }
        const auto& list = std::get<std::vector<Scalar>>(value);
        add_number(list.size());
        for (const auto& scalar : list)
            add_scalar(scalar);
    }

    [[nodiscard]] std::string take() { return std::move(key_); }

  private:
    std::string key_;
};

/// Calls `use` with each name behind a `$`, a `${` or a `[[`, as often as it stands there.
template <class Use>
void for_each_name(std::string_view text, Use use) {
    for (std::size_t at = text.find_first_of("$["); at != std::string_view::npos;
         at = text.find_first_of("$[", at + 1)) {
        const bool bracket = text[at] == '[';
        std::size_t start = at + 1;
        if (start >= text.size()) return;
        if (bracket && text[start] != '[') continue;
        if (bracket || text[start] == '{') ++start;
        std::size_t end = start;
        if (end >= text.size() || !starts_name(text[end])) continue;
        while (end < text.size() && continues_name(text[end]))
            ++end;
        use(text.substr(start, end - start));
    }
}

}  // namespace

std::set<std::string, std::less<>> named_parameters(std::string_view text) {
    std::set<std::string, std::less<>> names;
    for_each_name(text, [&](std::string_view name) { names.emplace(name); });
    return names;
}

std::string cache_key(const Query& query, std::int64_t source_revision) {
    constexpr std::size_t kUsualRest = 256;
    KeyWriter key(query.text.size() + kUsualRest);
    key.add_number(static_cast<std::uint64_t>(query.org));
    key.add_text(query.source);
    key.add_number(static_cast<std::uint64_t>(source_revision));
    key.add_text(query.text);
    key.add_text(query.scope ? query.scope->key : std::string_view{});
    key.add_number(query.limits.rows);
    key.add_text(query.settings.empty() ? std::string() : json::serialize(query.settings));
    key.add_tag(query.window ? 1 : 0);
    if (const auto& window = query.window) {
        key.add_number(static_cast<std::uint64_t>(to_unix_micros(window->from)));
        key.add_number(static_cast<std::uint64_t>(to_unix_micros(window->to)));
        key.add_number(static_cast<std::uint64_t>(window->interval.count()));
        key.add_number(static_cast<std::uint64_t>(window->points));
    }
    std::vector<std::string_view> used;
    for_each_name(query.text, [&](std::string_view name) { used.push_back(name); });
    std::sort(used.begin(), used.end());
    for (const auto& [name, value] : query.parameters) {
        if (!std::binary_search(used.begin(), used.end(), std::string_view(name))) continue;
        key.add_text(name);
        key.add_value(value);
    }
    return key.take();
}

}  // namespace casement::data
