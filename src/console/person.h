// A person who is signed in to the console calls this API by cookie instead of a key. A cookie
// travels by itself, so each such call must show that a page of this server made it.
#pragma once

#include "access/console_accounts.h"
#include "http/message.h"

#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace casement::console {

namespace asio = boost::asio;

inline constexpr std::string_view kConsoleCookie = "casement_console";
/// What a browser keeps so that strangers who guess at its user's name do not keep him out of it.
inline constexpr std::string_view kDeviceCookie = "casement_device";

/// "" when there is none, and also when there are several: a page of a neighbouring origin can put
/// one of its own before ours.
[[nodiscard]] std::string only_cookie(const http::Request& request, std::string_view name);

/// Whether the request presents a key of any kind. Then that decides alone, whatever cookies came.
[[nodiscard]] bool shows_key(const http::Request& request);

/// Of a call that changes something or answers a secret: `X-Casement: 1`, which no form can send
/// and no script of another origin without asking first, and same origin. Of the others: not from
/// another origin's page. Error: forbidden "cross_site".
[[nodiscard]] Result<void> check_own_page(const http::Request& request, std::string_view public_url,
                                          bool answers_secret);

class Persons {
  public:
    /// `accounts` must outlive it.
    Persons(access::ConsoleAccounts& accounts, std::string public_url)
        : accounts_(&accounts), public_url_(std::move(public_url)) {}

    /// Whether the request is to be taken for one by cookie.
    [[nodiscard]] static bool concerns(const http::Request& request) {
        return !shows_key(request) && request.cookie(kConsoleCookie).has_value();
    }
    /// What can be said without waiting, before a large body is read: that it comes from our page,
    /// with a cookie that this server made. Errors: "cross_site"; unauthenticated "signed_out".
    [[nodiscard]] Result<void> may_send(const http::Request& head,
                                        bool answers_secret = false) const;
    /// `request` must outlive the coroutine. Errors: those of may_send, and of
    /// access::ConsoleSessions::find.
    [[nodiscard]] asio::awaitable<Result<access::SignedIn>> identify(
        const http::Request& request, bool answers_secret = false) const;

  private:
    access::ConsoleAccounts* accounts_;
    std::string public_url_;
};

/// As the account calls see the browser.
[[nodiscard]] access::Browser browser_of(const http::Request& request);
/// Gives the browser its cookies, or takes the session's away.
void keep_cookies(const access::ConsoleAccounts::Opened& opened, const http::Request& request,
                  http::Response& response);
void drop_cookie(const http::Request& request, http::Response& response);

}  // namespace casement::console
