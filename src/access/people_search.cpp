// Users of this server stand in the snapshot, embed users in the database; a search gives back both
// in one order.
#include "access/person.h"
#include "store/catalog_embed_users.h"

#include <iterator>
#include <tuple>

namespace casement::access {
namespace {

using Sort = PersonQuery::Sort;

bool fits(const PersonQuery& query, const Person& person) {
    const auto& user = *person.user();
    if (query.id && *query.id != user.id) return false;
    if (query.first_name && !is_like(*query.first_name, person.first_name())) return false;
    if (query.last_name && !is_like(*query.last_name, person.last_name())) return false;
    if (query.email && !is_like(*query.email, user.handle)) return false;
    if (query.disabled && *query.disabled != user.disabled) return false;
    if (query.group) {
        const auto groups = person.groups();
        return std::find(groups.begin(), groups.end(), *query.group) != groups.end();
    }
    return true;
}

/// As the database orders embed users: text by its bytes, equal ones by id.
bool is_before(const PersonQuery& query, const Person& left, const Person& right) {
    const auto less = [&](const Person& one, const Person& other) {
        switch (query.sort) {
            case Sort::first_name:
                return std::tuple(one.first_name(), one.id()) <
                       std::tuple(other.first_name(), other.id());
            case Sort::last_name:
                return std::tuple(one.last_name(), one.id()) <
                       std::tuple(other.last_name(), other.id());
            case Sort::created_at:
                return std::tuple(one.created_at(), one.id()) <
                       std::tuple(other.created_at(), other.id());
            case Sort::id:
                break;
        }
        return one.id() < other.id();
    };
    return query.descending ? less(right, left) : less(left, right);
}

std::vector<Person> users_that_fit(const store::Snapshot& snapshot, store::OrgId org,
                                   const PersonQuery& query) {
    std::vector<Person> people;
    for (const auto* user : snapshot.users(org)) {
        Person person{*user};
        if (fits(query, person)) people.push_back(std::move(person));
    }
    std::sort(people.begin(), people.end(), [&](const Person& left, const Person& right) {
        return is_before(query, left, right);
    });
    return people;
}

store::EmbedUserQuery embed_query(store::OrgId org, const PersonQuery& query) {
    store::EmbedUserQuery wanted;
    wanted.org = org;
    wanted.first_name = query.first_name;
    wanted.last_name = query.last_name;
    wanted.group = query.group;
    wanted.disabled = query.disabled;
    wanted.descending = query.descending;
    using Stored = store::EmbedUserQuery::Sort;
    switch (query.sort) {
        case Sort::first_name:
            wanted.sort = Stored::first_name;
            break;
        case Sort::last_name:
            wanted.sort = Stored::last_name;
            break;
        case Sort::created_at:
            wanted.sort = Stored::created_at;
            break;
        case Sort::id:
            wanted.sort = Stored::id;
            break;
    }
    return wanted;
}

bool embed_user_fits(const PersonQuery& query, const store::EmbedUser& user) {
    if (query.first_name && !is_like(*query.first_name, user.first_name)) return false;
    if (query.last_name && !is_like(*query.last_name, user.last_name)) return false;
    if (query.disabled && *query.disabled != user.disabled) return false;
    if (!query.group) return true;
    const auto groups = Person{user}.groups();
    return std::find(groups.begin(), groups.end(), *query.group) != groups.end();
}

/// Embed users number `from` to `from + count` of the query's order.
asio::awaitable<Result<std::vector<Person>>> embed_window(CatalogParts parts, store::OrgId org,
                                                          const PersonQuery& query,
                                                          std::size_t from, std::size_t count) {
    std::vector<Person> people;
    if (query.id) {
        auto found = co_await parts.catalog.embed_user(org, *query.id);
        if (!found && found.error().kind != ErrorKind::not_found) co_return found.error();
        const bool shown = found && from == 0 && count > 0 && embed_user_fits(query, *found);
        if (shown) people.push_back({std::move(*found)});
        co_return people;
    }
    while (people.size() < count) {
        auto wanted = embed_query(org, query);
        wanted.offset = from + people.size();
        wanted.limit = std::min(count - people.size(), store::kMaxEmbedUserPage);
        const auto asked = wanted.limit;
        auto found = co_await parts.catalog.search_embed_users(std::move(wanted));
        if (!found) co_return found.error();
        for (auto& row : *found)
            people.push_back({std::move(row)});
        if (found->size() < asked) break;
    }
    co_return people;
}

}  // namespace

asio::awaitable<Result<std::vector<Person>>> search_people(CatalogParts parts, store::OrgId org,
                                                           PersonQuery query) {
    std::vector<Person> users;
    if (!query.embed.value_or(false)) {
        users = users_that_fit(*parts.catalog.snapshot(), org, query);
    }
    // At most all users stand before an embed user, so this window holds every embed user that can
    // be on the page, and what lies before it is before the page.
    std::vector<Person> embeds;
    const std::size_t from = query.offset - std::min(query.offset, users.size());
    if (query.embed.value_or(true) && !query.email) {
        auto window = co_await embed_window(parts, org, query, from, query.limit + users.size());
        if (!window) co_return window.error();
        embeds = std::move(*window);
    }
    std::vector<Person> merged;
    std::merge(std::make_move_iterator(users.begin()), std::make_move_iterator(users.end()),
               std::make_move_iterator(embeds.begin()), std::make_move_iterator(embeds.end()),
               std::back_inserter(merged), [&](const Person& left, const Person& right) {
                   return is_before(query, left, right);
               });
    const auto start = std::min(query.offset - from, merged.size());
    const auto end = std::min(start + query.limit, merged.size());
    co_return std::vector<Person>(
        std::make_move_iterator(merged.begin() + static_cast<std::ptrdiff_t>(start)),
        std::make_move_iterator(merged.begin() + static_cast<std::ptrdiff_t>(end)));
}

}  // namespace casement::access
