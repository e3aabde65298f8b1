// How a snapshot in Grafana's form is drawn here: a native document with the same panels in their
// places and the same data. What Grafana's own panels can and ours cannot (overrides, mappings,
// transformations) is left out, not imitated. Pure.
#pragma once

#include <boost/json.hpp>

namespace casement::access {

namespace json = boost::json;

/// `document` is one that grafana::still_document has written. The answer is in the form of a
/// native document without queries, with `snapshotData` in its panels. A panel whose type is not
/// known here is shown as a table of its data, or not at all when it has none.
[[nodiscard]] json::object drawn_document(const json::object& document);

}  // namespace casement::access
