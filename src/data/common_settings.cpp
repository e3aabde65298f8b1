#include "data/common_settings.h"

#include "base/shape.h"

#include <array>
#include <string_view>

namespace casement::data {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"max_concurrent", "cache_seconds",
                                                    "stale_seconds"};

const Shape& common_shape() {
    constexpr std::int64_t kDay = 86'400;
    static const Shape shape = Shape::object({
                                                 optional("max_concurrent", Shape::integer(1, 256)),
                                                 optional("cache_seconds", Shape::integer(0, kDay)),
                                                 optional("stale_seconds", Shape::integer(0, kDay)),
                                             })
                                   .open();
    return shape;
}

std::optional<std::chrono::milliseconds> seconds_at(const boost::json::object& settings,
                                                    std::string_view name) {
    const auto* value = settings.if_contains(name);
    if (value == nullptr) return std::nullopt;
    return std::chrono::seconds(value->to_number<std::int64_t>());
}

}  // namespace

Result<CommonSettings> read_common_settings(const boost::json::object& settings) {
    if (auto wrong = check(boost::json::value(settings), common_shape(), "settings")) {
        wrong->code = "invalid_source";
        return *wrong;
    }
    CommonSettings read;
    if (const auto* most = settings.if_contains("max_concurrent")) {
        read.max_concurrent = most->to_number<unsigned>();
    }
    read.cache_time = seconds_at(settings, "cache_seconds");
    read.stale_time = seconds_at(settings, "stale_seconds");
    return read;
}

bool has_named_secrets(const boost::json::object& settings) {
    const auto* kept = settings.if_contains("grafana");
    if (kept == nullptr || !kept->is_object()) return false;
    const auto& words = kept->get_object();
    return !(words.size() == 1 && words.contains("isDefault"));
}

boost::json::object without_common(const boost::json::object& settings) {
    auto rest = settings;
    for (const auto name : kNames)
        rest.erase(name);
    return rest;
}

}  // namespace casement::data
