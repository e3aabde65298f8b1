// A dashboard as those see it who sign in here, and not through a link: authors, with whole sources
// and the queries' own failures, also while they still write it; others, with the rows that their
// attributes give them; and authors again through somebody else's eyes.
#pragma once

#include "access/embed_users.h"
#include "access/link_verifier.h"
#include "access/principal.h"
#include "access/session_service.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace casement::access {

struct ShownDocument;

/// Through whose eyes; at most one is set.
struct SeenAs {
    std::int64_t user = 0;  ///< store::User
    std::optional<std::map<std::string, std::string>> attributes;
    std::string share;  ///< token, of this dashboard
    /// Verified for the organization of who asks. It is not redeemed.
    std::optional<VerifiedLink> link;

    [[nodiscard]] bool is_set() const {
        return user != 0 || attributes || !share.empty() || link.has_value();
    }
};

struct AuthorRequest {
    std::string dashboard;  ///< id or uid; empty for a document that is kept nowhere yet
    /// In the place of what is kept of it.
    std::shared_ptr<const dashboards::Dashboard> document;
    SeenAs as;
};

class AuthorViews {
  public:
    /// All must outlive it.
    AuthorViews(const store::Catalog& catalog, DocumentCache& documents, const EmbedUsers& people)
        : catalog_(&catalog), documents_(&documents), people_(&people) {}

    /// A viewer without a session. Errors: forbidden "missing_permission" (a document that is not
    /// kept, and other eyes, need dashboards_write); not_found "dashboard_not_found",
    /// "user_not_found", "share_not_found"; invalid "link_of_another_dashboard",
    /// "attribute_invalid", "dashboard_required"; those of view_of_document.
    [[nodiscard]] Result<Viewer> look(const Principal& who, AuthorRequest request) const;

  private:
    [[nodiscard]] Result<ViewPtr> view_as(const store::Snapshot& snapshot, const Principal& who,
                                          ShownDocument shown, const store::Dashboard* row,
                                          const SeenAs& as) const;

    const store::Catalog* catalog_;
    DocumentCache* documents_;
    const EmbedUsers* people_;
};

}  // namespace casement::access
