// The first rows of a model as somebody would see them: for whoever writes it, to look at what its
// row filters leave.
#pragma once

#include "access/catalog_parts.h"
#include "access/model.h"
#include "data/engine.h"

#include <string>
#include <vector>

namespace casement::access {

/// Rows of one relation that are looked at.
inline constexpr std::size_t kMostPreviewRows = 50;
/// Relations that are asked for at once.
inline constexpr std::size_t kMostPreviewRelations = 8;

/// Whose rows: values of attributes, as they are or as a person has them.
struct PreviewFor {
    AttributeValues values;
    std::int64_t person = 0;  ///< 0: nobody's; the values were given
    std::string name;         ///< the person's
};

/// The values of a user or embed user, as a session of theirs would hold them; what they may edit
/// narrows to nothing and is left out. Errors: not_found "user_not_found".
[[nodiscard]] asio::awaitable<Result<PreviewFor>> preview_for(CatalogParts parts, store::OrgId org,
                                                              std::int64_t person);

struct PreviewedRelation {
    std::string name;
    /// Attributes of its filters that have no value, or none of the filter's type: no rows.
    std::vector<std::string> missing;
    data::TablePtr rows;  ///< null: `error` says why
    Error error{};
};

/// Runs under the model's row filters, with every covered column covered. `only` names one
/// relation; empty: the first ones. Errors: not_found "relation_not_found"; of one relation stand
/// beside it.
[[nodiscard]] asio::awaitable<Result<std::vector<PreviewedRelation>>> preview_model(
    data::Engine& engine, const Clock& clock, store::OrgId org, std::string source_type,
    Model model, AttributeValues values, std::string only);

}  // namespace casement::access
