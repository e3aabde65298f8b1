#include "http/request_reader.h"

#include "http/text.h"

#include <algorithm>
#include <cstring>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace casement::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

constexpr std::size_t kFirstBuffer = std::size_t{4} * 1024;
constexpr std::size_t kReadSize = std::size_t{16} * 1024;
constexpr std::size_t kMaxFields = 128;
/// Chunk sizes, their extensions and trailers between two pieces of a body.
constexpr std::size_t kMaxChunkLine = std::size_t{8} * 1024;

Method method_of(beast_http::verb verb) {
    switch (verb) {
        case beast_http::verb::get:
            return Method::get;
        case beast_http::verb::head:
            return Method::head;
        case beast_http::verb::post:
            return Method::post;
        case beast_http::verb::put:
            return Method::put;
        case beast_http::verb::patch:
            return Method::patch;
        case beast_http::verb::delete_:
            return Method::del;
        case beast_http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

}  // namespace

// Beast's parser, filling our Request directly. Beast forgives what we must not (a repeated
// Content-Length, any Transfer-Encoding but chunked, no Host): check() says no to those.
class RequestReader::Parser final : public beast_http::basic_parser<true> {
  public:
    explicit Parser(const Limits& limits) {
        // Beast's own limit would have to be known before the head is.
        body_limit(boost::none);
        header_limit(static_cast<std::uint32_t>(limits.request_line + limits.headers + 4));
    }

    Request request;
    bool http11 = false;
    bool expects_continue = false;
    std::size_t most_body = 0;
    std::optional<Error> no_larger_body;  ///< why it may not be more, when there is a reason

    // The refusal that the finished head deserves, if any.
    [[nodiscard]] std::optional<Refusal> check() const {
        const auto refusal = [](std::string_view code, std::string_view message) {
            return Refusal{400, invalid(code, std::string(message))};
        };
        if (hosts_ > 1 || (http11 && hosts_ == 0)) {
            return refusal("invalid_host", "The request must name exactly one Host.");
        }
        if (lengths_ > 1 || (lengths_ == 1 && !length_is_plain_)) {
            return refusal("invalid_content_length",
                           "The request must have one Content-Length, a plain number.");
        }
        if (encodings_ > 0 && (encodings_ > 1 || !encoding_is_chunked_ || !http11)) {
            return refusal("invalid_transfer_encoding",
                           "The only Transfer-Encoding that is understood here is chunked.");
        }
        if (encodings_ > 0 && lengths_ > 0) {
            return refusal("ambiguous_length",
                           "The request has both Content-Length and Transfer-Encoding.");
        }
        if (request.target.front() != '/' || request.target.find('#') != std::string::npos) {
            return refusal("invalid_target",
                           "The request's target must be a path, starting with a slash.");
        }
        if (request.headers.all().size() > kMaxFields) {
            return Refusal{431, invalid("too_many_headers",
                                        fmt::format("The request has more than {} header fields.",
                                                    kMaxFields))};
        }
        if (unknown_expectation_) {
            return Refusal{417, invalid("unknown_expectation",
                                        "The only expectation that is met here is 100-continue.")};
        }
        return std::nullopt;
    }

  private:
    void on_request_impl(beast_http::verb verb, string_view, string_view target, int version,
                         error_code&) override {
        request.method = method_of(verb);
        request.target.assign(target.data(), target.size());
        request.headers.reserve(16);
        http11 = version == 11;
    }

    void on_field_impl(beast_http::field field, string_view name, string_view value,
                       error_code&) override {
        // Trailers come through here too, and must not look like headers.
        if (head_done_) return;
        switch (field) {
            case beast_http::field::host:
                ++hosts_;
                break;
            case beast_http::field::content_length:
                ++lengths_;
                length_is_plain_ = std::all_of(value.begin(), value.end(),
                                               [](char c) { return c >= '0' && c <= '9'; });
                break;
            case beast_http::field::transfer_encoding:
                ++encodings_;
                encoding_is_chunked_ = same_name({value.data(), value.size()}, "chunked");
                break;
            case beast_http::field::expect:
                expects_continue = same_name({value.data(), value.size()}, "100-continue");
                unknown_expectation_ = unknown_expectation_ || !expects_continue;
                break;
            default:
                break;
        }
        request.headers.add(std::string(name), std::string(value));
    }

    void on_header_impl(error_code&) override { head_done_ = true; }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        // The limit was checked; but a sender of a length alone must not make us take memory.
        if (length) request.body.reserve(std::min<std::size_t>(*length, kReadSize));
    }

    std::size_t on_body_impl(string_view body, error_code&) override {
        request.body.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t size, string_view, error_code& failed) override {
        if (size > most_body - request.body.size()) failed = beast_http::error::body_limit;
    }

    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
        request.body.append(body.data(), body.size());
        return body.size();
    }

    void on_finish_impl(error_code&) override {}

    // Responses only.
    void on_response_impl(int, string_view, int, error_code&) override {}

    int hosts_ = 0;
    int lengths_ = 0;
    int encodings_ = 0;
    bool length_is_plain_ = false;
    bool encoding_is_chunked_ = false;
    bool unknown_expectation_ = false;
    bool head_done_ = false;
};

