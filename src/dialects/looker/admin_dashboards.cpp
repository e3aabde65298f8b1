// Dashboards. What is made or changed here is written in our own document, whose panels come with
// the member casement_document; what another vendor's API made is shown, and stays as that API
// wrote it.
#include "access/bin.h"
#include "access/folder_sight.h"
#include "dialects/looker/admin_content.h"

#include <array>
#include <charconv>

namespace casement::looker {
namespace {

using access::Permission;
using http::Method;

/// Longer results come without panels, variables and grids.
constexpr std::size_t kMostWithPanels = 100;
constexpr std::array<std::string_view, 7> kSearchable{
    "id", "slug", "title", "description", "folder_id", "user_id", "deleted"};

/// A dashboard that this caller sees; binned ones only when asked for.
Result<store::Dashboard> find_dashboard(const Admin& admin, const Call& call, bool binned = false) {
    const auto snapshot = admin.snapshot();
    const auto* row = access::find_dashboard_row(*snapshot, call.who.org, call.part(0));
    if (row == nullptr || !access::FolderSight(*snapshot, call.who).sees(row->folder)) {
        return api_not_found();
    }
    if (row->deleted_at && !binned) return api_not_found();
    return *row;
}

// -- answers ----------------------------------------------------------------------------------

Result<http::Response> shown(const Admin& admin, const Call& call, const store::Dashboard& row) {
    const auto document = admin.parts.documents.get(row);
    if (!document) return document.error();
    auto body = dashboard_base(call, *admin.snapshot(), row);
    add_document_members(row, **document, body);
    // It holds the text of queries, which only authors read.
    if (row.dialect == "casement" && call.who.permissions.has(Permission::dashboards_write)) {
        body[kDocumentMember] = row.document;
    }
    return answer(call, std::move(body));
}

bool is_gone(const store::Dashboard& row, Time now) {
    return row.deleted_at && *row.deleted_at + access::kBinTime <= now;
}

json::array base_bodies(const Admin& admin, const Call& call, bool binned) {
    const auto snapshot = admin.snapshot();
    const access::FolderSight sight(*snapshot, call.who);
    const Time now = admin.parts.catalog.clock.now();
    json::array bodies;
    for (const auto* row : snapshot->dashboards(call.who.org)) {
        if (row->deleted_at.has_value() != binned || is_gone(*row, now)) continue;
        if (sight.sees(row->folder)) bodies.push_back(dashboard_base(call, *snapshot, *row));
    }
    return bodies;
}

Answered list_dashboards(const Admin& admin, Call& call) {
    auto rows = select_rows(call, base_bodies(admin, call, false), {});
    if (!rows) co_return rows.error();
    co_return answer(call, std::move(*rows));
}

Answered search_dashboards(const Admin& admin, Call& call) {
    const auto deleted = flag_parameter(call, "deleted");
    if (!deleted) co_return deleted.error();
    auto bodies = base_bodies(admin, call, deleted->value_or(false));
    auto rows = select_rows(call, std::move(bodies), kSearchable);
    if (!rows) co_return rows.error();
    if (rows->size() <= kMostWithPanels) {
        const auto snapshot = admin.snapshot();
        for (auto& body : *rows) {
            const auto id = read_id(body.at("id").get_string()).value_or(0);
            const auto* row = access::find_own<store::Dashboard>(*snapshot, call.who.org, id);
            if (row == nullptr) continue;
            const auto document = admin.parts.documents.get(*row);
            // A damaged one is found all the same; reading it says what is wrong.
            if (document) add_document_members(*row, **document, body.get_object());
        }
    }
    co_return answer(call, std::move(*rows));
}

Answered get_dashboard(const Admin& admin, Call& call) {
    const auto row = find_dashboard(admin, call);
    if (!row) co_return row.error();
    co_return shown(admin, call, *row);
}

// -- what is read out of a document -----------------------------------------------------------

using Bodies = json::array (*)(std::int64_t dashboard, const dashboards::Dashboard& document);

Answered document_list(const Admin& admin, Call& call, Bodies bodies) {
    const auto row = find_dashboard(admin, call);
    if (!row) co_return row.error();
    const auto document = admin.parts.documents.get(*row);
    if (!document) co_return document.error();
    co_return answer(call, bodies(row->id, **document));
}

Answered list_elements(const Admin& admin, Call& call) {
    return document_list(admin, call, element_bodies);
}
Answered list_filters(const Admin& admin, Call& call) {
    return document_list(admin, call, filter_bodies);
}
Answered list_layouts(const Admin& admin, Call& call) {
    return document_list(admin, call, layout_bodies);
}

// -- changes ----------------------------------------------------------------------------------

/// "5 minutes" as the vendor writes it, or "5m" as we do; in our words.
std::optional<std::string> refresh_of(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed != std::errc{} || count < 1 || count > 100'000) return std::nullopt;
    std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    while (unit.starts_with(' '))
        unit.remove_prefix(1);
    if (unit.size() > 1 && unit.ends_with('s')) unit.remove_suffix(1);
    if (unit == "second" || unit == "s") return fmt::format("{}s", count);
    if (unit == "minute" || unit == "m") return fmt::format("{}m", count);
    if (unit == "hour" || unit == "h") return fmt::format("{}h", count);
    if (unit == "day") return fmt::format("{}h", count * 24);
    return std::nullopt;
}

/// Sets or removes a member of the document that a body names; absent leaves it.
void take_text(const json::object& body, std::string_view name, std::string_view member,
               json::object& document) {
    if (!body.contains(name)) return;
    const auto text = text_at(body, name);
    if (text && !text->empty()) {
        document[member] = *text;
    } else {
        document.erase(member);
    }
}

bool touches_document(const json::object& body) {
    return document_in(body) != nullptr || has(body, "title") || body.contains("description") ||
           body.contains("refresh_interval") || body.contains("query_timezone");
}

/// The body's members written into a document, which comes back checked.
Result<dashboards::Dashboard> take_members(const json::object& body, json::object& document) {
    if (const auto* sent = document_in(body)) document = *sent;
    if (const auto title = text_at(body, "title")) document["title"] = *title;
    if (text_at(document, "title").value_or("").empty()) {
        return access::missing_value("title");
    }
    take_text(body, "description", "description", document);
    take_text(body, "query_timezone", "timezone", document);
    if (body.contains("refresh_interval")) {
        document.erase("refresh");
        const auto text = text_at(body, "refresh_interval");
        if (text && !text->empty()) {
            const auto refresh = refresh_of(*text);
            if (!refresh) {
                return field_error("refresh_interval", "invalid",
                                   "refresh_interval is a number with a unit, such as "
                                   "\"5 minutes\" or \"1 hour\".");
            }
            document["refresh"] = *refresh;
        }
    }
    auto read = dashboards::read_dashboard(document);
    if (read) return read;
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOwnMembers{
        {{"title", "title"},
         {"description", "description"},
         {"timezone", "query_timezone"},
         {"refresh", "refresh_interval"}}};
    for (const auto& [ours, theirs] : kOwnMembers) {
        if (read.error().field == ours && body.contains(theirs)) {
            return access::wrong_value(std::string(theirs), read.error().message);
        }
    }
    std::string field(kDocumentMember);
    if (!read.error().field.empty()) field += "." + read.error().field;
    return access::wrong_value(std::move(field), read.error().message);
}

/// What the service finds wrong with a document, as a mistake in the body that brought it.
Error in_body(Error error) {
    if (error.code != "model_not_proven") return error;
    return access::wrong_value(fmt::format("{}.{}", kDocumentMember, error.field),
                               std::move(error.message));
}

Answered create_dashboard(const Admin& admin, Call& call) {
    json::object document{{"panels", json::array()}};
    auto read = take_members(call.body, document);
    if (!read) co_return read.error();
    const auto folder = id_member(call.body, "folder_id");
    if (!folder) co_return folder.error();
    if (auto usable = access::check_folder(*admin.snapshot(), call.who, *folder); !usable) {
        co_return usable.error();
    }
    access::NewDashboard what;
    what.uid = text_at(call.body, "slug").value_or("");
    if (what.uid.empty()) what.uid = read->uid;
    if (!read->uid.empty() && what.uid != read->uid) {
        co_return field_error("slug", "invalid", "slug and the document's uid are the same thing.");
    }
    what.title = read->title;
    what.document = std::move(document);
    what.folder = *folder;
    const auto slug = what.uid;
    const auto row = co_await admin.dashboards.create(call.who, std::move(what));
    if (!row) co_return access::or_name_taken(in_body(row.error()), "slug", slug);
    co_return shown(admin, call, *row);
}

/// What a body asks for, applied to a row inside the transaction.
Result<void> change_row(const Call& call, const store::Snapshot& snapshot, store::Dashboard& row) {
    const auto& body = call.body;
    if (has(body, "folder_id")) {
        const auto folder = id_member(body, "folder_id");
        if (!folder) return folder.error();
        if (auto usable = access::check_folder(snapshot, call.who, *folder); !usable) return usable;
        row.folder = *folder;
    }
    if (!touches_document(body)) return {};
    if (row.dialect != "casement") {
        return field_error("title", "invalid",
                           fmt::format("This dashboard was made through the API of {}; change it "
                                       "there.",
                                       row.dialect));
    }
    auto document = row.document;
    const auto read = take_members(body, document);
    if (!read) return read.error();
    if (!read->uid.empty() && read->uid != row.uid) {
        return access::wrong_value("casement_document.uid",
                                   "A dashboard keeps its uid; leave it out or send the one it "
                                   "has.");
    }
    row.title = read->title;
    row.document = std::move(document);
    return {};
}

Answered update_dashboard(const Admin& admin, Call& call) {
    auto row = find_dashboard(admin, call, true);
    if (!row) co_return row.error();
    std::vector<std::string> ids{row->uid};
    const auto deleted = flag_at(call.body, "deleted");
    if (row->deleted_at) {
        // What is in the bin is only ever taken out of it.
        if (deleted != false) co_return api_not_found();
        auto restored = co_await admin.dashboards.restore(call.who, ids);
        if (!restored) co_return restored.error();
    }
    const auto snapshot = admin.snapshot();
    std::function<Result<void>(store::Dashboard&)> change = [&](store::Dashboard& of) {
        return change_row(call, *snapshot, of);
    };
    auto changed = co_await admin.dashboards.update(call.who, row->uid, std::move(change));
    if (!changed) co_return in_body(changed.error());
    if (deleted.value_or(false)) {
        auto binned = co_await admin.dashboards.bin(call.who, std::move(ids));
        if (!binned) co_return binned.error();
        changed->deleted_at = admin.parts.catalog.clock.now();
    }
    co_return shown(admin, call, *changed);
}

Answered delete_dashboard(const Admin& admin, Call& call) {
    const auto row = find_dashboard(admin, call);
    if (!row) co_return row.error();
    std::vector<std::string> ids{row->uid};
    auto binned = co_await admin.dashboards.bin(call.who, std::move(ids));
    if (!binned) co_return binned.error();
    co_return nothing_left();
}

Shape dashboard_body_shape() {
    return Shape::object(
        {optional("title", Shape::text(0, 200).or_null()),
         optional("description", Shape::text(0, 4000).or_null()),
         optional("slug", Shape::text(0, 64).matching("[A-Za-z0-9_-]{0,64}").or_null()),
         optional("folder_id", id_shape()),
         optional("refresh_interval", Shape::text(0, 32).or_null()),
         optional("query_timezone", Shape::text(0, 64).or_null()),
         optional("deleted", Shape::boolean().or_null()),
         optional(std::string(kDocumentMember), Shape::object({}).open().or_null())});
}

}  // namespace

void add_dashboard_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = "/dashboards" + path,
                        .permission = method == Method::get ? Permission::dashboards_read
                                                            : Permission::dashboards_write,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    add(Method::get, "", {}, list_dashboards);
    add(Method::post, "", dashboard_body_shape(), create_dashboard);
    add(Method::get, "/search", {}, search_dashboards);
    add(Method::get, "/{id}", {}, get_dashboard);
    add(Method::patch, "/{id}", dashboard_body_shape(), update_dashboard);
    add(Method::del, "/{id}", {}, delete_dashboard);
    add(Method::get, "/{id}/dashboard_elements", {}, list_elements);
    add(Method::get, "/{id}/dashboard_filters", {}, list_filters);
    add(Method::get, "/{id}/dashboard_layouts", {}, list_layouts);
}

}  // namespace casement::looker
