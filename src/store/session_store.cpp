#include "store/session_store.h"

#include "base/log.h"
#include "base/pool.h"
#include "crypto/secret.h"
#include "store/private_file.h"
#include "store/resume.h"
#include "store/session_operations.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

namespace casement::store {
namespace {

constexpr unsigned kReaders = 2;
constexpr std::size_t kHashSize = 32;
constexpr std::size_t kLongestUserAgent = 256;
/// A row that changes while it is being read is read again; more often than this it is not worth
/// it.
constexpr int kReadAttempts = 4;

Error not_readable(const sqlite::Error& error) {
    log::error("session_store_unreadable", {{"detail", error.what()}, {"code", error.code}});
    return unavailable("store_unavailable",
                       "The session store cannot be read at the moment. Try again in a moment.");
}

class SqliteSessionStore final : public SessionStore {
  public:
    SqliteSessionStore(const std::string& path, const Clock& clock,
                       const SessionStoreOptions& options, File lock)
        : lock_(std::move(lock)),
          path_(path),
          options_(options),
          context_(clock, options.cache_bytes),
          reads_("session-reads", kReaders),
          next_purge_(std::chrono::steady_clock::now() + options.purge_interval),
          next_touch_(std::chrono::steady_clock::now() + options.touch_interval),
          writer_(path, options, [this](bool last) { return due(last); }) {}

    ~SqliteSessionStore() override { reads_.join(); }

    asio::awaitable<Result<Redeemed>> redeem(Redemption redemption) override {
        SessionRow& session = redemption.session;
        if (redemption.scope.empty() || redemption.nonce.empty() ||
            session.secret_hash.size() != kHashSize ||
            (redemption.may_create && session.id.empty())) {
            co_return invalid("session_invalid",
                              "A session needs a scope, a nonce, a name and a secret's hash.");
        }
        const Time now = context_.clock.now();
        if (session.created_at == Time{}) session.created_at = now;
        if (session.last_seen_at == Time{}) session.last_seen_at = now;
        if (session.user_agent.size() > kLongestUserAgent) {
            session.user_agent.resize(kLongestUserAgent);
        }
        const NonceKey key = nonce_key(redemption.scope, redemption.nonce);

        // Spent, and known to be: no need to trouble the writer.
        if (const auto known = context_.cache.spent(key)) {
            if (!known->is_secret(session.secret_hash)) {
                Redeemed used;
                used.outcome = Redeemed::Outcome::already_used;
                used.session.id = known->id;
                co_return used;
            }
            auto found = co_await find(known->id);
            if (!found) co_return found.error();
            if (std::optional<SessionRow> row = std::move(*found)) {
                co_return Redeemed{Redeemed::Outcome::same_browser, std::move(*row)};
            }
        }
        if (!redemption.may_create) {
            auto existing = co_await read<std::optional<SessionRow>>(
                [key](SessionReads& reads) { return reads.by_nonce(key); });
            if (!existing) co_return existing.error();
            std::optional<SessionRow> row = std::move(*existing);
            if (!row) co_return Redeemed{};
            co_return to_redeemed(spent_before(std::move(*row), session.secret_hash));
        }
        const auto row = std::make_shared<const SessionRow>(std::move(session));
        const RedeemOperation::Terms terms{redemption.replaces, redemption.nonce_for};
        auto result =
            co_await wait_for<Result<RedemptionResult>>([this, key, row, terms](auto done) {
                writer_.enqueue(
                    std::make_shared<RedeemOperation>(context_, key, row, terms, std::move(done)));
            });
        if (!result) co_return result.error();
        co_return to_redeemed(*result);
    }

    asio::awaitable<Result<std::optional<SessionRow>>> find(std::string id) override {
        if (const auto row = context_.cache.get(id)) co_return std::optional<SessionRow>(*row);
        auto found = co_await read<std::optional<SessionRow>>(
            [this, id](SessionReads& reads) -> std::optional<SessionRow> {
                for (int attempt = 1;; ++attempt) {
                    const std::uint64_t generation = context_.cache.generation(id);
                    auto row = reads.by_id(id);
                    if (!row) return std::nullopt;
                    auto shared = std::make_shared<const SessionRow>(std::move(*row));
                    const bool kept = context_.cache.put_read(shared, generation);
                    if (kept || attempt == kReadAttempts) return *shared;
                }
            });
        co_return found;
    }

    std::shared_ptr<const SessionRow> peek(std::string_view id) override {
        return context_.cache.get(id);
    }

    asio::awaitable<Result<void>> set_cookie(std::string id, std::string cookie_hash) override {
        auto result = co_await wait_for<Result<void>>([&](auto done) {
            writer_.enqueue(std::make_shared<SetCookieOperation>(
                context_, std::move(id), std::move(cookie_hash), std::move(done)));
        });
        co_return result;
    }

    void touch(std::string_view id) override {
        context_.cache.touch(id, context_.clock.now(), options_.touch_interval);
    }

    asio::awaitable<Result<bool>> end(std::string id) override {
        auto ended = co_await end_sessions(EndOperation::one(std::move(id)));
        if (!ended) co_return ended.error();
        co_return *ended > 0;
    }

    asio::awaitable<Result<std::size_t>> end_of_owner(std::int64_t org, std::int64_t owner,
                                                      std::string except_id) override {
        return end_sessions(EndOperation::of_owner(org, owner, std::move(except_id)));
    }

    asio::awaitable<Result<std::size_t>> end_of_family(std::string id) override {
        return end_sessions(EndOperation::of_family(std::move(id)));
    }

