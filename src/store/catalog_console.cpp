#include "store/catalog_console.h"

#include "base/encoding.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "store/catalog_rows.h"

#include <fmt/format.h>

namespace casement::store {
namespace {

constexpr const char* kColumns =
    "id, secret_hash, org, person, mark, proven, client, user_agent, created_at, last_seen_at";

std::string place_of_totp(std::int64_t user) {
    return fmt::format("console_totp:{}", user);
}

std::string to_text(const std::vector<ProvenUser>& proven) {
    json::array list;
    for (const auto& one : proven)
        list.push_back({{"user", one.user}, {"mark", one.mark}, {"totp", one.totp}});
    return json::serialize(list);
}

/// What cannot be read proves nothing.
std::vector<ProvenUser> read_proven(const std::string& text) {
    json::error_code failed;
    const auto parsed = json::parse(text, failed);
    std::vector<ProvenUser> proven;
    if (failed || !parsed.is_array()) return proven;
    for (const auto& item : parsed.get_array()) {
        const auto* object = item.if_object();
        const auto* user = object == nullptr ? nullptr : object->if_contains("user");
        const auto* mark = object == nullptr ? nullptr : object->if_contains("mark");
        const auto* totp = object == nullptr ? nullptr : object->if_contains("totp");
        if (user == nullptr || !user->is_int64() || mark == nullptr || !mark->is_string()) continue;
        const bool shown = totp != nullptr && totp->is_bool() && totp->get_bool();
        proven.push_back({user->get_int64(), std::string(mark->get_string()), shown});
    }
    return proven;
}

/// The rows of a query of kColumns, bound to where its values go.
class SessionRows {
  public:
    explicit SessionRows(soci::session& session) : statement_(session) {
        for (auto* text : {&id_, &hash_}) {
            statement_.exchange(soci::into(*text));
        }
        statement_.exchange(soci::into(row_.org));
        statement_.exchange(soci::into(row_.user));
        for (auto* text : {&row_.mark, &proven_, &row_.client, &row_.user_agent}) {
            statement_.exchange(soci::into(*text));
        }
        statement_.exchange(soci::into(created_));
        statement_.exchange(soci::into(seen_));
    }

    /// `value` must stay where it is until the last fetch.
    template <class Value>
    void run(const std::string& where, const Value& value) {
        statement_.exchange(soci::use(value));
        statement_.alloc();
        statement_.prepare(fmt::format("SELECT {} FROM console_sessions {}", kColumns, where));
        statement_.define_and_bind();
        statement_.execute();
    }

    std::optional<ConsoleSession> next() {
        if (!statement_.fetch()) return std::nullopt;
        ConsoleSession row = row_;
        row.id = id_;
        row.secret_hash = from_hex(hash_).value_or("");
        row.proven = read_proven(proven_);
        row.created_at = from_unix_micros(created_);
        row.last_seen_at = from_unix_micros(seen_);
        return row;
    }

