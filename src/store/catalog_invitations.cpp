#include "store/catalog_invitations.h"

#include "base/encoding.h"

#include <fmt/format.h>

namespace casement::store {
namespace {

constexpr const char* kColumns =
    "id, secret_hash, org, person, mark, handle, name, role, author, created_at, expires_at, "
    "used_at, revoked_at";
constexpr const char* kGood = "used_at = 0 AND revoked_at = 0 AND expires_at > :now";

std::optional<Time> time_or_never(std::int64_t micros) {
    if (micros == 0) return std::nullopt;
    return from_unix_micros(micros);
}

/// The rows of a statement that gives kColumns, bound to where its values go.
class InvitationRows {
  public:
    explicit InvitationRows(soci::session& session) : statement_(session) {
        statement_.exchange(soci::into(row_.id));
        statement_.exchange(soci::into(hash_));
        statement_.exchange(soci::into(row_.org));
        statement_.exchange(soci::into(row_.user));
        for (auto* text : {&row_.mark, &row_.handle, &row_.name, &row_.role, &row_.author}) {
            statement_.exchange(soci::into(*text));
        }
        for (auto* at : {&created_, &expires_, &used_, &revoked_}) {
            statement_.exchange(soci::into(*at));
        }
    }

    /// The values must stay where they are until the last fetch.
    template <class... Value>
    void run(const std::string& sql, const Value&... values) {
        (statement_.exchange(soci::use(values)), ...);
        statement_.alloc();
        statement_.prepare(sql);
        statement_.define_and_bind();
        statement_.execute();
    }

    std::optional<Invitation> next() {
        if (!statement_.fetch()) return std::nullopt;
        Invitation row = row_;
        row.secret_hash = from_hex(hash_).value_or("");
        row.created_at = from_unix_micros(created_);
        row.expires_at = from_unix_micros(expires_);
        row.used_at = time_or_never(used_);
        row.revoked_at = time_or_never(revoked_);
        return row;
    }

  private:
    soci::statement statement_;
    Invitation row_;
    std::string hash_;
    std::int64_t created_ = 0, expires_ = 0, used_ = 0, revoked_ = 0;
};

}  // namespace

bool insert_invitation(soci::session& session, const Invitation& row) {
    const auto hash = to_hex(row.secret_hash);
    const auto now = to_unix_micros(row.created_at);
    const auto expires = to_unix_micros(row.expires_at);
    if (row.user != 0) {
        session << fmt::format(
            "UPDATE invitations SET revoked_at = :at WHERE org = :org AND person = :person AND {}",
            kGood),
            soci::use(now), soci::use(row.org), soci::use(row.user), soci::use(now);
    } else {
        std::string other;
        session << fmt::format(
            "SELECT id FROM invitations WHERE org = :org AND person = 0 AND handle = :handle AND "
            "{} LIMIT 1",
            kGood),
            soci::use(row.org), soci::use(row.handle), soci::use(now), soci::into(other);
        if (session.got_data()) return false;
    }
    session << fmt::format(
        "INSERT INTO invitations ({}) VALUES (:id, :hash, :org, :person, :mark, :handle, :name, "
        ":role, :author, :created, :expires, 0, 0)",
        kColumns),
        soci::use(row.id), soci::use(hash), soci::use(row.org), soci::use(row.user),
        soci::use(row.mark), soci::use(row.handle), soci::use(row.name), soci::use(row.role),
        soci::use(row.author), soci::use(now), soci::use(expires);
    return true;
}

void forget_invitations(soci::session& session, Time ended_before) {
    const auto before = to_unix_micros(ended_before);
    session << "DELETE FROM invitations WHERE expires_at < :before", soci::use(before);
}

std::vector<Invitation> find_invitations(soci::session& session, OrgId org, std::size_t limit) {
    const auto most = static_cast<std::int64_t>(limit);
    InvitationRows rows(session);
    rows.run(fmt::format("SELECT {} FROM invitations WHERE org = :org ORDER BY created_at DESC, id "
                         "LIMIT :most",
                         kColumns),
             org, most);
    std::vector<Invitation> found;
    while (auto row = rows.next())
        found.push_back(std::move(*row));
    return found;
}

std::optional<Invitation> find_invitation(soci::session& session, const std::string& secret_hash) {
    const auto hash = to_hex(secret_hash);
    InvitationRows rows(session);
    rows.run(fmt::format("SELECT {} FROM invitations WHERE secret_hash = :hash", kColumns), hash);
    return rows.next();
}

std::optional<Invitation> revoke_invitation(soci::session& session, OrgId org,
                                            const std::string& id, Time now) {
    const auto at = to_unix_micros(now);
    InvitationRows rows(session);
    rows.run(fmt::format("UPDATE invitations SET revoked_at = :at WHERE org = :org AND id = :id "
                         "AND {} RETURNING {}",
                         kGood, kColumns),
             at, org, id, at);
    return rows.next();
}

std::optional<Invitation> spend_invitation(soci::session& session, const std::string& secret_hash,
                                           Time now) {
    const auto hash = to_hex(secret_hash);
    const auto at = to_unix_micros(now);
    InvitationRows rows(session);
    rows.run(fmt::format("UPDATE invitations SET used_at = :at WHERE secret_hash = :hash AND {} "
                         "RETURNING {}",
                         kGood, kColumns),
             at, hash, at);
    return rows.next();
}

}  // namespace casement::store
