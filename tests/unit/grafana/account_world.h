// The calls about keys and accounts over a real catalog on an SQLite file, through the router and
// without a socket.
#pragma once

#include "base/encoding.h"
#include "dialects/grafana/api.h"
#include "dialects/grafana/credentials.h"
#include "dialects/grafana/key.h"
#include "store/secret_box.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace casement::grafana {

using test::run;

class AccountWorld : public ::testing::Test {
  protected:
    template <class Row>
    Row put(Row row) {
        return catalog
            ->write_now<Row>([&](store::Transaction& tx) -> Result<Row> {
                auto inserted = tx.insert(row);
                if (!inserted) return inserted.error();
                return row;
            })
            .value();
    }
    template <class Row>
    void change(const Row& row) {
        catalog->write_now<void>([&](store::Transaction& tx) { return tx.update(row); }).value();
    }

    static http::Request request(http::Method method, const std::string& path,
                                 const std::string& key, const std::string& body = {}) {
        http::Request made;
        made.method = method;
        made.target = path;
        made.client = asio::ip::make_address("192.0.2.7");
        made.host = "dash.example";
        made.cancellation = std::make_shared<Cancellation>();
        made.body = body;
        if (!body.empty()) made.headers.add("Content-Type", "application/json");
        if (!key.empty()) made.headers.add("Authorization", "Bearer " + key);
        return made;
    }
    http::Response send(http::Request made) { return run(router.handle(made)); }
    /// The answer's JSON to an admin's call; fails the test when the status is another.
    json::value expect(int status, http::Method method, const std::string& path,
                       const std::string& body = {}) {
        const auto response = send(request(method, path, admin, body));
        EXPECT_EQ(response.status, status)
            << to_string(method) << " " << path << " " << body << "\n"
            << response.body;
        auto parsed = parse_json(response.body);
        EXPECT_TRUE(parsed) << response.body;
        return parsed ? std::move(*parsed) : json::value(nullptr);
    }
    /// The row that `name` has now.
    store::AccountKey row(const std::string& name) const {
        return *catalog->snapshot()->by_name<store::AccountKey>(1, name);
    }

    test::TempDir folder;
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    test::RecordedAudit audit;
    store::SecretBox box = store::SecretBox::create(Secret(random.bytes(32)), random).value();
    std::unique_ptr<store::Catalog> catalog =
        store::Catalog::open({"sqlite:" + (folder / "catalog.db"), 4, milliseconds{50}}, box, clock)
            .value();
    access::Authenticator authenticator{*catalog, clock};
    access::AccountKeys keys{*catalog, audit, clock};
    access::UserSlots slots{*catalog, -1};
    access::AnonymousAccess anonymous;
    KeyCheckLimits limits{.wrong_keys_a_minute = 5, .remembered = 2, .threads = 2, .waiting = 64};
    KeyCheck check{*catalog, random, clock, limits};
    /// Knows the catalog's sources as a running server's does; revisions count their changes.
    std::unique_ptr<data::Engine> engine = data::Engine::create(
        {.threads = 2, .data_folder = folder.path()},
        [this](std::int64_t org, const std::string& name) -> data::SourceDefinitionPtr {
            const auto snapshot = catalog->snapshot();
            const auto* row = snapshot->source_by_name(org, name);
            if (row == nullptr) return nullptr;
            return std::make_shared<const data::SourceDefinition>(
                data::SourceDefinition{row->type, row->settings, row->secret, row->revision});
        },
        clock);
    std::vector<std::string> allowed_folders{folder.path()};
    http::Router router;
    std::string admin = [this] {
        add_grafana_routes(router, {.catalog = *catalog,
                                    .authenticator = authenticator,
                                    .keys = keys,
                                    .key_check = check,
                                    .slots = slots,
                                    .engine = *engine,
                                    .audit = audit,
                                    .random = random,
                                    .clock = clock,
                                    .key_rules = {},
                                    .allowed_folders = allowed_folders,
                                    .anonymous = anonymous});
        auto made = create_account_credentials(*catalog, random, clock, 1, "Admin").value();
        return std::string(made.api_key.reveal());
    }();
};

}  // namespace casement::grafana