  private:
    soci::statement statement_;
    ConsoleSession row_;
    std::string id_, hash_, proven_;
    std::int64_t created_ = 0, seen_ = 0;
};

}  // namespace

std::string password_mark(std::string_view password_hash) {
    return to_hex(crypto::sha256(password_hash));
}

bool may_sign_in(soci::session& session, Database::Engine engine, const ConsoleSession& row) {
    std::string password_hash;
    std::int64_t disabled = 1;
    session << fmt::format(
        "SELECT password_hash, disabled FROM users WHERE id = :id AND org = "
        ":org {}",
        engine == Database::Engine::postgresql ? "FOR SHARE" : ""),
        soci::use(row.user), soci::use(row.org), soci::into(password_hash), soci::into(disabled);
    if (!session.got_data() || disabled != 0) return false;
    return password_mark(password_hash) == row.mark;
}

void insert_console_session(soci::session& session, const ConsoleSession& row) {
    require_text("client", row.client);
    require_text("user_agent", row.user_agent);
    const auto hash = to_hex(row.secret_hash);
    const auto proven = to_text(row.proven);
    const auto created_at = to_unix_micros(row.created_at);
    const auto seen_at = to_unix_micros(row.last_seen_at);
    session << fmt::format(
        "INSERT INTO console_sessions ({}) VALUES (:id, :hash, :org, :person, "
        ":mark, :proven, :client, :agent, :created, :seen)",
        kColumns),
        soci::use(row.id), soci::use(hash), soci::use(row.org), soci::use(row.user),
        soci::use(row.mark), soci::use(proven), soci::use(row.client), soci::use(row.user_agent),
        soci::use(created_at), soci::use(seen_at);
}

void purge_console_sessions(soci::session& session, std::int64_t user,
                            const ConsoleSessionLimits& limits) {
    const auto seen = to_unix_micros(limits.seen_before);
    const auto made = to_unix_micros(limits.made_before);
    const auto most = static_cast<std::int64_t>(limits.most);
    session << "DELETE FROM console_sessions WHERE last_seen_at < :seen", soci::use(seen);
    session << "DELETE FROM console_sessions WHERE created_at < :made", soci::use(made);
    session << "DELETE FROM console_sessions WHERE person = :person AND id NOT IN (SELECT id FROM "
               "console_sessions WHERE person = :same ORDER BY last_seen_at DESC, id LIMIT :most)",
        soci::use(user), soci::use(user), soci::use(most);
}

std::optional<ConsoleSession> find_console_session(soci::session& session,
                                                   const std::string& secret_hash) {
    const auto hash = to_hex(secret_hash);
    SessionRows rows(session);
    rows.run("WHERE secret_hash = :hash", hash);
    return rows.next();
}

std::vector<ConsoleSession> find_console_sessions(soci::session& session, std::int64_t user) {
    SessionRows rows(session);
    rows.run("WHERE person = :person ORDER BY last_seen_at DESC, id", user);
    std::vector<ConsoleSession> found;
    while (auto row = rows.next())
        found.push_back(std::move(*row));
    return found;
}

void note_console_session(soci::session& session, const std::string& id, Time seen_at) {
    const auto seen = to_unix_micros(seen_at);
    session << "UPDATE console_sessions SET last_seen_at = :seen WHERE id = :id AND last_seen_at < "
               ":older",
        soci::use(seen), soci::use(id), soci::use(seen);
}

bool remove_console_session(soci::session& session, std::int64_t user, const std::string& id) {
    std::string removed;
    session << "DELETE FROM console_sessions WHERE id = :id AND person = :person RETURNING id",
        soci::use(id), soci::use(user), soci::into(removed);
    return session.got_data();
}

void replace_console_session(soci::session& session, const std::string& id) {
    session << "DELETE FROM console_sessions WHERE id = :id", soci::use(id);
}

void end_console_sessions(soci::session& session, const User& changed) {
    const auto mark = password_mark(changed.password_hash);
    const std::int64_t all = changed.disabled ? 1 : 0;
    session
        << "DELETE FROM console_sessions WHERE person = :person AND (:all = 1 OR mark <> :mark)",
        soci::use(changed.id), soci::use(all), soci::use(mark);
}

void remove_console_parts(soci::session& session, std::int64_t user) {
    session << "DELETE FROM console_sessions WHERE person = :person", soci::use(user);
    (void)delete_totp(session, user);
}

std::optional<Totp> find_totp(soci::session& session, const SecretBox& secrets, std::int64_t user) {
    std::string sealed;
    std::int64_t active = 0;
    std::int64_t created_at = 0;
    Totp row;
    session << "SELECT secret, active, last_step, created_at FROM console_totp WHERE person = :id",
        soci::use(user), soci::into(sealed), soci::into(active), soci::into(row.last_step),
        soci::into(created_at);
    if (!session.got_data()) return std::nullopt;
    auto secret = secrets.open(sealed, place_of_totp(user));
    if (!secret) {
        // It stays what it is: whoever cannot show a code of it does not come in.
        log::error("catalog_row_unreadable",
                   {{"table", "console_totp"}, {"id", user}, {"column", "secret"}});
    } else {
        row.secret = std::move(*secret);
    }
    row.user = user;
    row.active = active != 0;
    row.created_at = from_unix_micros(created_at);
    return row;
}

bool put_totp(soci::session& session, const SecretBox& secrets, const Totp& row) {
    session << "DELETE FROM console_totp WHERE person = :id AND active = 0", soci::use(row.user);
    const auto sealed = secrets.seal(row.secret, place_of_totp(row.user));
    const auto created_at = to_unix_micros(row.created_at);
    std::int64_t made = 0;
    session << "INSERT INTO console_totp (person, secret, active, last_step, created_at) VALUES "
               "(:id, :secret, 0, 0, :created) ON CONFLICT (person) DO NOTHING RETURNING person",
        soci::use(row.user), soci::use(sealed), soci::use(created_at), soci::into(made);
    return session.got_data();
}

bool put_active_totp(soci::session& session, std::int64_t user, Time created_at, std::int64_t step,
                     const std::vector<std::string>& hashes) {
    const auto created = to_unix_micros(created_at);
    std::int64_t activated = 0;
    session << "UPDATE console_totp SET active = 1, last_step = :step WHERE person = :id AND "
               "active = 0 AND created_at = :created RETURNING person",
        soci::use(step), soci::use(user), soci::use(created), soci::into(activated);
    if (!session.got_data()) return false;
    session << "DELETE FROM console_recovery_codes WHERE person = :id", soci::use(user);
    for (const auto& hash : hashes) {
        const auto text = to_hex(hash);
        session << "INSERT INTO console_recovery_codes (person, hash) VALUES (:id, :hash)",
            soci::use(user), soci::use(text);
    }
    return true;
}

bool delete_totp(soci::session& session, std::int64_t user) {
    session << "DELETE FROM console_recovery_codes WHERE person = :id", soci::use(user);
    std::int64_t removed = 0;
    session << "DELETE FROM console_totp WHERE person = :id RETURNING person", soci::use(user),
        soci::into(removed);
    return session.got_data();
}

bool take_totp_step(soci::session& session, std::int64_t user, std::int64_t step) {
    std::int64_t spent = 0;
    session << "UPDATE console_totp SET last_step = :step WHERE person = :id AND active = 1 AND "
               "last_step < :newer RETURNING person",
        soci::use(step), soci::use(user), soci::use(step), soci::into(spent);
    return session.got_data();
}

bool take_recovery_code(soci::session& session, std::int64_t user, const std::string& hash) {
    const auto text = to_hex(hash);
    std::int64_t spent = 0;
    session << "DELETE FROM console_recovery_codes WHERE person = :id AND hash = :hash AND EXISTS "
               "(SELECT 1 FROM console_totp t WHERE t.person = console_recovery_codes.person AND "
               "t.active = 1) RETURNING person",
        soci::use(user), soci::use(text), soci::into(spent);
    return session.got_data();
}

}  // namespace casement::store
