// Any bytes as a Grafana dashboard, and as the text of one of its queries.
#include "base/encoding.h"
#include "dashboards/importers/grafana.h"
#include "dashboards/importers/grafana_sql.h"
#include "dashboards/importers/grafana_sql_lexer.h"
#include "dashboards/limits.h"
#include "fuzz/promise.h"

#include <set>
#include <string>

using namespace casement;
using namespace casement::dashboards;
using fuzz::promise;

namespace {

using Names = std::set<std::string, std::less<>>;

/// Nothing is left in the text that is Grafana's, and every name in it is bound.
void check_text(std::string_view text, const Names& known, SqlFlavour flavour) {
    for (const auto& token : sql_tokens(text, [](std::string_view) { return false; }, flavour)) {
        promise(token.text != "$", "a dollar names something");
        if (token.kind != SqlToken::Kind::reference) continue;
        promise(!token.reference.is_braced, "no reference of Grafana's is left");
        promise(known.contains(token.reference.name), "what a query names is bound");
    }
}

void check_sql(std::string_view raw, SqlFlavour flavour) {
    const std::vector<SqlVariable> variables = {
        {"host", false, ""}, {"hosts", true, ""}, {"interval", false, "interval_1"}};
    std::string back;
    for (const auto& token : sql_tokens(raw, [](std::string_view) { return true; }, flavour))
        back += token.text;
    promise(back == raw, "the pieces of a text are the text");
    const auto imported = import_sql(raw, variables, flavour);
    if (!imported) {
        promise(imported.error().code == "query_not_importable", "a refusal has its code");
        promise(is_utf8(imported.error().message), "a refusal can be written as JSON");
        return;
    }
    check_text(imported->text,
               {"from", "to", "interval", "timezone", "host", "hosts", "interval_1"}, flavour);
}

void check_dashboard(const Dashboard& dashboard) {
    promise(dashboard.panels.size() <= static_cast<std::size_t>(kMaxPanels), "not too many panels");
    Names known = {"from", "to", "interval", "timezone"};
    for (const auto& variable : dashboard.variables) {
        promise(dashboard.variable(variable.name) == &variable, "a variable is found by its name");
        promise(!is_reserved_name(variable.parameter_name()), "no variable hides a reserved name");
        promise(known.insert(variable.parameter_name()).second, "each is bound by its own name");
    }
    for (const auto& panel : dashboard.panels) {
        promise(dashboard.panel(panel.id) == &panel, "a panel is found by its id");
        promise(panel.grid.x >= 0 && panel.grid.w > 0 && panel.grid.x + panel.grid.w <= 24,
                "a panel lies in the grid");
        promise(!check(panel.options, options_shape(panel.type)), "its type takes its options");
        const bool asks = panel.type != PanelType::text && panel.type != PanelType::row;
        promise(asks != panel.queries.empty(), "a panel asks for data, a text or a row does not");
        for (const auto& query : panel.queries) {
            const bool names = query.loose_source || query.source.starts_with('$');
            promise(names && query.model.empty(), "a query names a source at most");
            promise(is_utf8(query.text), "a query is UTF-8");
            if (query.language == PanelQuery::Language::sql) {
                check_text(query.text, known, flavour_of(query.source_type));
            }
        }
        promise(is_utf8(panel.markdown), "text is UTF-8");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto document = parse_json(text);
    if (!document || !document->is_object()) {
        for (const auto flavour :
             {SqlFlavour::duckdb, SqlFlavour::postgresql, SqlFlavour::mysql, SqlFlavour::sqlite}) {
            check_sql(text, flavour);
        }
        return 0;
    }
    ImportReport report;
    const auto dashboard = import_grafana(document->as_object(), &report);
    for (const auto& note : report)
        promise(is_utf8(note.sentence) && is_utf8(note.subject), "a note can be written as JSON");
    if (!dashboard) {
        promise(dashboard.error().code == "invalid_dashboard", "no dashboard is invalid_dashboard");
        return 0;
    }
    check_dashboard(*dashboard);
    return 0;
}
