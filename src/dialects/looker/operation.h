// One call of API 4.0 on its way: who asks, how often, with what body; then the handler; then the
// answer in the vendor's shape. Every operation is declared, none checks these for itself.
#pragma once

#include "access/permission.h"
#include "access/principal.h"
#include "access/rate_limit.h"
#include "base/shape.h"
#include "dialects/looker/api_sessions.h"
#include "http/router.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::looker {

inline constexpr std::string_view kApiRoot = "/api/4.0";

struct Call {
    http::Request& request;
    access::Principal who;  ///< nobody for Caller::anyone
    json::object body;      ///< fits Operation::body; empty without one

    /// The decoded value of a query parameter; "" and absent are the same. Errors: of a parameter
    /// that is there twice or does not decode.
    [[nodiscard]] Result<std::string> parameter(std::string_view name) const;
    /// A part of the path.
    [[nodiscard]] const std::string& part(std::size_t index) const {
        return request.captures.at(index);
    }
    /// "https://dash.example": as configured, or as this call was addressed.
    std::string base_url;
};

using Answered = asio::awaitable<Result<http::Response>>;
/// `call` outlives the coroutine; so must what the handler captures.
using Handle = std::function<Answered(Call& call)>;

enum class Caller { anyone, client };

struct Operation {
    http::Method method = http::Method::get;
    std::string path{};  ///< below kApiRoot, as the router reads it
    Caller caller = Caller::client;
    std::optional<access::Permission> permission{};
    /// Of a JSON body; members that it does not name are passed over, as the vendor does: SDKs send
    /// back what they got. Absent: the body is not looked at.
    std::optional<Shape> body{};
    bool body_required = true;
    Handle handle{};
};

/// 200 with a value, of which the call's `fields` select.
[[nodiscard]] Result<http::Response> answer(const Call& call, json::value value);

class Operations {
  public:
    /// `router` and `sessions` must outlive it and be outlived by it: it lives in the router.
    Operations(http::Router& router, ApiSessions& sessions, const Clock& clock,
               std::string public_url);
    ~Operations();

    void add(Operation operation);
    [[nodiscard]] const std::string& public_url() const;

    /// Requests a minute that one client may make; more are answered with 429 and Retry-After.
    static constexpr std::int64_t kRequestsAMinute = 6000;

  private:
    struct Shared;
    http::Router* router_;
    std::shared_ptr<Shared> shared_;
};

}  // namespace casement::looker
