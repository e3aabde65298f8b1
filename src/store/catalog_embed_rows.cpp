#include "store/catalog_embed_rows.h"

#include "base/log.h"
#include "store/catalog_rows.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

namespace casement::store {
namespace {

constexpr std::size_t kMaxPattern = 255;

std::optional<std::int64_t> id_of(const json::value& value) {
    if (value.is_int64()) return value.get_int64();
    if (!value.is_string()) return std::nullopt;
    const std::string_view text = value.get_string();
    std::int64_t id = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return id;
}

void add_groups(const json::object& holder, std::set<std::int64_t>& groups) {
    const auto* list = holder.if_contains("groups");
    if (list == nullptr || !list->is_array()) return;
    for (const auto& entry : list->get_array()) {
        if (const auto id = id_of(entry); id && *id > 0) groups.insert(*id);
    }
}

/// For LIKE … ESCAPE '!': of SQL's wildcards only % is one here.
std::string pattern_of(std::string_view text) {
    std::string pattern;
    for (const char letter : text) {
        if (letter == '_' || letter == '!') pattern += '!';
        pattern += letter;
    }
    return pattern;
}

/// What a query selects, or nullopt when that can be nobody.
class Conditions {
  public:
    Conditions(Database::Engine engine, const EmbedUserQuery& query) : engine_(engine) {
        wanted_.where = "t.org = :org";
        add_parameter(wanted_.parameters, query.org);
        const auto& external = query.external_user_id;
        if (external && external->find('%') == std::string::npos) {
            equal("external_user_id", *external);
        } else {
            like("external_user_id", external);
        }
        like("first_name", query.first_name);
        like("last_name", query.last_name);
        if (query.group) {
            wanted_.where += fmt::format(" AND t.member_of LIKE '%,{},%'", *query.group);
        }
        if (query.disabled) {
            wanted_.where += fmt::format(" AND t.disabled = {}", *query.disabled ? 1 : 0);
        }
    }

    [[nodiscard]] std::optional<Selection> take() {
        if (impossible_) return std::nullopt;
        return std::move(wanted_);
    }

  private:
    void equal(const char* column, const std::string& text) {
        if (!fits(text)) return;
        wanted_.where += fmt::format(" AND t.{0} = :{0}", column);
        add_parameter(wanted_.parameters, text);
    }
    void like(const char* column, const std::optional<std::string>& text) {
        if (!text || !fits(*text)) return;
        // SQLite's LIKE takes no account of the case of ASCII letters by itself.
        wanted_.where += fmt::format(" AND t.{0} {1} :{0} ESCAPE '!'", column,
                                     engine_ == Database::Engine::postgresql ? "ILIKE" : "LIKE");
        add_parameter(wanted_.parameters, pattern_of(*text));
    }
    bool fits(std::string_view text) {
        if (text.size() > kMaxPattern || !storable(text)) impossible_ = true;
        return !impossible_;
    }

    const Database::Engine engine_;
    Selection wanted_;
    bool impossible_ = false;
};

/// Both databases sort alike: text by its bytes, who never logged in as if long ago.
std::string order_of(Database::Engine engine, const EmbedUserQuery& query) {
    const char* direction = query.descending ? "DESC" : "ASC";
    const char* bytes = engine == Database::Engine::postgresql ? "COLLATE \"C\"" : "COLLATE BINARY";
    const auto by = [&]() -> std::string {
        using Sort = EmbedUserQuery::Sort;
        switch (query.sort) {
            case Sort::external_user_id:
                return fmt::format("t.external_user_id {}", bytes);
            case Sort::first_name:
                return fmt::format("t.first_name {}", bytes);
            case Sort::last_name:
                return fmt::format("t.last_name {}", bytes);
            case Sort::created_at:
                return "t.created_at";
            case Sort::logged_in_at:
                return "COALESCE(t.logged_in_at, 0)";
            case Sort::id:
                break;
        }
        return {};
    }();
    if (by.empty()) return fmt::format("ORDER BY t.id {}", direction);
    return fmt::format("ORDER BY {} {}, t.id {}", by, direction, direction);
}

}  // namespace

std::string member_of(const EmbedUser& user) {
    std::set<std::int64_t> groups;
    if (user.external_group > 0) groups.insert(user.external_group);
    add_groups(user.grant, groups);
    add_groups(user.profile, groups);
    std::string list = groups.empty() ? "" : ",";
    for (const std::int64_t id : groups)
        list += fmt::format("{},", id);
    return list;
}

std::optional<EmbedUser> find_embed_user(soci::session& session, const SecretBox& secrets,
                                         OrgId org, std::int64_t id) {
    Selection wanted = selection("t.id = :id AND t.org = :org", id);
    add_parameter(wanted.parameters, org);
    return load_row<EmbedUser>(session, secrets, wanted);
}

std::optional<EmbedUser> find_embed_user(soci::session& session, const SecretBox& secrets,
                                         OrgId org, std::string_view external_user_id,
                                         std::string_view lock) {
    if (!storable(external_user_id)) return std::nullopt;
    Selection wanted = selection("t.org = :org AND t.external_user_id = :external_user_id", org);
    add_parameter(wanted.parameters, std::string(external_user_id));
    wanted.tail = lock;
    return load_row<EmbedUser>(session, secrets, wanted);
}

std::vector<EmbedUser> find_embed_users(soci::session& session, const SecretBox& secrets,
                                        Database::Engine engine, const EmbedUserQuery& query) {
    std::vector<EmbedUser> found;
    auto wanted = Conditions(engine, query).take();
    if (!wanted) return found;
    wanted->tail = fmt::format(
        "{} LIMIT {} OFFSET {}", order_of(engine, query), std::min(query.limit, kMaxEmbedUserPage),
        std::min<std::size_t>(query.offset, std::numeric_limits<std::int64_t>::max()));
    load_rows<EmbedUser>(
        session, secrets, *wanted, [&](EmbedUser row) { found.push_back(std::move(row)); },
        [](std::int64_t id, const BadValue& bad) {
            log::error("catalog_row_unreadable", {{"table", Table<EmbedUser>::name},
                                                  {"id", id},
                                                  {"column", bad.column},
                                                  {"detail", bad.what()}});
        });
    return found;
}

std::int64_t number_of_embed_users(soci::session& session, Database::Engine engine,
                                   const EmbedUserQuery& query) {
    const auto wanted = Conditions(engine, query).take();
    if (!wanted) return 0;
    long long count = 0;
    soci::statement statement(session);
    statement.exchange(soci::into(count));
    bind(statement, wanted->parameters);
    statement.alloc();
    statement.prepare(
        fmt::format("SELECT COUNT(*) FROM {} t WHERE {}", Table<EmbedUser>::name, wanted->where));
    statement.define_and_bind();
    statement.execute(true);
    return count;
}

}  // namespace casement::store
