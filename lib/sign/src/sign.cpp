#include "casement/sign.h"

#include "base/encoding.h"
#include "base/url_query.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "dialects/datadog/signature.h"

#include <array>
#include <stdexcept>

namespace casement::sign {

std::string secure_embed_url(std::string_view base_url, std::string_view credential,
                             const SecureEmbedOptions& options) {
    const auto nonce = options.nonce.empty() ? crypto::SystemRandom().hex(32) : options.nonce;
    const auto signed_at = options.timestamp.value_or(std::chrono::system_clock::now());
    const auto ts = std::to_string(
        std::chrono::floor<std::chrono::seconds>(signed_at.time_since_epoch()).count());
    if (const auto problem = datadog::signing_problem(base_url, credential, nonce, ts)) {
        throw std::invalid_argument(*problem);
    }
    return datadog::signed_url(base_url, credential, nonce, ts);
}

bool is_signed_by(std::string_view url, std::string_view credential) {
    const auto question = url.find('?');
    if (question == std::string_view::npos || credential.empty()) return false;
    static constexpr std::array<std::string_view, 3> kNames = {"token", "nonce", "ts"};
    std::array<std::optional<std::string>, 3> values;
    for (const auto& [raw_name, raw_value] : casement::split_query(url.substr(question + 1))) {
        const auto name = form_decode(raw_name);
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            if (name != kNames[i]) continue;
            if (values[i]) return false;
            values[i] = form_decode(raw_value);
            if (!values[i]) return false;
        }
    }
    if (!values[0] || !values[1] || !values[2]) return false;
    if (!datadog::is_nonce(*values[1]) || !datadog::is_timestamp(*values[2])) return false;
    return equal_in_constant_time(datadog::sign(credential, *values[1], *values[2]), *values[0]);
}

}  // namespace casement::sign
