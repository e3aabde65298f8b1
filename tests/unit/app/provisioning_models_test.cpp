// Models in a provisioning folder: read, checked against sources and dashboards, applied.
#include "unit/app/provisioning_fixture.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace casement::app {
namespace {

constexpr const char* kModel =
    "name: regions\n"
    "label: Regions\n"
    "source: numbers\n"
    "relations:\n"
    "  numbers:\n"
    "    row_filters:\n"
    "      - { column: region, attribute: region }\n";

std::string dashboard_over(const std::string& query, const std::string& uid = "governed") {
    return "{\"uid\": \"" + uid +
           "\", \"title\": \"Governed\", \"panels\": [{\"id\": 7, \"type\": \"table\", \"title\": "
           "\"Mine\", \"grid\": {\"x\": 0, \"y\": 0, \"w\": 24, \"h\": 8}, \"queries\": [" +
           query + "]}]}\n";
}
const std::string kGoverned =
    dashboard_over(R"({"model": "regions", "sql": "select * from numbers"})");

class ProvisioningModels : public Provisioning {
  protected:
    ProvisioningModels() {
        folder.write("models/regions.yaml", kModel);
        folder.write("dashboards/governed.json", kGoverned);
    }
    std::string with_model(const std::string& text) {
        folder.write("models/regions.yaml", text);
        return reading_error();
    }
    std::string with_query(const std::string& query) {
        folder.write("dashboards/governed.json", dashboard_over(query));
        return reading_error();
    }
    std::string changed(const std::string& from, const std::string& to) {
        std::string text = kModel;
        return text.replace(text.find(from), from.size(), to);
    }
};

TEST_F(ProvisioningModels, AModelIsReadAndKept) {
    EXPECT_EQ(reading_error(), "no error");
    const auto first = apply();
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->added, 5);
    const auto snapshot = catalog().snapshot();
    const auto* model = snapshot->by_name<store::Model>(1, "regions");
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->label, "Regions");
    EXPECT_EQ(model->source, "numbers");
    EXPECT_TRUE(model->provisioned);
    EXPECT_EQ(json::serialize(model->document),
              R"({"relations":{"numbers":{"row_filters":[{"column":"region",)"
              R"("attribute":"region"}]}}})");
    EXPECT_EQ(apply()->unchanged, 5);
    folder.write("models/regions.yaml", changed("label: Regions", "label: All of them"));
    EXPECT_EQ(apply()->changed, 1);
    EXPECT_EQ(catalog().snapshot()->by_name<store::Model>(1, "regions")->label, "All of them");
    folder.remove("models/regions.yaml");
    folder.remove("dashboards/governed.json");
    EXPECT_EQ(apply()->removed, 2);
    EXPECT_EQ(catalog().snapshot()->by_name<store::Model>(1, "regions"), nullptr);
}

TEST_F(ProvisioningModels, AModelThatItsSourceCannotFollowIsRefused) {
    folder.write("sources/metrics.yaml",
                 "name: metrics\ntype: prometheus\nsettings: { url: \"http://127.0.0.1:9\" }\n");
    const auto refused = [&](const std::string& relation) {
        folder.write("models/labels.yaml",
                     "name: labels\nsource: metrics\nrelations: { up: { " + relation + " } }\n");
        return reading_error();
    };
    EXPECT_NE(refused("row_filters: [{ column: le, attribute: le, match: range }]")
                  .find("by a range, and labels are text without an order"),
              std::string::npos);
    EXPECT_NE(refused("columns: { ip: { show: hidden } }").find("covers the label \"ip\""),
              std::string::npos);
    EXPECT_EQ(refused("row_filters: [{ column: code, attribute: code, type: number }]"),
              "no error");
}

