// Annotations of a catalog, each call in a transaction of its own.
#pragma once

#include "store/annotation_store.h"
#include "store/catalog_work.h"

namespace casement::store {

class SqlAnnotationStore : public AnnotationStore {
  public:
    [[nodiscard]] Result<std::vector<Annotation>> annotations_now(
        const AnnotationQuery& query) override;
    [[nodiscard]] Result<std::vector<AnnotationTag>> annotation_tags_now(OrgId org) override;
    [[nodiscard]] Result<Annotation> add_annotation_now(Annotation row) override;
    [[nodiscard]] Result<Annotation> change_annotation_now(OrgId org, std::int64_t id,
                                                           const Change& change) override;
    [[nodiscard]] Result<void> remove_annotation_now(OrgId org, std::int64_t id) override;

  protected:
    /// `work` must outlive it.
    explicit SqlAnnotationStore(CatalogWork& work) : work_(&work) {}

  private:
    CatalogWork* work_;
};

}  // namespace casement::store
