// Who reads a source or a model: asked before it is taken away, and shown beside it.
#pragma once

#include "base/error.h"
#include "store/catalog.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

struct Uses {
    struct Dashboard {
        std::string uid;
        std::string title;
    };
    std::vector<std::string> models;  ///< of a source: those that stand on it
    std::vector<Dashboard> dashboards;
    std::vector<std::string> looks;  ///< their titles

    [[nodiscard]] bool empty() const {
        return models.empty() && dashboards.empty() && looks.empty();
    }
};

// Blocking: every document of the organization is read. What is in the bin does not count, nor does
// a document that does not read.

/// Dashboards whose panels or variables name the source, or mean it because they name none.
[[nodiscard]] Uses uses_of_source(const store::Snapshot& snapshot, store::OrgId org,
                                  std::string_view name);
[[nodiscard]] Uses uses_of_model(const store::Snapshot& snapshot, store::OrgId org,
                                 std::string_view name);

/// "dashboard "Flights" (flights); model "flights"", and how many more there are.
[[nodiscard]] std::string words_of(const Uses& uses);

/// Errors: conflict "source_in_use", which names who uses it.
[[nodiscard]] Result<void> check_unused(const store::Snapshot& snapshot, const store::Source& row);

}  // namespace casement::access
