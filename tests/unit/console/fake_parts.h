// Parts that a test must be able to steer: what queries do, and what a signed link looks like.
#pragma once

#include "access/content.h"
#include "access/embed_urls.h"
#include "access/link_verifier.h"
#include "access/share_links.h"
#include "data/engine.h"
#include "support/recorded_audit.h"

#include <functional>
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
    asio::awaitable<Result<void>> check(std::int64_t org, std::string source) override;
    asio::awaitable<Result<data::Source::Description>> describe(std::int64_t org,
                                                                std::string source,
                                                                std::string text) override;
    data::EngineStats stats() const override { return {}; }

    int runs = 0;
    int cancelled = 0;
    /// Answers in the place of the one row, when it is set.
    std::function<data::TablePtr(const data::Query&)> answer;
    /// Called when a query begins to hang.
    std::function<void()> on_hang;

  private:
    std::map<std::string, data::TablePtr> cache_;
};

/// "/test/<share token>?nonce=…&mac=…[&late=1]", mac = HMAC-SHA256 of the nonce.
class TestVerifier final : public access::LinkVerifier {
  public:
    bool recognizes(std::string_view target) const override;
    Result<access::VerifiedLink> verify(const access::LinkRequest& link,
                                        const store::Snapshot& snapshot, Time now) const override;
    std::optional<access::LinkSubject> subject_of(std::string_view target,
                                                  const store::Snapshot& snapshot) const override;
};

/// "/embed/dashboards/42?name=value"; an api token is "api:" and the session's id.
class TestContent final : public access::ContentReader {
  public:
    bool recognizes(std::string_view target) const override;
    store::OrgId organization(std::string_view) const override { return 1; }
    Result<std::string> session_of_token(std::string_view api_token, Time now) const override;
    Result<access::ContentRequest> read(std::string_view target, const store::Snapshot& snapshot,
                                        store::OrgId org, Time now) const override;
};

/// A URL that says for whom it was asked; nothing signs it.
class TestEmbedUrls final : public access::EmbedUrls {
  public:
    asio::awaitable<Result<std::string>> make(access::Principal, json::object what,
                                              std::string) override {
        co_return "https://bi.example/login/embed/test?external_user_id=" +
            text_at(what, "external_user_id").value();
    }
};

/// Links that TestVerifier takes.
class TestShareLinks final : public access::ShareLinks {
  public:
    Result<access::SignedShareLink> sign(std::string address, const Secret& credential,
                                         Time now) const override;
};

/// Pages of keys' links: "/d/{uid}?name=value", every parameter a variable.
class TestPages final : public access::PageReader {
  public:
    Result<access::ContentRequest> read(std::string_view target, Time now) const override;
};

[[nodiscard]] std::string signed_link(std::string_view token, std::string_view credential,
                                      std::string_view nonce);

using casement::test::RecordedAudit;

}  // namespace casement::console::test