RequestReader::RequestReader(const Limits& limits, BodyLimit body_limit)
    : limits_(limits), body_limit_of_(std::move(body_limit)) {}
RequestReader::~RequestReader() = default;

asio::mutable_buffer RequestReader::space() {
    if (begin_ == end_) {
        begin_ = end_ = 0;
        // A connection that waits keeps no big buffer.
        if (state_ == State::head && buffer_.size() > kReadSize) {
            buffer_.resize(kFirstBuffer);
            buffer_.shrink_to_fit();
        }
    }
    const std::size_t wanted = state_ == State::body ? kReadSize : kFirstBuffer / 2;
    if (buffer_.size() - end_ < wanted) {
        if (begin_ > 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        if (buffer_.size() - end_ < wanted) {
            buffer_.resize(std::max(std::max(kFirstBuffer, wanted), buffer_.size() * 2));
        }
    }
    return {buffer_.data() + end_, buffer_.size() - end_};
}

bool RequestReader::http11() const {
    return parser_ && parser_->http11;
}
bool RequestReader::keep_alive() const {
    return parser_ && parser_->is_header_done() && parser_->keep_alive();
}
bool RequestReader::expects_continue() const {
    return parser_ && parser_->http11 && parser_->expects_continue;
}

RequestReader::State RequestReader::advance() {
    if (state_ == State::head) state_ = find_head();
    if (state_ == State::body) state_ = read_body();
    return state_;
}

Request RequestReader::take() {
    Request request = std::move(parser_->request);
    parser_.reset();
    scanned_ = 0;
    line_end_ = 0;
    state_ = State::head;
    return request;
}

void RequestReader::time_out() {
    state_ = refuse(408, "request_timeout", "The request took too long to arrive.");
}

RequestReader::State RequestReader::refuse(int status, std::string_view code, std::string message) {
    remember_path();
    refusal_ = Refusal{status, invalid(code, std::move(message))};
    if (status == 413) refusal_.error.kind = ErrorKind::too_large;
    return State::refused;
}

// For the answer's shape: the path of a request line that may be broken or cut off.
void RequestReader::remember_path() {
    if (parser_ && !parser_->request.target.empty()) {
        refused_path_ = parser_->request.path();
        return;
    }
    std::string_view line = pending().substr(0, limits_.request_line);
    line = line.substr(0, line.find_first_of("\r\n"));
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !line.substr(space + 1).starts_with('/')) return;
    refused_path_ = line.substr(space + 1);
    refused_path_.resize(std::min(refused_path_.size(), refused_path_.find_first_of("? ")));
}

