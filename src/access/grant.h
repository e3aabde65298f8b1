// A grant: what a session may see, decided when it opens and never changed after that. A share's
// grant lives in the share; the grant of a person whom only the host application knows (an embed
// user), and that of a link signed by a key, are written down whole, because the link that carried
// them is gone.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// Permissions for models: one role of a person. A permission that is bound to models holds for
/// these models only.
struct GrantedRole {
    std::vector<std::string> permissions;
    std::vector<std::string> models;
    bool all_models = false;  ///< an administrator's role, or one with the built-in model set

    friend bool operator==(const GrantedRole&, const GrantedRole&) = default;
};

struct EmbedGrant {
    std::int64_t user = 0;    ///< store::EmbedUser, or store::User when `ordinary`
    bool ordinary = false;    ///< a user of this server who signed in inside the frame
    std::int64_t secret = 0;  ///< store::EmbedSecret that signed the link; 0 = no link
    std::string external_user_id;
    std::string name;  ///< first and last, for the page
    std::vector<GrantedRole> roles;
    std::vector<std::int64_t> groups;  ///< the external one among them
    /// Resolved values by attribute name; a name that is not here has no value. Only attributes
    /// that may narrow rows are meant for filters: see `filterable`.
    std::map<std::string, std::vector<std::string>, std::less<>> attributes;
    /// Names of `attributes` that a viewer can change himself; they narrow nothing.
    std::vector<std::string> editable;
    std::vector<std::string> hidden;  ///< names whose values are never shown
    std::string timezone;             ///< IANA name, or empty
    std::string embed_domain;         ///< allowed for this session only (cookieless), or empty
    bool cookieless = false;
    /// What the link opened, "/embed/dashboards/42?…"; never with a token in it.
    std::string target;

    /// Does some role give `permission` for `model`? Roles were completed when the grant was made:
    /// a permission whose parent is missing is not in them.
    [[nodiscard]] bool allows(std::string_view permission, std::string_view model) const;
    /// The same for permissions that belong to the whole instance. False for one that is bound to
    /// models: those are asked for with a model.
    [[nodiscard]] bool allows(std::string_view permission) const;
    [[nodiscard]] bool is_member(std::int64_t group) const;

    friend bool operator==(const EmbedGrant&, const EmbedGrant&) = default;
};

/// Values by variable name.
using GrantedValues = std::map<std::string, std::vector<std::string>, std::less<>>;

/// What a sharable link gives (grafana.md §2): dashboards of its key's organization.
struct KeyGrant {
    /// store::AccountKey; 0: nobody's, of who was admitted without one (access/anonymous.h).
    std::int64_t key = 0;
    /// proof_of the key's secret that the link was proven with. When a rotation takes that secret
    /// away, what it opened is over.
    std::string proof;
    std::string dashboard;  ///< uid, when the link is bound to one; empty: any that the key may see
    std::int64_t panel = 0;  ///< of that dashboard, when the link is bound to one panel
    GrantedValues locked;    ///< variables that have these values and no others
    GrantedValues bounded;   ///< variables that may take any of these
    /// What the link opened, "/d/{uid}/{slug}?…"; never with a key or signature in it.
    std::string target;

    friend bool operator==(const KeyGrant&, const KeyGrant&) = default;
};

/// What the key of a dashboard snapshot gives: that one, to anybody.
struct DashboardSnapshotGrant {
    std::int64_t id = 0;     ///< store::DashboardSnapshot
    std::int64_t panel = 0;  ///< when the link is to one panel
    /// What the link opened, "/dashboard/snapshot/{key}?…".
    std::string target;

    friend bool operator==(const DashboardSnapshotGrant&, const DashboardSnapshotGrant&) = default;
};

/// At most one of the three; none: the share says everything.
struct Grant {
    std::string dialect;  ///< "datadog", "looker", "grafana"
    std::optional<EmbedGrant> embed = {};
    std::optional<KeyGrant> key = {};
    std::optional<DashboardSnapshotGrant> dashboard_snapshot = {};

    friend bool operator==(const Grant&, const Grant&) = default;
};

/// The text that store::SessionRow::grant holds: one flat object with every member of EmbedGrant
/// of KeyGrant or of DashboardSnapshotGrant, or `{"dialect": …}` alone for a share's.
[[nodiscard]] std::string write_grant(const Grant& grant);
/// Errors: internal "grant_unreadable". Nothing is assumed about what is missing: a wrong type, a
/// member too many or too few refuses the whole grant.
[[nodiscard]] Result<Grant> read_grant(std::string_view text);

}  // namespace casement::access
