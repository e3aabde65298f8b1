#include "base/log.h"

#include "base/clock.h"
#include "base/encoding.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace casement::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view name_of(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "info";
}

// Writes what it is given to standard error as it is, and tells who waits for a flush.
class ErrorOutput final : public spdlog::sinks::sink {
  public:
    void log(const spdlog::details::log_msg& message) override {
        std::string_view rest(message.payload.data(), message.payload.size());
        while (!rest.empty()) {
            const auto written = ::write(STDERR_FILENO, rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            // There is nowhere to report that the log itself cannot be written.
            if (written <= 0) return;
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    void flush() override {
        const std::lock_guard lock(mutex_);
        ++flushes_;
        flushed_.notify_all();
    }
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

    [[nodiscard]] std::uint64_t flushes() {
        const std::lock_guard lock(mutex_);
        return flushes_;
    }
    void wait_for_flush_after(std::uint64_t seen) {
        // A queue that overflows may drop the flush as well: then this is the end of the wait.
        std::unique_lock lock(mutex_);
        flushed_.wait_for(lock, std::chrono::seconds(2), [&] { return flushes_ > seen; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable flushed_;
    std::uint64_t flushes_ = 0;
};

struct Output {
    std::shared_ptr<ErrorOutput> sink = std::make_shared<ErrorOutput>();
    std::shared_ptr<spdlog::logger> logger;

    // A full queue drops the oldest line instead of holding up a request.
    Output() {
        spdlog::init_thread_pool(8192, 1);
        logger = std::make_shared<spdlog::async_logger>(
            "casement", sink, spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
        logger->set_level(spdlog::level::info);
    }
};

Output& output() {
    static Output instance;
    return instance;
}

void append_text(std::string& out, std::string_view text) {
    out += '"';
    const bool well_formed = is_utf8(text);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !well_formed)) {
            // What is not UTF-8 is shown byte by byte, as if it were Latin-1.
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_value(std::string& out, const std::string& value) {
    append_text(out, value);
}
void append_value(std::string& out, std::int64_t value) {
    out += fmt::format_int(value).c_str();
}
void append_value(std::string& out, bool value) {
    out += value ? "true" : "false";
}
void append_value(std::string& out, double value) {
    if (std::isfinite(value)) {
        fmt::format_to(std::back_inserter(out), "{:.6g}", value);
    } else {
        out += "null";
    }
}

}  // namespace

void append_line(std::string& out, Level level, std::string_view event,
                 std::initializer_list<Field> fields) {
    if (!output().logger->should_log(to_spdlog(level))) return;
    out += R"({"time":")";
    out += to_rfc3339(SystemClock().now());
    out += R"(","level":")";
    out += name_of(level);
    out += R"(","event":)";
    append_text(out, event);
    for (const auto& field : fields) {
        out += ',';
        append_text(out, field.name);
        out += ':';
        std::visit([&](const auto& value) { append_value(out, value); }, field.value);
    }
    out += "}\n";
}

void write_lines(const std::string& lines) {
    if (!lines.empty()) output().logger->log(spdlog::level::critical, spdlog::string_view_t(lines));
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    std::string line;
    append_line(line, level, event, fields);
    write_lines(line);
}

void set_level(Level level) {
    output().logger->set_level(to_spdlog(level));
}

void flush() {
    const std::uint64_t seen = output().sink->flushes();
    output().logger->flush();
    output().sink->wait_for_flush_after(seen);
}

namespace {

/// Names and numbers are shorter; tokens that stand in a path are longer.
constexpr std::size_t kLongestSegment = 64;

/// Where an encoded '?' is, or the end: login links carry the address of a page, query and all.
std::size_t encoded_question(std::string_view segment) {
    return std::min(segment.find("%3F"), segment.find("%3f"));
}

std::string path_without_secrets(std::string_view path) {
    std::string out;
    while (true) {
        const auto slash = path.find('/');
        const auto segment = path.substr(0, slash);
        const auto question = encoded_question(segment);
        const auto name = segment.substr(0, question);
        out += name.size() > kLongestSegment ? "-" : name;
        if (question != std::string_view::npos) out += "%3F-";
        if (slash == std::string_view::npos) return out;
        out += '/';
        path.remove_prefix(slash + 1);
    }
}

}  // namespace

std::string without_query_values(std::string_view target) {
    const auto question = target.find('?');
    std::string out = path_without_secrets(target.substr(0, question));
    if (question == std::string_view::npos) return out;
    out += '?';
    std::string_view rest = target.substr(question + 1);
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        const auto equals = pair.find('=');
        // A parameter without "=" may itself be a value that somebody pasted.
        out += equals == std::string_view::npos ? "-" : pair.substr(0, equals);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (!rest.empty()) out += '&';
    }
    return out;
}

}  // namespace casement::log
