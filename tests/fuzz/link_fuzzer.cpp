// Any bytes as a secure embed link. The input is the request target; also what `explain` is given.
#include "base/encoding.h"
#include "dialects/datadog/explain.h"
#include "dialects/datadog/link.h"
#include "fuzz/promise.h"

#include <algorithm>
#include <string>

using namespace casement;
using fuzz::promise;

namespace {

const Secret& credential() {
    static const Secret secret("A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2");
    return secret;
}
constexpr Time kNow = from_unix_seconds(1767225600);

void check_link(std::string_view target) {
    const auto link = datadog::parse_link(target);
    if (!link) {
        promise(link.error().code == "malformed_link", "a bad form is malformed_link");
        promise(is_utf8(link.error().message), "a refusal can be shown");
        return;
    }
    promise(datadog::is_share_token(link->share_token), "the share token is one");
    promise(datadog::is_token(link->token), "the token is one");
    promise(datadog::is_nonce(link->nonce), "the nonce is one");
    promise(datadog::is_timestamp(link->ts_text), "the ts is one");
    promise(std::to_string(link->ts.count()) == link->ts_text, "the time is the text");

    // Signed for the same parts, the link verifies; as it came, only when it is that link.
    const auto url =
        datadog::signed_url("https://a" + std::string(datadog::kLandingPath) + link->share_token,
                            credential(), link->nonce, Time{link->ts});
    const auto signed_link = datadog::parse_link(std::string_view(url).substr(9));
    promise(signed_link.has_value(), "what is signed can be read");
    promise(signed_link->nonce == link->nonce && signed_link->ts == link->ts, "and is the same");
    promise(datadog::verify_signature(*signed_link, credential()), "and verifies");
    const bool verifies = datadog::verify_signature(*link, credential());
    promise(verifies == (link->token == signed_link->token), "nothing else verifies");
}

void check_explanation(std::string_view url) {
    for (const auto& finding : datadog::explain(url, credential(), kNow)) {
        promise(is_utf8(finding.sentence), "a finding can be shown");
        promise(finding.sentence.find(credential().reveal()) == std::string::npos,
                "a finding has no credential in it");
        promise(std::none_of(finding.sentence.begin(), finding.sentence.end(),
                             [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
                "a finding has no control character in it");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    check_link(text);
    check_link("/sb/secure-embed/share-0001?" + std::string(text));
    // Trying every mistake takes some hundred digests: for some inputs only.
    if (size % 8 == 0) check_explanation(text);
    return 0;
}
