// What a URL below /embed/ asks for: the inner part of a login link, once decoded, and the naked
// pages that a browser loads later. Pure; whoever may see it is decided elsewhere.
#pragma once

#include "base/error.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::looker {

enum class ContentKind {
    dashboard,
    look,
    folder,
    explore,
    query,
    query_visualization,
    merge,
    extension,
    report,
    conversation,
    preload,
    other,  ///< a safe path that names none of these
};

struct InnerTarget {
    ContentKind kind = ContentKind::other;
    /// "/embed/dashboards/42": begins with /embed/, ends without a slash, no segment of it is
    /// empty or dots, and only letters, digits and `-_.~:` stand in it.
    std::string path;
    /// The part that names the content: "42", "thelook::overview"; "model/view" of an explore or a
    /// query. Empty when the path names none.
    std::string id;
    /// The path was given in an older spelling (/embed/sso/…, dashboards-next, dashboards-legacy):
    /// a browser that loaded it goes to to_location().
    bool was_renamed = false;

    /// Parameters that are no option below: filters, by name as written ("State",
    /// "f[orders.state]"). Decoded; no name is there twice.
    std::vector<std::pair<std::string, std::string>> filters;
    std::vector<std::string> hide_filter;
    std::optional<std::string> embed_domain;  ///< origin of the host page, not yet checked
    std::optional<std::string> sdk;           ///< "2", "3": the SDK talks to the page
    std::optional<std::string> theme;
    std::optional<std::string> theme_settings;  ///< `_theme`: JSON, not yet read
    std::optional<std::string> query_timezone;  ///< IANA name or "user_timezone", not yet checked
    std::optional<std::string> embed_navigation_token;  ///< of a cookieless session
    bool allow_login_screen = false;
    bool sandboxed_host = false;
};

/// Reads a path and query as a browser would request it; the leading slash may be missing (the
/// vendor's documentation shows both). Escapes in the path are decoded once and must come out
/// harmless; in the query they are read as URLSearchParams reads them in the page, so that both
/// see one thing: a '%' that begins no escape stands for itself. Errors: target_refused for
/// whatever is not plainly a page below /embed/ of the same origin, and for what leads back to
/// the login; parameter_duplicate, parameter_invalid with the parameter as `field`.
[[nodiscard]] Result<InnerTarget> read_target(std::string_view text);

enum class Tokens { kept, left_out };
/// Path and query, spelled in one way, fit for a Location header. Tokens::left_out is for whatever
/// is stored or shown.
[[nodiscard]] std::string to_location(const InnerTarget& target, Tokens tokens = Tokens::kept);

/// Whether the page is asked not to show this filter: hide_filter may come several times, and one
/// may list names between commas.
[[nodiscard]] bool hides(const InnerTarget& target, std::string_view filter);

}  // namespace casement::looker
