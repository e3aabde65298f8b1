// The people of an organization: users of this server and their invitations, groups, roles, user
// attributes, and the people whom signed links bring. All of it needs org_manage.
#pragma once

#include "access/person.h"
#include "console/operation.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace casement::console {

[[nodiscard]] std::vector<Operation> user_operations();
[[nodiscard]] std::vector<Operation> invitation_operations();
[[nodiscard]] std::vector<Operation> group_operations();
[[nodiscard]] std::vector<Operation> role_operations();
[[nodiscard]] std::vector<Operation> attribute_operations();
[[nodiscard]] std::vector<Operation> external_person_operations();

// What their files have in common.

/// The number in a path's part; 0, which is nobody's, for what is none.
[[nodiscard]] std::int64_t id_part(const Call& call, std::size_t part);
/// The services say "not found" of everything alike; here it has a name.
[[nodiscard]] Error named(Error error, std::string_view code, std::string_view message);
/// The ids of a body's list.
[[nodiscard]] std::vector<std::int64_t> ids_at(const json::object& body, std::string_view name);
/// [{"id", "name"}] of those that are there.
template <class Row>
[[nodiscard]] json::array named_rows(const store::Snapshot& snapshot, store::OrgId org,
                                     const std::vector<std::int64_t>& ids) {
    json::array list;
    for (const auto id : ids) {
        const auto* row = access::find_own<Row>(snapshot, org, id);
        if (row != nullptr) list.push_back({{"id", row->id}, {"name", row->name}});
    }
    return list;
}
/// {"id", "name"}.
[[nodiscard]] Shape named_shape();
[[nodiscard]] Shape ids_shape();
/// A text of the search box, wherever it stands.
[[nodiscard]] std::string anywhere(std::string_view text);

/// A person's value of each attribute, and where it comes from. No hidden value.
[[nodiscard]] json::array attribute_values_json(const store::Snapshot& snapshot, store::OrgId org,
                                                const access::Person& person);
[[nodiscard]] Shape attribute_values_shape();

}  // namespace casement::console
