// Dashboard snapshots from being taken to being gone: the service, the sessions that stand on one,
// and that nothing is ever queried for them.
#include "access/bin.h"
#include "access/session_service.h"
#include "access/snapshot_service.h"
#include "access/snapshot_view.h"
#include "access/view_service.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "unit/access/content_world.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using namespace std::chrono_literals;
using test::run;

/// Nobody may ask it anything.
class NoEngine final : public data::Engine {
  public:
    asio::awaitable<Result<data::Outcome>> run(data::Query,
                                               std::shared_ptr<Cancellation>) override {
        ++asked;
        co_return internal_error();
    }
    data::TablePtr cached(const data::Query&) override {
        ++asked;
        return nullptr;
    }
    asio::awaitable<Result<void>> check(std::int64_t, std::string) override {
        ++asked;
        co_return internal_error();
    }
    asio::awaitable<Result<data::Source::Description>> describe(std::int64_t, std::string,
                                                                std::string) override {
        ++asked;
        co_return internal_error();
    }
    data::EngineStats stats() const override { return {}; }
    int asked = 0;
};

json::object still() {
    return parse_json(R"({"title":"Sales","timezone":"UTC",
        "time":{"from":"2026-03-01T00:00:00Z","to":"2026-03-02T00:00:00Z"},
        "variables":[{"name":"region","type":"text","default":["All"]}],
        "panels":[
          {"id":1,"type":"timeseries","title":"A","grid":{"x":0,"y":0,"w":12,"h":8},
           "snapshotData":[{"refId":"A","fields":[
             {"name":"time","type":"time","config":{},"values":[1000]},
             {"name":"sales","type":"number","config":{},"values":[42]}]}]},
          {"id":2,"type":"text","markdown":"Hello","grid":{"x":12,"y":0,"w":12,"h":8}},
          {"id":3,"type":"table","title":"Empty","grid":{"x":0,"y":8,"w":12,"h":8},
           "snapshotData":[]}]})")
        .value()
        .as_object();
}

class DashboardSnapshotSessions : public ContentTest {
  protected:
    DashboardSnapshotSessions() {
        sessions = store::open_sqlite_session_store(folder / "sessions.db", clock).value();
        people.emplace(*catalog, audit, clock);
        restart();
        editor.org = 1;
        editor.actor = "account_key:1";
        editor.handle = "mara";
        editor.permissions = permissions_of_role("Editor");
    }
    /// As another process would begin: with nothing in memory.
    void restart() {
        service =
            std::make_unique<SessionService>(*catalog, *sessions, documents, *people, audit, random,
                                             clock, Secret("a key of thirty-two bytes, fixed"));
    }
    TakenSnapshot take(seconds lives_for = 0s, std::string key = {}) {
        return run(snapshots.create(
                       editor,
                       {"Sales in March", "casement", still(), lives_for, std::move(key), {}}))
            .value();
    }
    std::string refusal_of(NewDashboardSnapshot what) {
        const auto taken = run(snapshots.create(editor, std::move(what)));
        return code(taken);
    }
    VerifiedLink link(const store::DashboardSnapshot& row, std::int64_t panel = 0) {
        VerifiedLink made;
        made.dialect = "grafana";
        made.org = row.org;
        made.scope = "dashboard_snapshot:" + std::to_string(row.id);
        made.dashboard_snapshot = {row.id, panel, "/dashboard/snapshot/" + row.key};
        made.session_length = 24h;
        return made;
    }
    Result<OpenedSession> open(const store::DashboardSnapshot& row, std::int64_t panel = 0) {
        return run(service->open(link(row, panel), random.token(), {"127.0.0.1", "Firefox"}));
    }
    template <class T>
    static std::string code(const Result<T>& result) {
        return result ? "ok" : std::string(result.error().code);
    }
    Result<Viewer> authorized(const OpenedSession& opened) {
        return run(service->authorize(opened.access_token, "Firefox"));
    }

    test::RecordedAudit audit;
    std::unique_ptr<store::SessionStore> sessions;
    std::optional<EmbedUsers> people;
    std::unique_ptr<SessionService> service;
    SnapshotService snapshots{{*catalog, audit, random, clock},
                              {.count = 3, .bytes = 8192, .one = 4096}};
    Principal editor;
};

