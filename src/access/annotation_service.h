// Annotations: who may read them is who may see the dashboard they are about; those of the whole
// organization are everybody's in it. Written by who may change dashboards.
#pragma once

#include "access/catalog_parts.h"
#include "store/annotation_store.h"

#include <functional>
#include <vector>

namespace casement::access {

inline constexpr std::size_t kLongestAnnotation = std::size_t{64} * 1024;  ///< bytes of its text
inline constexpr std::size_t kMostAnnotationTags = 64;
inline constexpr std::size_t kLongestAnnotationTag = 100;  ///< bytes
inline constexpr std::size_t kMostAnnotations = 10'000;    ///< in one answer

class AnnotationService {
  public:
    explicit AnnotationService(const CatalogParts& parts)
        : parts_(parts), store_(&store::AnnotationStore::of(parts.catalog)) {}

    /// What of the query this caller may see. Needs dashboards_read.
    [[nodiscard]] asio::awaitable<Result<std::vector<store::Annotation>>> find(
        Principal who, store::AnnotationQuery query) const;
    /// Errors: not_found "annotation_not_found", also for what the caller may not see.
    [[nodiscard]] asio::awaitable<Result<store::Annotation>> find_one(Principal who,
                                                                      std::int64_t id) const;
    /// Tags of what the caller may see, each once with its count, in their order.
    [[nodiscard]] asio::awaitable<Result<std::vector<store::AnnotationTag>>> tags(
        Principal who) const;

    /// `row` needs dashboard, panel, times, text, tags and data. Errors: missing_permission;
    /// not_found "dashboard_not_found"; invalid "invalid_annotation".
    [[nodiscard]] asio::awaitable<Result<store::Annotation>> create(Principal who,
                                                                    store::Annotation row) const;
    /// `change` gets the row as it is; what it is about and whose it is stay. Errors: those of
    /// create and find_one.
    [[nodiscard]] asio::awaitable<Result<store::Annotation>> update(
        Principal who, std::int64_t id, std::function<void(store::Annotation&)> change) const;
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id) const;

  private:
    const CatalogParts parts_;
    store::AnnotationStore* store_;
};

}  // namespace casement::access
