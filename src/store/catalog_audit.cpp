#include "store/catalog_audit.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "store/catalog_rows.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace casement::store {
namespace {

constexpr std::string_view kColumns = "org, id, at, actor, action, object, client, detail, chain";
/// Rows a statement, of nine parameters each. They are bound by name, and SQLite looks a name up by
/// walking through all: with 64 rows that alone was a third of what a row cost.
constexpr std::size_t kRowsPerInsert = 8;
constexpr std::int64_t kRowsPerRead = 1000;

void add_number(std::string& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(value >> shift));
}

void add_text(std::string& out, std::string_view text) {
    add_number(out, text.size());
    out += text;
}

/// A visitor's bytes end up here (addresses, reasons). They must neither break the insert nor keep
/// the row from being written, so what is not text becomes U+FFFD.
std::string repaired(std::string_view text) {
    if (text.find('\0') == std::string_view::npos && is_utf8(text)) return std::string(text);
    std::string out;
    while (!text.empty()) {
        std::size_t length = 1;
        while (length < 4 && length < text.size() && !is_utf8(text.substr(0, length)))
            ++length;
        if (text.front() != '\0' && is_utf8(text.substr(0, length))) {
            out += text.substr(0, length);
            text.remove_prefix(length);
        } else {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        }
    }
    return out;
}

struct StoredRow {
    AuditRow row;
    std::string detail;
};

/// Rows of one organization with id in (after, before), ascending or descending.
std::vector<StoredRow> select(soci::session& session, OrgId org, std::int64_t after,
                              std::int64_t before, bool ascending, std::int64_t limit) {
    StoredRow stored;
    std::int64_t at = 0;
    AuditRow& row = stored.row;
    soci::statement statement =
        (session.prepare << fmt::format("SELECT {} FROM audit WHERE org = :org AND id > :after "
                                        "AND id < :before ORDER BY id {} LIMIT {}",
                                        kColumns, ascending ? "ASC" : "DESC", limit),
         soci::use(org), soci::use(after), soci::use(before), soci::into(row.org),
         soci::into(row.id), soci::into(at), soci::into(row.actor), soci::into(row.action),
         soci::into(row.object), soci::into(row.client), soci::into(stored.detail),
         soci::into(row.chain));
    statement.execute();
    std::vector<StoredRow> rows;
    while (statement.fetch()) {
        row.at = from_unix_micros(at);
        rows.push_back(stored);
    }
    return rows;
}

/// The head, locked until the transaction ends; made when the organization has none yet.
AuditHead lock_head(soci::session& session, OrgId org) {
    // An update that changes nothing takes the row's lock in PostgreSQL, and is understood by both.
    session << "INSERT INTO audit_heads (org, id, chain) VALUES (:org, 0, '') "
               "ON CONFLICT (org) DO UPDATE SET id = audit_heads.id",
        soci::use(org);
    return read_audit_head(session, org);
}

}  // namespace

std::string audit_chain(std::string_view previous, const AuditRow& row, std::string_view detail) {
    std::string bytes;
    add_text(bytes, previous);
    add_number(bytes, static_cast<std::uint64_t>(row.org));
    add_number(bytes, static_cast<std::uint64_t>(row.id));
    add_number(bytes, static_cast<std::uint64_t>(to_unix_micros(row.at)));
    add_text(bytes, row.actor);
    add_text(bytes, row.action);
    add_text(bytes, row.object);
    add_text(bytes, row.client);
    add_text(bytes, detail);
    return to_hex(crypto::sha256(bytes));
}

AuditHead read_audit_head(soci::session& session, OrgId org) {
    AuditHead head;
    session << "SELECT id, chain FROM audit_heads WHERE org = :org", soci::use(org),
        soci::into(head.id), soci::into(head.chain);
    return head;
}

void append_audit_rows(soci::session& session, std::vector<AuditRow>& rows, Time now) {
    // In the order of their ids, so that two batches cannot wait for each other's heads.
    std::map<OrgId, AuditHead> heads;
    for (const auto& row : rows)
        heads.try_emplace(row.org);
    for (auto& [org, head] : heads)
        head = lock_head(session, org);

    for (std::size_t start = 0; start < rows.size(); start += kRowsPerInsert) {
        const std::size_t end = std::min(rows.size(), start + kRowsPerInsert);
        std::string sql = fmt::format("INSERT INTO audit ({}) VALUES ", kColumns);
        Cells cells;
        const auto number = [&](std::int64_t value) {
            cells.emplace_back();
            cells.back().number = value;
        };
        const auto text = [&](std::string value) {
            cells.emplace_back();
            cells.back().is_text = true;
            cells.back().text = std::move(value);
        };
        for (std::size_t i = start; i < end; ++i) {
            AuditRow& row = rows[i];
            AuditHead& head = heads.at(row.org);
            row.id = head.id + 1;
            if (row.at == Time{}) row.at = now;
            row.actor = repaired(row.actor);
            row.action = repaired(row.action);
            row.object = repaired(row.object);
            row.client = repaired(row.client);
            std::string detail = repaired(json::serialize(row.detail));
            row.chain = audit_chain(head.chain, row, detail);
            head = {row.id, row.chain};
            sql += fmt::format("{}(:a{}, :b{}, :c{}, :d{}, :e{}, :f{}, :g{}, :h{}, :i{})",
                               i == start ? "" : ", ", i, i, i, i, i, i, i, i, i);
            number(row.org);
            number(row.id);
            number(to_unix_micros(row.at));
            text(row.actor);
            text(row.action);
            text(row.object);
            text(row.client);
            text(std::move(detail));
            text(row.chain);
        }
        run_with_cells(session, sql, cells);
    }
    for (const auto& [org, head] : heads) {
        session << "UPDATE audit_heads SET id = :id, chain = :chain WHERE org = :org",
            soci::use(head.id), soci::use(head.chain), soci::use(org);
    }
}

std::vector<AuditRow> read_audit(soci::session& session, OrgId org, std::int64_t before_id,
                                 std::size_t limit) {
    const std::int64_t before =
        before_id > 0 ? before_id : std::numeric_limits<std::int64_t>::max();
    std::vector<AuditRow> rows;
    for (auto& stored : select(session, org, 0, before, false,
                               static_cast<std::int64_t>(std::min<std::size_t>(limit, 10'000)))) {
        json::error_code failed;
        const json::value detail = json::parse(stored.detail, failed);
        if (!failed && detail.is_object()) stored.row.detail = detail.get_object();
        rows.push_back(std::move(stored.row));
    }
    return rows;
}

std::optional<std::int64_t> first_broken_audit_row(soci::session& session, OrgId org) {
    const AuditHead head = read_audit_head(session, org);
    AuditHead at;
    while (true) {
        const auto rows = select(session, org, at.id, std::numeric_limits<std::int64_t>::max(),
                                 true, kRowsPerRead);
        for (const auto& [row, detail] : rows) {
            // A row before its turn means that the one whose turn it is was taken out.
            if (row.id != at.id + 1) return at.id + 1;
            if (row.chain != audit_chain(at.chain, row, detail)) return row.id;
            at = {row.id, row.chain};
        }
        if (rows.empty()) break;
    }
    if (at.id < head.id) return at.id + 1;
    if (at.id != head.id || at.chain != head.chain) return std::max<std::int64_t>(at.id, 1);
    return std::nullopt;
}

}  // namespace casement::store
