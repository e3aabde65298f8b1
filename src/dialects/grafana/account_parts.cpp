#include "dialects/grafana/account_parts.h"

#include "dialects/grafana/key.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace casement::grafana {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

Result<void> check_global_limit(const KeyRules& rules, std::int64_t seconds) {
    if (rules.max_seconds_to_live < 0) return {};
    if (seconds == 0) {
        return invalid("lifetime_required", "Number of seconds before expiration should be set");
    }
    if (seconds > rules.max_seconds_to_live) {
        return invalid("lifetime_above_limit",
                       "Number of seconds before expiration is greater than the global limit");
    }
    return {};
}

std::optional<Time> end_after(std::int64_t count, Time now) {
    if (count == 0) return std::nullopt;
    return std::chrono::floor<seconds>(now) + seconds{count};
}

template <class Key>
asio::awaitable<MadeKey> finish(BlockingPool& pool, Key key, Secret text, std::string name) {
    MadeKey made;
    made.row.name = std::move(name);
    made.row.suffix = text.suffix();
    made.text = std::move(text);
    auto work = [key = std::move(key)] { return key_hash(key); };
    made.row.hash = co_await pool.run(std::move(work));
    co_return made;
}

}  // namespace

Handle on(AccountPartsPtr parts, Answered (*handler)(const AccountParts&, Call&)) {
    return [parts = std::move(parts), handler](Call& call) { return handler(*parts, call); };
}

Result<std::optional<Time>> end_of_key(const KeyRules& rules, std::int64_t seconds, Time now) {
    if (auto fits = check_global_limit(rules, seconds); !fits) return fits.error();
    if (seconds < 0) return invalid("lifetime_negative", "negative value for SecondsToLive");
    return end_after(seconds, now);
}

Result<std::optional<Time>> end_of_token(const KeyRules& rules, std::int64_t seconds, Time now) {
    if (auto fits = check_global_limit(rules, seconds); !fits) return fits.error();
    if (seconds < 0) return invalid("token_input", "invalid SecondsToLive value");
    const auto end = end_after(seconds, now);
    if (rules.token_day_limit <= 0) return end;
    // The vendor lets a token without an end pass here. It would outlive any limit.
    if (!end) {
        return invalid("lifetime_required", "Number of seconds before expiration should be set");
    }
    const auto last_day =
        std::chrono::floor<std::chrono::days>(now) + std::chrono::days{rules.token_day_limit};
    if (std::chrono::floor<std::chrono::days>(*end) > last_day) {
        return invalid("token_day_limit",
                       "The expiration date input exceeds the limit for service account access "
                       "tokens expiration date");
    }
    return end;
}

asio::awaitable<MadeKey> make_key(const AccountParts& parts, std::string name, store::OrgId org) {
    auto key = make_legacy_key(parts.catalog.random, name, org);
    auto text = write_legacy_key(key);
    auto made = co_await finish(parts.pool, std::move(key), std::move(text), std::move(name));
    co_return made;
}

asio::awaitable<MadeKey> make_token(const AccountParts& parts, std::string name) {
    auto token = make_service_token(parts.catalog.random);
    auto text = write_service_token(token);
    auto made = co_await finish(parts.pool, std::move(token), std::move(text), std::move(name));
    co_return made;
}

http::Response new_key_answer(const store::AccountKey& row, const Secret& key) {
    return http::Response::json(
        200, json::object{{"id", row.id}, {"name", row.name}, {"key", key.reveal()}});
}

std::string text_or_empty(const json::object& body, std::string_view name) {
    return text_at(body, name).value_or("");
}

std::int64_t number_or_zero(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string seconds_text(Time time) {
    auto text = to_rfc3339(std::chrono::floor<seconds>(time));
    const auto point = text.find('.');
    if (point != std::string::npos) text.replace(point, std::string::npos, "Z");
    return text;
}

json::value seconds_or_null(const std::optional<Time>& time) {
    return time ? json::value(seconds_text(*time)) : json::value(nullptr);
}

bool contains_text(std::string_view text, std::string_view part) {
    if (part.empty()) return true;
    if (part.size() > text.size()) return false;
    // memmem takes time in proportion to both, whoever chose the two of them.
    const auto in = lowered(text);
    const auto wanted = lowered(part);
    return ::memmem(in.data(), in.size(), wanted.data(), wanted.size()) != nullptr;
}

std::size_t Page::begin(std::size_t total) const {
    // Divided, so that a page far out does not wrap around.
    return number - 1 > total / std::max<std::size_t>(size, 1)
               ? total
               : std::min((number - 1) * size, total);
}
std::size_t Page::end(std::size_t total) const {
    return begin(total) + std::min(size, total - begin(total));
}

Page read_page(const Call& call, std::size_t usual, std::size_t most) {
    Page page;
    page.size = std::min(
        static_cast<std::size_t>(call.number("perpage", static_cast<std::int64_t>(usual))), most);
    page.number = static_cast<std::size_t>(call.number("page", 1));
    return page;
}

}  // namespace casement::grafana
