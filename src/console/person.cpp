#include "console/person.h"

#include "console/operation.h"
#include "console/same_origin.h"
#include "console/viewer_calls.h"
#include "http/text.h"

#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

constexpr std::chrono::hours kDeviceKept{365 * 24};

Error cross_site() {
    return forbidden("cross_site",
                     "This call is only for the console's own pages. Programs use a key in the "
                     "header Authorization.");
}

std::string cookie_header(std::string_view name, std::string_view value, std::chrono::seconds age,
                          bool secure) {
    return fmt::format("{}={}; Path={}; HttpOnly; SameSite=Strict; Max-Age={}{}", name, value,
                       kApiRoot, age.count(), secure ? "; Secure" : "");
}

}  // namespace

std::string only_cookie(const http::Request& request, std::string_view name) {
    std::string found;
    bool is_there = false;
    for (const auto& [field, value] : request.headers.all()) {
        if (!http::same_name(field, "Cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto pair = http::trim(http::next_part(rest, ';'));
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos) continue;
            if (http::trim(pair.substr(0, equals)) != name) continue;
            if (is_there) return {};
            is_there = true;
            found = http::trim(pair.substr(equals + 1));
        }
    }
    return found;
}

bool shows_key(const http::Request& request) {
    const auto& headers = request.headers;
    return headers.count("Authorization") > 0 || headers.count("DD-API-KEY") > 0 ||
           headers.count("DD-APPLICATION-KEY") > 0;
}

Result<void> check_own_page(const http::Request& request, std::string_view public_url,
                            bool answers_secret) {
    using http::Method;
    const bool reads = request.method == Method::get || request.method == Method::head;
    const auto& headers = request.headers;
    if (!reads || answers_secret) {
        if (headers.count("X-Casement") != 1 || *headers.find("X-Casement") != "1") {
            return cross_site();
        }
    } else if (headers.count("Sec-Fetch-Site") == 1 && *headers.find("Sec-Fetch-Site") == "none") {
        return {};  // a person who opened the address himself
    }
    if (!check_same_origin(request, public_url)) return cross_site();
    return {};
}

Result<void> Persons::may_send(const http::Request& head, bool answers_secret) const {
    if (auto own = check_own_page(head, public_url_, answers_secret); !own) return own.error();
    if (accounts_->is_genuine(only_cookie(head, kConsoleCookie))) return {};
    return unauthenticated("signed_out", "You are not signed in any more. Sign in again.");
}

asio::awaitable<Result<access::SignedIn>> Persons::identify(const http::Request& request,
                                                            bool answers_secret) const {
    if (auto may = may_send(request, answers_secret); !may) co_return may.error();
    auto found = co_await accounts_->find(only_cookie(request, kConsoleCookie));
    co_return found;
}

access::Browser browser_of(const http::Request& request) {
    return {client_of(request), user_agent_of(request), only_cookie(request, kConsoleCookie),
            only_cookie(request, kDeviceCookie)};
}

void keep_cookies(const access::ConsoleAccounts::Opened& opened, const http::Request& request,
                  http::Response& response) {
    response.headers.add("Set-Cookie",
                         cookie_header(kConsoleCookie, opened.cookie,
                                       access::ConsoleSessions::kLongest, request.secure));
    if (opened.device.empty()) return;
    response.headers.add("Set-Cookie",
                         cookie_header(kDeviceCookie, opened.device, kDeviceKept, request.secure));
}

void drop_cookie(const http::Request& request, http::Response& response) {
    response.headers.add(
        "Set-Cookie", cookie_header(kConsoleCookie, {}, std::chrono::seconds{0}, request.secure));
}

}  // namespace casement::console
