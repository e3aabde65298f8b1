// What a person with an embed grant may open: dashboards, saved panels (looks), folders. A path
// names it; who may not see it learns no more than who mistyped it.
#pragma once

#include "access/grant.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/catalog.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace casement::access {

namespace json = boost::json;

struct ContentRef {
    enum class Type { dashboard, look, folder };
    Type type = Type::dashboard;
    std::string id;  ///< number, uid, or "model::uid" (looker.md §1.1)
};
/// "dashboards/42", "looks/7", "folders/3"; nothing before or after it. Looks and folders have
/// numbers only. Errors: invalid "invalid_content".
[[nodiscard]] Result<ContentRef> read_content_ref(std::string_view text);
[[nodiscard]] std::string to_string(const ContentRef& ref);

/// Looks of a page that its URL asks for; everything optional.
struct Appearance {
    std::string theme;                          ///< "light", "dark", "system" or empty
    std::map<std::string, std::string> colors;  ///< checked: #rgb or #rrggbb
    std::string font_family;
    std::optional<bool> show_title, show_filters, tile_shadow;
};

/// What a URL under /embed/ asks for.
struct ContentRequest {
    /// Nothing yet: a page that only loads, to be told later what to show.
    bool preload = false;
    ContentRef ref;
    std::string target;                          ///< the URL again, clean: no token, no signature
    std::map<std::string, std::string> filters;  ///< by name, as written
    std::vector<std::string> hidden_filters;
    std::string query_timezone;  ///< IANA name, "user_timezone" or empty
    Appearance appearance;
    std::string share;  ///< token of the share whose page it is; then `ref` names nothing
    // Of a key's or a share's page only; empty for "as the dashboard says".
    std::map<std::string, std::vector<std::string>> variables;  ///< values by name
    std::string span;
    std::optional<Time> from, to;  ///< both or neither
    json::object page;             ///< how the page is laid out: ARCHITECTURE.md, "sharable"
};

/// Reads such URLs; the dialect whose URLs they are implements it. Pure, any thread.
class ContentReader {
  public:
    virtual ~ContentReader() = default;
    /// Whether this raw request target is such a URL.
    [[nodiscard]] virtual bool recognizes(std::string_view target) const = 0;
    /// Whose content stands at these URLs.
    [[nodiscard]] virtual store::OrgId organization(std::string_view host) const = 0;
    /// The session that a host application's token for its frame's data calls belongs to
    /// (cookieless embedding). Errors: unauthenticated "invalid_api_token", "api_token_expired".
    [[nodiscard]] virtual Result<std::string> session_of_token(std::string_view api_token,
                                                               Time now) const = 0;
    /// Errors: not_found "content_not_found" for a path that names nothing of ours, invalid
    /// "invalid_target" for what is no same-origin path under /embed/.
    [[nodiscard]] virtual Result<ContentRequest> read(std::string_view target,
                                                      const store::Snapshot& snapshot,
                                                      store::OrgId org, Time now) const = 0;
};

/// Reads the URLs that keys' links open, "/d/{uid}/{slug}" and what stands there behind "?"; and
/// those of open shares' pages.
class PageReader {
  public:
    virtual ~PageReader() = default;
    /// `target` is clean: a link's own parameters are gone. Errors: not_found "content_not_found",
    /// invalid "invalid_target" with the parameter.
    [[nodiscard]] virtual Result<ContentRequest> read(std::string_view target, Time now) const = 0;
};

/// Content that was found and may be seen. One of the three pointers is set; they live as long as
/// the snapshot.
struct Content {
    ContentRef ref;
    const store::Dashboard* dashboard = nullptr;
    const store::Look* look = nullptr;
    const store::Folder* folder = nullptr;
    std::string title;
};

class DocumentCache;

/// The refusal of find_content(), for who finds out elsewhere that there is nothing (looker.md
/// §1.8).
[[nodiscard]] Error content_not_found(ContentRef::Type type);

/// - A dashboard needs, for every model that its panels and variables run under, access_data with
///   see_looks and see_user_dashboards; a provisioned one opens by access_data with
///   see_lookml_dashboards too. By "model::uid" only the latter way, and the model must be one of
///   its own. An id is a uid, else a number. A look needs access_data and see_looks, a folder
///   embed_browse_spaces.
/// - A query that names only a source needs the one granted model over it, or all of them when
///   there are several (that panel is then refused, and the rest of the dashboard is seen). Where
///   there are no queries at all, any one model will do.
/// - The folders above: each one that lists groups must list one of the grant's, and an external
///   group's own folder is for its members. In a closed system an embed user sees only what lies
///   in such a folder, or below one.
/// - In the bin, of another organization or unreadable: as if it did not exist.
/// Errors: not_found "content_not_found", the same whether it is missing or not allowed.
[[nodiscard]] Result<Content> find_content(const store::Snapshot& snapshot, store::OrgId org,
                                           const EmbedGrant& grant, const ContentRef& ref,
                                           DocumentCache& documents);

/// What a key's link opens: a dashboard by its uid, unless it is in the bin, or in a folder that is
/// kept for some group, or the grant is bound to another.
/// Errors: not_found "content_not_found".
[[nodiscard]] Result<Content> find_content(const store::Snapshot& snapshot, store::OrgId org,
                                           const KeyGrant& grant, const ContentRef& ref,
                                           DocumentCache& documents);

/// What the folder page lists: what this grant may open, in the order of titles. `parent` only when
/// it may be opened too.
struct FolderListing {
    struct Entry {
        ContentRef ref;
        std::string title;
    };
    ContentRef self;
    std::string title;
    std::optional<ContentRef> parent;
    std::vector<Entry> folders;
    std::vector<Entry> items;
};
/// `folder` comes from find_content().
[[nodiscard]] FolderListing list_folder(const store::Snapshot& snapshot, store::OrgId org,
                                        const EmbedGrant& grant, const Content& folder,
                                        DocumentCache& documents);

}  // namespace casement::access
