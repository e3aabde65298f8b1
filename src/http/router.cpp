#include "http/router.h"

#include "base/encoding.h"
#include "base/log.h"
#include "http/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

namespace casement::http {
namespace {

constexpr std::size_t kMethods = 8;
constexpr std::size_t kMaxCaptures = 8;

constexpr std::size_t index_of(Method method) {
    return static_cast<std::size_t>(method);
}

struct Entry {
    Handler handler;
    std::string pattern;
    std::unique_ptr<const LargeBody> large;  ///< few have one
};
using Entries = std::array<Entry, kMethods>;

// One segment of a path. `here` answers when the path ends in it, `rest` takes all that follows.
struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> capture;
    Entries here;
    Entries rest;
};

const Entry* entry_for(const Entries& entries, Method method) {
    const Entry& exact = entries[index_of(method)];
    if (exact.handler) return &exact;
    const Entry& get = entries[index_of(Method::get)];
    return method == Method::head && get.handler ? &get : nullptr;
}

// A walk over the tree: literals first, then a capture, then a rest; back again where the deeper
// path led nowhere. Remembers which methods would have fitted, for 405 and Allow.
struct Walk {
    Method method;
    const Entry* found = nullptr;
    unsigned allowed = 0;
    std::size_t depth = 0;
    std::array<std::string_view, kMaxCaptures> captures{};

    bool take(const Entries& entries) {
        found = entry_for(entries, method);
        if (found != nullptr) return true;
        for (std::size_t i = 0; i < kMethods; ++i) {
            if (entries[i].handler) allowed |= 1U << i;
        }
        return false;
    }

    bool end(const Node& node) { return take(node.here); }

    // `rest` is what follows the slash after `node`'s segment.
    bool below(const Node& node, std::string_view rest) {
        const auto slash = rest.find('/');
        const auto segment = rest.substr(0, slash);
        const auto go = [&](const Node& child) {
            if (slash == std::string_view::npos) return end(child);
            return below(child, rest.substr(slash + 1));
        };
        if (const auto literal = node.literals.find(segment); literal != node.literals.end()) {
            if (go(*literal->second)) return true;
        }
        if (node.capture && !segment.empty()) {
            captures[depth++] = segment;
            if (go(*node.capture)) return true;
            --depth;
        }
        captures[depth++] = rest;
        if (take(node.rest)) return true;
        --depth;
        return false;
    }
};

std::string allow_header(unsigned allowed) {
    std::string out;
    const auto say = [&](Method method) {
        out += out.empty() ? "" : ", ";
        out += to_string(method);
    };
    for (std::size_t i = 0; i < kMethods; ++i) {
        const auto method = static_cast<Method>(i);
        const bool via_get = method == Method::head && (allowed & 1U) != 0;
        if (method != Method::options && (via_get || (allowed & (1U << i)) != 0)) say(method);
    }
    say(Method::options);
    return out;
}

/// "/api/v1" is above "/api/v1/x", not above "/api/v10".
bool is_below(std::string_view path, std::string_view prefix) {
    return path.starts_with(prefix) && (path.size() == prefix.size() || prefix.ends_with('/') ||
                                        prefix.empty() || path[prefix.size()] == '/');
}

}  // namespace

struct Router::Tree {
    Node root;
    std::vector<std::pair<std::string, ErrorShape>> shapes;
    std::vector<std::string> closed;

    bool is_closed(std::string_view path) const {
        if (closed.empty()) return false;
        const auto decoded = percent_decode(path);
        return !decoded || std::ranges::any_of(closed, [&](const std::string& one) {
            return is_below(*decoded, one);
        });
    }

    Walk walk(Method method, std::string_view path) const {
        Walk walk{.method = method};
        if (path.starts_with('/')) walk.below(root, path.substr(1));
        return walk;
    }
};

Router::Router() : tree_(std::make_unique<Tree>()) {}
Router::~Router() = default;

