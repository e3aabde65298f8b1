// Any bytes as PromQL of a dashboard, with a value that would like to be PromQL: what is accepted
// keeps the value in its place, and no selector escapes a scope.
#include "base/encoding.h"
#include "data/promql_parser.h"
#include "data/promql_scope.h"
#include "fuzz/promise.h"

#include <map>
#include <string>

using namespace casement;
using fuzz::promise;

namespace {

constexpr std::string_view kWish = "x\"} or secret{a=\"`'";

const data::ScopePtr& scope() {
    static const data::ScopePtr made = [] {
        data::ScopedRelation every;
        every.name = "*";
        every.filters.push_back({"tenant", data::RowFilter::Type::text, {"mine"}});
        return data::make_scope("m", {every});
    }();
    return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::map<std::string, data::Value> named{{"v", data::Scalar{std::string(kWish)}}};
    data::promql::Values values;
    values.named = &named;
    values.built_in = {{"__interval", "15s"}, {"__rate_interval", "1m"}};
    auto query = data::promql::parse_variable_query(fuzz::text_of(bytes, size), values);
    if (!query) {
        promise(query.error().code == "query_invalid", "a refusal has its code");
        promise(is_utf8(query.error().message), "and can be written as JSON");
        return 0;
    }
    if (!query->expression) return 0;
    auto& expr = *query->expression;
    const auto narrowed = data::promql::narrow(expr, *scope());
    if (!narrowed) return 0;
    bool ends_with_it = true;
    std::size_t selectors = 0;
    data::promql::for_each_selector(expr, [&](const data::promql::Expr& selector) {
        ++selectors;
        ends_with_it = ends_with_it && !selector.matchers.empty() &&
                       selector.matchers.back().label == "tenant" &&
                       selector.matchers.back().value == "mine";
        promise(selector.text.find('"') == std::string::npos, "a value names no metric");
    });
    promise(ends_with_it, "every selector carries the matcher");

    const auto printed = data::promql::print(expr);
    if (!printed || printed->size() > data::promql::kMaxTextBytes) return 0;
    // A dollar in a text would be a value's place when it is read here; the server knows none.
    if (printed->find('$') != std::string::npos || printed->find("[[") != std::string::npos) {
        return 0;
    }
    auto again = data::promql::parse(*printed, data::promql::Values{});
    promise(again.has_value(), "what was printed can be read");
    std::size_t read = 0;
    data::promql::for_each_selector(**again, [&](const data::promql::Expr& selector) {
        ++read;
        promise(!selector.matchers.empty() && selector.matchers.back().label == "tenant" &&
                    selector.matchers.back().value == "mine",
                "every selector that the server reads carries the matcher");
    });
    promise(read == selectors, "and there are as many as were narrowed");
    const auto twice = data::promql::print(**again);
    promise(twice && *twice == *printed, "printing is settled");
    return 0;
}
