// What the calls about data sources and queries share: what they work with, how a source is found,
// read from a body and shown.
#pragma once

#include "access/source_service.h"
#include "data/engine.h"
#include "dialects/grafana/operation.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::grafana {

/// All by reference outlive the router.
struct DatasourceParts {
    access::CatalogParts catalog;
    access::SourceService service;
    data::Engine& engine;
    data::QueryLimits limits;
    /// Where sources that come through the API may read files (access::confine_sources).
    std::vector<std::string> allowed_folders;

    [[nodiscard]] store::SnapshotPtr snapshot() const { return catalog.catalog.snapshot(); }
};
using DatasourcePartsPtr = std::shared_ptr<const DatasourceParts>;

using DatasourceHandler = Answered (*)(const DatasourceParts& parts, Call& call);
[[nodiscard]] Handle on(DatasourcePartsPtr parts, DatasourceHandler handler);

// -- the families -----------------------------------------------------------------------------

void add_datasource_operations(Operations& operations, const DatasourcePartsPtr& parts);
void add_datasource_health_operation(Operations& operations, const DatasourcePartsPtr& parts);
void add_query_operation(Operations& operations, const DatasourcePartsPtr& parts);

// -- what a body says -------------------------------------------------------------------------

/// What a body asks for, checked as far as the row it changes is not needed.
struct DatasourceBody {
    json::object body;
    /// Settings for the engine, within the folders that are allowed; absent: the body has no
    /// jsonData, or its type is one that the engine does not know.
    std::optional<json::object> engine;
};

[[nodiscard]] const Shape& datasource_shape();
/// `type` is that of the row to change, "" for a new one. Looks at the disk, on the catalog's pool.
/// Errors: invalid "invalid_source", "uid_illegal", "uid_too_long"; forbidden "folder_not_allowed".
[[nodiscard]] asio::awaitable<Result<DatasourceBody>> read_datasource(const DatasourceParts& parts,
                                                                      json::object body,
                                                                      std::string type);
/// Puts it into a row, as the vendor does: name, type, url, access, uid and jsonData stay when the
/// body has none; secrets stay unless the body names them, and go with ""; all else is replaced.
[[nodiscard]] Result<void> put_into(store::Source& row, const DatasourceBody& what);

// -- how it is shown --------------------------------------------------------------------------

/// Without secrets; of a provisioned one also without what its file says.
[[nodiscard]] json::object datasource_body(const store::Source& row);
/// As it stands in a list.
[[nodiscard]] json::object listed_datasource(const store::Source& row);

[[nodiscard]] Error no_such_datasource();
/// That this server's engine does not know the source's type.
[[nodiscard]] Error cannot_be_queried(const store::Source& row);
/// The same error without the names of the server's files.
[[nodiscard]] Error without_paths(Error error);

}  // namespace casement::grafana
