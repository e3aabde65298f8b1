// How many sessions a second are opened durably, beside what SQLite itself commits when the same
// number of clients wait: one writer, one transaction for all that wait. "lean" writes a nonce and
// nothing else; "row" writes the nonce and a session of the same size, which is what has to be
// stored. Same folder, same run, turn and turn about, so that a busy disk is busy for all.
//
//     redeem_bench [FOLDER] [SECONDS]
#include "crypto/hash.h"
#include "crypto/random.h"
#include "store/resume.h"
#include "store/session_store.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>

namespace {

namespace asio = boost::asio;
using casement::store::Redemption;
using casement::store::SessionStore;
using Clock = std::chrono::steady_clock;

void must(int result, sqlite3* handle) {
    if (result == SQLITE_OK || result == SQLITE_DONE) return;
    fmt::print(stderr, "SQLite: {}\n", sqlite3_errmsg(handle));
    std::exit(1);
}

/// The peer: plain tables, and group commit.
class PlainStore {
  public:
    PlainStore(const std::string& path, bool with_row) {
        must(sqlite3_open(path.c_str(), &handle_), handle_);
        must(sqlite3_exec(handle_,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                          "CREATE TABLE nonces (nonce TEXT PRIMARY KEY, session TEXT, "
                          "expires_at INTEGER) WITHOUT ROWID;"
                          "CREATE TABLE sessions (id TEXT PRIMARY KEY, detail TEXT, "
                          "expires_at INTEGER)",
                          nullptr, nullptr, nullptr),
             handle_);
        must(sqlite3_prepare_v2(handle_,
                                "INSERT INTO nonces VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", -1,
                                &insert_, nullptr),
             handle_);
        if (with_row) {
            must(sqlite3_prepare_v2(handle_, "INSERT INTO sessions VALUES (?1, ?2, ?3)", -1, &row_,
                                    nullptr),
                 handle_);
        }
        thread_ = std::thread([this] { run(); });
    }
    ~PlainStore() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        work_.notify_one();
        thread_.join();
        sqlite3_finalize(insert_);
        sqlite3_finalize(row_);
        sqlite3_close(handle_);
    }
    PlainStore(const PlainStore&) = delete;
    PlainStore& operator=(const PlainStore&) = delete;

    asio::awaitable<bool> spend(std::string nonce) {
        auto fresh = co_await casement::store::wait_for<bool>([&](auto done) {
            {
                const std::lock_guard lock(mutex_);
                queue_.push_back({std::move(nonce), std::move(done), false});
            }
            work_.notify_one();
        });
        co_return fresh;
    }

