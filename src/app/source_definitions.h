// How the query engine learns of sources: from the catalog's snapshot, prepared once a version.
#pragma once

#include "data/engine.h"
#include "store/catalog.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace casement::app {

class SourceDefinitions {
  public:
    /// `catalog` must outlive it.
    explicit SourceDefinitions(const store::Catalog& catalog) : catalog_(catalog) {}

    /// Any thread. The revision is a digest of everything that the source is made of.
    [[nodiscard]] data::SourceDefinitionPtr find(store::OrgId org, const std::string& name);

  private:
    using Table = std::map<std::pair<store::OrgId, std::string>, data::SourceDefinitionPtr>;

    const store::Catalog& catalog_;
    std::mutex mutex_;
    std::optional<std::int64_t> version_;
    std::shared_ptr<const Table> table_;
};

}  // namespace casement::app
