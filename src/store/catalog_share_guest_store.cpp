#include "store/catalog_share_guest_store.h"

#include "store/catalog_rows.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <soci/soci.h>

namespace casement::store {
namespace {

constexpr const char* kColumns =
    "id, org, share, email, invitee, mailed_at, link_ends_at, mail_state, mail_error, opened_at, "
    "revoked_at";

std::optional<Time> time_of(std::int64_t micros) {
    if (micros == 0) return std::nullopt;
    return from_unix_micros(micros);
}

std::vector<ShareGuest> find_guests(soci::session& session, const char* where, std::int64_t value) {
    ShareGuest row;
    std::int64_t mailed = 0;
    std::int64_t ends = 0;
    std::int64_t opened = 0;
    std::int64_t revoked = 0;
    soci::statement statement =
        (session.prepare << fmt::format("SELECT {} FROM share_guests WHERE {} = :value ORDER BY "
                                        "email",
                                        kColumns, where),
         soci::use(value), soci::into(row.id), soci::into(row.org), soci::into(row.share),
         soci::into(row.email), soci::into(row.invitee), soci::into(mailed), soci::into(ends),
         soci::into(row.mail_state), soci::into(row.mail_error), soci::into(opened),
         soci::into(revoked));
    statement.execute();
    std::vector<ShareGuest> found;
    while (statement.fetch()) {
        row.mailed_at = from_unix_micros(mailed);
        row.link_ends_at = from_unix_micros(ends);
        row.opened_at = time_of(opened);
        row.revoked_at = time_of(revoked);
        found.push_back(row);
    }
    return found;
}

void put_mail(soci::session& session, const ShareGuest& guest, std::int64_t& id) {
    const auto mailed = to_unix_micros(guest.mailed_at);
    const auto ends = to_unix_micros(guest.link_ends_at);
    require_text("email", guest.email);
    session << "UPDATE share_guests SET invitee = :invitee, mailed_at = :mailed, link_ends_at = "
               ":ends, mail_state = :state, mail_error = '' WHERE share = :share AND email = "
               ":email RETURNING id",
        soci::use(guest.invitee), soci::use(mailed), soci::use(ends), soci::use(guest.mail_state),
        soci::use(guest.share), soci::use(guest.email), soci::into(id);
    if (session.got_data()) return;
    std::int64_t next = 0;
    session << "UPDATE counters SET value = value + 1 WHERE name = 'share_guests' RETURNING value",
        soci::into(next);
    // Another process may have put the same one in since the look above.
    session << fmt::format(
        "INSERT INTO share_guests ({}) VALUES (:id, :org, :share, :email, :invitee, :mailed, "
        ":ends, :state, '', 0, 0) ON CONFLICT (share, email) DO UPDATE SET invitee = "
        "excluded.invitee, mailed_at = excluded.mailed_at, link_ends_at = excluded.link_ends_at, "
        "mail_state = excluded.mail_state, mail_error = '' RETURNING id",
        kColumns),
        soci::use(next), soci::use(guest.org), soci::use(guest.share), soci::use(guest.email),
        soci::use(guest.invitee), soci::use(mailed), soci::use(ends), soci::use(guest.mail_state),
        soci::into(id);
}

}  // namespace

ShareGuestStore& ShareGuestStore::of(Catalog& catalog) {
    // Both are one object; who only reads the snapshot need not know these.
    return dynamic_cast<ShareGuestStore&>(catalog);
}

Result<void> SqlShareGuestStore::read_guests(const GuestWork& work) {
    const auto done = work_->read<bool>([&](soci::session& session) {
        work(session);
        return true;
    });
    if (!done) return done.error();
    return {};
}

Result<void> SqlShareGuestStore::write_guests(const GuestWork& work) {
    return work_->write_done([&](soci::session& session) {
        work(session);
        return true;
    });
}

Result<std::int64_t> ShareGuestStore::put_mail_now(const ShareGuest& guest) {
    std::int64_t id = 0;
    auto done = write_guests([&](soci::session& session) { put_mail(session, guest, id); });
    if (!done) return done.error();
    return id;
}

Result<void> ShareGuestStore::note_mail_now(std::int64_t id, const std::string& state,
                                            const std::string& error) {
    return write_guests([&](soci::session& session) {
        require_text("mail_error", error);
        session << "UPDATE share_guests SET mail_state = :state, mail_error = :error WHERE id = "
                   ":id",
            soci::use(state), soci::use(error), soci::use(id);
    });
}

asio::awaitable<Result<std::optional<ShareGuest>>> ShareGuestStore::find(std::int64_t id) {
    auto found = co_await pool().run([this, id]() -> Result<std::optional<ShareGuest>> {
        std::vector<ShareGuest> rows;
        auto done =
            read_guests([&](soci::session& session) { rows = find_guests(session, "id", id); });
        if (!done) return done.error();
        if (rows.empty()) return std::optional<ShareGuest>{};
        return std::optional<ShareGuest>(std::move(rows.front()));
    });
    co_return found;
}

asio::awaitable<Result<std::vector<ShareGuest>>> ShareGuestStore::list(std::int64_t share) {
    auto found = co_await pool().run([this, share]() -> Result<std::vector<ShareGuest>> {
        std::vector<ShareGuest> rows;
        auto done = read_guests(
            [&](soci::session& session) { rows = find_guests(session, "share", share); });
        if (!done) return done.error();
        return rows;
    });
    co_return found;
}

asio::awaitable<Result<std::map<std::int64_t, std::string>>> ShareGuestStore::addresses(
    OrgId org, std::vector<std::int64_t> ids) {
    using Addresses = std::map<std::int64_t, std::string>;
    if (ids.empty()) co_return Addresses{};
    auto found = co_await pool().run([this, org, ids = std::move(ids)]() -> Result<Addresses> {
        Addresses addresses;
        auto done = read_guests([&](soci::session& session) {
            addresses.clear();
            std::int64_t id = 0;
            std::string email;
            soci::statement statement =
                (session.prepare << fmt::format(
                     "SELECT id, email FROM share_guests WHERE org = :org AND id IN ({})",
                     fmt::join(ids, ", ")),
                 soci::use(org), soci::into(id), soci::into(email));
            statement.execute();
            while (statement.fetch())
                addresses.emplace(id, email);
        });
        if (!done) return done.error();
        return addresses;
    });
    co_return found;
}

asio::awaitable<Result<void>> ShareGuestStore::revoke(std::vector<std::int64_t> ids, Time at) {
    auto done = co_await pool().run([this, ids = std::move(ids), at] {
        return write_guests([&](soci::session& session) {
            const auto revoked = to_unix_micros(at);
            for (const auto id : ids) {
                session << "UPDATE share_guests SET revoked_at = :at WHERE id = :id",
                    soci::use(revoked), soci::use(id);
            }
        });
    });
    co_return done;
}

asio::awaitable<Result<void>> ShareGuestStore::note_visit(OrgId org, std::int64_t share,
                                                          std::int64_t guest, Time at) {
    auto done = co_await pool().run([this, org, share, guest, at] {
        return write_guests([&](soci::session& session) {
            const auto visited = to_unix_micros(at);
            // A share that went meanwhile has no row any more.
            session << "INSERT INTO share_visits (share, org, visited_at) SELECT id, org, CAST(:at "
                       "AS BIGINT) FROM "
                       "shares WHERE id = :share AND org = :org ON CONFLICT (share) DO UPDATE SET "
                       "visited_at = excluded.visited_at",
                soci::use(visited), soci::use(share), soci::use(org);
            if (guest == 0) return;
            session << "UPDATE share_guests SET opened_at = :at WHERE id = :id", soci::use(visited),
                soci::use(guest);
        });
    });
    co_return done;
}

asio::awaitable<Result<std::map<std::int64_t, Time>>> ShareGuestStore::visits(OrgId org) {
    auto found = co_await pool().run([this, org]() -> Result<std::map<std::int64_t, Time>> {
        std::map<std::int64_t, Time> visits;
        auto done = read_guests([&](soci::session& session) {
            visits.clear();
            std::int64_t share = 0;
            std::int64_t at = 0;
            soci::statement statement =
                (session.prepare << "SELECT share, visited_at FROM share_visits WHERE org = :org",
                 soci::use(org), soci::into(share), soci::into(at));
            statement.execute();
            while (statement.fetch())
                visits.emplace(share, from_unix_micros(at));
        });
        if (!done) return done.error();
        return visits;
    });
    co_return found;
}

}  // namespace casement::store
