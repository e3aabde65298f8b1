// Who calls the API (grafana.md §1.2): an API key or a service account's token as a bearer or as
// the password of the user `api_key`, or one of this server's own service tokens.
#pragma once

#include "access/account_keys.h"
#include "access/anonymous.h"
#include "access/principal.h"
#include "dialects/grafana/key_check.h"
#include "http/message.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace casement::grafana {

struct Caller {
    access::Principal who;
    std::int64_t account_key = 0;  ///< 0 for a service token of this server
    std::int64_t account = 0;      ///< service account, when it is one's token
    /// "None", "Viewer", "Editor", "Admin": the highest whose rights it has.
    std::string role;
};

/// People who are signed in to the console, by cookie: whoever answers this server's own calls
/// takes them too. The vendor's API never does. Unset: nobody is.
struct PersonCallers {
    std::function<bool(const http::Request&)> concerns;
    std::function<Result<void>(const http::Request&)> may_send;
    /// The request outlives the coroutine.
    std::function<asio::awaitable<Result<access::Principal>>(const http::Request&)> identify;
};

class Callers {
  public:
    /// All must outlive it.
    Callers(const access::Authenticator& authenticator, access::AccountKeys& keys, KeyCheck& check,
            const store::Catalog& catalog, const access::AnonymousAccess& anonymous,
            PersonCallers persons = {})
        : authenticator_(&authenticator),
          keys_(&keys),
          check_(&check),
          catalog_(&catalog),
          anonymous_(&anonymous),
          persons_(std::move(persons)) {}

    /// Of one of this server's own calls: a person who is signed in, or as identify().
    [[nodiscard]] asio::awaitable<Result<Caller>> identify_own(const http::Request& request) const;
    /// As may_send, of one of this server's own calls.
    [[nodiscard]] Result<void> may_send_own(
        const http::Request& head, const std::optional<access::Permission>& permission) const;

    /// `request` must outlive the coroutine. Who shows no key at all may be somebody whom anonymous
    /// access admits: then he reads, and changes nothing, because a page of another site could make
    /// his browser ask. Errors: unauthenticated "unauthorized" without
    /// credentials, "password_refused" for another user's password, and those of KeyCheck and
    /// access::check_account_key.
    [[nodiscard]] asio::awaitable<Result<Caller>> identify(const http::Request& request) const;

    /// What can be said before the body is read, without waiting: an error for a request without a
    /// credential, for one that is wrong at first sight, and for one that is known and lacks the
    /// permission. A key that this process has not seen yet is believed for now.
    [[nodiscard]] Result<void> may_send(const http::Request& head,
                                        const std::optional<access::Permission>& permission) const;

  private:
    [[nodiscard]] std::optional<Caller> anonymous(const http::Request& request) const;

    const access::Authenticator* authenticator_;
    access::AccountKeys* keys_;
    KeyCheck* check_;
    const store::Catalog* catalog_;
    const access::AnonymousAccess* anonymous_;
    const PersonCallers persons_;
};

}  // namespace casement::grafana
