// Two tenants' rows in one source behind a model, and the whole way from a grant to what its viewer
// is sent: view, service, engine, DuckDB, cache.
#pragma once

#include "access/session_service.h"
#include "access/view_service.h"
#include "data/engine.h"
#include "store/annotation_store.h"
#include "unit/access/embed_world.h"

#include <fstream>
#include <map>

namespace casement::access {

/// Marks stand in every value that tells whose a row is.
inline constexpr const char* kAcme = "MARKACME";
inline constexpr const char* kGlobex = "MARKGLOBEX";
inline constexpr const char* kSecret = "MARKSECRET";

struct TenantWorld : EmbedWorld {
    TenantWorld() {
        std::string orders = "tenant,id,note,amount,ssn\n";
        for (int i = 0; i < 30; ++i) {
            const auto n = std::to_string(i);
            const auto tail = n.size() == 1 ? "0" + n : n;
            orders +=
                "acme,111100" + tail + ",MARKACME-" + n + "," + n + ",MARKACMESSN-" + n + "\n";
            orders += "globex,222200" + tail + ",MARKGLOBEX-" + n + "," + n + ",MARKGLOBEXSSN-" +
                      n + "\n";
        }
        write("orders.csv", orders);
        write("accounts.csv",
              "owner,name,rate\n1,MARKACME-account,1.5\n2,MARKGLOBEX-account,2.5\n");
        write("countries.csv", "code,title\nse,Sweden\nbr,Brazil\n");
        write("secrets.csv", "word,number\nMARKSECRET,333300\n");
        store::Source row;
        row.org = 1;
        row.name = "shop";
        row.type = "duckdb";
        row.settings = {{"folder", folder.path()},
                        {"tables",
                         {{"orders", "orders.csv"},
                          {"accounts", "accounts.csv"},
                          {"countries", "countries.csv"},
                          {"secrets", "secrets.csv"}}}};
        shop = put(row);
        sales.org = 1;
        sales.name = "sales";
        sales.label = "Sales";
        sales.source = "shop";
        sales.document = parse_json(R"({"relations": {
            "orders": {"row_filters": [{"column": "tenant", "attribute": "tenant"}],
                       "columns": {"ssn": {"show": "stars", "unless": "see_sql"}}},
            "accounts": {"row_filters": [{"column": "owner", "attribute": "owner",
                                          "type": "number", "match": "range"}]},
            "countries": {}}})")
                             .value()
                             .as_object();
        sales = put(sales);
        data::EngineOptions options;
        options.threads = 2;
        engine = data::Engine::create(
            options,
            [this](std::int64_t, const std::string& name) -> data::SourceDefinitionPtr {
                if (name != "shop") return nullptr;
                auto definition = std::make_shared<data::SourceDefinition>();
                definition->type = shop.type;
                definition->settings = shop.settings;
                definition->revision = 1;
                return definition;
            },
            clock);
        views.emplace(*engine, clock);
        // Of the organization, and no row of anybody's: no viewer is sent it.
        store::Annotation remark;
        remark.org = 1;
        remark.starts_at = remark.ends_at = clock.now();
        remark.text = std::string(kSecret) + "-annotation";
        remark.tags = {"MARKSECRET-tag"};
        EXPECT_TRUE(store::AnnotationStore::of(*catalog).add_annotation_now(remark));
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name, std::ios::binary) << text;
    }

    /// One panel and one picker with this query over the model, and variables for the attributes.
    static json::object document(const std::string& sql) {
        auto written = parse_json(R"({"title": "T",
            "variables": [
              {"name": "tenant", "type": "text", "default": ["nobody"], "attribute": "tenant"},
              {"name": "owner", "type": "text", "default": ["nobody"], "attribute": "owner"},
              {"name": "v", "type": "text", "default": ["globex"]},
              {"name": "narrow", "type": "filters"},
              {"name": "pick", "type": "query", "default": ["x"], "query": {"model": "sales"}}],
            "panels": [{"id": 1, "type": "table", "title": "All",
                        "grid": {"x": 0, "y": 0, "w": 12, "h": 4},
                        "queries": [{"name": "A", "model": "sales"}]}]})")
                           .value()
                           .as_object();
        // Another text for the cache: choosing asks the picker's query before the panel's.
        written["variables"].at(4).at("query").as_object()["sql"] = "/* pick */ " + sql;
        written["panels"].at(0).at("queries").at(0).as_object()["sql"] = sql;
        return written;
    }

    /// A dashboard that need not be in the catalog.
    store::Dashboard dashboard_of(json::object written) {
        store::Dashboard row;
        row.id = 7;
        row.org = 1;
        row.uid = "t";
        row.dialect = "casement";
        row.title = "T";
        row.document = std::move(written);
        row.modified_at = clock.now() + microseconds{++changes};
        return row;
    }

    static EmbedGrant person(Texts tenant, Texts owner, Texts more = {}) {
        EmbedGrant grant;
        Texts permissions{"access_data", "see_looks", "see_user_dashboards",
                          "download_without_limit", "clear_cache_refresh"};
        permissions.insert(permissions.end(), more.begin(), more.end());
        grant.roles = {{std::move(permissions), {"sales"}, false}};
        grant.attributes = {{"tenant", std::move(tenant)}, {"owner", std::move(owner)}};
        return grant;
    }
    static KeyGrant key(Texts tenant, Texts owner) {
        KeyGrant grant;
        grant.locked = {{"tenant", std::move(tenant)}, {"owner", std::move(owner)}};
        return grant;
    }

    template <class Given>
    Viewer viewer(const store::Dashboard& row, const Given& grant) {
        Content content;
        content.ref = {ContentRef::Type::dashboard, row.uid};
        content.dashboard = &row;
        content.title = row.title;
        Viewer made;
        made.session = std::make_shared<store::SessionRow>();
        made.snapshot = catalog->snapshot();
        made.view = view_of_content(*made.snapshot, 1, grant, content, documents).value();
        return made;
    }

    struct Seen {
        std::string everything;   ///< all that was sent, errors included
        bool data = false;        ///< a panel's rows were among it
        bool cached = false;      ///< before this viewer had asked for anything
        std::uint64_t asked = 0;  ///< how often the source was, for the panel's first line
        std::string offered;      ///< the picker took a value that is of this row
    };
    /// `condition`: one that the viewer puts together, or empty. `deep`: every way there is, and
    /// not only those of a page that opens.
    Seen look(const Viewer& viewer, const std::string& chosen = "globex",
              const std::string& condition = "", bool deep = true) {
        Seen seen;
        ViewRequest request;
        request.variables = {{"v", {chosen}}};
        const auto selection = test::run(views->select(viewer, request, nullptr));
        if (!selection) return {selection.error().message, false, false, 0, ""};
        seen.cached = views->cached_panel_line(viewer, *selection, 1).has_value();
        const auto before = engine->stats().runs;
        const auto line = test::run(views->panel_line(viewer, *selection, 1, nullptr));
        seen.asked = engine->stats().runs - before;
        seen.data = line.find("\"frames\"") != std::string::npos;
        seen.everything = line;
        if (const auto again = views->cached_panel_line(viewer, *selection, 1)) {
            seen.everything += *again;
        }
        const auto told = test::run(views->describe(viewer, *selection, nullptr));
        seen.everything += told ? json::serialize(*told) : told.error().message;
        const auto csv = test::run(views->export_csv(viewer, *selection, 1, "A", nullptr));
        seen.everything += csv ? *csv : csv.error().message;
        if (deep) look_deeper(viewer, *selection, chosen, condition, seen);
        return seen;
    }

    void look_deeper(const Viewer& viewer, const Selection& selection, const std::string& chosen,
                     const std::string& condition, Seen& seen) {
        const auto results = test::run(views->panel_results(viewer, selection, 1, nullptr));
        if (!results) {
            seen.everything += results.error().message;
        } else {
            for (const auto& result : *results) {
                if (result.table) seen.everything += result.table->json + result.table->csv();
                if (result.error) seen.everything += result.error->message;
            }
        }
        for (const std::string key : {"", "note", "tenant", "name", "ssn"}) {
            const auto choices =
                test::run(views->filter_choices(viewer, selection, "narrow", key, nullptr));
            if (!choices) seen.everything += choices.error().message;
            if (choices) {
                for (const auto& choice : *choices)
                    seen.everything += choice.value + "\n" + choice.label + "\n";
            }
        }
        // A picker that takes only what it offers tells what there is.
        const auto takes = [&](const std::string& value) {
            ViewRequest request;
            request.variables = {{"v", {chosen}}, {"pick", {value}}};
            const auto taken = test::run(views->select(viewer, request, nullptr));
            if (!taken) seen.everything += taken.error().message;
            return taken.has_value();
        };
        if (!takes("in no row")) {
            for (const std::string value : {"MARKACME-1", "MARKGLOBEX-1", "MARKSECRET"}) {
                if (takes(value)) seen.offered += value + "\n";
            }
        }
        if (condition.empty()) return;
        ViewRequest request;
        request.variables = {{"v", {chosen}}, {"narrow", {condition}}};
        const auto narrowed = test::run(views->select(viewer, request, nullptr));
        if (!narrowed) {
            seen.everything += narrowed.error().message;
            return;
        }
        seen.everything += test::run(views->panel_line(viewer, *narrowed, 1, nullptr));
    }

    store::Source shop;
    store::Model sales;
    std::unique_ptr<data::Engine> engine;
    std::optional<ViewService> views;
    int changes = 0;
};

inline bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace casement::access
