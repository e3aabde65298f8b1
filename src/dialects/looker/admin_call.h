// What the handlers of the admin calls share: the services they call, how they read a call, how
// lists are searched, sorted and cut (looker.md §2.7).
#pragma once

#include "access/attribute_service.h"
#include "access/dashboard_service.h"
#include "access/folder_service.h"
#include "access/group_service.h"
#include "access/look_service.h"
#include "access/people_service.h"
#include "access/role_service.h"
#include "access/theme_service.h"
#include "dialects/looker/admin.h"
#include "dialects/looker/errors.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casement::looker {

struct Admin {
    explicit Admin(const AdminParts& of);

    mutable AdminParts parts;
    mutable access::PeopleService people;
    mutable access::GroupService groups;
    mutable access::AttributeService attributes;
    mutable access::RoleService roles;
    mutable access::DashboardService dashboards;
    mutable access::LookService looks;
    mutable access::FolderService folders;
    mutable access::ThemeService themes;

    [[nodiscard]] store::SnapshotPtr snapshot() const { return parts.catalog.catalog.snapshot(); }
};
using AdminPtr = std::shared_ptr<const Admin>;

/// A handler as an operation takes it.
[[nodiscard]] Handle on(AdminPtr admin, Answered (*handler)(const Admin& admin, Call& call));

// -- the families -----------------------------------------------------------------------------

void add_user_operations(Operations& operations, const AdminPtr& admin);
void add_user_detail_operations(Operations& operations, const AdminPtr& admin);
void add_group_operations(Operations& operations, const AdminPtr& admin);
void add_attribute_operations(Operations& operations, const AdminPtr& admin);
void add_role_operations(Operations& operations, const AdminPtr& admin);
void add_set_operations(Operations& operations, const AdminPtr& admin);
void add_dashboard_operations(Operations& operations, const AdminPtr& admin);
void add_look_operations(Operations& operations, const AdminPtr& admin);
void add_folder_operations(Operations& operations, const AdminPtr& admin);
void add_theme_operations(Operations& operations, const AdminPtr& admin);
void add_model_operations(Operations& operations, const AdminPtr& admin);

// -- reading a call ---------------------------------------------------------------------------

/// Ids are texts here: one spelling for each number, no sign, no leading zero.
[[nodiscard]] std::optional<std::int64_t> read_id(std::string_view text);
/// A part of the path that is an id; the vendor's 404 for anything else.
[[nodiscard]] Result<std::int64_t> id_part(const Call& call, std::size_t index);
/// A body's id: absent, null or "" is 0. Errors: unprocessable, of that field.
[[nodiscard]] Result<std::int64_t> id_member(const json::object& body, std::string_view name);

/// Body members: an id, as a text or (of older clients) a number; it is read by id_member.
[[nodiscard]] Shape id_shape();
[[nodiscard]] Shape name_shape();  ///< at most 255 bytes, or null
[[nodiscard]] bool has(const json::object& body, std::string_view name);  ///< there and not null
[[nodiscard]] std::optional<bool> flag_at(const json::object& body, std::string_view name);

/// A body that is a list, which Operation::body does not cover.
[[nodiscard]] Result<json::array> list_body(const Call& call, const Shape& items);
/// A body that is a list of ids.
[[nodiscard]] Result<std::vector<std::int64_t>> ids_body(const Call& call, std::string_view field);

/// "true" or "false"; absent: nullopt. Errors: invalid "invalid_query".
[[nodiscard]] Result<std::optional<bool>> flag_parameter(const Call& call, std::string_view name);
/// Which ids a call asks for; nullopt: all.
using WantedIds = std::optional<std::vector<std::int64_t>>;
[[nodiscard]] bool is_among(const WantedIds& wanted, std::int64_t id);
/// "1,2,3"; absent: nullopt. Ids that are none are left out: they name nothing.
[[nodiscard]] Result<WantedIds> ids_parameter(const Call& call, std::string_view name);

// -- lists ------------------------------------------------------------------------------------

/// Most rows in one answer; it is also what a caller gets who says no limit.
inline constexpr std::size_t kMostRows = 5000;

struct Page {
    std::size_t limit = kMostRows;
    std::size_t offset = 0;
};
/// `limit` and `offset`, or the older `per_page` and `page`. Errors: invalid "invalid_query".
[[nodiscard]] Result<Page> read_page(const Call& call);

struct SortKey {
    std::string member;
    bool descending = false;
};
/// `sorts=name desc,id`. Errors: invalid "invalid_query".
[[nodiscard]] Result<std::vector<SortKey>> read_sorts(const Call& call);

/// Of constants: who holds them waits.
using Names = std::span<const std::string_view>;

/// The rows that the call asks for: those whose members are like the parameters of the same names
/// (all of them, or with filter_or=true any), sorted and cut into a page.
[[nodiscard]] Result<json::array> select_rows(const Call& call, json::array rows, Names searchable);

// -- answers ----------------------------------------------------------------------------------

[[nodiscard]] json::value text_or_null(std::string_view text);
[[nodiscard]] json::value id_or_null(std::int64_t id);
[[nodiscard]] json::value time_or_null(const std::optional<Time>& time);
[[nodiscard]] json::array id_texts(const std::vector<std::int64_t>& ids);
/// The vendor's "can": what the caller may do with this object.
[[nodiscard]] json::object can(const Call& call, access::Permission to_change,
                               bool changeable = true);
/// "https://host/api/4.0/users/7"
[[nodiscard]] std::string api_url(const Call& call, std::string_view collection, std::int64_t id);
[[nodiscard]] http::Response nothing_left();  ///< 204, without a content type

}  // namespace casement::looker
