// One call of the API on its way: who asks, how often, with what rights and body; then the handler;
// then the answer in the vendor's shape. Every operation is declared, none checks these for itself.
#pragma once

#include "access/permission.h"
#include "access/rate_limit.h"
#include "base/shape.h"
#include "dialects/grafana/callers.h"
#include "http/router.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::grafana {

inline constexpr std::string_view kApiRoot = "/api";
/// What the vendor has not stands among this server's own calls.
inline constexpr std::string_view kOwnRoot = "/api/casement/v1";

struct Call {
    http::Request& request;
    Caller caller;
    json::object body;  ///< fits Operation::body; empty without one

    [[nodiscard]] const access::Principal& who() const { return caller.who; }
    /// A part of the path.
    [[nodiscard]] const std::string& part(std::size_t index) const {
        return request.captures.at(index);
    }
    /// The same as an id: any whole number; nullopt for something else.
    [[nodiscard]] std::optional<std::int64_t> id_part(std::size_t index) const;
    /// The decoded value of a query parameter, "" when it is absent. One that is there twice or
    /// does not decode counts as absent, as it does for the vendor.
    [[nodiscard]] std::string parameter(std::string_view name) const;
    /// "true" or "1".
    [[nodiscard]] bool flag(std::string_view name) const;
    /// A whole number of 1 or more; anything else is `absent`.
    [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t absent) const;
};

using Answered = asio::awaitable<Result<http::Response>>;
/// `call` outlives the coroutine; so must what the handler captures.
using Handle = std::function<Answered(Call& call)>;

enum class Shapes { vendor, own };

/// What the OpenAPI document says of one of this server's own calls.
struct Description {
    std::string id{};  ///< operationId, unique
    std::string summary{};
    std::string description{};
    struct Parameter {
        std::string name;
        Shape shape;
        std::string description;
    };
    std::vector<Parameter> parameters{};
    int status = 200;
    std::string answer_text{};
    std::optional<Shape> answer{};
    std::vector<std::pair<int, std::string>> refusals{};  ///< status and codes
};

/// One of this server's own calls, for whoever writes that document.
struct OwnCall {
    http::Method method = http::Method::get;
    std::string path;  ///< below kOwnRoot
    std::optional<access::Permission> permission;
    std::optional<Shape> body;
    Description text;
};

struct Operation {
    http::Method method = http::Method::get;
    std::string path{};              ///< below the root, as the router reads it
    Shapes shapes = Shapes::vendor;  ///< says the root too
    std::optional<access::Permission> permission{};
    std::string_view action{};  ///< the vendor's name of that permission
    /// Of a JSON body; members that it does not name are passed over, as the vendor does. An empty
    /// body is an empty object. Absent: the body is not looked at.
    std::optional<Shape> body{};
    /// Bytes of a body above the server's limit, for the handler to read; 0: the server's limit. It
    /// is read from nobody who plainly has no such permission.
    std::size_t max_body = 0;
    std::string_view bad_body =
        "Bad request data";  ///< what the vendor says of one that does not fit
    Handle handle{};
    Description text{};  ///< of Shapes::own
};

class Operations {
  public:
    /// `router` and `callers` must outlive it and be outlived by it: it lives in the router.
    Operations(http::Router& router, const Callers& callers, const Clock& clock);

    void add(Operation operation);
    /// Those of Shapes::own, in the order in which they were added.
    [[nodiscard]] const std::vector<OwnCall>& own_calls() const { return own_; }

    /// Requests a minute that one key may make; more are answered with 429 and Retry-After.
    static constexpr std::int64_t kRequestsAMinute = 6000;

  private:
    struct Shared;
    http::Router* router_;
    std::shared_ptr<Shared> shared_;
    std::vector<OwnCall> own_;
};

}  // namespace casement::grafana
