#include "store/catalog_audit_search.h"

#include "store/catalog_audit.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

namespace casement::store {
namespace {

/// Ids of one statement.
constexpr std::int64_t kStep = 20'000;
/// Rows are written in the order of their times but for those that were under way together.
constexpr std::chrono::minutes kDisorder{5};
constexpr std::int64_t kMostRows = 10'000;

/// The first id whose row is of `at` or later; one behind the last when there is none. Halves the
/// distance, since times grow with ids.
std::int64_t first_at(soci::session& session, OrgId org, Time at, std::int64_t last) {
    const std::int64_t wanted = to_unix_micros(at);
    std::int64_t low = 1, high = last + 1;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        std::int64_t found = 0;
        soci::indicator known = soci::i_null;
        session << "SELECT MIN(at) FROM (SELECT at FROM audit WHERE org = :org AND id >= :id "
                   "ORDER BY id LIMIT 1) AS first_row",
            soci::use(org), soci::use(middle), soci::into(found, known);
        if (known == soci::i_ok && found < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/// The text itself for LIKE, in lower case.
std::string escaped(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '!') pattern.push_back('!');
        pattern.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    return pattern;
}

/// A text's words; of very many the first.
std::vector<std::string_view> words_of(std::string_view text) {
    constexpr std::size_t kMostWords = 8;
    std::vector<std::string_view> words;
    while (words.size() < kMostWords) {
        const auto begin = text.find_first_not_of(" \t");
        if (begin == std::string_view::npos) break;
        const auto end = std::min(text.find_first_of(" \t", begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        text.remove_prefix(end);
    }
    return words;
}

/// What a row must be besides its id, as SQL with the values to bind, in their order.
struct Condition {
    std::string sql;
    std::deque<std::string> texts;
    std::deque<std::int64_t> numbers;
    std::vector<std::pair<bool, std::size_t>> order;  ///< text or number, and which

    void add(std::string_view part, std::string value) {
        sql += part;
        order.emplace_back(true, texts.size());
        texts.push_back(std::move(value));
    }
    void add(std::string_view part, std::int64_t value) {
        sql += part;
        order.emplace_back(false, numbers.size());
        numbers.push_back(value);
    }
};

Condition condition_of(const AuditQuery& query) {
    Condition made;
    if (!query.actor.empty()) made.add(" AND actor = :actor", query.actor);
    if (!query.object.empty()) made.add(" AND object = :object", query.object);
    // Names of actions are lower-case letters and dots.
    if (!query.action.empty()) {
        made.add(" AND action LIKE :action ESCAPE '!'", escaped(query.action) + "%");
    }
    if (!query.except_action.empty())
        made.add(" AND action <> :except_action", query.except_action);
    if (query.from) made.add(" AND at >= :from_at", to_unix_micros(*query.from));
    if (query.to) made.add(" AND at < :to_at", to_unix_micros(*query.to));
    std::size_t number = 0;
    for (const auto& word : words_of(query.words)) {
        made.add(
            fmt::format(" AND LOWER(actor || ' ' || action || ' ' || object || ' ' || client || "
                        "' ' || detail) LIKE :word{} ESCAPE '!'",
                        number++),
            "%" + escaped(word) + "%");
    }
    return made;
}

/// Adds rows of ids in [low, before), newest first, until there are `limit`.
void add_rows(soci::session& session, OrgId org, const Condition& condition, std::int64_t low,
              std::int64_t before, std::int64_t limit, std::vector<AuditRow>& rows) {
    AuditRow row;
    std::int64_t at = 0;
    std::string detail;
    soci::statement statement(session);
    statement.exchange(soci::use(org));
    statement.exchange(soci::use(low));
    statement.exchange(soci::use(before));
    for (const auto& [is_text, index] : condition.order) {
        if (is_text) {
            statement.exchange(soci::use(condition.texts[index]));
        } else {
            statement.exchange(soci::use(condition.numbers[index]));
        }
    }
    statement.exchange(soci::into(row.id));
    statement.exchange(soci::into(at));
    for (auto* text : {&row.actor, &row.action, &row.object, &row.client, &detail, &row.chain}) {
        statement.exchange(soci::into(*text));
    }
    statement.alloc();
    statement.prepare(
        fmt::format("SELECT id, at, actor, action, object, client, detail, chain FROM audit WHERE "
                    "org = :org AND id >= :low AND id < :before{} ORDER BY id DESC LIMIT {}",
                    condition.sql, limit));
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) {
        auto& added = rows.emplace_back(row);
        added.org = org;
        added.at = from_unix_micros(at);
        json::error_code failed;
        const json::value parsed = json::parse(detail, failed);
        if (!failed && parsed.is_object()) added.detail = parsed.get_object();
    }
}

AuditPage search_audit(soci::session& session, const AuditQuery& query) {
    const auto last = read_audit_head(session, query.org).id;
    std::int64_t before = query.before > 0 ? std::min(query.before, last + 1) : last + 1;
    if (query.to)
        before = std::min(before, first_at(session, query.org, *query.to + kDisorder, last));
    const std::int64_t lowest =
        query.from ? first_at(session, query.org, *query.from - kDisorder, last) : 1;
    const auto limit = std::min(
        static_cast<std::int64_t>(std::min<std::size_t>(query.limit, 1'000'000)), kMostRows);
    const auto condition = condition_of(query);
    AuditPage page;
    std::int64_t looked_at = 0;
    while (before > lowest && looked_at < AuditSearch::kMostLookedAt) {
        const std::int64_t low = std::max(lowest, before - kStep);
        const auto wanted = limit - static_cast<std::int64_t>(page.rows.size());
        add_rows(session, query.org, condition, low, before, wanted, page.rows);
        if (static_cast<std::int64_t>(page.rows.size()) >= limit) {
            before = page.rows.back().id;
            break;
        }
        looked_at += before - low;
        before = low;
    }
    page.next = before > lowest ? before : 0;
    return page;
}

}  // namespace

AuditSearch& AuditSearch::of(Catalog& catalog) {
    // Both are one object; who only reads the snapshot need not know these.
    return dynamic_cast<AuditSearch&>(catalog);
}

Result<AuditPage> SqlAuditSearch::search_audit_now(const AuditQuery& query) {
    return work_->read<AuditPage>(
        [&](soci::session& session) { return search_audit(session, query); });
}

}  // namespace casement::store
