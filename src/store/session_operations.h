// What the session writer can be asked to do.
#pragma once

#include "store/session_writer.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace casement::store {

/// What operations share; lives as long as the store.
struct SessionContext {
    const Clock& clock;
    SessionCache cache;
    std::mutex listeners_mutex;
    std::vector<std::function<void(const std::string&)>> listeners;

    SessionContext(const Clock& the_clock, std::size_t cache_bytes)
        : clock(the_clock), cache(cache_bytes) {}
};

/// What came of a redemption; the row is shared with the cache.
struct RedemptionResult {
    Redeemed::Outcome outcome = Redeemed::Outcome::unused;
    std::shared_ptr<const SessionRow> row;
};
/// What the caller gets to see of it: of somebody else's session only the name.
[[nodiscard]] Redeemed to_redeemed(const RedemptionResult& result);
/// Whose a session is that was there before.
[[nodiscard]] RedemptionResult spent_before(SessionRow existing, std::string_view secret_hash);

class RedeemOperation final : public SessionOperation {
  public:
    using Done = std::function<void(Result<RedemptionResult>)>;
    /// What of a redemption is beside its nonce and its session.
    struct Terms {
        bool replaces = false;
        std::chrono::seconds nonce_for{0};
    };
    RedeemOperation(SessionContext& context, const NonceKey& key,
                    std::shared_ptr<const SessionRow> session, Terms terms, Done done);
    void apply(SessionReads& reads, SessionWrites& writes) override;
    void committed() override;
    bool answer() override;
    void failed(const Error& error) override { done_(error); }

  private:
    SessionContext& context_;
    const NonceKey key_;
    const std::shared_ptr<const SessionRow> session_;
    const Terms terms_;
    Time now_{};
    std::vector<std::string> replaced_;
    Result<RedemptionResult> result_ = RedemptionResult{};
    bool from_cache_ = false;
    const Done done_;
};

class SetCookieOperation final : public SessionOperation {
  public:
    using Done = std::function<void(Result<void>)>;
    SetCookieOperation(SessionContext& context, std::string id, std::string cookie_hash, Done done);
    void apply(SessionReads& reads, SessionWrites& writes) override;
    void committed() override;
    bool answer() override;
    void failed(const Error& error) override { done_(error); }

  private:
    SessionContext& context_;
    const std::string id_;
    const std::string cookie_hash_;
    bool found_ = false;
    const Done done_;
};

/// Ends sessions: one, a family, or an owner's.
class EndOperation final : public SessionOperation {
  public:
    /// How many were ended.
    using Done = std::function<void(Result<std::size_t>)>;
    /// Writes the ends, and says whose.
    using Which = std::function<std::vector<std::string>(SessionWrites& writes, Time now)>;
    EndOperation(SessionContext& context, Which which, Done done);
    void apply(SessionReads& reads, SessionWrites& writes) override;
    void committed() override;
    bool answer() override;
    void failed(const Error& error) override { done_(error); }

    [[nodiscard]] static Which one(std::string id);
    [[nodiscard]] static Which of_family(std::string id);
    [[nodiscard]] static Which of_owner(std::int64_t org, std::int64_t owner, std::string except);

  private:
    SessionContext& context_;
    const Which which_;
    Time now_{};
    std::vector<std::string> ended_;
    const Done done_;
};

/// Works in small steps, between which others are served.
class PurgeOperation final : public SessionOperation {
  public:
    using Done = std::function<void(Result<std::size_t>)>;
    PurgeOperation(SessionContext& context, Done done);
    void apply(SessionReads& reads, SessionWrites& writes) override;
    void committed() override;
    bool answer() override;
    void failed(const Error& error) override { done_(error); }

  private:
    SessionContext& context_;
    std::vector<std::string> step_;
    std::size_t removed_ = 0;
    const Done done_;
};

/// Writes down when sessions were last seen.
class TouchOperation final : public SessionOperation {
  public:
    explicit TouchOperation(std::vector<std::pair<std::string, Time>> touches)
        : touches_(std::move(touches)) {}
    void apply(SessionReads& reads, SessionWrites& writes) override;
    void committed() override {}
    bool answer() override { return false; }
    void failed(const Error&) override {}  // the next activity notes it again

  private:
    const std::vector<std::pair<std::string, Time>> touches_;
};

}  // namespace casement::store
