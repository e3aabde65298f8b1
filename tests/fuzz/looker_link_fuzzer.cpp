// Any bytes as a login link. The input is the request target; also what `explain` is given.
#include "base/encoding.h"
#include "dialects/looker/explain.h"
#include "dialects/looker/link.h"
#include "dialects/looker/reasons.h"
#include "fuzz/promise.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace casement;
using fuzz::promise;

namespace {

constexpr std::string_view kHost = "dash.example";
constexpr Time kNow = from_unix_seconds(1700000000);

const Secret& secret() {
    static const Secret key("A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2");
    return key;
}

bool verifies(const looker::SignedLogin& link, std::string_view host = kHost) {
    const std::vector<looker::EmbedSecretView> secrets = {
        {1, looker::Algorithm::sha256, &secret(), true, {}}};
    return looker::verify_signature(link, host, secrets, kNow).has_value();
}

void check_page(const looker::InnerTarget& target) {
    const auto location = looker::to_location(target);
    promise(location.starts_with("/embed/"), "a link leads below /embed/");
    promise(location.find("//") == std::string::npos, "and to this origin");
    promise(looker::has_no_controls(location), "and fits into a header");
}

void check_signed(const looker::SignedLogin& link) {
    promise(link.values.session_length <= looker::kMaxSessionLength, "the session has an end");
    promise(!link.values.external_user_id.empty(), "the user has an id");
    promise(!link.values.nonce.empty(), "the nonce is one");
    for (const auto& line : looker::signed_lines(kHost, link.texts))
        promise(line.text.find('\n') == std::string::npos, "a line is one line");
    // Signed for the same texts it verifies, and for nothing else.
    auto right = link;
    right.signature = looker::sign(looker::Algorithm::sha256, secret().reveal(),
                                   looker::string_to_sign(link, kHost));
    promise(verifies(right), "what is signed verifies");
    promise(!verifies(right, "other.example"), "but not on another host");
    promise(verifies(link) == (link.signature == right.signature), "nothing else verifies");
}

void check_link(std::string_view target) {
    const auto link = looker::parse_login_link(target);
    if (!link) {
        const auto known = looker::reasons();
        promise(std::any_of(known.begin(), known.end(),
                            [&](const auto& one) { return one.code == link.error().code; }),
                "a refusal has a reason of the table");
        promise(is_utf8(link.error().message), "a refusal can be shown");
        promise(is_utf8(link.error().field), "and its field too");
        return;
    }
    promise(looker::is_login_link(target), "what can be read is recognized");
    if (const auto* cookieless = std::get_if<looker::CookielessLogin>(&*link)) {
        promise(!cookieless->authentication_token.empty(), "the token is one");
        check_page(cookieless->target);
        return;
    }
    const auto& one = std::get<looker::SignedLogin>(*link);
    check_page(one.target);
    check_signed(one);
}

void check_explanation(std::string_view url) {
    looker::ExplainOptions options;
    options.secret = &secret();
    options.string_to_sign = std::string(url);
    const auto explanation = looker::explain(url, options, kNow);
    for (const auto& finding : explanation.findings) {
        promise(is_utf8(finding.sentence), "a finding can be shown");
        promise(finding.sentence.find(secret().reveal()) == std::string::npos,
                "a finding has no secret in it");
        promise(looker::has_no_controls(finding.sentence),
                "a finding has no control character in it");
    }
    for (const auto& [name, line] : explanation.signed_lines)
        promise(line.find(secret().reveal()) == std::string::npos, "nor has a line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    check_link(text);
    check_link("/login/embed/%2Fembed%2Fdashboards%2F1?" + std::string(text));
    // Trying every mistake takes some thousand digests: for some inputs only.
    if (size % 16 == 0) check_explanation(text);
    return 0;
}
