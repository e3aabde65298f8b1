// Annotations in SQL. Errors of the database come out as SOCI's exceptions, values that cannot be
// stored as BadValue.
#pragma once

#include "store/annotation_store.h"
#include "store/catalog_rows.h"

#include <optional>
#include <vector>

#include <soci/soci.h>

namespace casement::store {

template <>
struct Table<Annotation> {
    static constexpr const char* name = "annotations";
    template <class Visitor>
    static void columns(Visitor& visit, Annotation& row) {
        visit.reference("dashboard", row.dashboard);
        visit("panel", row.panel);
        visit("starts_at", row.starts_at);
        visit("ends_at", row.ends_at);
        visit("text", row.text);
        visit("tags", row.tags);
        visit("data", row.data);
        visit("author", row.author);
        visit("author_name", row.author_name);
        visit("modified_at", row.modified_at);
    }
};

[[nodiscard]] std::vector<Annotation> find_annotations(soci::session& session,
                                                       const SecretBox& secrets,
                                                       const AnnotationQuery& query);
[[nodiscard]] std::vector<AnnotationTag> tags_of_annotations(soci::session& session, OrgId org);

/// Whether a row may stand where it says: its dashboard is one of its organization.
[[nodiscard]] bool has_place(soci::session& session, const Annotation& row);
void insert_annotation(soci::session& session, const SecretBox& secrets, Annotation& row);
void update_annotation(soci::session& session, const SecretBox& secrets, const Annotation& row);
/// False when there is none.
[[nodiscard]] bool remove_annotation(soci::session& session, OrgId org, std::int64_t id);
void remove_annotations_of(soci::session& session, std::int64_t dashboard);

}  // namespace casement::store