void Router::add(Method method, std::string_view pattern, Handler handler, LargeBody large) {
    const auto wrong = [&](std::string_view why) {
        throw std::logic_error(fmt::format("route {} {}: {}", to_string(method), pattern, why));
    };
    if (!pattern.starts_with('/')) wrong("must start with a slash");
    if (!handler) wrong("has no handler");
    if (large.bytes > 0 && !large.may_send) wrong("must say who may send a large body");
    Node* node = &tree_->root;
    Entries* entries = nullptr;
    std::size_t captures = 0;
    std::string_view rest = pattern.substr(1);
    for (bool more = true; more;) {
        more = rest.find('/') != std::string_view::npos;
        const auto segment = next_part(rest, '/');
        const bool is_capture = segment.starts_with('{') && segment.ends_with('}');
        if (!is_capture && segment.find_first_of("{}") != std::string_view::npos) {
            wrong("a capture must be a whole segment");
        }
        // The walk needs one place more than the captures, for a rest it only tries.
        if (is_capture && ++captures >= kMaxCaptures) wrong("has too many captures");
        if (is_capture && segment.ends_with("...}")) {
            if (more) wrong("{name...} must be its last part");
            entries = &node->rest;
            break;
        }
        auto& child = is_capture ? node->capture : node->literals[std::string(segment)];
        if (!child) child = std::make_unique<Node>();
        node = child.get();
        entries = &node->here;
    }
    Entry& entry = (*entries)[index_of(method)];
    if (entry.handler) wrong("is there already");
    entry.handler = std::move(handler);
    entry.pattern = pattern;
    if (large.bytes > 0) entry.large = std::make_unique<const LargeBody>(std::move(large));
}

void Router::close(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    tree_->closed.emplace_back(path);
}

void Router::errors_below(std::string_view prefix, ErrorShape shape) {
    tree_->shapes.emplace_back(prefix, std::move(shape));
}

Response Router::shape_error(std::string_view path, const Error& error) const {
    const ErrorShape* best = nullptr;
    std::size_t longest = 0;
    for (const auto& [prefix, shape] : tree_->shapes) {
        if (is_below(path, prefix) && (best == nullptr || prefix.size() > longest)) {
            best = &shape;
            longest = prefix.size();
        }
    }
    return best != nullptr ? (*best)(error) : Response::error(error);
}

std::string_view Router::pattern_of(Method method, std::string_view path) const {
    const Walk walk = tree_->walk(method, path);
    return walk.found != nullptr ? std::string_view(walk.found->pattern) : std::string_view{};
}

Result<std::size_t> Router::body_limit(const Request& head, std::size_t usual) const {
    const Walk walk = tree_->walk(head.method, head.path());
    const LargeBody* large = walk.found != nullptr ? walk.found->large.get() : nullptr;
    if (large == nullptr || large->bytes <= usual) return usual;
    if (auto may = large->may_send(head); !may) return may.error();
    return large->bytes;
}

asio::awaitable<Response> Router::handle(Request& request) const {
    const Walk walk = tree_->walk(request.method, request.path());
    const bool is_nothing = walk.found == nullptr && walk.allowed == 0;
    if (is_nothing || tree_->is_closed(request.path())) {
        co_return shape_error(request.path(),
                              not_found("not_found", "There is nothing at this address."));
    }
    if (walk.found == nullptr) {
        if (request.method == Method::options) {
            Response response = Response::empty(204);
            response.headers.set("Allow", allow_header(walk.allowed));
            co_return response;
        }
        Response response = shape_error(
            request.path(),
            invalid("method_not_allowed",
                    fmt::format("This address does not take {}; it takes {}.",
                                to_string(request.method), allow_header(walk.allowed))));
        response.status = 405;
        response.headers.set("Allow", allow_header(walk.allowed));
        co_return response;
    }

    request.route = walk.found->pattern;
    for (const auto raw : std::span(walk.captures).first(walk.depth)) {
        auto decoded = percent_decode(raw);
        if (!decoded || !is_utf8(*decoded) || decoded->find('\0') != std::string::npos) {
            co_return shape_error(request.path(),
                                  invalid("invalid_path", "The address is not well formed."));
        }
        request.captures.push_back(std::move(*decoded));
    }

    std::string reason;
    try {
        Response response = co_await walk.found->handler(request);
        co_return response;
    } catch (const std::exception& exception) {
        reason = exception.what();
    } catch (...) {
        reason = "not a std::exception";
    }
    log::error("handler_failed", {{"request_id", request.id},
                                  {"method", to_string(request.method)},
                                  {"route", request.route},
                                  {"reason", reason}});
    co_return shape_error(
        request.path(),
        internal_error(fmt::format("Something went wrong on our side. When you report it, name "
                                   "the request {}.",
                                   request.id)));
}

}  // namespace casement::http