TEST_F(ProvisioningModels, SeveralStandInOneFile) {
    folder.write("models/regions.yaml",
                 "models:\n"
                 "  - { name: regions, source: numbers, relations: { numbers: {} } }\n"
                 "  - { name: more, source: numbers, relations: { numbers: {} } }\n");
    EXPECT_EQ(reading_error(), "no error");
    EXPECT_EQ(read()->models.at(1).label, "more");
    folder.write("models/again.yaml",
                 "{ name: more, source: numbers, relations: { numbers: {} } }\n");
    EXPECT_EQ(reading_error(),
              "models/regions.yaml:3: the name \"more\" is already used in models/again.yaml:1");
}

TEST_F(ProvisioningModels, MistakesAreSaidWithTheirLine) {
    const auto starts = [](const std::string& text, const std::string& with) {
        EXPECT_TRUE(text.starts_with(with)) << text;
    };
    starts(with_model(changed("attribute: region", "attribut: region")), "models/regions.yaml:7: ");
    starts(with_model(changed("row_filters", "row_filter")), "models/regions.yaml:6: ");
    starts(with_model(changed("column: region", "column: [region]")), "models/regions.yaml:7: ");
    starts(with_model(changed("source: numbers\n", "")), "models/regions.yaml:1: ");
    starts(with_model("name: regions\nsource: numbers\nrelations: {}\n"),
           "models/regions.yaml:3: ");
    EXPECT_EQ(with_model(changed("source: numbers", "source: nowhere")),
              "models/regions.yaml:1: the model \"regions\" reads the source \"nowhere\", which "
              "does not exist");
    EXPECT_EQ(
        with_model(changed("  numbers:\n", "  letters:\n")),
        "models/regions.yaml:1: The source \"numbers\" has no relation \"letters\", which the "
        "model \"regions\" narrows.");
}

TEST_F(ProvisioningModels, AQueryThatCannotBeProvenIsNotPublished) {
    EXPECT_EQ(with_query(R"({"model": "nowhere", "sql": "select 1"})"),
              "dashboards/governed.json: panel 7 (\"Mine\"), query A: model \"nowhere\": there is "
              "no such model");
    EXPECT_EQ(with_query(R"({"source": "numbers", "sql": "select 1"},
                            {"model": "regions", "sql": "select * from secrets"})"),
              "dashboards/governed.json: panel 7 (\"Mine\"), query B: model \"regions\": The query "
              "reads \"secrets\", which the model \"regions\" does not have.");
    for (const std::string sql :
         {"select * from main.numbers", "select * from duckdb_tables()", "describe numbers",
          "select * from read_csv('numbers.csv')", "with numbers as (select 1) from numbers",
          "select 1; select 2", "not sql"}) {
        EXPECT_TRUE(with_query(R"({"model": "regions", "sql": ")" + sql + "\"}")
                        .starts_with("dashboards/governed.json: panel 7 (\"Mine\"), query A: "))
            << sql;
    }
    // What reads a whole source is not held to a model.
    EXPECT_EQ(with_query(R"({"source": "numbers", "sql": "select * from main.numbers"})"),
              "no error");
}

TEST_F(ProvisioningModels, AModelsChangeIsCheckedAgainstWhatIsThere) {
    ASSERT_TRUE(apply());
    // Made by hand over the provisioned model, so not in the folder.
    ASSERT_TRUE(catalog().write_now<void>([](store::Transaction& tx) {
        store::Dashboard row;
        row.org = 1;
        row.uid = "by-hand";
        row.dialect = "casement";
        row.title = "By hand";
        row.document =
            parse_json(dashboard_over(R"({"model": "regions", "sql": "select * from numbers"})",
                                      "by-hand"))
                .value()
                .as_object();
        const auto inserted = tx.insert(row);
        if (!inserted) return Result<void>(inserted.error());
        return Result<void>();
    }));
    folder.remove("dashboards/governed.json");
    folder.write("sources/numbers.yaml",
                 "name: numbers\ntype: duckdb\nsettings:\n  tables: { numbers: data/numbers.csv, "
                 "others: data/numbers.csv }\n");
    folder.write("models/regions.yaml", changed("  numbers:\n", "  others:\n"));
    const auto refused = apply();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "invalid_bundle");
    EXPECT_EQ(refused.error().message,
              "models/regions.yaml:1: the dashboard \"by-hand\", which is there already, would no "
              "longer work: panel 7 (\"Mine\"), query A: model \"regions\": The query reads "
              "\"numbers\", which the model \"regions\" does not have.");
    folder.remove("models/regions.yaml");
    EXPECT_FALSE(apply());
    const auto kept = apply(false);  // nothing is taken out, so nothing breaks
    EXPECT_TRUE(kept) << kept.error().message;
}

