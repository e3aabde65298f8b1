// Which of PostgreSQL's own functions, types and operators queries may use.
#pragma once

#include <string_view>

namespace casement::data {

/// Open to queries over a model: their answer depends on nothing but their arguments, the time and
/// the session's settings; they read no relation, no catalog, no file, and change nothing.
[[nodiscard]] bool is_open_postgres_function(std::string_view name);
/// Closed to every query: reaches the server's files, settings, other sessions, locks, sequences,
/// large objects or other servers.
[[nodiscard]] bool is_closed_postgres_function(std::string_view name);
/// Known to be a function of one argument that is not open, so that x.f may call it. The server's
/// own list says it of every name.
[[nodiscard]] bool is_postgres_call(std::string_view name);
/// Types that a query over a model may name. None of them looks a name up in a catalog.
[[nodiscard]] bool is_open_postgres_type(std::string_view name);
[[nodiscard]] bool is_open_postgres_operator(std::string_view name);

}  // namespace casement::data
