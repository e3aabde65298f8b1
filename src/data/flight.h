// One run that any number of callers wait for.
#pragma once

#include "base/cancellation.h"
#include "base/error.h"
#include "data/table.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace casement::data {

/// A caller's place in a flight. All of it is guarded by the engine's mutex.
struct Waiter {
    std::optional<Result<TablePtr>> result;
    std::function<void()> resume;  ///< set once the caller sleeps; wakes it on its own executor

    /// Gives the result, once; returns what has to be called after the mutex is released.
    [[nodiscard]] std::function<void()> settle(Result<TablePtr> with) {
        if (result) return {};
        result.emplace(std::move(with));
        return std::exchange(resume, {});
    }
};

struct Flight {
    std::string key;
    Cancellation work;  ///< what the run listens to
    std::vector<std::shared_ptr<Waiter>> waiters;
};

}  // namespace casement::data
