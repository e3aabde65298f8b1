// Annotations: remarks about moments of a dashboard, or of a whole organization. They stand in the
// catalog's database and not in its snapshot, because there may be very many; whoever wants some
// asks for them.
#pragma once

#include "store/catalog.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace casement::store {

struct Annotation {
    std::int64_t id = 0;
    OrgId org = 0;
    std::int64_t dashboard = 0;   ///< 0: the organization's; goes with its dashboard
    std::int64_t panel = 0;       ///< of the dashboard; 0: of all of it
    Time starts_at{}, ends_at{};  ///< the same for a moment
    std::string text;
    std::vector<std::string> tags;  ///< each once
    json::object data;
    std::int64_t author = 0;  ///< user id, 0 for a key's
    std::string author_name;  ///< handle, as it was then
    Time created_at{};
    Time modified_at{};
};

struct AnnotationQuery {
    OrgId org = 0;
    std::int64_t id = 0;  ///< this one only; 0: any
    /// Of this dashboard, 0: of none. nullopt: of any and of none.
    std::optional<std::int64_t> dashboard{};
    std::int64_t panel = 0;   ///< 0: any
    std::int64_t author = 0;  ///< 0: anybody
    /// Those that touch this time; either end may be open.
    std::optional<Time> from{}, to{};
    std::vector<std::string> tags{};  ///< all of them, or one of them when `any_tag`
    bool any_tag = false;
    /// Only those after the one with this end and id, in the order of the answer.
    std::optional<std::pair<Time, std::int64_t>> after{};
    std::size_t limit = 100;
};

struct AnnotationTag {
    std::string tag;
    std::int64_t dashboard = 0;  ///< 0: of none
    std::int64_t count = 0;
};

class AnnotationStore {
  public:
    /// The annotations of a catalog that Catalog::open gave.
    [[nodiscard]] static AnnotationStore& of(Catalog& catalog);
    virtual ~AnnotationStore() = default;

    using Change = std::function<Result<void>(Annotation&)>;

    /// Those that end last first, and of those the younger. One that cannot be read is left out.
    [[nodiscard]] asio::awaitable<Result<std::vector<Annotation>>> find(AnnotationQuery query) {
        auto found = co_await pool().run(
            [this, query = std::move(query)] { return annotations_now(query); });
        co_return found;
    }
    /// How often each tag stands on which dashboard, in the order of tags.
    [[nodiscard]] asio::awaitable<Result<std::vector<AnnotationTag>>> tags(OrgId org) {
        auto found = co_await pool().run([this, org] { return annotation_tags_now(org); });
        co_return found;
    }
    /// Fills in `id`, and `created_at` and `modified_at` where they are unset. Errors: not_found
    /// when its dashboard is not there, invalid "invalid_text" as in Transaction.
    [[nodiscard]] asio::awaitable<Result<Annotation>> add(Annotation row) {
        auto added =
            co_await pool().run([this, row = std::move(row)] { return add_annotation_now(row); });
        co_return added;
    }
    /// `change` may be asked more than once; what a row is about, whose it is and when it was made
    /// stay. Errors: not_found, also for another organization's; those of `change` and of add().
    [[nodiscard]] asio::awaitable<Result<Annotation>> change(OrgId org, std::int64_t id,
                                                             Change change) {
        auto changed = co_await pool().run([this, org, id, change = std::move(change)] {
            return change_annotation_now(org, id, change);
        });
        co_return changed;
    }
    /// Errors: not_found.
    [[nodiscard]] asio::awaitable<Result<void>> remove(OrgId org, std::int64_t id) {
        auto removed =
            co_await pool().run([this, org, id] { return remove_annotation_now(org, id); });
        co_return removed;
    }

    // The same on the calling thread.
    [[nodiscard]] virtual Result<std::vector<Annotation>> annotations_now(
        const AnnotationQuery& query) = 0;
    [[nodiscard]] virtual Result<std::vector<AnnotationTag>> annotation_tags_now(OrgId org) = 0;
    [[nodiscard]] virtual Result<Annotation> add_annotation_now(Annotation row) = 0;
    [[nodiscard]] virtual Result<Annotation> change_annotation_now(OrgId org, std::int64_t id,
                                                                   const Change& change) = 0;
    [[nodiscard]] virtual Result<void> remove_annotation_now(OrgId org, std::int64_t id) = 0;

  protected:
    [[nodiscard]] virtual BlockingPool& pool() = 0;
};

}  // namespace casement::store
