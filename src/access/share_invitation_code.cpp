#include "access/share_invitation_code.h"

#include "base/encoding.h"
#include "crypto/hash.h"

#include <optional>

namespace casement::access {
namespace {

constexpr std::size_t kNumber = 8;
/// guest, invitee, issued_at, random
constexpr std::size_t kPayload = 4 * kNumber;
constexpr std::size_t kMac = 32;

std::string bytes_of(std::int64_t number) {
    std::string out;
    const auto bits = static_cast<std::uint64_t>(number);
    for (int shift = 56; shift >= 0; shift -= 8)
        out += static_cast<char>((bits >> static_cast<unsigned>(shift)) & 0xffU);
    return out;
}

std::int64_t number_of(std::string_view bytes) {
    std::uint64_t bits = 0;
    for (const char c : bytes)
        bits = (bits << 8U) | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(bits);
}

}  // namespace

std::string ShareInvitationCodes::mac(std::int64_t share, std::string_view payload) const {
    std::string message = bytes_of(share);
    message += payload;
    return crypto::hmac_sha256(key_.reveal(), message);
}

std::string ShareInvitationCodes::make(const ShareInvitationCode& code) const {
    std::string payload = bytes_of(code.guest);
    payload += bytes_of(code.invitee);
    payload += bytes_of(to_unix_micros(code.issued_at));
    payload += random_->bytes(kNumber);
    return to_base64url(payload + mac(code.share, payload));
}

Result<ShareInvitationCode> ShareInvitationCodes::read(std::int64_t share,
                                                       std::string_view text) const {
    const auto bytes = from_base64url(text);
    const bool holds =
        bytes && bytes->size() == kPayload + kMac &&
        equal_in_constant_time(bytes->substr(kPayload), mac(share, bytes->substr(0, kPayload)));
    if (!holds) {
        return unauthenticated("invitation_invalid",
                               "This link is not complete, or not one of this dashboard. Open it "
                               "from the mail again, or ask for a new one.");
    }
    const std::string_view payload(bytes->data(), kPayload);
    ShareInvitationCode code;
    code.share = share;
    code.guest = number_of(payload.substr(0, kNumber));
    code.invitee = number_of(payload.substr(kNumber, kNumber));
    code.issued_at = from_unix_micros(number_of(payload.substr(2 * kNumber, kNumber)));
    return code;
}

}  // namespace casement::access
