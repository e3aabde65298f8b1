#include "dialects/looker/reasons.h"

#include <array>
#include <stdexcept>

namespace casement::looker {
namespace {

constexpr std::array<Reason, 11> kReasons = {{
    {kLinkMalformed, ErrorKind::invalid,
     "It is no login link: another path, a broken percent escape, a raw space or '#', too long."},
    {kParameterMissing, ErrorKind::invalid, "A required parameter is not there."},
    {kParameterUnknown, ErrorKind::invalid,
     "A parameter that no login link has. embed_domain, sdk, theme and filters belong into the "
     "embed path, before that is encoded."},
    {kParameterDuplicate, ErrorKind::invalid, "A parameter is there more than once."},
    {kParameterInvalid, ErrorKind::invalid,
     "A parameter's value is not of its JSON type or out of its limits."},
    {kTargetRefused, ErrorKind::invalid,
     "The embed path leads somewhere else than to a page below /embed/ of this server."},
    {kHostInvalid, ErrorKind::invalid,
     "The request names another host than those this server is configured for."},
    {kSignatureInvalid, ErrorKind::unauthenticated,
     "No enabled embed secret gives this signature: another secret, another algorithm, or "
     "something was changed after signing."},
    {kSecretDisabled, ErrorKind::unauthenticated,
     "The signature is right, but its embed secret is disabled or past its end."},
    {kLinkExpired, ErrorKind::gone, "The link's time is more than 5 minutes ago."},
    {kLinkNotYetValid, ErrorKind::forbidden,
     "The link's time is more than 5 minutes ahead: the signer's clock is wrong."},
}};

}  // namespace

std::span<const Reason> reasons() noexcept {
    return kReasons;
}

Error refusal(std::string_view code, std::string message, std::string_view field) {
    for (const auto& reason : kReasons) {
        if (reason.code != code) continue;
        return Error{reason.kind, reason.code, std::move(message), std::string(field)};
    }
    throw std::logic_error("no such reason: " + std::string(code));
}

}  // namespace casement::looker
