// Grafana dashboards as Casement shows them. What is understood is taken as it is meant; what is
// not is said to the author in the report and quietly to the viewer, and never guessed into data.
#pragma once

#include "base/error.h"
#include "base/shape.h"
#include "dashboards/dashboard.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

struct ImportNote {
    enum class Kind { taken, changed, left_out };
    Kind kind = Kind::taken;
    std::string subject;  ///< "panel 7", "variable host", or empty for the dashboard
    std::string sentence;
};
using ImportReport = std::vector<ImportNote>;

/// What the importer may ask of the organization that the dashboard is for.
struct ImportContext {
    /// The type of the source with this name or uid, "" for the default one; empty: there is none.
    std::function<std::string(std::string_view reference)> source_type;
};

/// The bare document: of a resource its `spec`, with its name as uid where the spec has none; of an
/// answer of the API its `dashboard`; of everything else itself.
[[nodiscard]] json::object bare_grafana(json::object written);

/// Errors: invalid "invalid_dashboard" for the newest kind of document, with elements and a layout:
/// nothing of it is read.
[[nodiscard]] Result<void> check_classic(const json::object& written);

/// Reads a classic dashboard document (schema versions up to 42, rows included), bare or as the
/// `spec` of a resource. Its queries name sources loosely (PanelQuery::loose_source). The sizes of
/// limits.h hold: what is beyond them is left out. Pure, any thread.
/// Errors: invalid "invalid_dashboard" for what is no dashboard at all, and as check_classic().
[[nodiscard]] Result<Dashboard> import_grafana(const json::object& document,
                                               ImportReport* report = nullptr,
                                               const ImportContext& context = {});

/// The document with sources chosen for its inputs, by their names; a name that is no input's is a
/// source's that the document names and that is called otherwise here. Everything else stays as it
/// is: the choice is written into `__inputs`.
[[nodiscard]] json::object with_inputs(json::object document,
                                       const std::map<std::string, std::string>& chosen);

}  // namespace casement::dashboards
