#include "access/annotation_service.h"

#include "access/folder_sight.h"
#include "base/shape.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// Rows that are fetched at once where some may be hidden.
constexpr std::size_t kBatch = 1000;
/// So many times; who sees next to nothing does not make the server read everything.
constexpr int kMostBatches = 20;

Error annotation_not_found() {
    return not_found("annotation_not_found", "Annotation not found");
}

/// What one caller sees, each dashboard looked at once.
class Sight {
  public:
    Sight(const store::Snapshot& snapshot, const Principal& who)
        : snapshot_(snapshot), org_(who.org), folders_(snapshot, who) {}

    bool sees(std::int64_t dashboard) {
        if (dashboard == 0) return true;
        const auto [place, is_new] = known_.try_emplace(dashboard, false);
        if (is_new) {
            const auto* row = snapshot_.dashboard(dashboard);
            place->second = row != nullptr && row->org == org_ && !row->deleted_at &&
                            folders_.sees(row->folder);
        }
        return place->second;
    }

  private:
    const store::Snapshot& snapshot_;
    store::OrgId org_;
    FolderSight folders_;
    std::map<std::int64_t, bool> known_;
};

Result<void> check_annotation(store::Annotation& row) {
    const auto wrong = [](std::string message) -> Result<void> {
        return invalid("invalid_annotation", std::move(message));
    };
    const auto longest = static_cast<std::int64_t>(kLongestAnnotation);
    if (row.text.empty()) return wrong("The text must not be empty.");
    if (auto error = check(json::value(row.text), Shape::text(1, longest), "text")) {
        return wrong(error->message);
    }
    std::vector<std::string> tags;
    for (auto& tag : row.tags) {
        if (tag.empty() || std::find(tags.begin(), tags.end(), tag) != tags.end()) continue;
        const auto fits = Shape::text(1, static_cast<std::int64_t>(kLongestAnnotationTag));
        if (auto error = check(json::value(tag), fits, "tags")) return wrong(error->message);
        tags.push_back(std::move(tag));
    }
    if (tags.size() > kMostAnnotationTags) {
        return wrong(fmt::format("There can be at most {} tags.", kMostAnnotationTags));
    }
    row.tags = std::move(tags);
    if (json::serialize(row.data).size() > kLongestAnnotation) {
        return wrong("The data is larger than 64 KiB.");
    }
    if (row.panel < 0 || (row.panel != 0 && row.dashboard == 0)) {
        return wrong("A panel needs the dashboard that it is on.");
    }
    if (row.ends_at < row.starts_at) std::swap(row.starts_at, row.ends_at);
    return {};
}

}  // namespace

asio::awaitable<Result<std::vector<store::Annotation>>> AnnotationService::find(
    Principal who, store::AnnotationQuery query) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    Sight sight(*snapshot, who);
    std::vector<store::Annotation> seen;
    query.org = who.org;
    const auto limit = std::min(query.limit, kMostAnnotations);
    for (int batch = 0; batch < kMostBatches && seen.size() < limit; ++batch) {
        query.limit = std::max(kBatch, limit - seen.size());
        auto found = co_await store_->find(query);
        if (!found) co_return found.error();
        for (auto& row : *found) {
            if (seen.size() == limit) break;
            query.after = {row.ends_at, row.id};
            if (sight.sees(row.dashboard)) seen.push_back(std::move(row));
        }
        if (found->size() < query.limit) break;
    }
    co_return seen;
}

asio::awaitable<Result<store::Annotation>> AnnotationService::find_one(Principal who,
                                                                       std::int64_t id) const {
    store::AnnotationQuery query;
    query.id = id;
    if (id <= 0) co_return annotation_not_found();
    auto found = co_await find(who, std::move(query));
    if (!found) co_return found.error();
    if (found->empty()) co_return annotation_not_found();
    co_return std::move(found->front());
}

asio::awaitable<Result<std::vector<store::AnnotationTag>>> AnnotationService::tags(
    Principal who) const {
    if (auto allowed = who.require(Permission::dashboards_read); !allowed) {
        co_return allowed.error();
    }
    auto found = co_await store_->tags(who.org);
    if (!found) co_return found.error();
    const auto snapshot = parts_.catalog.snapshot();
    Sight sight(*snapshot, who);
    std::map<std::string, std::int64_t> counts;
    for (const auto& row : *found)
        if (sight.sees(row.dashboard)) counts[row.tag] += row.count;
    std::vector<store::AnnotationTag> tags;
    tags.reserve(counts.size());
    for (const auto& [tag, count] : counts)
        tags.push_back({tag, 0, count});
    co_return tags;
}

asio::awaitable<Result<store::Annotation>> AnnotationService::create(Principal who,
                                                                     store::Annotation row) const {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    const auto snapshot = parts_.catalog.snapshot();
    const auto name = std::to_string(row.dashboard);
    if (!Sight(*snapshot, who).sees(row.dashboard)) co_return dashboard_not_found(name);
    if (auto fits = check_annotation(row); !fits) co_return fits.error();
    row.org = who.org;
    row.author = who.user;
    row.author_name = who.handle;
    auto written = co_await store_->add(std::move(row));
    if (!written && written.error().kind == ErrorKind::not_found) {
        co_return dashboard_not_found(name);
    }
    if (written) {
        parts_.record(who, "annotation.created", fmt::format("annotation:{}", written->id));
    }
    co_return written;
}

asio::awaitable<Result<store::Annotation>> AnnotationService::update(
    Principal who, std::int64_t id, std::function<void(store::Annotation&)> change) const {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    auto seen = co_await find_one(who, id);
    if (!seen) co_return seen.error();
    const Time now = parts_.clock.now();
    auto written = co_await store_->change(
        who.org, id, [change = std::move(change), now](store::Annotation& row) {
            change(row);
            row.modified_at = now;
            return check_annotation(row);
        });
    if (!written && written.error().kind == ErrorKind::not_found) co_return annotation_not_found();
    if (written) parts_.record(who, "annotation.changed", fmt::format("annotation:{}", id));
    co_return written;
}

asio::awaitable<Result<void>> AnnotationService::remove(Principal who, std::int64_t id) const {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) {
        co_return allowed.error();
    }
    auto seen = co_await find_one(who, id);
    if (!seen) co_return seen.error();
    auto removed = co_await store_->remove(who.org, id);
    if (!removed && removed.error().kind == ErrorKind::not_found) co_return annotation_not_found();
    if (removed) parts_.record(who, "annotation.deleted", fmt::format("annotation:{}", id));
    co_return removed;
}

}  // namespace casement::access
