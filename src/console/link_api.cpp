#include "console/link_api.h"

#include "access/link_explainer.h"
#include "console/context.h"
#include "console/viewer_calls.h"
#include "crypto/hash.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::LinkCheck;
using access::LinkExplanation;
using access::Permission;
using http::Method;
using http::Response;

/// Longer than any dialect accepts, so that one that is too long is explained as that.
constexpr std::int64_t kLongestLink = std::int64_t{32} * 1024;

std::string_view to_text(LinkCheck::State state) {
    switch (state) {
        case LinkCheck::State::ok:
            return "ok";
        case LinkCheck::State::wrong:
            return "wrong";
        case LinkCheck::State::not_reached:
            return "not_reached";
        case LinkCheck::State::note:
            break;
    }
    return "note";
}

/// Without what comes along when a link is copied from a page, a terminal or a mail.
std::string trimmed(std::string_view text) {
    constexpr std::string_view kAround = " \t\r\n\"'<>";
    const auto first = text.find_first_not_of(kAround);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(kAround) - first + 1));
}

/// What browsers know this server by.
std::string own_host(const Context& console, const http::Request& request) {
    const auto& url = console.parts.public_url;
    return url.empty() ? request.host : std::string(access::read_link_address(url).host);
}

/// Whoever asks is counted, because a wrong signature costs some thousands of digests.
Result<void> take_turn(Context& console, const access::Principal& who) {
    if (console.explanations.take(who.user != 0 ? who.user : -who.key).allowed) return {};
    return Error{
        ErrorKind::rate_limited,
        "too_many_requests",
        fmt::format("At most {} links a minute are explained to one caller. Wait a minute.",
                    console.explanations.limit().requests),
        {}};
}

/// Links that are opened by whoever has their address: there is nothing to explain but whether
/// they open.
LinkExplanation explain_address(const Context& console, const access::LinkQuestion& question) {
    const auto address = access::read_link_address(question.url);
    access::LinkReport report("", "Address that is no signed link",
                              [](std::string_view) { return false; });
    report.add_parts(address, [](std::string_view) { return access::LinkReport::Meaning{}; }, "");
    for (const auto* verifier : console.parts.verifiers) {
        if (!verifier->recognizes(address.target)) continue;
        const auto subject = verifier->subject_of(address.target, *question.snapshot);
        if (!subject || subject->org != question.org) {
            report.check("address", false,
                         "There is nothing of your organization's at this address.",
                         "Take the address from the share's page.");
            return report.take();
        }
        report.check("address", true,
                     "It needs no signature: whoever has the address may come in.");
        const auto link = verifier->verify({address.target, question.server_host},
                                           *question.snapshot, question.now);
        report.check("state", link.has_value(),
                     link ? "It opens." : std::string(link.error().message),
                     "Look at its share's page.");
        access::note_host(report, address, question.server_host);
        return report.take();
    }
    report.check("address", false,
                 "This is the address of no link that this server knows. Signed links stand at "
                 "/sb/secure-embed/… (Datadog), /login/embed/… (Looker), and /d/… or /d-solo/… "
                 "with a key or a signature in them (Grafana).",
                 "Paste the whole URL, as it stands in the frame's src.");
    access::note_host(report, address, question.server_host);
    return report.take();
}

asio::awaitable<Result<LinkExplanation>> explanation_of(Context& console,
                                                        access::LinkQuestion question) {
    const auto address = access::read_link_address(question.url);
    const access::LinkExplainer* explainer = nullptr;
    for (const auto* one : console.parts.explainers) {
        if (explainer == nullptr && one->recognizes(address.target)) explainer = one;
    }
    const auto work = [&console, explainer, &question] {
        return explainer == nullptr ? explain_address(console, question)
                                    : explainer->explain(question);
    };
    auto made = co_await console.parts.catalog.pool().run(work);
    co_return made;
}

/// What the replay guard knows of the nonce, without spending it.
asio::awaitable<Result<void>> look_at_nonce(Context& console, store::OrgId org,
                                            LinkExplanation& explanation) {
    if (explanation.nonce.empty()) co_return Result<void>{};
    store::Redemption asked;
    asked.scope = explanation.nonce_scope;
    asked.nonce = explanation.nonce;
    asked.may_create = false;
    asked.session.org = org;
    // Nobody's secret: it finds what is there as somebody else's.
    asked.session.secret_hash = crypto::sha256(console.parts.random.token());
    auto redeemed = co_await console.parts.session_store.redeem(std::move(asked));
    if (!redeemed) co_return redeemed.error();
    const auto place = std::ranges::find(explanation.checks, access::kNonceCheck, &LinkCheck::name);
    if (place == explanation.checks.end()) co_return Result<void>{};
    if (redeemed->outcome == store::Redeemed::Outcome::unused) {
        place->state = LinkCheck::State::ok;
        place->sentence = "It has not been used.";
        co_return Result<void>{};
    }
    place->state = LinkCheck::State::wrong;
    place->sentence = "It was used already: a link opens once, in one browser.";
    place->advice = "Sign a new link, with a nonce of its own, for every page load.";
    std::string id = redeemed->session.id;
    auto found = co_await console.parts.session_store.find(std::move(id));
    if (!found) co_return found.error();
    const auto& row = *found;
    if (row && row->org == org) {
        const bool is_over =
            row->ended_at.has_value() || row->expires_at <= console.parts.clock.now();
        place->sentence +=
            fmt::format(" That was {}, from {}; the session {}.", to_rfc3339(row->created_at),
                        row->client, is_over ? "is over" : "is still open");
    }
    // The server comes no further.
    for (auto later = place + 1; later != explanation.checks.end(); ++later) {
        if (later->state == LinkCheck::State::note) continue;
        later->would_hold = later->state == LinkCheck::State::ok;
        later->state = LinkCheck::State::not_reached;
    }
    co_return Result<void>{};
}

