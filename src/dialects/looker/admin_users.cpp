// Users: those of this server and embed users, in one list as the vendor has them.
#include "dialects/looker/admin_people.h"

namespace casement::looker {
namespace {

using access::Permission;
using access::Person;
using access::PersonQuery;
using http::Method;

constexpr std::size_t kLiveSessionsShown = 100;
/// Each is looked up by itself.
constexpr std::size_t kMostIds = 500;

Result<void> read_order(const Call& call, PersonQuery& query) {
    const auto keys = read_sorts(call);
    if (!keys) return keys.error();
    if (keys->empty()) return {};
    const auto& key = keys->front();
    query.descending = key.descending;
    using Sort = PersonQuery::Sort;
    for (const auto& [name, sort] :
         {std::pair{"id", Sort::id}, std::pair{"first_name", Sort::first_name},
          std::pair{"last_name", Sort::last_name}, std::pair{"created_at", Sort::created_at}}) {
        if (key.member != name) continue;
        query.sort = sort;
        return {};
    }
    return invalid("invalid_query", "Users are sorted by id, first_name, last_name or created_at.");
}

Result<PersonQuery> read_listing(const Call& call) {
    PersonQuery query;
    const auto page = read_page(call);
    if (!page) return page.error();
    query.limit = page->limit;
    query.offset = page->offset;
    if (auto ordered = read_order(call, query); !ordered) return ordered.error();
    return query;
}

struct Search {
    PersonQuery query;
    bool nobody = false;  ///< asks for somebody who cannot be
};

/// An id that is none fits nobody.
Result<void> read_id_filter(const Call& call, std::string_view name,
                            std::optional<std::int64_t>& member, bool& nobody) {
    const auto text = call.parameter(name);
    if (!text) return text.error();
    if (text->empty()) return {};
    member = read_id(*text);
    if (!member) nobody = true;
    return {};
}

Result<void> read_text_filter(const Call& call, std::string_view name,
                              std::optional<std::string>& member) {
    auto text = call.parameter(name);
    if (!text) return text.error();
    if (!text->empty()) member = std::move(*text);
    return {};
}

Result<Search> read_search(const Call& call) {
    const auto any = flag_parameter(call, "filter_or");
    if (!any) return any.error();
    if (any->value_or(false)) {
        return invalid("invalid_query",
                       "Users are searched by all parameters at once: filter_or is not taken "
                       "here. Make one call for each.");
    }
    auto listing = read_listing(call);
    if (!listing) return listing.error();
    Search search{*listing, false};
    auto& query = search.query;
    for (const auto& read : {read_text_filter(call, "first_name", query.first_name),
                             read_text_filter(call, "last_name", query.last_name),
                             read_text_filter(call, "email", query.email),
                             read_id_filter(call, "id", query.id, search.nobody),
                             read_id_filter(call, "group_id", query.group, search.nobody)}) {
        if (!read) return read.error();
    }
    const auto embed = flag_parameter(call, "embed_user");
    if (!embed) return embed.error();
    query.embed = *embed;
    const auto disabled = flag_parameter(call, "is_disabled");
    if (!disabled) return disabled.error();
    query.disabled = *disabled;
    return search;
}

/// People by these ids, in their order; ids of nobody are passed over.
Answered people_of(const Admin& admin, Call& call, std::vector<std::int64_t> ids) {
    std::vector<Person> people;
    for (const auto id : ids) {
        auto person = co_await admin.people.find(call.who, id);
        if (!person && person.error().kind == ErrorKind::not_found) continue;
        if (!person) co_return person.error();
        people.push_back(std::move(*person));
    }
    co_return answer(call, user_bodies(call, *admin.snapshot(), people));
}

Answered list_users(const Admin& admin, Call& call) {
    auto read = ids_parameter(call, "ids");
    if (!read) co_return read.error();
    if (auto ids = std::move(*read)) {
        if (ids->size() > kMostIds) {
            co_return invalid("invalid_query", "The parameter ids takes at most 500 ids.");
        }
        auto answered = co_await people_of(admin, call, std::move(*ids));
        co_return answered;
    }
    auto query = read_listing(call);
    if (!query) co_return query.error();
    auto people = co_await admin.people.search(call.who, std::move(*query));
    if (!people) co_return people.error();
    co_return answer(call, user_bodies(call, *admin.snapshot(), *people));
}

Answered search_users(const Admin& admin, Call& call) {
    auto search = read_search(call);
    if (!search) co_return search.error();
    if (search->nobody) co_return answer(call, json::array());
    auto people = co_await admin.people.search(call.who, std::move(search->query));
    if (!people) co_return people.error();
    co_return answer(call, user_bodies(call, *admin.snapshot(), *people));
}

/// One person, with the live sessions.
Answered shown(const Admin& admin, Call& call, const Person& person) {
    auto rows = co_await admin.parts.session_rows.list_of_owner(call.who.org, person.id(),
                                                                kLiveSessionsShown);
    if (!rows) co_return rows.error();
    auto body = user_body(call, *admin.snapshot(), person);
    json::array sessions;
    for (const auto& row : *rows)
        sessions.push_back(session_body(call, row));
    body["sessions"] = std::move(sessions);
    co_return answer(call, std::move(body));
}

Answered get_user(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    const auto person = co_await admin.people.find(call.who, *id);
    if (!person) co_return person.error();
    auto answered = co_await shown(admin, call, *person);
    co_return answered;
}

/// Whoever calls. A key that belongs to nobody is a service account: it has a name and no id that
/// other calls would take.
Answered get_me(const Admin& admin, Call& call) {
    const auto snapshot = admin.snapshot();
    const auto* user = access::find_own<store::User>(*snapshot, call.who.org, call.who.user);
    if (user != nullptr) co_return answer(call, user_body(call, *snapshot, Person{*user}));
    json::object body{{"can", can(call, Permission::org_manage)},
                      {"id", fmt::format("key-{}", call.who.key)},
                      {"first_name", call.who.handle},
                      {"last_name", ""},
                      {"display_name", call.who.handle},
                      {"email", nullptr},
                      {"group_ids", json::array()},
                      {"role_ids", json::array()},
                      {"credentials_embed", json::array()},
                      {"is_disabled", false},
                      {"is_service_account", true},
                      {"service_account_name", call.who.handle},
                      {"url", nullptr}};
    co_return answer(call, std::move(body));
}

Answered get_user_of_credential(const Admin& admin, Call& call) {
    // The other types of credentials do not exist here, so nobody has one.
    if (call.part(0) != "embed") co_return api_not_found();
    auto external_id = call.part(1);
    const auto person = co_await admin.people.find_embed_user(call.who, std::move(external_id));
    if (!person) co_return person.error();
    auto answered = co_await shown(admin, call, *person);
    co_return answered;
}

std::string email_in(const json::object& body) {
    if (has(body, "credentials_email")) {
        const auto& credentials = body.at("credentials_email").get_object();
        if (auto email = text_at(credentials, "email")) return *email;
    }
    return text_at(body, "email").value_or("");
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.size() <= 254 &&
           std::none_of(text.begin(), text.end(),
                        [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
}

Answered create_user(const Admin& admin, Call& call) {
    access::NewUser what;
    what.first_name = text_at(call.body, "first_name").value_or("");
    what.last_name = text_at(call.body, "last_name").value_or("");
    what.locale = text_at(call.body, "locale").value_or("");
    what.disabled = flag_at(call.body, "is_disabled").value_or(false);
    what.email = email_in(call.body);
    if (!what.email.empty() && !is_email(what.email)) {
        co_return field_error("email", "invalid", "This is no e-mail address.");
    }
    const auto person = co_await admin.people.create(call.who, std::move(what));
    if (!person) co_return person.error();
    auto answered = co_await shown(admin, call, *person);
    co_return answered;
}

Answered create_embed_user(const Admin& admin, Call& call) {
    auto external_id = text_at(call.body, "external_user_id").value_or("");
    if (external_id.empty()) {
        co_return field_error("external_user_id", "missing_field",
                              "external_user_id is required: your application's own id of this "
                              "person.");
    }
    const auto person = co_await admin.people.create_embed_user(call.who, std::move(external_id));
    if (!person) co_return person.error();
    co_return answer(call, public_user_body(call, *person));
}

Answered update_user(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    access::PersonChange change;
    change.first_name = text_at(call.body, "first_name");
    change.last_name = text_at(call.body, "last_name");
    change.locale = text_at(call.body, "locale");
    change.disabled = flag_at(call.body, "is_disabled");
    const auto person = co_await admin.people.update(call.who, *id, std::move(change));
    if (!person) co_return person.error();
    auto answered = co_await shown(admin, call, *person);
    co_return answered;
}

Answered delete_user(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto removed = co_await admin.people.remove(call.who, *id);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

Shape user_shape() {
    // Role, handle, password and the like are no members: nobody sets them through this call.
    return Shape::object(
        {optional("first_name", name_shape()), optional("last_name", name_shape()),
         optional("locale", Shape::text(0, 32).or_null()),
         optional("is_disabled", Shape::boolean().or_null()),
         optional("email", Shape::text(0, 254).or_null()),
         optional(
             "credentials_email",
             Shape::object({optional("email", Shape::text(0, 254).or_null())}).open().or_null())});
}

}  // namespace

void add_user_operations(Operations& operations, const AdminPtr& admin) {
    operations.add({.method = Method::get, .path = "/user", .handle = on(admin, get_me)});
    const auto add = [&](Method method, std::string path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = std::move(path),
                        .permission = Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    add(Method::get, "/users", {}, list_users);
    add(Method::post, "/users", user_shape(), create_user);
    add(Method::get, "/users/search", {}, search_users);
    add(Method::post, "/users/embed_user",
        Shape::object({optional("external_user_id", name_shape())}), create_embed_user);
    add(Method::get, "/users/credential/{type}/{id}", {}, get_user_of_credential);
    add(Method::get, "/users/{id}", {}, get_user);
    add(Method::patch, "/users/{id}", user_shape(), update_user);
    add(Method::del, "/users/{id}", {}, delete_user);
}

}  // namespace casement::looker