TEST_F(DashboardSnapshotSessions, TheGrantComesBackAsItWas) {
    Grant whole;
    whole.dialect = "grafana";
    whole.dashboard_snapshot = {17, 4, "/dashboard/snapshot/abc?kiosk"};
    EXPECT_EQ(read_grant(write_grant(whole)).value(), whole);
    for (const auto* text :
         {R"({"dialect":"grafana","dashboard_snapshot":17,"panel":0})",
          R"({"dialect":"grafana","dashboard_snapshot":0,"panel":0,"target":""})",
          R"({"dialect":"grafana","dashboard_snapshot":"17","panel":0,"target":""})",
          R"({"dialect":"grafana","dashboard_snapshot":17,"panel":0,"target":"","key":1})"}) {
        EXPECT_EQ(code(read_grant(text)), "grant_unreadable") << text;
    }
}

TEST_F(DashboardSnapshotSessions, ShowTheStoredDataAndAskNobody) {
    const auto taken = take();
    auto opened = open(taken.row);
    ASSERT_TRUE(opened) << code(opened);
    const auto& viewer = opened->viewer;
    ASSERT_TRUE(viewer.view);
    EXPECT_FALSE(viewer.names_content());
    EXPECT_EQ(viewer.view->object, "dashboard_snapshot:" + std::to_string(taken.row.id));

    NoEngine engine;
    ViewService views(engine, clock);
    const auto selection = run(views.select(viewer, {}, nullptr)).value();
    EXPECT_EQ(to_rfc3339(selection.from), "2026-03-01T00:00:00.000000Z");
    const auto described = run(views.describe(viewer, selection, nullptr)).value();
    EXPECT_EQ(described.at("title"), "Sales in March");
    EXPECT_EQ(described.at("time").at("selectable"), false);
    EXPECT_EQ(described.at("refresh_seconds"), nullptr);
    EXPECT_EQ(described.at("download"), false);
    EXPECT_EQ(described.at("snapshot").at("taken_at"), json::value(to_rfc3339(clock.now())));
    EXPECT_EQ(described.at("panels").at(0).at("queries"), (json::array{"A"}));
    EXPECT_EQ(described.at("variables").at(0).at("mode"), "locked");

    const auto line = parse_json(run(views.panel_line(viewer, selection, 1, nullptr))).value();
    EXPECT_EQ(line.at("frames").at(0).at("columns").at(1).at("values"), (json::array{42}));
    EXPECT_EQ(views.cached_panel_line(viewer, selection, 1), json::serialize(line) + "\n");
    for (const int panel : {2, 3}) {
        const auto empty = views.cached_panel_line(viewer, selection, panel);
        ASSERT_TRUE(empty);
        EXPECT_EQ(parse_json(*empty).value().at("frames"), json::array{}) << panel;
    }
    EXPECT_EQ(code(run(views.export_csv(viewer, selection, 1, "", nullptr))),
              "download_not_allowed");
    EXPECT_EQ(engine.asked, 0);

    // Nothing to choose: not another time, not another value, nothing past a cache.
    ViewRequest other;
    other.span = "1d";
    EXPECT_EQ(code(run(views.select(viewer, other, nullptr))), "time_locked");
    other = {};
    other.variables["region"] = {"eu"};
    EXPECT_EQ(code(run(views.select(viewer, other, nullptr))), "variable_locked");
    other = {};
    other.fresh = true;
    EXPECT_EQ(code(run(views.select(viewer, other, nullptr))), "missing_permission");
    auto looking = viewer;
    EXPECT_EQ(code(service->look_at(looking, {ContentRef::Type::dashboard, "sales"})),
              "content_not_expected");
    EXPECT_EQ(engine.asked, 0);
}

TEST_F(DashboardSnapshotSessions, HaveNoSourceAndNoTextInAnyPlan) {
    const auto opened = open(take().row).value();
    for (const auto& panel : opened.viewer.view->document->panels) {
        for (const auto& query : panel.queries) {
            EXPECT_EQ(query.source + query.model + query.text, "");
            const auto& plan = opened.viewer.view->plan(panel, query);
            EXPECT_TRUE(plan.refused);
            EXPECT_EQ(plan.source, "");
        }
    }
}

