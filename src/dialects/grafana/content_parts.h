// What the calls about folders, dashboards and search share: what they work with, how rows are
// named and found, and refusals as the vendor words them for content.
#pragma once

#include "access/dashboard_service.h"
#include "access/folder_tree.h"
#include "access/versioned_dashboards.h"
#include "dialects/grafana/operation.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace casement::grafana {

/// How `store::Dashboard::dialect` names documents of this dialect.
inline constexpr std::string_view kDialect = "grafana";
/// How the vendor names what is in no folder.
inline constexpr std::string_view kGeneral = "general";
inline constexpr std::size_t kLongestUid = 40;
inline constexpr std::int64_t kLongestTitle = 4096;

struct ContentParts {
    /// `the_bin` must outlive it.
    ContentParts(const access::CatalogParts& parts, access::DashboardService& the_bin)
        : catalog(parts), dashboards(parts), bin(the_bin), folders(parts) {}

    access::CatalogParts catalog;
    access::VersionedDashboards dashboards;
    access::DashboardService& bin;
    access::FolderTree folders;

    [[nodiscard]] store::SnapshotPtr snapshot() const { return catalog.catalog.snapshot(); }
};
using ContentPartsPtr = std::shared_ptr<const ContentParts>;

using ContentHandler = Answered (*)(const ContentParts& parts, Call& call);
[[nodiscard]] Handle on(ContentPartsPtr parts, ContentHandler handler);

// -- the families -----------------------------------------------------------------------------

void add_folder_operations(Operations& operations, const ContentPartsPtr& parts);
void add_dashboard_operations(Operations& operations, const ContentPartsPtr& parts);
void add_version_operations(Operations& operations, const ContentPartsPtr& parts);
void add_import_operations(Operations& operations, const ContentPartsPtr& parts);
void add_search_operations(Operations& operations, const ContentPartsPtr& parts);
void add_permission_operations(Operations& operations, const ContentPartsPtr& parts);
void add_org_operations(Operations& operations, const ContentPartsPtr& parts);
/// Without a caller; the version is left out on request.
void add_health_route(http::Router& router, const store::Catalog& catalog, bool hide_version);

// -- names ------------------------------------------------------------------------------------

/// Lower-case ASCII letters, digits and single hyphens; empty when nothing is left.
[[nodiscard]] std::string slug_of(std::string_view title);
[[nodiscard]] std::string url_of(const store::Dashboard& row);
[[nodiscard]] std::string url_of(const store::Folder& row);
/// Without spaces around it.
[[nodiscard]] std::string trimmed(std::string_view text);
/// Errors: invalid "uid_illegal", "uid_too_long".
[[nodiscard]] Result<void> check_uid(std::string_view uid);

/// The folder's id of a uid that a body or query names; "" and "general" are 0. Errors: invalid
/// "folder_unknown".
[[nodiscard]] Result<std::int64_t> folder_of(const store::Snapshot& snapshot,
                                             const access::Principal& who, std::string_view uid);

/// Every value of a parameter that may be sent more than once; empty ones are left out. A query
/// that cannot be read has none.
[[nodiscard]] std::vector<std::string> values_of(const Call& call, std::string_view name);
/// What of a list `limit` (at most `most`) and `page` (from 1) select.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};
[[nodiscard]] Range range_of(const Call& call, std::size_t total, std::int64_t usual,
                             std::int64_t most);

// -- refusals ---------------------------------------------------------------------------------

/// An error of access::VersionedDashboards, access::FolderTree or of here as the vendor answers it:
/// 412 and 400 with `status`, typed ones with `messageId`, others as everywhere.
[[nodiscard]] http::Response refused(const Error& error);

}  // namespace casement::grafana
