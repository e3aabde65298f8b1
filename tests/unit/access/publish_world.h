// Dashboards, shares, models and sources to change, and those who may, for tests of what is proven
// when something is published.
#pragma once

#include "access/dashboard_service.h"
#include "access/model_service.h"
#include "access/provisioning.h"
#include "access/scope_certificate.h"
#include "access/share_service.h"
#include "access/source_service.h"
#include "unit/access/embed_world.h"

#include <functional>
#include <string>

namespace casement::access {

inline constexpr const char* kVariables = R"(, "variables": [{"name": "tenant", "type": "text",
    "default": ["nobody"], "attribute": "tenant"}])";
inline constexpr const char* kOverModel = R"({"model": "sales", "sql": "select * from orders"})";
inline constexpr const char* kOverSource = R"({"source": "shop", "sql": "select * from orders"})";
inline constexpr const char* kOverPlain = R"({"source": "plain", "sql": "select 1"})";

/// Source "shop" under the model "sales", source "plain" under none, and somebody who may change
/// everything there is.
class PublishWorld : public testing::Test, public EmbedWorld {
  protected:
    PublishWorld() {
        source("shop");
        source("plain");
        sales.org = 1;
        sales.name = "sales";
        sales.label = "Sales";
        sales.source = "shop";
        sales.document = relations(R"({"orders": {"row_filters": [
            {"column": "tenant", "attribute": "tenant"}]}})");
        sales = put(sales);
        who.org = 1;
        who.handle = "ada";
        who.permissions = {Permission::dashboards_write, Permission::dashboards_read,
                           Permission::dashboards_embed_share, Permission::sources_write,
                           Permission::org_manage};
    }

    static json::object relations(const std::string& text) {
        return parse_json(R"({"relations": )" + text + "}").value().as_object();
    }
    static json::object document(const std::string& query, const std::string& more = kVariables) {
        return parse_json(R"({"title": "T", "panels": [{"id": 4, "type": "table", "title": "All",
                              "grid": {"x": 0, "y": 0, "w": 12, "h": 4}, "queries": [)" +
                          query + "]}]" + more + "}")
            .value()
            .as_object();
    }
    store::Dashboard dashboard(const std::string& uid, const std::string& query,
                               const std::string& more = kVariables) {
        NewDashboard what;
        what.uid = uid;
        what.title = "T";
        what.document = document(query, more);
        return test::run(dashboards.create(who, what)).value();
    }
    static NewShare locked(bool require = false) {
        NewShare what;
        what.settings = {{"selectable_template_vars",
                          json::array{{{"name", "tenant"}, {"default_values", {"acme"}}}}}};
        if (require) what.settings["require_scope"] = true;
        return what;
    }
    Result<store::Share> share(const std::string& uid, NewShare what = locked()) {
        return test::run(shares.create(who, uid, std::move(what)));
    }
    Result<store::Dashboard> rewrite(const std::string& uid, const std::string& query) {
        return test::run(dashboards.update(
            who, uid, std::function<Result<void>(store::Dashboard&)>([&](store::Dashboard& row) {
                row.document = document(query);
                return Result<void>{};
            })));
    }
    Result<store::Model> put_sales(const std::string& document_text) {
        auto row = sales;
        row.document = relations(document_text);
        const auto* now = catalog->snapshot()->by_name<store::Model>(1, "sales");
        return test::run(models.put(who, row, now == nullptr ? "" : hash_of(*now)));
    }
    template <class T>
    static std::string code(const Result<T>& result) {
        return result ? "ok" : std::string(result.error().code);
    }

    store::Model sales;
    Principal who;
    const CatalogParts parts{*catalog, audit, random, clock};
    DashboardService dashboards{parts};
    ShareService shares{parts};
    SourceService sources{parts};
    ModelService models{parts};
};

}  // namespace casement::access