TEST_F(DashboardSnapshotSessions, GoOnWhereNothingIsInMemory) {
    const auto opened = open(take().row).value();
    restart();
    EXPECT_FALSE(service->authorize_now(opened.access_token, "Firefox"));
    const auto viewer = authorized(opened);
    ASSERT_TRUE(viewer) << code(viewer);
    EXPECT_TRUE(viewer->view);
    EXPECT_TRUE(service->authorize_now(opened.access_token, "Firefox"));
}

TEST_F(DashboardSnapshotSessions, OfOnePanelShowNoOther) {
    const auto taken = take();
    const auto one = open(taken.row, 1).value();
    ASSERT_EQ(one.viewer.view->document->panels.size(), 1U);
    EXPECT_EQ(one.viewer.view->document->panels[0].id, 1);
    EXPECT_EQ(open(taken.row)->viewer.view->document->panels.size(), 3U);
    EXPECT_EQ(code(open(taken.row, 99)), "panel_not_found");
}

TEST_F(DashboardSnapshotSessions, EndWithTheSnapshot) {
    const auto taken = take();
    const auto opened = open(taken.row).value();
    auto running = std::make_shared<Cancellation>();
    const auto watch = service->watch(opened.viewer, running);
    EXPECT_FALSE(running->cancelled());
    ASSERT_TRUE(
        run(snapshots.remove_by_delete_key(std::string(taken.delete_key.reveal()), "192.0.2.1")));
    EXPECT_TRUE(running->cancelled());
    EXPECT_EQ(code(authorized(opened)), "snapshot_not_found");
    EXPECT_EQ(code(open(taken.row)), "snapshot_not_found");
    EXPECT_EQ(code(run(catalog->snapshot_document(taken.row.id))), "not_found");
}

TEST_F(DashboardSnapshotSessions, EndAtItsExpiryAndNeverLater) {
    const auto taken = take(10min);
    const auto opened = open(taken.row).value();
    EXPECT_EQ(opened.viewer.session->expires_at, clock.now() + 10min);
    clock.advance(10min - 1s);
    EXPECT_EQ(code(authorized(opened)), "ok");
    EXPECT_EQ(purge_bin(*catalog, clock).value(), 0U);
    clock.advance(1s);
    EXPECT_NE(code(authorized(opened)), "ok");
    EXPECT_EQ(code(open(taken.row)), "snapshot_not_found");
    EXPECT_EQ(find_snapshot(*catalog->snapshot(), taken.row.key, clock.now()), nullptr);
    EXPECT_TRUE(snapshots.list(*catalog->snapshot(), editor).empty());
    EXPECT_EQ(code(run(snapshots.remove(editor, taken.row.key))), "snapshot_not_found");

    const auto kept = take();
    EXPECT_EQ(purge_bin(*catalog, clock).value(), 1U);
    EXPECT_EQ(catalog->snapshot()->find<store::DashboardSnapshot>(taken.row.id), nullptr);
    EXPECT_NE(catalog->snapshot()->find<store::DashboardSnapshot>(kept.row.id), nullptr);
    const auto purged = catalog->audit(1, 0, 1).value();
    ASSERT_EQ(purged.size(), 1U);
    EXPECT_EQ(purged[0].action, "dashboard_snapshot.purged");
}

TEST_F(DashboardSnapshotSessions, OfAnotherOrganizationsSnapshotDoNotStand) {
    const auto taken = take();
    auto wrong = link(taken.row);
    wrong.org = 2;
    EXPECT_EQ(code(run(service->open(wrong, random.token(), {"127.0.0.1", "Firefox"}))),
              "snapshot_not_found");
}

