// Parts that a test must be able to steer: what queries do, and what a signed link looks like.
#pragma once

#include "access/audit.h"
#include "access/link_verifier.h"
#include "data/engine.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace casement::console::test {

/// In every query's text and in every failure's message; may never reach a viewer.
inline constexpr std::string_view kCanary = "canary-8f1d";

/// Answers every query with one row that repeats the bound value of `$airport`. A text with "hang"
/// waits until it is cancelled, one with "fail" fails with words that quote the query.
class SteeredEngine final : public data::Engine {
  public:
    asio::awaitable<Result<data::Outcome>> run(data::Query query,
                                               std::shared_ptr<Cancellation> stop) override;
    data::TablePtr cached(const data::Query& query) override;
    asio::awaitable<Result<data::Source::Description>> describe(std::int64_t org,
                                                                std::string source,
                                                                std::string text) override;
    data::EngineStats stats() const override { return {}; }

    int runs = 0;
    int cancelled = 0;
    /// Called when a query begins to hang.
    std::function<void()> on_hang;

  private:
    std::map<std::string, data::TablePtr> cache_;
};

/// "/test/<share token>?nonce=…&mac=…[&late=1]", mac = HMAC-SHA256 of the nonce.
class TestVerifier final : public access::LinkVerifier {
  public:
    bool recognizes(std::string_view target) const override;
    Result<access::VerifiedLink> verify(std::string_view target, const store::Snapshot& snapshot,
                                        Time now) const override;
    const store::Share* share_of(std::string_view target,
                                 const store::Snapshot& snapshot) const override;
};

[[nodiscard]] std::string signed_link(std::string_view token, std::string_view credential,
                                      std::string_view nonce);

class RecordedAudit final : public access::Audit {
  public:
    void record(access::AuditEvent event) override;
    [[nodiscard]] std::vector<access::AuditEvent> of(std::string_view action) const;
    [[nodiscard]] std::string text() const;

  private:
    mutable std::mutex mutex_;
    std::vector<access::AuditEvent> events_;
};

}  // namespace casement::console::test
