#include "dialects/looker/signature.h"

#include "base/encoding.h"
#include "crypto/hash.h"

#include <algorithm>

namespace casement::looker {
namespace {

constexpr std::string_view kSha1 = "hmac/sha-1";
constexpr std::string_view kSha256 = "hmac/sha-256";

bool begins_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

// This file is also part of a library that has no JSON parser, and writing is all it needs.
std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte < 0x20 || byte == 0x7f) {
            out.append("\\u00").append(to_hex(std::string_view(&c, 1)));
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
    return out;
}

std::string json_list(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts) {
        if (out.size() > 1) out.push_back(',');
        out += json_text(text);
    }
    return out + "]";
}

std::string json_map(const std::map<std::string, std::string>& members) {
    std::string out = "{";
    for (const auto& [name, value] : members) {
        if (out.size() > 1) out.push_back(',');
        out.append(json_text(name)).append(":").append(json_text(value));
    }
    return out + "}";
}

std::string form_encode(std::string_view text) {
    auto out = percent_encode(text);
    for (std::size_t at = 0; (at = out.find("%20", at)) != std::string::npos; ++at) {
        out.replace(at, 3, "+");
    }
    return out;
}

SignedTexts texts_of(const LoginParameters& parameters) {
    SignedTexts texts;
    texts.path = std::string(kLoginPath) + percent_encode(parameters.target);
    texts.nonce = json_text(parameters.nonce);
    texts.time = std::to_string(parameters.time);
    texts.session_length = std::to_string(parameters.session_length.count());
    texts.external_user_id = json_text(parameters.external_user_id);
    texts.permissions = json_list(parameters.permissions);
    texts.models = json_list(parameters.models);
    if (parameters.group_ids) texts.group_ids = json_list(*parameters.group_ids);
    if (parameters.external_group_id) {
        texts.external_group_id = json_text(*parameters.external_group_id);
    }
    if (parameters.user_attributes) texts.user_attributes = json_map(*parameters.user_attributes);
    texts.access_filters = "{}";
    return texts;
}

std::optional<std::string> base_url_problem(std::string_view base_url) {
    const auto host = host_of(base_url);
    if (host.empty()) {
        return "The base URL must be https:// and a host (or http:// on one's own machine).";
    }
    const bool only_host = std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == ':' || c == '[' || c == ']';
    });
    if (!only_host || host.data() + host.size() != base_url.data() + base_url.size()) {
        return "The base URL must end after host and port, with the host in lower case as browsers "
               "send it.";
    }
    const auto port = host.substr(std::min(host.rfind(':'), host.size()));
    if (port == (begins_with(base_url, "https") ? ":443" : ":80")) {
        return "The base URL must not name its scheme's own port: browsers leave it out, and the "
               "host that they send is signed.";
    }
    return std::nullopt;
}

std::optional<std::string> text_problem(std::string_view name, std::string_view text,
                                        std::size_t min, std::size_t max) {
    if (is_utf8(text) && has_no_controls(text) && count_characters(text) >= min &&
        count_characters(text) <= max) {
        return std::nullopt;
    }
    return std::string(name) + " must be " + std::to_string(min) + " to " + std::to_string(max) +
           " characters of UTF-8 without control characters.";
}

