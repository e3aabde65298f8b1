#include "store/catalog_watcher.h"

#include "base/log.h"

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace casement::store {
namespace {

constexpr auto kBetweenConnects = std::chrono::seconds(1);

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};

/// A connection that hears about changes. Not being connected is a state, not an error.
class Listener {
  public:
    Listener(const std::string& address, const std::string& channel)
        : address_(address), channel_(channel) {}

    /// Connects when it is time to. True when it did: what was announced before was not heard.
    bool connect_if_needed() {
        if (address_.empty() || connection_) return false;
        if (std::chrono::steady_clock::now() < next_attempt_) return false;
        connect();
        return connection_ != nullptr;
    }

    /// The socket to wait on, or -1.
    [[nodiscard]] int socket() const { return connection_ ? PQsocket(connection_.get()) : -1; }

    /// Takes in what has arrived; a connection that broke is dropped.
    void drain() {
        if (!connection_) return;
        const bool alive =
            PQconsumeInput(connection_.get()) == 1 && PQstatus(connection_.get()) == CONNECTION_OK;
        while (PGnotify* notification = PQnotifies(connection_.get()))
            PQfreemem(notification);
        if (!alive) {
            connection_.reset();
            log::warning("catalog_listener_lost");
        }
    }

  private:
    void connect() {
        next_attempt_ = std::chrono::steady_clock::now() + kBetweenConnects;
        std::unique_ptr<PGconn, Finish> fresh(PQconnectdb(address_.c_str()));
        if (PQstatus(fresh.get()) != CONNECTION_OK) return;
        PQsetNoticeProcessor(fresh.get(), [](void*, const char*) {}, nullptr);
        const std::string sql = "LISTEN " + channel_;
        const std::unique_ptr<PGresult, Clear> result(PQexec(fresh.get(), sql.c_str()));
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) connection_ = std::move(fresh);
    }

    const std::string& address_;
    const std::string& channel_;
    std::unique_ptr<PGconn, Finish> connection_;
    std::chrono::steady_clock::time_point next_attempt_{};
};

}  // namespace

CatalogWatcher::CatalogWatcher(std::chrono::milliseconds interval, std::string listen,
                               std::string channel, std::function<void()> look)
    : interval_(interval),
      listen_(std::move(listen)),
      channel_(std::move(channel)),
      look_(std::move(look)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
    thread_ = std::thread([this] { run(); });
}

CatalogWatcher::~CatalogWatcher() {
    const std::uint64_t one = 1;
    // Cannot fail: the counter is far from full.
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    thread_.join();
}

void CatalogWatcher::run() {
    ::pthread_setname_np(::pthread_self(), "catalog-watch");
    Listener listener(listen_, channel_);
    while (true) {
        const bool just_connected = listener.connect_if_needed();
        std::array<pollfd, 2> waits{pollfd{wake_.get(), POLLIN, 0},
                                    pollfd{listener.socket(), POLLIN, 0}};
        // A negative descriptor is ignored by poll().
        const int ready = ::poll(waits.data(), waits.size(),
                                 just_connected ? 0 : static_cast<int>(interval_.count()));
        if (ready > 0 && waits[0].revents != 0) return;
        if (ready > 0 && waits[1].revents != 0) listener.drain();
        look_();
    }
}

}  // namespace casement::store
