// What PostgreSQL and its client library say, in our words.
#pragma once

#include "base/error.h"
#include "data/postgres_source.h"

#include <string>

#include <libpq-fe.h>

namespace casement::data {

/// Why a connection could not be made: what happened and what to look at. `said` is libpq's own
/// message.
[[nodiscard]] Error postgres_connect_error(const PostgresSettings& settings, std::string said);

/// A failed result. Codes of source.h.
[[nodiscard]] Error postgres_query_error(const PGresult* result);

/// For a query over a model: the server may work on a value before it is asked for, and quote it.
/// Messages about the text itself stay.
[[nodiscard]] Error without_values(Error error);

}  // namespace casement::data
