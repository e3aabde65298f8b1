#include "base/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <mutex>

#include "base/clock.h"

namespace casement::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view name_of(Level level) {
    switch (level) {
        case Level::debug: return "debug";
        case Level::info: return "info";
        case Level::warning: return "warning";
        case Level::error: return "error";
    }
    return "info";
}

// A full queue drops the oldest line instead of holding up a request.
spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        spdlog::init_thread_pool(8192, 1);
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        sink->set_pattern("%v");
        auto made = std::make_shared<spdlog::async_logger>(
            "casement", std::move(sink), spdlog::thread_pool(),
            spdlog::async_overflow_policy::overrun_oldest);
        made->set_level(spdlog::level::info);
        return made;
    }();
    return *instance;
}

}  // namespace

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (!logger().should_log(to_spdlog(level))) return;
    boost::json::object line;
    line["time"] = to_rfc3339(SystemClock().now());
    line["level"] = name_of(level);
    line["event"] = event;
    for (const auto& field : fields) {
        std::visit([&](const auto& value) { line[field.name] = value; }, field.value);
    }
    logger().log(to_spdlog(level), boost::json::serialize(line));
}

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

void flush() { logger().flush(); }

std::string without_query_values(std::string_view target) {
    const auto question = target.find('?');
    if (question == std::string_view::npos) return std::string(target);
    std::string out(target.substr(0, question + 1));
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
