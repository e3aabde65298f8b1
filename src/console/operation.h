// One declared table of everything the native API answers. The routes' own checks (who may call,
// which parameters, what body) and the OpenAPI document are both made from it, so they agree.
#pragma once

#include "access/console_sessions.h"
#include "access/permission.h"
#include "access/principal.h"
#include "access/session_service.h"
#include "base/shape.h"
#include "http/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::console {

namespace asio = boost::asio;

struct Context;
struct Call;

/// Who may call an operation. What each presents is never good for another kind.
enum class Caller {
    anyone,     ///< public text: no credential
    frame,      ///< the viewer page itself, proven to be of this origin; link or cookie inside
    viewer,     ///< an embedded session's access token
    principal,  ///< a user's or a program's key of an organization, or a person signed in
    console,    ///< a page of the console itself, proven to be of this origin; nobody yet
    person,     ///< a person who is signed in to the console, about his own account; no key
};

/// One parameter of the URL's query.
struct Parameter {
    std::string name;
    Shape shape;  ///< integer, boolean or text
    std::string description;
};

struct Answer {
    int status = 200;
    std::string description;
    std::optional<Shape> shape;  ///< none: no body, or not JSON
    std::string content_type = "application/json";
};

/// What goes wrong beyond what every operation of its kind may answer.
struct Refusal {
    int status = 400;
    std::string codes;  ///< "share_not_found, dashboard_not_found"
};

using Answered = asio::awaitable<Result<http::Response>>;
using Handle = Answered (*)(Context& console, Call& call);

/// Largest body of an operation that does not ask for more. More is only for a Caller::principal,
/// and read only once key and permission are known to be good.
inline constexpr std::size_t kUsualBody = std::size_t{1024} * 1024;

struct Operation {
    http::Method method = http::Method::get;
    std::string path{};  ///< below kApiRoot, `{name}` parts as the router reads them
    std::string id{};    ///< operationId, unique
    std::string tag{};
    std::string summary{};  ///< one line
    std::string description{};
    Caller caller = Caller::principal;
    std::optional<access::Permission> permission{};  ///< principals only
    /// A GET whose answer holds a secret: by cookie it needs the proof that changes need.
    bool answers_secret = false;
    std::vector<Parameter> parameters{};
    std::optional<Shape> body{};  ///< the JSON body, which is then required
    std::size_t max_body = kUsualBody;
    std::vector<Answer> answers{};
    std::vector<Refusal> refusals{};
    Handle handle = nullptr;
};

inline constexpr std::string_view kApiRoot = "/api/casement/v1";

/// One request on its way through an operation, after its checks.
struct Call {
    http::Request& request;
    access::Principal principal;           ///< Caller::principal, Caller::person
    std::optional<access::Viewer> viewer;  ///< Caller::viewer
    /// Whose cookie it was. Caller::person, and Caller::principal where it was no key.
    std::optional<access::SignedIn> person;
    json::object body;        ///< fits Operation::body
    json::object parameters;  ///< those present; each fits its shape

    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t absent) const;
};

/// All of them, in the order of the document.
[[nodiscard]] const std::vector<Operation>& operations();

/// Whether who sends this head may send a large body to a Caller::principal's operation. Looks at
/// the headers alone; a person's session is asked about when the body is there.
[[nodiscard]] Result<void> may_send(const Context& console, const Operation& operation,
                                    const http::Request& head);

/// Runs one request through its operation: caller, permission, parameters, body, handler. Every
/// way out is a complete answer with the headers that keep it private.
[[nodiscard]] asio::awaitable<http::Response> answer(Context& console, const Operation& operation,
                                                     http::Request& request);

}  // namespace casement::console
