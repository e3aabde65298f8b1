#include "data/duckdb_errors.h"

#include "base/encoding.h"
#include "base/log.h"
#include "data/duckdb_handles.h"
#include "data/query_errors.h"

namespace casement::data {
namespace {

bool is(const std::string& message, std::string_view type) {
    return message.starts_with(type);
}

Error unusable() {
    return unavailable("source_unavailable", "The source's data cannot be read at the moment.");
}

}  // namespace

Error engine_error(duckdb_result* failed) {
    return engine_error(text_or_empty(duckdb_result_error(failed)));
}

Error engine_error(const std::string& message) {
    if (is(message, "INTERRUPT Error")) return query_cancelled();
    if (is(message, "Permission Error")) {
        return query_refused(
            "The query asks for something that is closed to queries: files, network, extensions or "
            "settings.");
    }
    if (is(message, "Out of Memory Error")) {
        return query_too_large(
            "The query needs more memory than its source allows. Ask for less, or raise the "
            "source's memory_limit.");
    }
    if (is(message, "IO Error") || is(message, "HTTP Error")) {
        // Names a file and the system's reason; never a value from the data.
        log::warning("source_unreadable", {{"reason", utf8_head(message, 500)}});
        return unusable();
    }
    if (is(message, "INTERNAL Error")) {
        // A fault of the engine that this one query meets: the database goes on, and so do others'
        // queries. What it says ends in a stack trace, with paths of this machine.
        log::error("engine_fault", {{"reason", utf8_head(message, 200)}});
        return query_invalid(
            "INTERNAL Error: the database engine has a fault that this query meets. Write it in "
            "another way.");
    }
    if (is(message, "FATAL Error")) {
        log::error("source_engine_failure", {{"reason", utf8_head(message, 200)}});
        return unusable();
    }
    return query_invalid(message);
}

}  // namespace casement::data