TEST_F(ProvisioningModels, TravelOverTheNetworkAsTheyAre) {
    const auto bundle = read();
    ASSERT_TRUE(bundle);
    const auto body = provisioning_body(*bundle, false);
    auto written = body.at("models").at(0).as_object();
    written.erase("origin");
    const auto again = access::read_model_spec(written);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->document, bundle->models[0].document);
    EXPECT_EQ(again->label, "Regions");
}

/// What stands between two marks of the guide.
std::string snippet(const std::string& guide, const std::string& begin, std::size_t from = 0) {
    const auto start = guide.find(begin, from);
    if (start == std::string::npos) return {};
    const auto text = guide.find('\n', start) + 1;
    return guide.substr(text, guide.find("\n```", text) + 1 - text);
}

TEST(ModelGuide, ItsExampleWorks) {
    std::ifstream file(CASEMENT_SOURCE_DIR "/docs/models.md");
    std::stringstream text;
    text << file.rdbuf();
    const std::string guide = text.str();
    const TemporaryFolder folder;
    folder.write("sources/shop.yaml",
                 "name: shop\ntype: duckdb\nsettings:\n  tables: { orders: orders.csv, countries: "
                 "countries.csv, secrets: secrets.csv }\n");
    folder.write("models/shop.yaml", snippet(guide, "```yaml"));
    const auto dashboard = snippet(guide, "```json");
    folder.write("dashboards/orders.json", dashboard);
    auto bundle = read_provisioning_folder(folder.path(), {});
    ASSERT_TRUE(bundle) << bundle.error().message;
    ASSERT_EQ(bundle->models.size(), 1U);
    const auto good = access::check_bundle(*bundle, nullptr, 1);
    EXPECT_TRUE(good) << good.error().message;

    // The refusal that it shows is the one that comes.
    std::string wrong = dashboard;
    wrong.replace(wrong.find("from orders"), 11, "from secrets");
    folder.write("dashboards/orders.json", wrong);
    bundle = read_provisioning_folder(folder.path(), {});
    ASSERT_TRUE(bundle);
    const auto refused = access::check_bundle(*bundle, nullptr, 1);
    ASSERT_FALSE(refused);
    auto shown = snippet(guide, "```\ndashboards/orders.json");
    shown = guide.substr(guide.find("dashboards/orders.json: panel 1"), shown.size() + 200);
    shown = shown.substr(0, shown.find("\n```"));
    for (auto& c : shown)
        if (c == '\n') c = ' ';
    EXPECT_EQ(refused.error().message, shown);

    // And the variable.
    const auto variable = snippet(guide, "```json", guide.find("locked variables that say"));
    const auto document =
        parse_json("{\"title\": \"T\", \"variables\": [" + variable +
                   "], \"panels\": [{\"id\": 1, \"type\": \"text\", \"markdown\": \"x\", "
                   "\"grid\": {\"x\": 0, \"y\": 0, \"w\": 4, \"h\": 4}}]}");
    ASSERT_TRUE(document) << document.error().message;
    const auto read = dashboards::read_dashboard(*document);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->variables.at(0).attribute, "tenant");
}

}  // namespace
}  // namespace casement::app
