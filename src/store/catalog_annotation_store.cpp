#include "store/catalog_annotation_store.h"

#include "store/catalog_annotations.h"
#include "store/catalog_transaction.h"

namespace casement::store {

AnnotationStore& AnnotationStore::of(Catalog& catalog) {
    // Both are one object; who only reads the snapshot need not know these.
    return dynamic_cast<AnnotationStore&>(catalog);
}

Result<std::vector<Annotation>> SqlAnnotationStore::annotations_now(const AnnotationQuery& query) {
    return work_->read<std::vector<Annotation>>(
        [&](soci::session& session) { return find_annotations(session, work_->secrets(), query); });
}

Result<std::vector<AnnotationTag>> SqlAnnotationStore::annotation_tags_now(OrgId org) {
    return work_->read<std::vector<AnnotationTag>>(
        [&](soci::session& session) { return tags_of_annotations(session, org); });
}

Result<Annotation> SqlAnnotationStore::add_annotation_now(Annotation row) {
    const Time now = work_->clock().now();
    if (row.created_at == Time{}) row.created_at = now;
    if (row.modified_at == Time{}) row.modified_at = row.created_at;
    return work_->write_beside<Annotation>([&](soci::session& session) -> Result<Annotation> {
        if (!has_place(session, row)) return no_such_row();
        insert_annotation(session, work_->secrets(), row);
        return row;
    });
}

Result<Annotation> SqlAnnotationStore::change_annotation_now(OrgId org, std::int64_t id,
                                                             const Change& change) {
    return work_->write_beside<Annotation>([&](soci::session& session) -> Result<Annotation> {
        AnnotationQuery query;
        query.org = org;
        query.id = id;
        auto found = find_annotations(session, work_->secrets(), query);
        if (found.empty()) return no_such_row();
        const Annotation before = found.front();
        auto& row = found.front();
        if (auto changed = change(row); !changed) return changed.error();
        row.id = before.id;
        row.org = before.org;
        row.dashboard = before.dashboard;
        row.panel = before.panel;
        row.author = before.author;
        row.author_name = before.author_name;
        row.created_at = before.created_at;
        update_annotation(session, work_->secrets(), row);
        return std::move(row);
    });
}

Result<void> SqlAnnotationStore::remove_annotation_now(OrgId org, std::int64_t id) {
    const auto removed = work_->write_beside<bool>([&](soci::session& session) -> Result<bool> {
        if (!remove_annotation(session, org, id)) return no_such_row();
        return true;
    });
    if (!removed) return removed.error();
    return {};
}

}  // namespace casement::store
