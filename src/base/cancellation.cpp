#include "base/cancellation.h"

#include <atomic>
#include <utility>

namespace casement {

struct Cancellation::Registration::State {
    // Recursive, so that a callback may drop another registration while all of them run.
    std::recursive_mutex mutex;
    std::atomic<bool> cancelled{false};
    std::uint64_t next_id = 1;
    std::map<std::uint64_t, std::function<void()>> callbacks;
};

Cancellation::Registration::Registration(Registration&& other) noexcept
    : state_(std::move(other.state_)), id_(std::exchange(other.id_, 0)) {}

Cancellation::Registration& Cancellation::Registration::operator=(Registration&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(id_, other.id_);
    return *this;
}

Cancellation::Registration::~Registration() {
    if (!state_) return;
    const std::lock_guard lock(state_->mutex);
    state_->callbacks.erase(id_);
}

Cancellation::Cancellation() : state_(std::make_shared<Registration::State>()) {}

void Cancellation::cancel() {
    const auto state = state_;
    const std::lock_guard lock(state->mutex);
    if (state->cancelled.exchange(true)) return;
    while (!state->callbacks.empty()) {
        auto callback = std::move(state->callbacks.begin()->second);
        state->callbacks.erase(state->callbacks.begin());
        callback();
    }
}

bool Cancellation::cancelled() const {
    return state_->cancelled.load();
}

Cancellation::Registration Cancellation::on_cancel(std::function<void()> callback) const {
    Registration registration;
    const std::lock_guard lock(state_->mutex);
    if (state_->cancelled.load()) {
        callback();
        return registration;
    }
    registration.state_ = state_;
    registration.id_ = state_->next_id++;
    state_->callbacks.emplace(registration.id_, std::move(callback));
    return registration;
}

}  // namespace casement
