// Holds a sharable link against the catalog: which key it names or shows, whether that counts, and
// what it opens.
#pragma once

#include "access/account_keys.h"
#include "access/attempts.h"
#include "access/link_verifier.h"
#include "dialects/grafana/key_check.h"
#include "dialects/grafana/link.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace casement::grafana {

/// The settings that the vendor names (grafana.md §2.1).
struct SharingOptions {
    bool enabled = false;  ///< aliyun.api_key_share
    /// aliyun.api_key_share_version: which forms are accepted.
    bool version_1 = true;
    bool version_2 = false;
    bool version_3 = false;
    seconds longest_session = std::chrono::hours(24);
};
/// "v1", "v2", "v1,v2", "v1,v2,v3", … in any order. Errors: invalid "invalid_versions".
[[nodiscard]] Result<SharingOptions> read_versions(std::string_view text);

class SharableVerifier final : public access::LinkVerifier {
  public:
    /// References must outlive it.
    SharableVerifier(const store::Catalog& catalog, KeyCheck& keys, access::AccountKeys& uses,
                     access::Attempts& attempts, const Clock& clock, SharingOptions options)
        : catalog_(&catalog),
          keys_(&keys),
          uses_(&uses),
          attempts_(&attempts),
          clock_(&clock),
          options_(options) {}

    /// A dashboard's or panel's URL with any proof in it, right or wrong.
    [[nodiscard]] bool recognizes(std::string_view target) const override;
    /// Pays for a key that stands in the link, counts what is wrong, and notes a key's use. Errors:
    /// rate_limited "too_many_attempts". Who fails too often is not worked for any more; a link
    /// whose signature holds, or whose key this process knows, is never shut out. A name that is
    /// failed with too often shuts out what is wrong, and no right key.
    [[nodiscard]] asio::awaitable<Result<void>> prepare(access::LinkRequest link,
                                                        std::string client) const override;
    /// Errors: those of parse_link, check_window, access::check_account_key once the signature has
    /// held; forbidden "sharing_disabled", "version_refused"; unauthenticated "signature_invalid",
    /// "api_key_invalid".
    [[nodiscard]] Result<access::VerifiedLink> verify(const access::LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const override;
    [[nodiscard]] std::optional<access::LinkSubject> subject_of(
        std::string_view target, const store::Snapshot& snapshot) const override;

    [[nodiscard]] const SharingOptions& options() const { return options_; }
    /// Whether the server takes links of version 1, 2 or 3.
    [[nodiscard]] bool accepts(int version) const;

  private:
    [[nodiscard]] Result<access::VerifiedLink> verify_parsed(const SharableLink& link,
                                                             std::string_view target,
                                                             const store::Snapshot& snapshot,
                                                             Time now) const;

    const store::Catalog* catalog_;
    KeyCheck* keys_;
    access::AccountKeys* uses_;
    access::Attempts* attempts_;
    const Clock* clock_;
    const SharingOptions options_;
};

}  // namespace casement::grafana
