#include "http/viewer_shell.h"

#include "base/log.h"
#include "http/assets.h"

#include <fmt/format.h>

namespace casement::http {
namespace {

// No inline script, no foreign origin, no HTML made by script: whatever a dashboard's author or a
// database row contains stays text. frame-ancestors follows, it is the share's own.
constexpr std::string_view kFrames = "frame-src http: https:; ";
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ";
constexpr std::string_view kAnywhere = "*";
constexpr std::string_view kNowhere = "'none'";
constexpr std::string_view kStillPolicy =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";
/// Stands behind the empty page; its style shows it when no script has filled that for a while.
constexpr std::string_view kOldBrowser =
    "<p class=old>This page needs JavaScript, and a browser of 2022 or later.</p>";

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string path_of(std::string_view logical_name) {
    const auto* asset = find_asset(logical_name);
    if (asset != nullptr) return std::string(asset->path);
    log::error("asset_missing",
               {{"name", logical_name}, {"fix", "build the web folder, then the server again"}});
    return {};
}

}  // namespace

bool is_framed(const Request& request) {
    const auto place = request.headers.find("Sec-Fetch-Dest").value_or("");
    return place == "iframe" || place == "frame" || place == "embed" || place == "object";
}

ViewerAssets embedded_viewer_assets(bool text_frames) {
    ViewerAssets assets;
    assets.text_frames = text_frames;
    assets.style = path_of("viewer.css");
    assets.script = path_of("viewer.js");
    if (const auto* chart = find_asset("plot.js")) assets.preload.emplace_back(chart->path);
    return assets;
}

std::string ViewerShell::policy_for(std::string_view frame_ancestors) const {
    std::string policy;
    policy.reserve(kFrames.size() + kPolicy.size() + frame_ancestors.size());
    if (text_frames_) policy.append(kFrames);
    return policy.append(kPolicy).append(frame_ancestors);
}

ViewerShell::ViewerShell(const ViewerAssets& assets) : text_frames_(assets.text_frames) {
    head_ =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light dark\"><title>Dashboard</title>";
    if (!assets.style.empty()) {
        head_ += fmt::format("<link rel=\"stylesheet\" href=\"{}\">", escape_html(assets.style));
    }
    if (!assets.script.empty()) {
        head_ +=
            fmt::format("<script type=\"module\" src=\"{}\"></script>", escape_html(assets.script));
    }
    refused_head_ = head_ + "</head><body>";  // without what only a picture needs
    for (const auto& chunk : assets.preload) {
        head_ += fmt::format("<link rel=\"modulepreload\" href=\"{}\">", escape_html(chunk));
    }
    head_ += "</head><body>";
    link_page_ = fmt::format("{}<div id=\"app\" data-mode=\"link\"></div>{}</body></html>", head_,
                             kOldBrowser);
    embedding_off_page_ = fmt::format(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Embedding is off"
        "</title><link rel=\"stylesheet\" href=\"{}\"></head><body><div id=\"app\"><main "
        "class=\"message-page\"><div role=\"alert\"><h1>This server lets no page into a frame</h1>"
        "<p>Its operator changes that with the setting security.allow_embedding: true.</p></div>"
        "<p class=\"message-code\">embedding_off</p></main></div></body></html>",
        escape_html(assets.style));

    base_ = Response::html(200, {});
    auto& headers = base_.headers;
    headers.set("Cache-Control", "no-store");
    // Not no-referrer: some engines then send `Origin: null` on same-origin requests.
    headers.set("Referrer-Policy", "same-origin");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Robots-Tag", "none");
    headers.set("Permissions-Policy", "camera=(),microphone=(),geolocation=()");
    // A host page that isolates itself (COEP) frames only documents that say both of these. All the
    // shell loads is of its own origin, so the first costs nothing.
    if (!text_frames_) headers.set("Cross-Origin-Embedder-Policy", "require-corp");
    headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    headers.set("Content-Security-Policy", policy_for(kAnywhere));
}

Response ViewerShell::page(int status, std::string body, std::string_view frame_ancestors) const {
    Response response = base_;
    response.status = status;
    response.body = std::move(body);
    // Most shares name no origins; for those it is there already.
    if (frame_ancestors != kAnywhere) {
        response.headers.set("Content-Security-Policy", policy_for(frame_ancestors));
    }
    // For what does not know frame-ancestors.
    if (frame_ancestors == kNowhere) response.headers.set("X-Frame-Options", "DENY");
    return response;
}

Response ViewerShell::embedding_off() const {
    Response response = base_;
    response.status = 403;
    response.body = embedding_off_page_;
    response.headers.set("Content-Security-Policy", std::string(kStillPolicy));
    return response;
}

Response ViewerShell::link(std::string_view frame_ancestors) const {
    return page(200, link_page_, frame_ancestors);
}

Response ViewerShell::page(const Attributes& attributes, const std::vector<std::string>& preload,
                           std::string_view frame_ancestors) const {
    // The head ends with the body's start tag, where links are allowed as well.
    std::string body = head_;
    for (const auto& file : preload)
        body += fmt::format("<link rel=\"modulepreload\" href=\"{}\">", escape_html(file));
    body += "<div id=\"app\"";
    for (const auto& [name, value] : attributes)
        body += fmt::format(" data-{}=\"{}\"", name, escape_html(value));
    body.append("></div>").append(kOldBrowser).append("</body></html>");
    return page(200, std::move(body), frame_ancestors);
}

Response ViewerShell::refused(const Error& error, std::string_view frame_ancestors,
                              std::string_view dialect) const {
    const auto message = escape_html(error.message);
    std::string body;
    body.reserve(refused_head_.size() + 2 * message.size() + 256);
    body.append(refused_head_).append("<div id=\"app\" data-mode=\"refused\" data-code=\"");
    body.append(escape_html(error.code)).append("\" data-message=\"").append(message);
    if (!dialect.empty()) body.append("\" data-dialect=\"").append(escape_html(dialect));
    // The sentence stands beside the app too, for whoever has no script.
    body.append("\"></div><noscript><p>").append(message).append("</p></noscript></body></html>");
    return page(http_status(error.kind), std::move(body), frame_ancestors);
}

}  // namespace casement::http
