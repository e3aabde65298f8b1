// What the parts of the Grafana importer share. Of no use outside of this folder.
#pragma once

#include "dashboards/importers/grafana.h"
#include "dashboards/importers/grafana_sql.h"
#include "dashboards/importers/json_parts.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::dashboards::grafana {

/// Takes the notes; with no report to go to, they are dropped.
class Notes {
  public:
    Notes(ImportReport* report, std::string subject)
        : report_(report), subject_(std::move(subject)) {}
    void taken(std::string sentence) { add(ImportNote::Kind::taken, std::move(sentence)); }
    void changed(std::string sentence) { add(ImportNote::Kind::changed, std::move(sentence)); }
    void left_out(std::string sentence) { add(ImportNote::Kind::left_out, std::move(sentence)); }
    [[nodiscard]] Notes about(std::string subject) const { return {report_, std::move(subject)}; }

  private:
    void add(ImportNote::Kind kind, std::string sentence) {
        constexpr std::size_t kMostNotes = 2000;
        if (report_ == nullptr || report_->size() >= kMostNotes) return;
        report_->push_back({kind, subject_, std::move(sentence)});
    }
    ImportReport* report_;
    std::string subject_;
};

/// What queries may name: filled in while the variables are read.
struct Scope {
    std::vector<SqlVariable> variables;
    std::map<std::string, std::string, std::less<>> sources;  ///< of data source variables
};

// grafana_time.cpp
void read_general(const json::object& document, Dashboard& out, Notes& notes);

// grafana_variables.cpp
void read_variables(const json::object& document, Dashboard& out, Scope& scope, const Notes& notes);

// grafana_sources.cpp
/// The source that a `datasource` member names: its name or uid, "" for the default one.
/// Errors: unprocessable "query_not_importable": a special one, or an input that was not filled in.
[[nodiscard]] Result<std::string> source_of(const json::value* datasource, const Scope& scope);
/// The text of an SQL target or variable query and where it goes. Errors: as import_sql, and for
/// what is no SQL.
[[nodiscard]] Result<PanelQuery> query_of(const json::object& target, const json::value* datasource,
                                          const Scope& scope, Notes& notes);
/// The same of a variable's query: the value first, then what is shown for it.
[[nodiscard]] Result<PanelQuery> choices_query(const json::object& target,
                                               const json::value* datasource, const Scope& scope,
                                               Notes& notes);
/// Does the target's SQL name the column that splits rows into series?
[[nodiscard]] bool has_metric_column(const json::object& target);

// grafana_layout.cpp
struct Placed {
    const json::object* panel = nullptr;
    Grid grid;
    bool is_row = false;
};
/// All panels in the order of the page, rows among them, on our grid.
[[nodiscard]] std::vector<Placed> layout_of(const json::object& document, Notes& notes);

// grafana_panels.cpp
/// Everything but id and grid.
[[nodiscard]] Panel read_panel(const json::object& panel, const Scope& scope, Notes& notes);

// grafana_legacy.cpp: panel types of before Grafana 7, as their successors write them.
[[nodiscard]] json::object modern_panel(const json::object& panel, Notes& notes);

// grafana_options.cpp
void read_common_options(const json::object& panel, PanelType type, json::object& options,
                         Notes& notes);
/// "green", "dark-red", "#rrggbb", "rgba(…)" as the options take colours; nullopt for none.
[[nodiscard]] std::optional<std::string> colour_of(std::string_view written);

// grafana_units.cpp
/// nullopt: the unit is written in a way that ours cannot be.
[[nodiscard]] std::optional<std::string> unit_of(std::string_view id);

// grafana_text.cpp
[[nodiscard]] std::string markdown_of(const json::object& panel);
/// A row's title as a small heading.
[[nodiscard]] std::string heading_of(std::string_view title);

}  // namespace casement::dashboards::grafana
