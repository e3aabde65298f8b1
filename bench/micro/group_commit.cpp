// How many durable single-use marks a second SQLite itself can write for N clients that wait: one
// writer thread, one transaction for whatever queued up meanwhile, WAL, synchronous=FULL. A mark is
// a nonce and a session-sized row, as opening a session writes.
//
//     bench_group_commit FOLDER CLIENTS SECONDS      prints marks per second
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sqlite3.h>

namespace {

struct Mark {
    std::string nonce;
    bool done = false;
};

class Writer {
  public:
    explicit Writer(const std::string& path) {
        check(sqlite3_open(path.c_str(), &db_));
        run("pragma journal_mode=wal; pragma synchronous=full");
        run("create table nonces (scope text, nonce text, session text, primary key (scope, nonce))"
            " without rowid; create table sessions (id text primary key, secret blob, cookie blob,"
            " detail text, created integer, expires integer) without rowid;"
            " create index by_expiry on sessions (expires)");
        check(sqlite3_prepare_v2(db_, "insert into nonces values ('share:1', ?, ?)", -1, &nonce_,
                                 nullptr));
        check(sqlite3_prepare_v2(db_, "insert into sessions values (?, ?, ?, ?, 1, ?)", -1,
                                 &session_, nullptr));
        thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }
    ~Writer() {
        thread_.request_stop();
        wake_.notify_all();
        thread_.join();
        sqlite3_finalize(nonce_);
        sqlite3_finalize(session_);
        sqlite3_close(db_);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void write(Mark& mark) {
        std::unique_lock lock(mutex_);
        queue_.push_back(&mark);
        wake_.notify_one();
        done_.wait(lock, [&] { return mark.done; });
    }

  private:
    static void check(int code) {
        if (code != SQLITE_OK && code != SQLITE_DONE)
            throw std::runtime_error(sqlite3_errstr(code));
    }
    void run(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }

    void insert(const Mark& mark) {
        static const std::string hash(32, 'h');
        static const std::string detail(160, 'd');
        const auto text = [](sqlite3_stmt* s, int i, const std::string& v) {
            check(sqlite3_bind_text(s, i, v.data(), static_cast<int>(v.size()), SQLITE_STATIC));
        };
        text(nonce_, 1, mark.nonce);
        text(nonce_, 2, mark.nonce);
        check(sqlite3_step(nonce_));
        sqlite3_reset(nonce_);
        text(session_, 1, mark.nonce);
        text(session_, 2, hash);
        text(session_, 3, hash);
        text(session_, 4, detail);
        check(sqlite3_bind_int64(session_, 5, 1'900'000'000));
        check(sqlite3_step(session_));
        sqlite3_reset(session_);
    }

    void loop(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [&] { return stop.stop_requested() || !queue_.empty(); });
            if (queue_.empty()) return;
            const std::vector<Mark*> batch(queue_.begin(), queue_.end());
            queue_.clear();
            lock.unlock();
            run("begin immediate");
            for (const auto* mark : batch)
                insert(*mark);
            run("commit");
            lock.lock();
            for (auto* mark : batch)
                mark->done = true;
            done_.notify_all();
        }
    }

    sqlite3* db_ = nullptr;
    sqlite3_stmt* nonce_ = nullptr;
    sqlite3_stmt* session_ = nullptr;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    std::deque<Mark*> queue_;
    std::jthread thread_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: bench_group_commit FOLDER CLIENTS SECONDS\n");
        return 2;
    }
    const int clients = std::atoi(argv[2]);
    const std::chrono::seconds length{std::atoi(argv[3])};
    Writer writer(std::string(argv[1]) + "/group-commit.db");
    std::atomic<long> marks{0};
    const auto end = std::chrono::steady_clock::now() + length;
    {
        std::vector<std::jthread> threads;
        for (int client = 0; client < clients; ++client) {
            threads.emplace_back([&, client] {
                for (long i = 0; std::chrono::steady_clock::now() < end; ++i) {
                    Mark mark{std::to_string(client) + "-nonce-of-thirty-two-chars-" +
                              std::to_string(i)};
                    writer.write(mark);
                    marks.fetch_add(1);
                }
            });
        }
    }
    std::printf("%.0f\n", static_cast<double>(marks.load()) / static_cast<double>(length.count()));
    return 0;
}
