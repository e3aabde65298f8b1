// What an administrator writes of a source of type "prometheus".
#include "base/encoding.h"
#include "base/shape.h"
#include "data/common_settings.h"
#include "data/prometheus_source.h"
#include "data/promql_lexer.h"
#include "data/source_types.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::string_view kDuration = "[1-9][0-9]{0,9}(ms|[smhdwy])";

const Shape& prometheus_shape() {
    static const Shape shape = Shape::object({
        required("url", Shape::text(1, 2048)),
        optional("user", Shape::text(1, 200)),
        optional("scrape_interval", Shape::text(2, 20).matching(std::string(kDuration))),
        optional("timeout", Shape::text(2, 20).matching(std::string(kDuration))),
        optional("http_method", Shape::one_of({"POST", "GET"})),
        optional("tls_verify", Shape::boolean()),
        optional("ca_file", Shape::text(1, 4096)),
        optional("query_parameters", Shape::map(Shape::text(0, 1000), 50)),
        optional("max_series", Shape::integer(1, 10'000)),
        // What clients of Grafana's API keep with a source; nothing that the engine reads.
        optional("grafana", Shape::map(Shape::any())),
    });
    return shape;
}

Error wrong_url(std::string_view reason) {
    return invalid("invalid_source", fmt::format("\"settings.url\" {}.", reason), "settings.url");
}

Result<std::string> read_url(std::string url) {
    const auto scheme = url.find("://");
    const auto kind = promql::lower(url.substr(0, scheme));
    if (scheme == std::string::npos || (kind != "http" && kind != "https")) {
        return wrong_url("must start with http:// or https://");
    }
    const auto host = url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
    if (host.empty()) return wrong_url("has no host");
    if (host.find('@') != std::string::npos) {
        return wrong_url("must not hold a user or password: they are settings of their own");
    }
    const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
        return c > ' ' && c < 0x7F && c != '?' && c != '#' && c != '\\';
    });
    if (!plain) return wrong_url("must be host, port and path alone, without ? and #");
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

/// Clients of Grafana's API give secrets by name: a password, or a header with the token.
Secret kept_secret(const Secret& written, bool is_password) {
    boost::json::error_code failed;
    const auto value = boost::json::parse(written.reveal(), failed);
    if (failed || !value.is_object()) return written;
    const auto named = [&](std::string_view name) {
        return text_at(value.get_object(), name).value_or("");
    };
    if (is_password) return Secret(named("basicAuthPassword"));
    constexpr std::string_view kBearer = "Bearer ";
    auto header = named("httpHeaderValue1");
    if (!header.starts_with(kBearer)) return {};
    return Secret(header.substr(kBearer.size()));
}

}  // namespace

Result<PrometheusSettings> read_prometheus_settings(const SourceSettings& written) {
    const auto& settings = written.settings;
    if (auto wrong = check(boost::json::value(settings), prometheus_shape(), "settings")) {
        wrong->code = "invalid_source";
        return *wrong;
    }
    PrometheusSettings read;
    auto url = read_url(*text_at(settings, "url"));
    if (!url) return url.error();
    read.url = std::move(*url);
    read.user = text_at(settings, "user").value_or("");
    read.secret = has_named_secrets(settings) ? kept_secret(written.secret, !read.user.empty())
                                              : written.secret;
    const auto duration = [&](std::string_view name, std::chrono::milliseconds otherwise) {
        const auto text = text_at(settings, name);
        const auto length = text ? promql::read_duration(*text) : std::nullopt;
        return length ? std::chrono::milliseconds{*length} : otherwise;
    };
    read.scrape_interval = duration("scrape_interval", read.scrape_interval);
    read.timeout = duration("timeout", read.timeout);
    read.post = text_at(settings, "http_method").value_or("POST") == "POST";
    if (const auto* verify = settings.if_contains("tls_verify")) {
        read.tls_verify = verify->get_bool();
    }
    read.ca_file = text_at(settings, "ca_file").value_or("");
    if (!read.ca_file.empty() && !read.ca_file.starts_with('/')) {
        read.ca_file = written.folder + "/" + read.ca_file;
    }
    if (const auto* most = settings.if_contains("max_series")) {
        read.max_series = static_cast<std::size_t>(most->get_int64());
    }
    static constexpr std::string_view kOwn[] = {"query", "start",   "end",    "step",
                                                "time",  "match[]", "timeout"};
    if (const auto* parameters = settings.if_contains("query_parameters")) {
        for (const auto& [name, value] : parameters->as_object()) {
            if (std::find(std::begin(kOwn), std::end(kOwn), std::string_view(name)) !=
                std::end(kOwn)) {
                const auto field = fmt::format("settings.query_parameters.{}", utf8_head(name, 64));
                return invalid("invalid_source",
                               fmt::format("\"{}\" is set by each query itself.", field), field);
            }
            read.parameters.emplace_back(std::string(name), std::string(value.get_string()));
        }
    }
    return read;
}

Result<void> check_prometheus_settings(const boost::json::object& settings) {
    auto read = read_prometheus_settings({settings, {}, {}});
    if (!read) return read.error();
    return {};
}

}  // namespace casement::data