TEST_F(DashboardSnapshotSessions, KeepOnlyTheHashOfTheDeleteKey) {
    const auto taken = take();
    const auto key = std::string(taken.delete_key.reveal());
    EXPECT_EQ(key.size(), 32U);
    EXPECT_NE(key, taken.row.key);
    const auto* row = catalog->snapshot()->find<store::DashboardSnapshot>(taken.row.id);
    EXPECT_EQ(row->delete_hash.find(key), std::string::npos);
    // Neither key opens what the other does.
    EXPECT_EQ(find_snapshot(*catalog->snapshot(), key, clock.now()), nullptr);
    EXPECT_EQ(code(run(snapshots.remove_by_delete_key(taken.row.key, ""))), "snapshot_not_found");
    EXPECT_EQ(code(run(snapshots.remove_by_delete_key("", ""))), "snapshot_not_found");
    EXPECT_EQ(code(run(snapshots.remove_by_delete_key(key, ""))), "ok");
    EXPECT_EQ(code(run(snapshots.remove_by_delete_key(key, ""))), "snapshot_not_found");
    for (const auto& event : audit.events()) {
        EXPECT_EQ(json::serialize(event.detail).find(key), std::string::npos);
    }
}

TEST_F(DashboardSnapshotSessions, AreDeletedByTheirAuthorAndByWhoMayShare) {
    const auto taken = take();
    auto viewer = editor;
    viewer.actor = "account_key:2";
    viewer.permissions = permissions_of_role("Viewer");
    EXPECT_EQ(code(run(snapshots.remove(viewer, taken.row.key))), "missing_permission");
    EXPECT_TRUE(snapshots.list(*catalog->snapshot(), viewer).empty());
    auto stranger = editor;
    stranger.org = 2;
    EXPECT_EQ(code(run(snapshots.remove(stranger, taken.row.key))), "snapshot_not_found");
    // Who took it and is no editor any more.
    viewer.actor = editor.actor;
    EXPECT_EQ(snapshots.list(*catalog->snapshot(), viewer).size(), 1U);
    EXPECT_EQ(code(run(snapshots.remove(viewer, taken.row.key))), "ok");
}

TEST_F(DashboardSnapshotSessions, AreBoundedInNumberAndSize) {
    NewDashboardSnapshot large{"x", "casement", still(), 0s, {}, {}};
    large.document["description"] = std::string(4000, 'x');
    EXPECT_EQ(refusal_of(large), "snapshot_too_large");
    large.document["description"] = std::string(3000, 'x');
    EXPECT_EQ(refusal_of(large), "ok");
    EXPECT_EQ(refusal_of(large), "ok");
    EXPECT_EQ(refusal_of(large), "too_many_snapshots");  // bytes
    take();
    EXPECT_EQ(refusal_of({"x", "casement", still(), 0s, {}, {}}), "too_many_snapshots");  // count
    auto viewer = editor;
    viewer.permissions = permissions_of_role("Viewer");
    EXPECT_EQ(code(run(snapshots.create(viewer, {}))), "missing_permission");
}

TEST_F(DashboardSnapshotSessions, TakeKeysThatCannotBeGuessedAndAreNobodyElses) {
    const std::string good = "chosen-by-the_caller-01";
    const auto with = [&](std::string key, std::string delete_key) {
        return refusal_of({"x", "casement", still(), 0s, std::move(key), std::move(delete_key)});
    };
    for (const auto& bad : {std::string("short"), std::string(65, 'a'),
                            std::string("twenty-two characters!!"), std::string(22, '/')}) {
        EXPECT_EQ(with(bad, {}), "snapshot_key_refused") << bad;
        EXPECT_EQ(with({}, bad), "snapshot_key_refused") << bad;
    }
    EXPECT_EQ(with(good, good), "snapshot_key_taken");
    EXPECT_EQ(with(good, "and-to-delete-it-this-one"), "ok");
    EXPECT_EQ(with(good, {}), "snapshot_key_taken");
    EXPECT_EQ(with({}, "and-to-delete-it-this-one"), "snapshot_key_taken");
    EXPECT_NE(find_snapshot(*catalog->snapshot(), good, clock.now()), nullptr);
}

TEST_F(DashboardSnapshotSessions, AreNotKeptWhenTheyCannotBeShown) {
    auto broken = still();
    broken["panels"].as_array()[0].as_object()["type"] = "hologram";
    EXPECT_NE(refusal_of({"x", "casement", broken, 0s, {}, {}}), "ok");
    EXPECT_EQ(catalog->snapshot()->list<store::DashboardSnapshot>(1).size(), 0U);
}

}  // namespace
}  // namespace casement::access
