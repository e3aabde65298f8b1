// Sources, models, dashboards and shares that come as one declared whole: from a folder at start,
// or as one API call. A bundle is checked entirely before anything is written, and written in one
// transaction.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/shape.h"
#include "crypto/secret.h"
#include "dashboards/dashboard.h"
#include "store/catalog.h"

#include <optional>
#include <string>
#include <vector>

namespace casement::access {

// `origin` says to a person where a thing was written ("shares/airports.yaml:4"); every error about
// the thing begins with it.
struct SourceSpec {
    std::string name;
    std::string type;
    json::object settings;
    std::string origin;
    /// Password or token; without one the source has none.
    Secret secret = {};
};

struct ModelSpec {
    std::string name;
    std::string label;
    std::string source;
    json::object document;  ///< as store::Model keeps it
    std::string origin;
};

struct DashboardSpec {
    std::string uid;
    std::string title;
    json::object document;
    dashboards::Dashboard read;  ///< `document`, as read_dashboard understands it
    std::string origin;
};

struct ShareSpec {
    std::string token;
    std::string dashboard;  ///< uid
    std::string type = "secure_embed";
    std::optional<std::string> status;  ///< unset: stays what it is, active for a new one
    std::string title;
    json::object settings;             ///< as store::Share keeps them
    std::optional<Secret> credential;  ///< to be ensured; unset leaves what is there
    std::string origin;
};

struct Bundle {
    std::vector<SourceSpec> sources;
    std::vector<ModelSpec> models;
    std::vector<DashboardSpec> dashboards;
    std::vector<ShareSpec> shares;
};

/// What people write. The same shapes serve YAML files, the API and its OpenAPI text.
[[nodiscard]] const Shape& source_spec_shape();
[[nodiscard]] const Shape& model_spec_shape();
[[nodiscard]] const Shape& share_spec_shape();

// Readers of one thing each. Errors: `field` is the path inside it.
[[nodiscard]] Result<SourceSpec> read_source_spec(const json::object& written);
[[nodiscard]] Result<ModelSpec> read_model_spec(const json::object& written);
[[nodiscard]] Result<DashboardSpec> read_dashboard_spec(const json::value& document);
[[nodiscard]] Result<ShareSpec> read_share_spec(const json::object& written);

/// As the catalog keeps it, without its organization.
[[nodiscard]] store::Model row_of(const ModelSpec& spec);
/// What read_model_spec would read as `spec` again.
[[nodiscard]] json::object write_model_spec(const ModelSpec& spec);
/// What read_share_spec would read as `spec` again, the credential in the open.
[[nodiscard]] json::object write_share_spec(const ShareSpec& spec);

/// Long enough, and not one that people leave in from an example. Errors: weak_credential, without
/// the value.
[[nodiscard]] Result<void> check_credential_text(const Secret& secret);

/// What one thing alone cannot say: nothing twice, every share's dashboard and variables, every
/// model's source and relations and every panel's source or model exist, in the bundle or in
/// `catalog` (organization `org`; null when there is none to ask), and every query over a model
/// stays inside it, also those of stored dashboards whose model changes. With `prune`, what was
/// provisioned before does not count. Errors: invalid_bundle; the message begins with the origin.
[[nodiscard]] Result<void> check_bundle(const Bundle& bundle, const store::Snapshot* catalog,
                                        store::OrgId org, bool prune = false);

/// For bundles from the network: every file that a source would read must lie, links resolved,
/// inside one of `allowed_folders` (absolute); an empty list allows nothing. Relative paths start
/// at the first allowed folder that has them, which is written into the settings. Looks at the
/// disk. Errors: forbidden folder_not_allowed; the message begins with the origin.
[[nodiscard]] Result<void> confine_sources(Bundle& bundle,
                                           const std::vector<std::string>& allowed_folders);

struct ApplyOptions {
    store::OrgId org = 1;
    /// Takes out what was provisioned before and is not in the bundle: sources, models and shares
    /// are removed, dashboards go to the bin.
    bool prune = false;
    std::string actor = "system";
    std::string client;
};

struct ApplyReport {
    int added = 0;
    int changed = 0;
    int unchanged = 0;
    int removed = 0;
    /// Sentences for the operator: a share without a credential, a thing taken over, …
    std::vector<std::string> notes;
};

/// What check_bundle asks about models.
[[nodiscard]] Result<void> check_bundle_models(const Bundle& bundle, const store::Snapshot* catalog,
                                               store::OrgId org, bool prune);

/// Checks, then writes what differs; what is the same is not touched. A name, uid or token that
/// exists is taken over. A provisioned share whose credential changed keeps no old one; a
/// credential that was switched off by hand stays off. Blocking. Errors: invalid_bundle, conflict
/// token_taken, the store's.
[[nodiscard]] Result<ApplyReport> apply_bundle(store::Catalog& catalog, const Bundle& bundle,
                                               const ApplyOptions& options, const Clock& clock);

}  // namespace casement::access
