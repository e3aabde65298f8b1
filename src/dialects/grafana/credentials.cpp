#include "dialects/grafana/credentials.h"

#include "access/account_service.h"
#include "dialects/grafana/key.h"

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr std::string_view kAuthor = "system";
constexpr std::size_t kMark = 8;  ///< characters that keep names of several runs apart

store::AccountKey row_of(store::OrgId org, std::string name, Secret hash, const Secret& text,
                         const std::string& role) {
    store::AccountKey row;
    row.org = org;
    row.name = std::move(name);
    row.hash = std::move(hash);
    row.suffix = text.suffix();
    row.role = role;
    row.author = kAuthor;
    return row;
}

}  // namespace

Result<AccountCredentials> create_account_credentials(store::Catalog& catalog,
                                                      crypto::Random& random, const Clock& clock,
                                                      store::OrgId org, const std::string& role) {
    const auto mark = random.alphanumeric(kMark);
    const auto key = make_legacy_key(random, "api-key-" + mark, org);
    const auto token = make_service_token(random);
    AccountCredentials made{write_legacy_key(key), write_service_token(token)};
    const auto key_row = row_of(org, key.name, key_hash(key), made.api_key, role);
    const auto token_row = row_of(org, "token-" + mark, key_hash(token), made.token, role);

    auto written = catalog.write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
        store::ServiceAccount account;
        account.org = org;
        account.name = "API client " + mark;
        account.login = access::login_of_account("sa", org, account.name);
        account.role = role;
        account.modified_at = clock.now();
        if (auto inserted = tx.insert(account); !inserted) return inserted.error();
        auto own = key_row;
        auto of_account = token_row;
        of_account.account = account.id;
        for (auto* row : {&own, &of_account}) {
            if (auto inserted = tx.insert(*row); !inserted) return inserted.error();
            store::AuditRow audit;
            audit.org = org;
            audit.at = clock.now();
            audit.actor = "system";
            audit.action = "account_key.created";
            audit.object = access::object_of(*row);
            audit.detail = {{"name", row->name}, {"role", role}};
            if (auto appended = tx.append(audit); !appended) return appended.error();
        }
        return true;
    });
    if (!written) return written.error();
    return made;
}

}  // namespace casement::grafana
