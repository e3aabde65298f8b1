#include "access/source_trial.h"

#include <utility>

namespace casement::access {
namespace {

constexpr int kMostWaiting = 8;

Result<void> ask_now(const data::SourceType& type, const data::SourceSettings& settings) {
    auto source = type.open(settings);
    if (!source) return source.error();
    const Cancellation nobody;
    return (*source)->check(nobody);
}

/// Counts one for as long as it lives.
class Place {
  public:
    explicit Place(std::atomic<int>& count) : count_(count), number_(++count) {}
    ~Place() { --count_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    [[nodiscard]] bool is_free() const { return number_ <= kMostWaiting; }

  private:
    std::atomic<int>& count_;
    const int number_;
};

}  // namespace

asio::awaitable<Result<void>> SourceTrial::ask(std::string type, data::SourceSettings settings) {
    const auto* known = data::find_source_type(type);
    if (known == nullptr) co_return internal_error();
    const Place place(waiting_);
    if (!place.is_free()) {
        co_return Error{ErrorKind::rate_limited,
                        "too_busy",
                        "Other connections are being tried. Try again in a moment.",
                        {}};
    }
    auto work = [known, settings = std::move(settings)] { return ask_now(*known, settings); };
    auto asked = co_await pool_.run(std::move(work));
    co_return asked;
}

}  // namespace casement::access
