// The pages under /login/embed/ and /embed/: the shell, or why there is none. Nothing is stored by
// loading one, so a prefetch or a blocked frame burns no link.
#pragma once

#include "access/audit.h"
#include "access/refusal_log.h"
#include "base/clock.h"
#include "dialects/looker/verifier.h"
#include "http/message.h"
#include "http/viewer_shell.h"
#include "store/catalog.h"

#include <map>
#include <string>
#include <string_view>

namespace prometheus {
class Counter;
class Registry;
}  // namespace prometheus

namespace casement::looker {

/// What pages and API say this server is; the vendor's SDK asks for 25.2 or later before it
/// navigates (looker.md §5.3).
inline constexpr std::string_view kVersion = "26.12.0";

class Landing {
  public:
    /// Everything handed in by reference must outlive it. Without `allow_embedding` no page of it
    /// may stand in a frame.
    Landing(const store::Catalog& catalog, const EmbedVerifier& verifier, access::Audit& audit,
            const Clock& clock, prometheus::Registry& metrics, http::ViewerShell shell,
            bool allow_embedding);

    /// `/login/embed/…`: a signed or a cookieless link. One whose time is over gets the shell as
    /// well: this browser may hold the session that it opened. Any thread; does not wait.
    [[nodiscard]] http::Response login(const http::Request& request);
    /// `/embed/…`: further pages of a session, or of a navigation token, or for signing in. Older
    /// spellings are redirected.
    [[nodiscard]] http::Response content(const http::Request& request);

  private:
    [[nodiscard]] std::string ancestors(const store::Snapshot& snapshot,
                                        const std::string& embed_domain) const;
    [[nodiscard]] http::Response shell(std::string_view mode, const Judgement& judgement,
                                       const store::Snapshot& snapshot) const;
    [[nodiscard]] http::Response refuse(const http::Request& request, const Error& reason,
                                        const store::Snapshot& snapshot, bool signed_by_us);
    void count(std::string_view outcome);

    const store::Catalog* catalog_;
    const EmbedVerifier* verifier_;
    const Clock* clock_;
    access::RefusalLog refusals_;
    http::ViewerShell shell_;
    bool allow_embedding_;
    std::vector<std::string> preload_;
    std::map<std::string, prometheus::Counter*, std::less<>> counters_;
};

}  // namespace casement::looker