    asio::awaitable<Result<std::vector<SessionRow>>> list(std::int64_t org, std::int64_t share,
                                                          std::size_t limit) override {
        auto rows =
            co_await read<std::vector<SessionRow>>([this, org, share, limit](SessionReads& reads) {
                return reads.live(org, share, context_.clock.now(), limit);
            });
        co_return rows;
    }

    asio::awaitable<Result<std::vector<SessionRow>>> list_of_owner(std::int64_t org,
                                                                   std::int64_t owner,
                                                                   std::size_t limit) override {
        auto rows =
            co_await read<std::vector<SessionRow>>([this, org, owner, limit](SessionReads& reads) {
                return reads.live_of_owner(org, owner, context_.clock.now(), limit);
            });
        co_return rows;
    }

    asio::awaitable<Result<std::optional<Time>>> last_use_of_credential(
        std::int64_t credential) override {
        auto time = co_await read<std::optional<Time>>(
            [credential](SessionReads& reads) { return reads.last_use_of_credential(credential); });
        co_return time;
    }

    void on_end(std::function<void(const std::string&)> listener) override {
        const std::lock_guard lock(context_.listeners_mutex);
        context_.listeners.push_back(std::move(listener));
    }

    asio::awaitable<Result<std::size_t>> purge() override {
        auto result = co_await wait_for<Result<std::size_t>>([&](auto done) {
            writer_.enqueue(std::make_shared<PurgeOperation>(context_, std::move(done)));
        });
        co_return result;
    }

    bool healthy() const override { return writer_.healthy(); }

  private:
    struct Reader {
        Reader(const std::string& path, std::chrono::milliseconds busy_timeout)
            : connection(path, busy_timeout), reads(connection) {
            connection.execute("PRAGMA query_only = ON");
        }
        sqlite::Connection connection;
        SessionReads reads;
    };

    asio::awaitable<Result<std::size_t>> end_sessions(EndOperation::Which which) {
        auto result = co_await wait_for<Result<std::size_t>>([&](auto done) {
            writer_.enqueue(
                std::make_shared<EndOperation>(context_, std::move(which), std::move(done)));
        });
        co_return result;
    }

    template <class T, class Work>
    asio::awaitable<Result<T>> read(Work work) {
        auto result = co_await reads_.run([this, work = std::move(work)]() -> Result<T> {
            try {
                auto reader = take_reader();
                T value = work(reader->reads);
                give_back(std::move(reader));  // one that threw is closed instead
                return value;
            } catch (const sqlite::Error& error) {
                return not_readable(error);
            }
        });
        co_return result;
    }

    std::unique_ptr<Reader> take_reader() {
        {
            const std::lock_guard lock(readers_mutex_);
            if (!readers_.empty()) {
                auto reader = std::move(readers_.back());
                readers_.pop_back();
                return reader;
            }
        }
        return std::make_unique<Reader>(path_, options_.busy_timeout);
    }

    void give_back(std::unique_ptr<Reader> reader) {
        const std::lock_guard lock(readers_mutex_);
        readers_.push_back(std::move(reader));
    }

    /// The writer's housekeeping.
    std::vector<std::shared_ptr<SessionOperation>> due(bool last) {
        std::vector<std::shared_ptr<SessionOperation>> operations;
        const auto now = std::chrono::steady_clock::now();
        if (last || now >= next_touch_) {
            next_touch_ = now + options_.touch_interval;
            auto touches = context_.cache.take_touches();
            if (!touches.empty()) {
                operations.push_back(std::make_shared<TouchOperation>(std::move(touches)));
            }
        }
        if (!last && now >= next_purge_) {
            next_purge_ = now + options_.purge_interval;
            operations.push_back(
                std::make_shared<PurgeOperation>(context_, [](const Result<std::size_t>& removed) {
                    if (removed && *removed > 0)
                        log::info("sessions_purged", {{"count", *removed}});
                }));
        }
        return operations;
    }

    const File lock_;
    const std::string path_;
    const SessionStoreOptions options_;
    SessionContext context_;
    std::mutex readers_mutex_;
    std::vector<std::unique_ptr<Reader>> readers_;
    BlockingPool reads_;
    std::chrono::steady_clock::time_point next_purge_;  ///< the writer's thread's, like next_touch_
    std::chrono::steady_clock::time_point next_touch_;
    SessionWriter writer_;  ///< last: its thread uses everything above
};

Error unusable(const std::string& path, const std::string& reason) {
    return invalid("session_store_invalid",
                   fmt::format("The session store {} cannot be used: {}. Its folder must exist and "
                               "be writable.",
                               path, reason));
}

/// One process per file: what one knows from memory, another could change on disk.
Result<File> lock_file(const std::string& path) {
    const std::string name = path + ".lock";
    File file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) return unusable(path, std::generic_category().message(errno));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return conflict("store_in_use",
                        fmt::format("Another process uses the session store {}. Stop it first, or "
                                    "give this one another data folder.",
                                    path));
    }
    return file;
}

}  // namespace

Result<std::unique_ptr<SessionStore>> open_sqlite_session_store(
    const std::string& path, const Clock& clock, const SessionStoreOptions& options) {
    // Absolute, so that no name is taken for one of SQLite's URIs.
    const std::string full = std::filesystem::absolute(path).string();
    auto lock = lock_file(full);
    if (!lock) return lock.error();
    const auto made = make_private(full);
    if (!made) return unusable(full, made.error().message());
    try {
        sqlite::Connection connection(full, options.busy_timeout);
        auto migrated = migrate_sessions(connection, full);
        if (!migrated) return migrated.error();
        return std::unique_ptr<SessionStore>(
            std::make_unique<SqliteSessionStore>(full, clock, options, std::move(*lock)));
    } catch (const sqlite::Error& error) {
        return unusable(full, error.what());
    }
}

}  // namespace casement::store
