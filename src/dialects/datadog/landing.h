// The page behind a signed link: GET /sb/secure-embed/{token}. It checks and shows, and stores
// nothing, so that a prefetch, a mail scanner or a frame that the browser then blocks cannot use a
// link up; the viewer in it redeems the link by POST.
#pragma once

#include "access/audit.h"
#include "access/refusal_log.h"
#include "http/viewer_shell.h"
#include "store/catalog.h"

#include <map>
#include <memory>
#include <string_view>

namespace prometheus {
class Counter;
class Registry;
}  // namespace prometheus

namespace casement::datadog {

class Landing {
  public:
    /// Everything handed in by reference must outlive it. Without `allow_embedding` no page of it
    /// may stand in a frame, whatever its share allows.
    Landing(const store::Catalog& catalog, access::Audit& audit, const Clock& clock,
            prometheus::Registry& metrics, http::ViewerShell shell, bool allow_embedding = true);

    /// 200 with the shell, or the refusal page. A link whose time is over gets the shell as well:
    /// this browser may hold the session that it opened. Any thread; does not wait.
    [[nodiscard]] http::Response get(const http::Request& request);

  private:
    void count(std::string_view outcome);

    const store::Catalog* catalog_;
    const Clock* clock_;
    access::RefusalLog refusals_;
    http::ViewerShell shell_;
    /// What junk gets, ready made: it must not cost more than a good link does.
    http::Response forged_page_;
    bool allow_embedding_;
    std::map<std::string_view, prometheus::Counter*> counters_;  ///< never changes after the start
};

}  // namespace casement::datadog