  private:
    struct Waiting {
        std::string nonce;
        std::function<void(bool)> done;
        bool fresh;
    };
    void run() {
        std::vector<Waiting> batch;
        while (true) {
            {
                std::unique_lock lock(mutex_);
                work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
                if (queue_.empty()) return;
                batch.swap(queue_);
            }
            must(sqlite3_exec(handle_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), handle_);
            for (auto& one : batch) {
                sqlite3_bind_text(insert_, 1, one.nonce.data(), static_cast<int>(one.nonce.size()),
                                  SQLITE_STATIC);
                sqlite3_bind_text(insert_, 2, "AAAAAAAAAAAAAAAAAAAAAA", 22, SQLITE_STATIC);
                sqlite3_bind_int64(insert_, 3, 1'900'000'000'000'000);
                must(sqlite3_step(insert_), handle_);
                one.fresh = sqlite3_changes(handle_) == 1;
                sqlite3_reset(insert_);
                if (row_ == nullptr) continue;
                static const std::string detail(600, 'd');
                sqlite3_bind_text(row_, 1, one.nonce.data(), static_cast<int>(one.nonce.size()),
                                  SQLITE_STATIC);
                sqlite3_bind_text(row_, 2, detail.data(), static_cast<int>(detail.size()),
                                  SQLITE_STATIC);
                sqlite3_bind_int64(row_, 3, 1'900'000'000'000'000);
                must(sqlite3_step(row_), handle_);
                sqlite3_reset(row_);
            }
            must(sqlite3_exec(handle_, "COMMIT", nullptr, nullptr, nullptr), handle_);
            for (auto& one : batch)
                one.done(one.fresh);
            batch.clear();
        }
    }

    sqlite3* handle_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    sqlite3_stmt* row_ = nullptr;
    std::mutex mutex_;
    std::condition_variable work_;
    std::vector<Waiting> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

/// Of this process so far.
double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Rate {
    double operations = 0;
    double seconds = 0;
    double cpu = 0;
    void add(const Rate& other) {
        operations += other.operations;
        seconds += other.seconds;
        cpu += other.cpu;
    }
    [[nodiscard]] double per_second() const { return operations / seconds; }
    [[nodiscard]] double cpu_micros() const { return cpu / operations * 1e6; }
};

/// Operations a second with `clients` coroutines that each wait for one answer after another.
Rate measure(int clients, std::chrono::milliseconds duration,
             const std::function<asio::awaitable<bool>(std::string)>& spend) {
    asio::io_context context;
    std::size_t count = 0;
    bool failed = false;
    const auto end = Clock::now() + duration;
    for (int i = 0; i < clients; ++i) {
        asio::co_spawn(
            context,
            [](const std::function<asio::awaitable<bool>(std::string)>& one,
               Clock::time_point until, std::size_t& done, bool& wrong) -> asio::awaitable<void> {
                casement::crypto::SystemRandom random;
                while (Clock::now() < until) {
                    const bool fresh = co_await one(random.id());
                    if (fresh) ++done;
                    if (!fresh) wrong = true;
                }
            }(spend, end, count, failed),
            asio::detached);
    }
    const auto start = Clock::now();
    const double cpu = cpu_seconds();
    context.run();
    if (failed) {
        fmt::print(stderr, "a fresh nonce was refused\n");
        std::exit(1);
    }
    return {static_cast<double>(count), std::chrono::duration<double>(Clock::now() - start).count(),
            cpu_seconds() - cpu};
}

Redemption redemption_of(const std::string& nonce) {
    static const std::string grant(400, 'g');
    Redemption redemption;
    redemption.scope = "share:17";
    redemption.nonce = nonce;
    redemption.session.id = nonce;
    redemption.session.org = 1;
    redemption.session.share = 17;
    redemption.session.credential = 5;
    redemption.session.grant = grant;
    redemption.session.secret_hash = casement::crypto::sha256(nonce);
    redemption.session.client = "192.0.2.7";
    redemption.session.user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101";
    redemption.session.expires_at = casement::from_unix_seconds(4'000'000'000);
    return redemption;
}

}  // namespace

int main(int argc, char** argv) {
    std::string pattern = std::string(argc > 1 ? argv[1] : "/tmp") + "/redeem-bench-XXXXXX";
    const std::string folder = ::mkdtemp(pattern.data());
    const auto turn = std::chrono::milliseconds(1000 * (argc > 2 ? std::atoi(argv[2]) : 1));
    const casement::SystemClock clock;
    constexpr int kTurns = 5;
    fmt::print("{:>8} {:>11} {:>9} {:>9} {:>10} {:>10} {:>11} {:>7} {:>7}\n", "clients",
               "Casement/s", "lean/s", "row/s", "to lean", "to row", "CPU us/op", "lean", "row");
    for (const int clients : {1, 32, 256}) {
        const auto number = std::to_string(clients);
        auto store =
            casement::store::open_sqlite_session_store(folder + "/sessions" + number, clock);
        PlainStore lean(folder + "/lean" + number, false);
        PlainStore row(folder + "/row" + number, true);
        Rate ours;
        Rate lean_rate;
        Rate row_rate;
        for (int n = 0; n < kTurns; ++n) {
            ours.add(measure(clients, turn, [&](std::string nonce) -> asio::awaitable<bool> {
                auto redemption = redemption_of(nonce);
                const auto result = co_await (*store)->redeem(std::move(redemption));
                co_return result && result->outcome == casement::store::Redeemed::Outcome::created;
            }));
            lean_rate.add(measure(clients, turn,
                                  [&](std::string nonce) { return lean.spend(std::move(nonce)); }));
            row_rate.add(measure(clients, turn,
                                 [&](std::string nonce) { return row.spend(std::move(nonce)); }));
        }
        fmt::print(
            "{:>8} {:>11.0f} {:>9.0f} {:>9.0f} {:>10.2f} {:>10.2f} {:>11.1f} {:>7.1f} "
            "{:>7.1f}\n",
            clients, ours.per_second(), lean_rate.per_second(), row_rate.per_second(),
            ours.per_second() / lean_rate.per_second(), ours.per_second() / row_rate.per_second(),
            ours.cpu_micros(), lean_rate.cpu_micros(), row_rate.cpu_micros());
    }
    std::filesystem::remove_all(folder);
}
