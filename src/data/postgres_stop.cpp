#include "data/postgres_stop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace casement::data {

PostgresStop::PostgresStop(Moment deadline, const Cancellation& cancellation)
    : deadline_(deadline),
      cancellation_(cancellation),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    registration_ = cancellation.on_cancel([fd = wake_] {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
    });
}

PostgresStop::~PostgresStop() {
    registration_ = {};  // after this nobody writes
    ::close(wake_);
}

PostgresStop::Event PostgresStop::wait(int socket, bool read, bool write, Moment limit) const {
    using std::chrono::milliseconds;
    const auto until = std::min(limit, deadline_);
    for (;;) {
        if (cancelled()) return Event::cancelled;
        const auto left =
            std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now()).count();
        if (left <= 0) return Event::timeout;
        const auto events = static_cast<short>((read ? POLLIN : 0) | (write ? POLLOUT : 0));
        std::array<pollfd, 2> places{pollfd{wake_, POLLIN, 0}, pollfd{socket, events, 0}};
        constexpr std::int64_t kLongest = 60'000;
        const int ready = ::poll(places.data(), places.size(),
                                 static_cast<int>(std::min<std::int64_t>(left, kLongest)));
        // A socket that has failed is ready, too: reading says what happened.
        if (ready > 0 && places[1].revents != 0 && !cancelled()) return Event::ready;
        if (ready < 0 && errno != EINTR) return Event::ready;
    }
}

}  // namespace casement::data
