// Structured logs: one JSON object a line on standard error, written by a thread of its own.
// Secrets stay out by construction: a caller names each field; there is no "log the request".
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace casement::log {

enum class Level { debug, info, warning, error };

struct Field {
    std::string_view name;
    std::variant<std::string, std::int64_t, double, bool> value;
    Field(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
    Field(std::string_view n, std::string_view v) : name(n), value(std::string(v)) {}
    Field(std::string_view n, const char* v) : name(n), value(std::string(v)) {}
    Field(std::string_view n, bool v) : name(n), value(v) {}
    Field(std::string_view n, double v) : name(n), value(v) {}
    template <std::integral T>
    Field(std::string_view n, T v) : name(n), value(static_cast<std::int64_t>(v)) {}
};

/// `event` is a stable name ("request", "link_refused"). Any thread; never blocks for long.
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, fields);
}

/// Appends the line that write() would write, with its line feed, to `out`; nothing when `level` is
/// dropped. For writers of very many lines, which hand them over together with write_lines().
void append_line(std::string& out, Level level, std::string_view event,
                 std::initializer_list<Field> fields = {});
/// Queues whole lines made by append_line. Any thread; never blocks for long.
void write_lines(const std::string& lines);

/// What is below `level` is dropped from now on. Starts at info.
void set_level(Level level);
/// Returns when what is queued has been written; call before the process ends.
void flush();

/// A URL as it may stand in a log: the path without what is as long as a token, and of the query,
/// of one that is encoded into the path too, no value.
[[nodiscard]] std::string without_query_values(std::string_view target);

}  // namespace casement::log
