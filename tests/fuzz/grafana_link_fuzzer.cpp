// Any bytes as a sharable link. The input is the request target; also what `explain` is given.
#include "base/encoding.h"
#include "dialects/grafana/explain.h"
#include "dialects/grafana/link.h"
#include "dialects/grafana/query.h"
#include "dialects/grafana/reasons.h"
#include "dialects/grafana/text.h"
#include "fuzz/promise.h"

#include <algorithm>
#include <string>

using namespace casement;
using fuzz::promise;

namespace {

constexpr Time kNow = from_unix_seconds(1726823533);

const Secret& key_hash() {
    static const Secret hash(
        "8cbb5266f7be5867a809664f3ead5c680a81c4704254ac0a78f2b4a1d25109538e593c64dde942361cdfed98d2"
        "9bfaed8628");
    return hash;
}

void check_page(const grafana::Target& target, std::string_view raw) {
    const auto clean = grafana::clean_target(raw);
    promise(clean.starts_with("/d/") || clean.starts_with("/d-solo/"),
            "a link leads to a dashboard");
    promise(std::all_of(clean.begin(), clean.end(), [](char c) { return c > ' ' && c < '\x7f'; }),
            "and fits into a header");
    promise(!grafana::has_proof(clean), "without any proof");
    const auto again = grafana::read_target(clean);
    promise(again.has_value(), "the clean page can be read");
    promise(again->dashboard_uid == target.dashboard_uid && again->panel == target.panel &&
                again->org == target.org && again->variables.size() == target.variables.size(),
            "and is the same page");
    promise(!target.is_solo || target.panel.has_value(), "a lone panel is named");
}

void check_proof(const grafana::KeyInLink& link) {
    if (const auto* legacy = std::get_if<grafana::LegacyKey>(&link.key)) {
        const auto again = grafana::parse_legacy_key(grafana::write_legacy_key(*legacy).reveal());
        promise(again && again->name == legacy->name && again->org == legacy->org,
                "a legacy key is written as it was read");
    } else {
        const auto& token = std::get<grafana::ServiceToken>(link.key);
        promise(grafana::write_service_token(token) == link.text, "a token has one spelling");
    }
}

void check_proof(const grafana::SignedByHash& link) {
    promise(link.session >= seconds(1) && link.session <= std::chrono::hours(24),
            "the session has an end");
    promise(grafana::is_key_name(link.key_name) && link.org >= 1, "the key is named");
    auto right = link;
    right.signature = grafana::sign_v2(key_hash(), link.timestamp_text);
    promise(grafana::verify_signature(right, &key_hash()), "what is signed verifies");
    promise(!grafana::verify_signature(right, nullptr), "but under no unknown key");
    promise(grafana::verify_signature(link, &key_hash()) == (link.signature == right.signature),
            "nothing else verifies");
}

void check_proof(const grafana::SignedV3& link) {
    promise(link.session >= seconds(1) && link.session <= std::chrono::hours(24),
            "the session has an end");
    promise(grafana::is_nonce(link.nonce), "the nonce is one");
    for (const auto& line : grafana::signed_lines(link.texts))
        promise(grafana::has_no_controls(line.text), "a line is one line");
    for (const auto& one : link.locked) {
        promise(!one.values.empty(), "what is locked has a value");
        for (const auto& other : link.bounded)
            promise(one.name != other.name, "and is not bounded too");
    }
    auto right = link;
    right.signature = grafana::sign_v3(key_hash(), link.texts);
    promise(grafana::verify_signature(right, &key_hash()), "what is signed verifies");
    promise(!grafana::verify_signature(right, nullptr), "but under no unknown key");
    promise(grafana::verify_signature(link, &key_hash()) == (link.signature == right.signature),
            "nothing else verifies");
}

void check_link(std::string_view target) {
    const auto link = grafana::parse_link(target);
    if (!link) {
        const auto known = grafana::reasons();
        promise(std::any_of(known.begin(), known.end(),
                            [&](const auto& one) { return one.code == link.error().code; }),
                "a refusal has a reason of the table");
        promise(is_utf8(link.error().message), "a refusal can be shown");
        promise(is_utf8(link.error().field), "and its field too");
        return;
    }
    promise(grafana::has_proof(target), "what can be read is recognized");
    check_page(link->target, target);
    std::visit([](const auto& proof) { check_proof(proof); }, link->proof);
}

void check_explanation(std::string_view url) {
    grafana::ExplainOptions options;
    options.key = &key_hash();
    const auto explanation = grafana::explain(url, options, kNow);
    for (const auto& finding : explanation.findings) {
        promise(is_utf8(finding.sentence) && is_utf8(finding.name), "a finding can be shown");
        promise(
            grafana::has_no_controls(finding.sentence) && grafana::has_no_controls(finding.name),
            "a finding has no control character in it");
        promise(finding.sentence.find(key_hash().reveal()) == std::string::npos,
                "a finding has no key in it");
    }
    for (const auto& [name, line] : explanation.signed_lines)
        promise(line.find(key_hash().reveal()) == std::string::npos, "nor has a line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    check_link(text);
    check_link("/d/x?" + std::string(text));
    const auto clean = grafana::clean_target(text);
    promise(!grafana::has_proof(clean), "no proof is left, whatever the text is");
    promise(grafana::clean_target(clean) == clean, "and cleaning is done at once");
    // Trying every mistake takes some hundred digests: for some inputs only.
    if (size % 16 == 0) check_explanation(text);
    return 0;
}
