#include "dialects/grafana/reasons.h"

#include <array>
#include <stdexcept>

namespace casement::grafana {
namespace {

constexpr std::array<Reason, 13> kReasons = {{
    {kLinkMalformed, ErrorKind::invalid,
     "It cannot be read: too long, a broken percent escape, a raw space or '#', too many "
     "parameters."},
    {kTargetRefused, ErrorKind::invalid,
     "It leads somewhere else than to /d/UID or /d-solo/UID?panelId=N."},
    {kNotSigned, ErrorKind::unauthenticated,
     "It has neither a key nor a signature in it: an ordinary dashboard URL."},
    {kVersionsMixed, ErrorKind::invalid, "It has parameters of two link versions."},
    {kParameterMissing, ErrorKind::invalid, "A parameter of its version is not there."},
    {kParameterUnknown, ErrorKind::invalid,
     "A parameter begins with aliyun_ or casement_, but no link version has it."},
    {kParameterDuplicate, ErrorKind::invalid,
     "A parameter that has one value is there more than once."},
    {kParameterInvalid, ErrorKind::invalid, "A parameter's value is not of its form."},
    {kKeyMalformed, ErrorKind::unauthenticated,
     "The text in aliyun_api_key is neither a whole API key nor a service account token."},
    {kOrganizationMismatch, ErrorKind::unauthenticated,
     "orgId in the URL names another organization than the key or the signature."},
    {kSignatureInvalid, ErrorKind::unauthenticated,
     "No key of this name gives this signature: another key, another formula, or something was "
     "changed after signing."},
    {kLinkExpired, ErrorKind::gone,
     "Version 2: signed more than 60 seconds ago. Version 3: casement_expires has passed."},
    {kLinkNotYetValid, ErrorKind::forbidden,
     "Version 2: signed more than 60 seconds ahead. Version 3: casement_expires is more than an "
     "hour ahead."},
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

}  // namespace casement::grafana
