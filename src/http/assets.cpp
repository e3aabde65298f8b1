#include "http/assets.h"

#include "http/text.h"

#include <algorithm>

namespace casement::http {
namespace {

// Quality of one coding in Accept-Encoding, in thousandths (RFC 9110 §12.5.3). `exact` wins over
// "*". Without the header a client may not know any coding, so only identity is sent.
struct Qualities {
    int brotli = -1;
    int gzip = -1;
    int identity = -1;
    int any = -1;

    [[nodiscard]] int of(int exact) const { return exact >= 0 ? exact : std::max(any, 0); }
};

int quality_of(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto parameter = trim(next_part(parameters, ';'));
        if (parameter.size() < 2 || to_lower(parameter[0]) != 'q' || parameter[1] != '=') continue;
        const auto number = parameter.substr(2);
        if (number.empty() || number.size() > 5 || (number[0] != '0' && number[0] != '1')) return 0;
        int thousandths = (number[0] - '0') * 1000;
        if (number.size() > 1 && number[1] != '.') return 0;
        int unit = 100;
        for (std::size_t i = 2; i < number.size(); ++i, unit /= 10) {
            if (number[i] < '0' || number[i] > '9') return 0;
            thousandths += (number[i] - '0') * unit;
        }
        return std::min(thousandths, 1000);
    }
    return 1000;
}

Qualities qualities_of(const Headers& headers) {
    Qualities out;
    for (const auto& [name, value] : headers.all()) {
        if (!same_name(name, "Accept-Encoding")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            auto entry = trim(next_part(rest, ','));
            const auto coding = trim(next_part(entry, ';'));
            const int quality = quality_of(entry);
            if (same_name(coding, "br")) out.brotli = quality;
            if (same_name(coding, "gzip") || same_name(coding, "x-gzip")) out.gzip = quality;
            if (same_name(coding, "identity")) out.identity = quality;
            if (coding == "*") out.any = quality;
        }
    }
    return out;
}

// If-None-Match compares weakly (RFC 9110 §13.1.2), and each coding has a tag of its own.
bool matches(const Headers& headers, std::string_view etag) {
    for (const auto& [name, value] : headers.all()) {
        if (!same_name(name, "If-None-Match")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            auto tag = trim(next_part(rest, ','));
            if (tag == "*") return true;
            if (tag.starts_with("W/")) tag.remove_prefix(2);
            if (tag == etag) return true;
        }
    }
    return false;
}

std::string tag_of(std::string_view identity_tag, std::string_view coding) {
    std::string tag(identity_tag);
    if (coding.empty() || tag.size() < 2) return tag;
    tag.pop_back();
    tag += '-';
    tag += coding;
    tag += '"';
    return tag;
}

}  // namespace

Response serve_asset(const Request& request, const Asset& asset) {
    const Qualities accepted = qualities_of(request.headers);
    std::string_view coding;
    std::string_view bytes = asset.identity;
    int best = 0;
    // The smaller form first: it wins where the client has no preference.
    const auto consider = [&](std::string_view name, std::string_view form, int quality) {
        if (form.empty() || quality <= best) return;
        coding = name;
        bytes = form;
        best = quality;
    };
    consider("br", asset.brotli, accepted.of(accepted.brotli));
    consider("gzip", asset.gzip, accepted.of(accepted.gzip));
    // Identity is what is sent when nothing else fits, and when the client prefers it in so many
    // words; a client that refuses even that gets it all the same, as the standard allows.
    if (accepted.identity > best) {
        coding = {};
        bytes = asset.identity;
    }

    const std::string etag = tag_of(asset.etag, coding);
    Response response;
    response.headers.reserve(8);
    response.headers.add("ETag", etag);
    // Public, and wanted from other origins: by a frame whose sandbox took its own away (modules
    // are fetched with CORS), and by host pages that import the script.
    response.headers.add("Access-Control-Allow-Origin", "*");
    response.headers.add("Cross-Origin-Resource-Policy", "cross-origin");
    response.headers.add("Vary", "Accept-Encoding");
    response.headers.add("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable"
                                                          : "public, no-cache");
    if (matches(request.headers, etag)) {
        response.status = 304;
        return response;
    }
    response.headers.add("Content-Type", std::string(asset.content_type));
    if (!coding.empty()) response.headers.add("Content-Encoding", std::string(coding));
    response.body = bytes;
    return response;
}

void add_asset_routes(Router& router) {
    for (const Asset& asset : embedded_assets()) {
        router.add(Method::get, asset.path,
                   [&asset](Request& request) -> asio::awaitable<Response> {
                       co_return serve_asset(request, asset);
                   });
    }
}

}  // namespace casement::http