// Whole lines are looked at one by one, so that each limit is exact and a line that does not end
// as the standard says is refused at once instead of waited for.
RequestReader::State RequestReader::find_head() {
    if (line_end_ == 0 && scanned_ == 0 && pending().starts_with("\r\n")) {
        // RFC 9112 §2.2: one empty line before a request is forgiven.
        begin_ += 2;
    }
    for (;;) {
        const auto bytes = pending();
        const auto newline = bytes.find('\n', scanned_);
        const auto line_size =
            (newline == std::string_view::npos ? bytes.size() : newline + 1) - scanned_;
        if (line_end_ == 0 && line_size > limits_.request_line) {
            return refuse(
                414, "uri_too_long",
                fmt::format("The request line is longer than {} bytes.", limits_.request_line));
        }
        if (line_end_ != 0 && scanned_ + line_size - line_end_ > limits_.headers + 2) {
            return refuse(
                431, "headers_too_large",
                fmt::format("The header fields have more than {} bytes in all.", limits_.headers));
        }
        if (newline == std::string_view::npos) return State::head;
        if (line_size < 2 || bytes[newline - 1] != '\r') {
            return refuse(400, "invalid_request", "A line of the request does not end with CRLF.");
        }
        if (line_end_ != 0 && (bytes[scanned_] == ' ' || bytes[scanned_] == '\t')) {
            return refuse(400, "invalid_request", "A header field is folded over two lines.");
        }
        scanned_ = newline + 1;
        if (line_end_ == 0) {
            line_end_ = scanned_;
        } else if (line_size == 2) {
            return parse_head(scanned_);
        }
    }
}

RequestReader::State RequestReader::parse_head(std::size_t size) {
    parser_ = std::make_unique<Parser>(limits_);
    error_code failed;
    const std::size_t used = parser_->put({buffer_.data() + begin_, size}, failed);
    if (!failed && (used != size || !parser_->is_header_done())) {
        failed = beast_http::error::bad_field;
    }
    if (failed) {
        return refuse_parser_error(failed);
    }
    if (auto refusal = parser_->check()) {
        remember_path();
        refusal_ = std::move(*refusal);
        return State::refused;
    }
    begin_ += size;
    find_body_limit();
    if (parser_->content_length().value_or(0) > parser_->most_body) {
        return refuse_parser_error(beast_http::error::body_limit);
    }
    parser_->eager(true);
    return parser_->is_done() ? State::complete : State::body;
}

// A chunked body does not say how large it will be, so it is asked about in advance.
void RequestReader::find_body_limit() {
    parser_->most_body = limits_.body;
    const bool may_be_larger =
        parser_->chunked() || parser_->content_length().value_or(0) > limits_.body;
    if (!may_be_larger || !body_limit_of_) return;
    const auto most = body_limit_of_(parser_->request);
    if (most) {
        parser_->most_body = std::max(*most, limits_.body);
    } else {
        parser_->no_larger_body = most.error();
    }
}

RequestReader::State RequestReader::read_body() {
    while (begin_ != end_ && !parser_->is_done()) {
        error_code failed;
        const std::size_t used = parser_->put({buffer_.data() + begin_, end_ - begin_}, failed);
        begin_ += used;
        if (failed == beast_http::error::need_more) {
            if (end_ - begin_ > kMaxChunkLine) {
                return refuse(400, "invalid_chunk",
                              "A chunk's size line or the trailer is too long.");
            }
            return State::body;
        }
        if (failed) return refuse_parser_error(failed);
        if (used == 0) break;
    }
    return parser_->is_done() ? State::complete : State::body;
}

RequestReader::State RequestReader::refuse_parser_error(const error_code& failed) {
    using beast_http::error;
    if (const auto& reason = parser_->no_larger_body; reason && failed == error::body_limit) {
        remember_path();
        refusal_ = Refusal{http_status(reason->kind), *reason};
        return State::refused;
    }
    if (failed == error::body_limit) {
        return refuse(413, "body_too_large",
                      fmt::format("The body is larger than {} bytes.", parser_->most_body));
    }
    const auto say = [&](std::string_view message) {
        return refuse(400, "invalid_request", std::string(message));
    };
    if (failed == error::bad_method) return say("The request's method is not well formed.");
    if (failed == error::bad_target) return say("The request's target is not well formed.");
    if (failed == error::bad_version) return say("Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    if (failed == error::bad_content_length || failed == error::multiple_content_length) {
        return say("The Content-Length is not one plain number.");
    }
    if (failed == error::bad_transfer_encoding) {
        return say("The Transfer-Encoding is repeated or stands beside a Content-Length.");
    }
    if (failed == error::bad_chunk || failed == error::bad_chunk_extension) {
        return say("The chunked body is not well formed.");
    }
    return say("A header field of the request is not well formed.");
}

}  // namespace casement::http
