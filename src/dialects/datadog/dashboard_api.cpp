#include "dialects/datadog/dashboard_api.h"

#include "base/whole_number.h"
#include "dialects/datadog/dashboard_body.h"
#include "dialects/datadog/dashboard_document.h"

#include <fmt/format.h>

namespace casement::datadog {
namespace {

constexpr std::int64_t kUsualCount = 100;
constexpr std::int64_t kMostListed = 1000;

Result<http::Response> shown(const store::Dashboard& row) {
    auto body = dashboard_body(row);
    if (!body) return body.error();
    return http::Response::json(200, std::move(*body));
}

std::vector<std::string> ids_of(const json::value& body) {
    std::vector<std::string> ids;
    for (const auto& item : body.at("data").get_array()) {
        ids.emplace_back(item.at("id").get_string());
    }
    return ids;
}

// -- the list ------------------------------------------------------------------------------------

struct ListFilter {
    bool shared = false;
    bool deleted = false;
    std::int64_t count = kUsualCount;
    std::int64_t start = 0;
};

Result<bool> flag(const http::Request& request, const std::string& name) {
    auto value = request.parameter(name);
    if (!value) return value.error();
    if (!*value || **value == "false" || (*value)->empty()) return false;
    if (**value == "true") return true;
    return invalid("invalid_query", fmt::format("{} must be true or false.", name), name);
}

Result<std::int64_t> number(const http::Request& request, const std::string& name,
                            std::int64_t otherwise) {
    auto value = request.parameter(name);
    if (!value) return value.error();
    if (!*value) return otherwise;
    const auto read = whole_number<std::int64_t>(**value);
    if (!read || *read < 0) {
        return invalid("invalid_query", fmt::format("{} must be a whole number from 0.", name),
                       name);
    }
    return *read;
}

Result<ListFilter> read_filter(const http::Request& request) {
    ListFilter filter;
    const auto shared = flag(request, "filter[shared]");
    if (!shared) return shared.error();
    const auto deleted = flag(request, "filter[deleted]");
    if (!deleted) return deleted.error();
    const auto count = number(request, "count", kUsualCount);
    if (!count) return count.error();
    const auto start = number(request, "start", 0);
    if (!start) return start.error();
    filter.shared = *shared;
    filter.deleted = *deleted;
    filter.count = std::min(*count, kMostListed);
    filter.start = *start;
    return filter;
}

bool fits(const ListFilter& filter, const store::Dashboard& row, const store::Snapshot& snapshot,
          Time now) {
    if (row.deleted_at.has_value() != filter.deleted) return false;
    // What can no longer be restored is as good as gone.
    if (row.deleted_at && *row.deleted_at + access::kBinTime <= now) return false;
    return !filter.shared || !snapshot.shares_of_dashboard(row.id).empty();
}

}  // namespace

DashboardApi::Answer DashboardApi::create(access::Principal who, http::Request& request) {
    const auto body = http::json_body(request, dashboard_request_shape());
    if (!body) co_return body.error();
    auto document = read_document(body->get_object(), the_.random);
    if (!document) co_return document.error();
    access::NewDashboard what{.uid = {},
                              .dialect = "datadog",
                              .title = text_at(*document, "title").value_or(""),
                              .document = std::move(*document)};
    auto row = co_await the_.dashboards.create(std::move(who), std::move(what));
    if (!row) co_return row.error();
    co_return shown(*row);
}

DashboardApi::Answer DashboardApi::list(access::Principal who, http::Request& request) {
    auto allowed = who.require(access::Permission::dashboards_read);
    if (!allowed) co_return allowed.error();
    const auto filter = read_filter(request);
    if (!filter) co_return filter.error();
    const auto snapshot = the_.catalog.snapshot();
    const Time now = the_.clock.now();
    json::array summaries;
    std::int64_t position = 0;
    for (const auto* row : snapshot->dashboards(who.org)) {
        if (!fits(*filter, *row, *snapshot, now) || position++ < filter->start) continue;
        if (std::cmp_greater_equal(summaries.size(), filter->count)) break;
        summaries.push_back(dashboard_summary(*row));
    }
    co_return http::Response::json(200, json::object{{"dashboards", std::move(summaries)}});
}

DashboardApi::Answer DashboardApi::get(access::Principal who, http::Request& request) {
    const auto row = the_.dashboards.find(who, request.captures.at(0));
    if (!row) co_return row.error();
    co_return shown(*row);
}

DashboardApi::Answer DashboardApi::update(access::Principal who, http::Request& request) {
    const auto body = http::json_body(request, dashboard_request_shape());
    if (!body) co_return body.error();
    auto document = read_document(body->get_object(), the_.random);
    if (!document) co_return document.error();
    auto change = [document = *document](store::Dashboard& row) -> Result<void> {
        if (row.dialect != "datadog") {
            return invalid("not_a_datadog_dashboard",
                           "This dashboard is not written in the format of this API, which says "
                           "less. Change it through the API that it was made with.");
        }
        row.title = text_at(document, "title").value_or("");
        row.document = document;
        return {};
    };
    auto row =
        co_await the_.dashboards.update(std::move(who), request.captures.at(0), std::move(change));
    if (!row) co_return row.error();
    co_return shown(*row);
}

DashboardApi::Answer DashboardApi::remove(access::Principal who, http::Request& request) {
    const auto& id = request.captures.at(0);
    const auto row = the_.dashboards.find(who, id);
    if (!row) co_return row.error();
    std::vector<std::string> ids{id};
    auto removed = co_await the_.dashboards.bin(std::move(who), std::move(ids));
    if (!removed) co_return removed.error();
    co_return http::Response::json(200, json::object{{"deleted_dashboard_id", row->uid}});
}

DashboardApi::Answer DashboardApi::remove_many(access::Principal who, http::Request& request) {
    const auto body = http::json_body(request, dashboard_ids_shape());
    if (!body) co_return body.error();
    auto removed = co_await the_.dashboards.bin(std::move(who), ids_of(*body));
    if (!removed) co_return removed.error();
    co_return http::Response::empty(204);
}

DashboardApi::Answer DashboardApi::restore_many(access::Principal who, http::Request& request) {
    const auto body = http::json_body(request, dashboard_ids_shape());
    if (!body) co_return body.error();
    auto restored = co_await the_.dashboards.restore(std::move(who), ids_of(*body));
    if (!restored) co_return restored.error();
    co_return http::Response::empty(204);
}

}  // namespace casement::datadog
