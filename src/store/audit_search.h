// The audit trail, searched by the database. Rows have no index but their ids, because each one
// would cost every login; so a search reads backwards through them, looks at a bounded number, and
// says where it stopped.
#pragma once

#include "store/catalog.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace casement::store {

struct AuditQuery {
    OrgId org = 0;
    std::int64_t before = 0;    ///< only rows older than this id; 0: from the newest
    std::size_t limit = 100;    ///< rows that fit
    std::string actor;          ///< the whole of it; empty: anybody
    std::string action;         ///< how it begins: "link." or "link.refused"
    std::string object;         ///< the whole of it
    std::string except_action;  ///< rows of this action are left out; empty: none are
    std::string words;          ///< each stands in actor, action, object, client or detail
    std::optional<Time> from;   ///< at or after
    std::optional<Time> to;     ///< before
};

struct AuditPage {
    std::vector<AuditRow> rows;  ///< newest first
    /// `before` of the next page; 0: nothing older can fit. A page may be short, even empty, and
    /// still have a next one.
    std::int64_t next = 0;
};

class AuditSearch {
  public:
    /// That of a catalog that Catalog::open gave.
    [[nodiscard]] static AuditSearch& of(Catalog& catalog);
    virtual ~AuditSearch() = default;

    /// Rows looked at in one call, whether they fit or not.
    static constexpr std::int64_t kMostLookedAt = 200'000;

    [[nodiscard]] asio::awaitable<Result<AuditPage>> search(AuditQuery query) {
        auto page = co_await pool().run(
            [this, query = std::move(query)] { return search_audit_now(query); });
        co_return page;
    }
    /// The same on the calling thread.
    [[nodiscard]] virtual Result<AuditPage> search_audit_now(const AuditQuery& query) = 0;

  protected:
    [[nodiscard]] virtual BlockingPool& pool() = 0;
};

}  // namespace casement::store
