#include "crash_child.h"

#include "session_fixture.h"

#include <cstdlib>
#include <cstring>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <unistd.h>

namespace casement::store {
namespace {

constexpr const char* kFlag = "--open-sessions-until-killed";

asio::awaitable<void> open_sessions(SessionStore& store, std::string prefix, int answers) {
    const SystemClock clock;
    for (int n = 0;; ++n) {
        const std::string nonce = prefix + "-" + std::to_string(n);
        auto redemption = a_redemption(
            nonce, a_session("s" + nonce, "secret of " + nonce, from_unix_seconds(1'900'000'000)));
        const auto result = co_await store.redeem(std::move(redemption));
        if (!result || result->outcome != Redeemed::Outcome::created) std::_Exit(3);
        const std::string line = nonce + " " + result->session.id + "\n";
        if (::write(answers, line.data(), line.size()) < 0) std::_Exit(4);
    }
}

}  // namespace

pid_t start_crash_child(const std::string& store, int round, int answers) {
    const std::string number = std::to_string(round);
    const std::string descriptor = std::to_string(answers);
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/proc/self/exe", "test_store", kFlag, store.c_str(), number.c_str(),
                descriptor.c_str(), nullptr);
        ::_exit(127);
    }
    return child;
}

void become_crash_child_if_asked(int argc, char** argv) {
    if (argc != 5 || std::strcmp(argv[1], kFlag) != 0) return;
    const SystemClock clock;
    auto store = open_sqlite_session_store(argv[2], clock);
    if (!store) std::_Exit(2);
    asio::io_context context;
    for (int i = 0; i < 16; ++i) {
        asio::co_spawn(context,
                       open_sessions(**store, std::string(argv[3]) + "-" + std::to_string(i),
                                     std::atoi(argv[4])),
                       asio::detached);
    }
    context.run();
    std::_Exit(5);
}

}  // namespace casement::store
