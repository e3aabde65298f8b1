#include "base/encoding.h"
#include "base/url_query.h"
#include "casement/sign.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "dialects/looker/signature.h"

#include <stdexcept>

namespace casement::sign {
namespace {

looker::Algorithm algorithm_of(LookerAlgorithm algorithm) {
    return algorithm == LookerAlgorithm::hmac_sha1 ? looker::Algorithm::sha1
                                                   : looker::Algorithm::sha256;
}

/// Decoded parameters by name; nothing when a name comes twice or an escape is broken.
std::optional<std::map<std::string, std::string>> parameters_of(std::string_view query) {
    std::map<std::string, std::string> parameters;
    for (const auto& [raw_name, raw_value] : casement::split_query(query)) {
        const auto name = form_decode(raw_name);
        const auto value = form_decode(raw_value);
        if (!name || !value || !parameters.emplace(*name, *value).second) return std::nullopt;
    }
    return parameters;
}

}  // namespace

std::string looker_embed_url(const LookerEmbed& embed, std::string_view secret,
                             const LookerOptions& options) {
    const auto signed_at = options.timestamp.value_or(std::chrono::system_clock::now());
    looker::LoginParameters parameters;
    parameters.base_url = embed.base_url;
    parameters.target = embed.target;
    parameters.nonce = options.nonce.empty() ? crypto::SystemRandom().hex(32) : options.nonce;
    parameters.time =
        std::chrono::floor<std::chrono::seconds>(signed_at.time_since_epoch()).count();
    parameters.session_length = embed.session_length;
    parameters.external_user_id = embed.external_user_id;
    parameters.permissions = embed.permissions;
    parameters.models = embed.models;
    parameters.group_ids = embed.group_ids;
    parameters.external_group_id = embed.external_group_id;
    parameters.user_attributes = embed.user_attributes;
    parameters.first_name = embed.first_name;
    parameters.last_name = embed.last_name;
    parameters.user_timezone = embed.user_timezone;
    parameters.force_logout_login = embed.force_logout_login;
    if (const auto problem = looker::signing_problem(parameters, secret)) {
        throw std::invalid_argument(*problem);
    }
    return looker::make_login_url(parameters, secret, algorithm_of(embed.algorithm));
}

bool is_looker_url_signed_by(std::string_view url, std::string_view secret,
                             LookerAlgorithm algorithm) {
    const auto host = looker::host_of(url);
    const auto question = url.find('?');
    if (host.empty() || question == std::string_view::npos || secret.empty()) return false;
    const auto path_start = static_cast<std::size_t>(host.data() + host.size() - url.data());
    if (path_start >= question) return false;
    const auto parameters = parameters_of(url.substr(question + 1));
    if (!parameters) return false;

    bool all_there = true;
    const auto needed = [&](const char* name) {
        const auto found = parameters->find(name);
        all_there = all_there && found != parameters->end();
        return found == parameters->end() ? std::string() : found->second;
    };
    const auto optional = [&](const char* name) -> std::optional<std::string> {
        const auto found = parameters->find(name);
        if (found == parameters->end()) return std::nullopt;
        return found->second;
    };
    looker::SignedTexts texts;
    texts.path = url.substr(path_start, question - path_start);
    texts.nonce = needed("nonce");
    texts.time = needed("time");
    texts.session_length = needed("session_length");
    texts.external_user_id = needed("external_user_id");
    texts.permissions = needed("permissions");
    texts.models = needed("models");
    texts.group_ids = optional("group_ids");
    texts.external_group_id = optional("external_group_id");
    texts.user_attributes = optional("user_attributes");
    texts.access_filters = needed("access_filters");
    const auto signature = needed("signature");
    // A value with a line break could be read as two lines.
    for (const auto& line : looker::signed_lines(host, texts)) {
        if (!looker::has_no_controls(line.text)) return false;
    }
    return all_there && texts.path.compare(0, looker::kLoginPath.size(), looker::kLoginPath) == 0 &&
           equal_in_constant_time(
               looker::sign(algorithm_of(algorithm), secret, looker::string_to_sign(host, texts)),
               signature);
}

}  // namespace casement::sign
