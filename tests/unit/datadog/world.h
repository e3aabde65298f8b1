// A small world for the dialect's tests: a real catalog and session store on SQLite files, a clock
// that stands still, and the whole router of the dialect, called without a socket.
#pragma once

#include "access/organization_service.h"
#include "dialects/datadog/api.h"
#include "dialects/datadog/link.h"
#include "store/secret_box.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

namespace casement::datadog {

using test::run;

class World : public ::testing::Test {
  protected:
    void SetUp() override {
        const Secret master(random.bytes(32));
        box.emplace(store::SecretBox::create(master, random).value());
        store::CatalogOptions options;
        options.database = "sqlite:" + (folder / "catalog.db");
        catalog = store::Catalog::open(options, *box, clock).value();
        sessions = store::open_sqlite_session_store(folder / "sessions.db", clock).value();
        const access::CatalogParts parts{*catalog, audit, random, clock};
        dashboards.emplace(parts);
        shares.emplace(parts);
        organizations.emplace(parts);
        share_invitations.emplace(parts, *catalog, *sessions, nullptr,
                                  access::ShareInvitations::Settings{"https://dash.example",
                                                                     Secret("signs invitations")});
        visits.emplace(*catalog, clock);
        shared_pages.emplace(*catalog, share_invitations->codes(), random, clock);
        authenticator.emplace(*catalog, clock);
        admin = access::create_credentials(*catalog, random, 1, "Admin").value();
        viewer = access::create_credentials(*catalog, random, 1, "Viewer").value();
        who = authenticator
                  ->by_datadog_keys(admin.datadog_api_key.reveal(), admin.datadog_app_key.reveal())
                  .value();
        serve({});
    }

    /// The dialect's routes anew, with other limits.
    void serve(const ApiLimits& limits) {
        metrics = std::make_unique<prometheus::Registry>();
        router = std::make_unique<http::Router>();
        add_datadog_routes(*router, Dependencies{.catalog = *catalog,
                                                 .dashboards = *dashboards,
                                                 .shares = *shares,
                                                 .authenticator = *authenticator,
                                                 .share_invitations = *share_invitations,
                                                 .visits = *visits,
                                                 .shared_pages = *shared_pages,
                                                 .audit = audit,
                                                 .random = random,
                                                 .clock = clock,
                                                 .metrics = *metrics,
                                                 .public_url = "https://dash.example",
                                                 .limits = limits});
    }

    store::Dashboard make_dashboard() {
        access::NewDashboard what;
        what.dialect = "datadog";
        what.title = "Sales";
        what.document = {
            {"title", "Sales"}, {"layout_type", "ordered"}, {"widgets", json::array()}};
        return run(dashboards->create(who, std::move(what))).value();
    }
    store::Share make_share(const std::string& dashboard, json::object settings = {}) {
        access::NewShare what;
        what.title = "For Acme";
        what.settings = std::move(settings);
        return run(shares->create(who, dashboard, std::move(what))).value();
    }
    void change_share(const std::string& token, std::function<void(store::Share&)> change) {
        run(shares->update(who, token, {}, [&](store::Share& share) -> Result<void> {
            change(share);
            return {};
        })).value();
    }
    void change_credential(const store::Share& share, std::size_t index,
                           std::function<void(store::Credential&)> change) {
        run(shares->update_credential(who, share.token, share.credentials.at(index).id,
                                      [&](store::Credential& credential) -> Result<void> {
                                          change(credential);
                                          return {};
                                      }))
            .value();
    }

    /// Path and query of a link signed `age` ago.
    [[nodiscard]] std::string target(const store::Share& share, const Secret& credential,
                                     seconds age = seconds{0},
                                     const std::string& nonce = "00112233445566778899aabb") const {
        return signed_url("https://dash.example/sb/secure-embed/" + share.token, credential, nonce,
                          clock.now() - age)
            .substr(std::string_view("https://dash.example").size());
    }
    [[nodiscard]] std::string target(const store::Share& share) const {
        return target(share, share.credentials.front().secret);
    }

    [[nodiscard]] http::Request request(http::Method method, std::string path) const {
        http::Request made;
        made.method = method;
        made.target = std::move(path);
        made.client = asio::ip::make_address("192.0.2.7");
        made.host = "other.example";
        made.cancellation = std::make_shared<Cancellation>();
        return made;
    }
    http::Response send(http::Request made) { return run(router->handle(made)); }

    /// As the holder of `keys`.
    http::Response call(http::Method method, const std::string& path, const std::string& body = {},
                        const access::NewCredentials* keys = nullptr) {
        const auto& used = keys == nullptr ? admin : *keys;
        auto made = request(method, path);
        made.headers.add("DD-API-KEY", std::string(used.datadog_api_key.reveal()));
        made.headers.add("DD-APPLICATION-KEY", std::string(used.datadog_app_key.reveal()));
        if (!body.empty()) {
            made.headers.add("Content-Type", "application/json");
            made.body = body;
        }
        return send(std::move(made));
    }
    static json::object parsed(const http::Response& response) {
        auto value = parse_json(response.body);
        EXPECT_TRUE(value) << response.body;
        return value && value->is_object() ? value->get_object() : json::object();
    }

    test::TempDir folder;
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    test::RecordedAudit audit;
    std::optional<store::SecretBox> box;
    std::unique_ptr<store::Catalog> catalog;
    std::unique_ptr<store::SessionStore> sessions;
    std::optional<access::DashboardService> dashboards;
    std::optional<access::ShareService> shares;
    std::optional<access::ShareInvitations> share_invitations;
    std::optional<access::ShareVisits> visits;
    std::optional<SharedPageVerifier> shared_pages;
    std::optional<access::OrganizationService> organizations;
    std::optional<access::Authenticator> authenticator;
    std::unique_ptr<prometheus::Registry> metrics;
    std::unique_ptr<http::Router> router;
    access::NewCredentials admin;
    access::NewCredentials viewer;
    access::Principal who;
};

}  // namespace casement::datadog
