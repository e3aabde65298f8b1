#include "access/panel_times.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include <pthread.h>

namespace casement::access {
namespace {

namespace json = boost::json;

json::object to_json(const PanelTime& time) {
    return {{"object", time.object},
            {"panel", time.panel},
            {"runs", time.figures.runs},
            {"failed", time.figures.failed},
            {"total_us", time.figures.total.count()},
            {"longest_us", time.figures.longest.count()}};
}

/// Nothing below zero was ever written.
std::int64_t count_in(const json::object& entry, std::string_view name) {
    const auto* value = entry.if_contains(name);
    return value != nullptr && value->is_int64() ? std::max<std::int64_t>(0, value->get_int64())
                                                 : 0;
}

}  // namespace

void PanelFigures::add(const PanelFigures& other) {
    runs += other.runs;
    failed += other.failed;
    total += other.total;
    longest = std::max(longest, other.longest);
}

std::size_t PanelTimes::Hash::operator()(const Key& key) const noexcept {
    const auto mixed = static_cast<std::size_t>(key.org) * 1'000'003U +
                       static_cast<std::size_t>(static_cast<unsigned>(key.panel));
    return std::hash<std::string_view>{}(key.object) ^ (mixed * 0x9E3779B97F4A7C15U);
}

PanelTimes::PanelTimes(Audit& audit, std::chrono::milliseconds interval)
    : audit_(audit), interval_(interval), thread_([this] { run(); }) {}

PanelTimes::~PanelTimes() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
    write();
}

void PanelTimes::note(store::OrgId org, std::string_view object, int panel, microseconds took,
                      bool failed) {
    const PanelFigures figures{1, failed ? 1 : 0, took, took};
    bool is_first = false;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = gathered_.find(Key{org, object, panel}); found != gathered_.end()) {
            found->second->figures.add(figures);
            return;
        }
        if (gathered_.size() >= kMostPanels) return;
        is_first = gathered_.empty();
        auto entry = std::make_unique<Entry>(Entry{std::string(object), figures});
        const Key key{org, entry->object, panel};
        gathered_.emplace(key, std::move(entry));
    }
    if (is_first) wake_.notify_one();
}

std::vector<PanelTime> PanelTimes::waiting(store::OrgId org) const {
    std::vector<PanelTime> times;
    const std::lock_guard lock(mutex_);
    for (const auto& [key, entry] : gathered_) {
        if (key.org == org) times.push_back({entry->object, key.panel, entry->figures});
    }
    return times;
}

void PanelTimes::write() {
    Gathered taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(gathered_);
    }
    std::map<store::OrgId, json::array> rows;
    const auto hand_over = [this](store::OrgId org, json::array panels) {
        AuditEvent event;
        event.org = org;
        event.actor = "system";
        event.action = kAction;
        event.detail["panels"] = std::move(panels);
        audit_.record(std::move(event));
    };
    for (const auto& [key, entry] : taken) {
        auto& panels = rows[key.org];
        panels.push_back(to_json({entry->object, key.panel, entry->figures}));
        if (panels.size() == kPanelsOfARow) hand_over(key.org, std::exchange(panels, {}));
    }
    for (auto& [org, panels] : rows) {
        if (!panels.empty()) hand_over(org, std::move(panels));
    }
}

void PanelTimes::run() {
    ::pthread_setname_np(::pthread_self(), "panel times");
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [&] { return stopping_ || !gathered_.empty(); });
        // What comes within the interval goes together.
        wake_.wait_for(lock, interval_, [&] { return stopping_; });
        if (stopping_) return;
        lock.unlock();
        write();
        lock.lock();
    }
}

std::vector<PanelTime> panel_times_in(const json::object& detail) {
    std::vector<PanelTime> times;
    const auto* list = detail.if_contains("panels");
    if (list == nullptr || !list->is_array()) return times;
    for (const auto& item : list->get_array()) {
        if (!item.is_object()) continue;
        const auto& entry = item.get_object();
        const auto* object = entry.if_contains("object");
        const auto* panel = entry.if_contains("panel");
        if (object == nullptr || !object->is_string() || panel == nullptr || !panel->is_int64()) {
            continue;
        }
        PanelTime time{std::string(object->get_string()), panel->get_int64(), {}};
        time.figures = {count_in(entry, "runs"), count_in(entry, "failed"),
                        microseconds(count_in(entry, "total_us")),
                        microseconds(count_in(entry, "longest_us"))};
        if (time.figures.runs > 0) times.push_back(std::move(time));
    }
    return times;
}

}  // namespace casement::access
