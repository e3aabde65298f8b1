// The pages under /d/ and /d-solo/: the shell, or why there is none. Nothing is stored by loading
// one, so a prefetch or a blocked frame opens no session.
#pragma once

#include "access/anonymous.h"
#include "access/audit.h"
#include "access/refusal_log.h"
#include "base/clock.h"
#include "dialects/grafana/verifier.h"
#include "http/message.h"
#include "http/viewer_shell.h"
#include "store/catalog.h"

#include <map>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace prometheus {
class Counter;
class Registry;
}  // namespace prometheus

namespace casement::grafana {

class Landing {
  public:
    /// Everything handed in by reference must outlive it. Without `allow_embedding` no page of it
    /// may stand in a frame.
    Landing(const store::Catalog& catalog, const SharableVerifier& verifier,
            const access::AnonymousAccess& anonymous, access::Audit& audit, const Clock& clock,
            prometheus::Registry& metrics, http::ViewerShell shell, bool allow_embedding);

    /// A dashboard's or a panel's URL, with a link's proof in it or without. One whose time is over
    /// gets the shell as well: this browser may hold the session that it opened. `request` must
    /// outlive the coroutine.
    [[nodiscard]] asio::awaitable<http::Response> page(const http::Request& request);

  private:
    [[nodiscard]] http::Response shell(std::string_view mode, const store::Snapshot& snapshot,
                                       store::OrgId org, bool admits_anonymous = false) const;
    [[nodiscard]] http::Response refuse(const http::Request& request, const Error& reason,
                                        const store::Snapshot& snapshot);
    void count(std::string_view outcome);

    const store::Catalog* catalog_;
    const SharableVerifier* verifier_;
    const access::AnonymousAccess* anonymous_;
    const Clock* clock_;
    access::RefusalLog refusals_;
    http::ViewerShell shell_;
    bool allow_embedding_;
    std::vector<std::string> preload_;
    std::map<std::string, prometheus::Counter*, std::less<>> counters_;
};

}  // namespace casement::grafana
