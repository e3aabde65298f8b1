#include "access/last_admin.h"

namespace casement::access {
namespace {

bool administers(const store::User& user) {
    return user.role == "Admin" && !user.disabled;
}

}  // namespace

Result<void> check_other_admin(store::Transaction& tx, const store::Snapshot& snapshot,
                               const store::User& user) {
    if (!administers(user)) return {};
    for (const auto* known : snapshot.users(user.org)) {
        if (known->id == user.id || !administers(*known)) continue;
        // As he is now, and stays until this transaction ends: two who go at once would each have
        // the other for the one who stays.
        const auto other = tx.load<store::User>(known->id);
        if (!other && other.error().kind != ErrorKind::not_found) return other.error();
        if (!other || !administers(*other)) continue;
        if (!other->password_hash.empty() || user.password_hash.empty()) return {};
    }
    return conflict("last_admin",
                    "This is the only administrator who can sign in. Make somebody else one "
                    "first.");
}

}  // namespace casement::access