std::optional<std::string> list_problem(std::string_view name,
                                        const std::vector<std::string>& texts) {
    for (const auto& text : texts) {
        if (auto problem = text_problem(name, text, 1, kMaxTextLength)) return problem;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(Algorithm algorithm) noexcept {
    return algorithm == Algorithm::sha1 ? kSha1 : kSha256;
}

std::optional<Algorithm> parse_algorithm(std::string_view text) noexcept {
    if (text == kSha1) return Algorithm::sha1;
    if (text == kSha256) return Algorithm::sha256;
    return std::nullopt;
}

std::vector<SignedLine> signed_lines(std::string_view host, const SignedTexts& texts) {
    std::vector<SignedLine> lines = {{"host", host},
                                     {"path", texts.path},
                                     {"nonce", texts.nonce},
                                     {"time", texts.time},
                                     {"session_length", texts.session_length},
                                     {"external_user_id", texts.external_user_id},
                                     {"permissions", texts.permissions},
                                     {"models", texts.models}};
    if (texts.group_ids) lines.push_back({"group_ids", *texts.group_ids});
    if (texts.external_group_id) lines.push_back({"external_group_id", *texts.external_group_id});
    if (texts.user_attributes) lines.push_back({"user_attributes", *texts.user_attributes});
    lines.push_back({"access_filters", texts.access_filters});
    return lines;
}

std::string string_to_sign(std::string_view host, const SignedTexts& texts) {
    std::string out;
    for (const auto& line : signed_lines(host, texts)) {
        if (!out.empty()) out.push_back('\n');
        out.append(line.text);
    }
    return out;
}

std::string digest(Algorithm algorithm, std::string_view secret, std::string_view text) {
    return algorithm == Algorithm::sha1 ? crypto::hmac_sha1(secret, text)
                                        : crypto::hmac_sha256(secret, text);
}

std::string sign(Algorithm algorithm, std::string_view secret, std::string_view text) {
    return to_base64(digest(algorithm, secret, text));
}

std::optional<std::string> signing_problem(const LoginParameters& parameters,
                                           std::string_view secret) {
    if (auto problem = base_url_problem(parameters.base_url)) return problem;
    if (secret.empty()) {
        return "The secret is empty. Anyone can sign with an empty key, so no link of it opens.";
    }
    if (!begins_with(parameters.target, kContentPath) || !is_utf8(parameters.target) ||
        !has_no_controls(parameters.target)) {
        return "The target must be a path that begins with /embed/, such as /embed/dashboards/42.";
    }
    if (parameters.time < 0 || std::to_string(parameters.time).size() > kMaxTimestampLength) {
        return "The time must be whole seconds since 1970 (UTC), 1 to 12 digits.";
    }
    if (parameters.session_length < std::chrono::seconds(0) ||
        parameters.session_length > kMaxSessionLength) {
        return "The session length must be 0 to 2592000 seconds (30 days).";
    }
    if (auto problem = text_problem("The nonce", parameters.nonce, 1, kMaxNonceLength)) {
        return problem;
    }
    if (auto problem =
            text_problem("The external user id", parameters.external_user_id, 1, kMaxTextLength)) {
        return problem;
    }
    if (auto problem = list_problem("A permission", parameters.permissions)) return problem;
    if (auto problem = list_problem("A model", parameters.models)) return problem;
    if (parameters.group_ids) {
        if (auto problem = list_problem("A group id", *parameters.group_ids)) return problem;
    }
    if (auto problem =
            text_problem("The external group id", parameters.external_group_id.value_or(""), 0,
                         kMaxExternalGroupLength)) {
        return problem;
    }
    for (const auto* text :
         {&parameters.first_name, &parameters.last_name, &parameters.user_timezone}) {
        if (auto problem =
                text_problem("A name or a time zone", text->value_or(""), 0, kMaxTextLength)) {
            return problem;
        }
    }
    if (parameters.user_attributes) {
        for (const auto& [name, value] : *parameters.user_attributes) {
            if (auto problem = text_problem("A user attribute's name", name, 1, kMaxTextLength)) {
                return problem;
            }
            if (!is_utf8(value) || value.find('\0') != std::string::npos) {
                return "A user attribute's value must be UTF-8 without a NUL.";
            }
        }
    }
    const auto length = make_login_url(parameters, secret, Algorithm::sha256).size();
    const auto origin = parameters.base_url.size();
    if (percent_encode(parameters.target).size() + kLoginPath.size() > kMaxPathLength ||
        length - origin > kMaxLinkLength) {
        return "The link would be longer than 16384 bytes (its path than 8192), which no server "
               "takes. Give fewer or shorter values.";
    }
    return std::nullopt;
}

std::string make_login_url(const LoginParameters& parameters, std::string_view secret,
                           Algorithm algorithm) {
    const auto texts = texts_of(parameters);
    const auto signature =
        sign(algorithm, secret, string_to_sign(host_of(parameters.base_url), texts));
    std::string url = parameters.base_url + texts.path;
    char separator = '?';
    const auto add = [&](std::string_view name, std::string_view value) {
        url.push_back(separator);
        url.append(name).append("=").append(form_encode(value));
        separator = '&';
    };
    const auto add_if = [&](std::string_view name, const std::optional<std::string>& value) {
        if (value) add(name, *value);
    };
    add("permissions", texts.permissions);
    add("models", texts.models);
    add("signature", signature);
    add("nonce", texts.nonce);
    add("time", texts.time);
    add("session_length", texts.session_length);
    add("external_user_id", texts.external_user_id);
    add("access_filters", texts.access_filters);
    if (parameters.first_name) add("first_name", json_text(*parameters.first_name));
    if (parameters.last_name) add("last_name", json_text(*parameters.last_name));
    if (parameters.user_timezone) add("user_timezone", json_text(*parameters.user_timezone));
    add_if("group_ids", texts.group_ids);
    add_if("external_group_id", texts.external_group_id);
    add_if("user_attributes", texts.user_attributes);
    add("force_logout_login", parameters.force_logout_login ? "true" : "false");
    return url;
}

std::string_view host_of(std::string_view url) noexcept {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!begins_with(url, scheme)) continue;
        const auto rest = url.substr(scheme.size());
        return rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
    }
    return {};
}

std::size_t count_characters(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

bool has_no_controls(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7f;
    });
}

}  // namespace casement::looker