const LinkCheck* first_wrong(const LinkExplanation& explanation) {
    const auto& checks = explanation.checks;
    const auto found = std::ranges::find(checks, LinkCheck::State::wrong, &LinkCheck::state);
    return found == checks.end() ? nullptr : &*found;
}

json::object to_json(const LinkExplanation& explanation) {
    json::array parts, checks, lines;
    for (const auto& part : explanation.parts) {
        parts.push_back({{"name", part.name},
                         {"value", part.value},
                         {"masked", part.masked},
                         {"meaning", part.meaning}});
    }
    for (const auto& check : explanation.checks) {
        checks.push_back(
            {{"name", check.name},
             {"state", to_text(check.state)},
             {"sentence", check.sentence},
             {"advice", check.advice},
             {"would_hold", check.would_hold ? json::value(*check.would_hold) : nullptr}});
    }
    for (const auto& line : explanation.signed_lines)
        lines.push_back({{"name", line.name}, {"text", line.text}});
    return {{"dialect",
             explanation.dialect.empty() ? json::value(nullptr) : json::value(explanation.dialect)},
            {"kind", explanation.kind},
            {"opens", first_wrong(explanation) == nullptr},
            {"parts", std::move(parts)},
            {"checks", std::move(checks)},
            {"signed_lines", std::move(lines)},
            {"signed_how", explanation.signed_how}};
}

Answered validate_link(Context& console, Call& call) {
    auto allowed = take_turn(console, call.principal);
    if (!allowed) co_return allowed.error();
    access::LinkQuestion question;
    question.url = trimmed(*text_at(call.body, "url"));
    if (question.url.empty()) {
        co_return invalid("invalid_body", "Paste the link: there is nothing in here.", "url");
    }
    question.server_host = own_host(console, call.request);
    question.org = call.principal.org;
    question.snapshot = console.parts.catalog.snapshot();
    question.now = console.parts.clock.now();
    const auto org = question.org;
    auto explanation = co_await explanation_of(console, std::move(question));
    if (!explanation) co_return explanation.error();
    auto looked = co_await look_at_nonce(console, org, *explanation);
    if (!looked) co_return looked.error();

    const auto* wrong = first_wrong(*explanation);
    json::object detail{{"opens", wrong == nullptr}};
    if (wrong != nullptr) detail["refused_at"] = wrong->name;
    // Nothing of the link itself: whoever reads the trail must not be able to open it.
    console.parts.audit.record(
        {org, call.principal.actor, "link.explained",
         fmt::format("link:{}", explanation->dialect.empty() ? "unknown" : explanation->dialect),
         client_of(call.request), std::move(detail)});
    co_return Response::json(200, to_json(*explanation));
}

Shape explanation_shape() {
    const Shape part = Shape::object(
        {required("name", Shape::text()), required("value", Shape::text(0, kLongestLink)),
         required("masked", Shape::boolean().described("Shown as its last characters at most.")),
         required("meaning", Shape::text())});
    const Shape check = Shape::object(
        {required("name", Shape::text()),
         required("state", Shape::one_of({"ok", "wrong", "not_reached", "note"})
                               .described("`wrong`: the server refuses the link here. "
                                          "`not_reached`: it had refused it before. `note`: no "
                                          "check of the server's.")),
         required("sentence", Shape::text()),
         required("advice", Shape::text().described("What to do; may be empty.")),
         required("would_hold", Shape::boolean().or_null().described(
                                    "Of one that was not reached: what it would have found."))});
    const Shape line =
        Shape::object({required("name", Shape::text()), required("text", Shape::text(0, 65'536))});
    return Shape::object(
        {required("dialect", Shape::one_of({"datadog", "grafana", "looker"}).or_null()),
         required("kind", Shape::text()),
         required("opens", Shape::boolean().described("Whether a browser would come in now.")),
         required("parts", Shape::list(part, 1000)),
         required(
             "checks",
             Shape::list(check, 200).described("In the order in which the server makes them.")),
         required("signed_lines",
                  Shape::list(line, 1000).described("What is signed; never the signature.")),
         required("signed_how", Shape::text())});
}

}  // namespace

std::vector<Operation> link_operations() {
    std::vector<Operation> all;
    all.push_back({.method = Method::post,
                   .path = "/links/validate",
                   .id = "validateLink",
                   .tag = "Links",
                   .summary = "Explain a link, check by check",
                   .description =
                       "For links of all three dialects. Nothing is redeemed and no nonce is "
                       "spent. Only shares, keys and secrets of the caller's organization are "
                       "looked at. No secret and no expected signature is in the answer.",
                   .permission = Permission::org_manage,
                   .body = Shape::object({required("url", Shape::text(1, kLongestLink))}),
                   .answers = {{200, "What was found.", explanation_shape()}},
                   .refusals = {{429, "too_many_requests"}},
                   .handle = validate_link});
    return all;
}

}  // namespace casement::console
