#include "base/shape.h"
#include "unit/app/program.h"
#include "unit/app/temporary_folder.h"

#include <gtest/gtest.h>

namespace casement::app {
namespace {

constexpr const char* kCredential = "3f1c9a7e5b2d8046f1c3a97e5b2d80463f1c9a7e";

class ProveCommand : public ::testing::Test {
  protected:
    ProveCommand() {
        folder.write("data/orders.csv", "tenant,n\nacme,1\nglobex,2\n");
        folder.write("sources/shop.yaml",
                     "name: shop\ntype: duckdb\nsettings:\n"
                     "  tables: { orders: data/orders.csv, secrets: data/orders.csv }\n");
        folder.write("models/sales.yaml",
                     "name: sales\nsource: shop\nrelations:\n  orders:\n    row_filters:\n"
                     "      - { column: tenant, attribute: tenant }\n    columns:\n"
                     "      n: { show: \"null\", unless: see_sql }\n");
        dashboard(R"({"model": "sales", "sql": "select * from orders"})");
    }
    void dashboard(const std::string& queries) {
        folder.write("dashboards/orders.json",
                     R"({"uid": "orders", "title": "Orders\u001b[31m", "variables": [
                          {"name": "tenant", "type": "text", "default": ["nobody"],
                           "attribute": "tenant"}],
                         "panels": [{"id": 1, "type": "table", "title": "All",
                                     "grid": {"x": 0, "y": 0, "w": 24, "h": 8},
                                     "queries": [)" +
                         queries + "]}]}");
    }

    TemporaryFolder folder;
};

TEST_F(ProveCommand, TellsOfAFolderWhatIsProven) {
    const auto ended = run_program({"prove", folder.path()});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_NE(ended.out.find("(orders): 1 proven, 0 unscoped, 0 refused\n"), std::string::npos)
        << ended.out;
    EXPECT_NE(ended.out.find("panel 1 All, A  shop (duckdb)  sales  proven   orders: tenant in "
                             "tenant (text), n null unless see_sql\n"),
              std::string::npos)
        << ended.out;
    // A title does not steer the terminal.
    EXPECT_EQ(ended.out.find('\x1b'), std::string::npos);
}

TEST_F(ProveCommand, EndsWithOneWhenSomethingIsRefused) {
    dashboard(R"({"model": "sales", "sql": "select * from secrets"})");
    const auto refused = run_program({"prove", folder.path()});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.out.find("refused  The query reads \"secrets\""), std::string::npos)
        << refused.out;
    dashboard(R"({"source": "shop", "sql": "select * from orders"})");
    EXPECT_EQ(run_program({"prove", folder.path()}).code, 0);
    folder.write("shares/acme.yaml",
                 "token: acme-share\ndashboard: orders\nvariables: { tenant: acme }\n");
    const auto shared = run_program({"prove", folder.path()});
    EXPECT_EQ(shared.code, 1);
    EXPECT_NE(shared.out.find("share acme-share: refused: The dashboard cannot be shared"),
              std::string::npos)
        << shared.out;
    EXPECT_EQ(run_program({"prove", folder.path("none")}).code, 1);
}

TEST_F(ProveCommand, RefusesWhatASourceCannotFollow) {
    folder.write("sources/shop.yaml",
                 "name: shop\ntype: prometheus\nsettings: { url: \"http://127.0.0.1:9\" }\n");
    dashboard(R"({"model": "sales", "promql": "orders"})");
    const auto refused = run_program({"prove", folder.path()});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE((refused.out + refused.err).find("covers the label \"n\" of \"orders\""),
              std::string::npos)
        << refused.out << refused.err;
    folder.write("models/sales.yaml",
                 "name: sales\nsource: shop\nrelations:\n  orders:\n    row_filters:\n"
                 "      - { column: tenant, attribute: tenant }\n");
    const auto proven = run_program({"prove", folder.path()});
    EXPECT_EQ(proven.code, 0) << proven.out << proven.err;
}

TEST_F(ProveCommand, PrintsCertificatesForPrograms) {
    const auto ended = run_program({"prove", folder.path(), "--json"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    const auto said = parse_json(ended.out).value();
    const auto& certificate = said.at("certificates").at(0);
    EXPECT_EQ(certificate.at("statement").at("queries").at(0).at("verdict"), "proven");
    EXPECT_TRUE(certificate.at("signature").is_null());
}

TEST_F(ProveCommand, AsksAServer) {
    const TemporaryFolder data;
    const auto made = run_program({"admin", "create-credentials", "--data", data.path("data"),
                                   "--org", "1", "--role", "Admin", "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    const std::string token(parse_json(made.out).value().at("service_token").as_string());
    ServerProgram server(
        {{"--data", data.path("data"), "--provision", folder.path()}, {{"ACME", kCredential}}, ""});
    ASSERT_TRUE(server.listening()) << server.wait().err;
    const auto ask = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "prove");
        arguments.insert(arguments.end(), {"--url", server.url()});
        return run_program({arguments, {{"CASEMENT_TOKEN", token}}, ""});
    };
    const auto told = ask({"orders"});
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.out.find("1 proven, 0 unscoped, 0 refused"), std::string::npos) << told.out;
    const auto certificate = parse_json(ask({"orders", "--json"}).out).value();
    EXPECT_EQ(certificate.at("signature").as_string().size(), 64U);
    EXPECT_EQ(ask({"nothing"}).code, 1);
    EXPECT_EQ(run_program({"prove", "orders", "--url", "nowhere"}).code, 2);
}

}  // namespace
}  // namespace casement::app
