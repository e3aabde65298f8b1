#include "access/link_explainer.h"

#include "base/encoding.h"
#include "base/printable.h"
#include "base/words.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// A secret shorter than this would show whole, or nearly so.
constexpr std::size_t kShortestWithEnd = 12;
constexpr std::size_t kShortestSecret = 8;

std::string with(std::string meaning, std::string_view more) {
    if (!meaning.empty()) meaning += ' ';
    return meaning.append(more);
}

}  // namespace

std::string_view LinkAddress::path() const {
    return target.substr(0, target.find('?'));
}

std::string_view LinkAddress::query() const {
    const auto question = target.find('?');
    return question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
}

LinkAddress read_link_address(std::string_view url) {
    LinkAddress address;
    const auto fragment = url.find('#');
    if (fragment != std::string_view::npos) address.fragment = url.substr(fragment);
    url = url.substr(0, fragment);
    address.target = url;
    const auto scheme = url.find("://");
    if (scheme >= url.find_first_of("/?")) return address;  // also where there is none
    address.scheme = url.substr(0, scheme);
    const auto rest = url.substr(scheme + 3);
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    address.host = rest.substr(0, end);
    address.target = rest.substr(end);
    return address;
}

std::string masked_text(std::string_view text) {
    if (text.empty()) return "(empty)";
    if (text.size() < kShortestWithEnd || !is_utf8(text.substr(text.size() - 4))) {
        return fmt::format("({})", counted(text.size(), "character"));
    }
    return fmt::format("…{} ({} characters)", printable(text.substr(text.size() - 4)), text.size());
}

bool holds_any(std::string_view text, const std::vector<const Secret*>& secrets) {
    const auto percent = percent_decode(text);
    return std::ranges::any_of(secrets, [&](const Secret* secret) {
        const auto plain = secret->reveal();
        if (plain.size() < kShortestSecret) return false;
        return text.find(plain) != std::string_view::npos ||
               (percent && percent->find(plain) != std::string::npos);
    });
}

LinkReport::LinkReport(std::string dialect, std::string kind, HoldsSecret holds_secret)
    : holds_secret_(std::move(holds_secret)) {
    out_.dialect = std::move(dialect);
    out_.kind = std::move(kind);
}

std::string LinkReport::shown(std::string_view text, std::size_t longest) const {
    if (holds_secret_(text)) return "(a text with a secret in it)";
    return printable(text, longest);
}

void LinkReport::add_parts(const LinkAddress& address, const MeaningOf& parameter,
                           std::string path_meaning) {
    if (!address.scheme.empty()) {
        out_.parts.push_back({"scheme", shown(address.scheme), false, "How it is fetched."});
        out_.parts.push_back(
            {"host", shown(address.host), false, "The server that the browser asks."});
    }
    out_.parts.push_back({"path", shown(address.path()), false, std::move(path_meaning)});
    std::map<std::string, int, std::less<>> counts;
    auto query = address.query();
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        const auto raw = pair.substr(std::min(equals + 1, pair.size()));
        const auto name = form_decode(pair.substr(0, equals));
        const auto value = form_decode(raw);
        const std::string known(name.value_or(std::string(pair.substr(0, equals))));
        auto [text, is_secret] = parameter(known);
        if (!name || !value) text = with(std::move(text), "It has a broken percent escape.");
        if (pair.find('=') == std::string_view::npos) {
            text = with(std::move(text), "It has no '='.");
        }
        if (++counts[known] > 1) text = with(std::move(text), "It stands here once more.");
        const auto plain = value.value_or(std::string(raw));
        out_.parts.push_back({shown(known, 100), is_secret ? masked_text(plain) : shown(plain),
                              is_secret, std::move(text)});
    }
    if (!address.fragment.empty()) {
        out_.parts.push_back(
            {"fragment", masked_text(address.fragment), true, "A browser never sends this part."});
    }
}

void LinkReport::check(std::string name, bool holds, std::string sentence, std::string advice) {
    LinkCheck made{std::move(name), LinkCheck::State::ok, std::move(sentence), {}, {}};
    if (!holds) made.advice = std::move(advice);
    if (stopped_) {
        made.state = LinkCheck::State::not_reached;
        made.would_hold = holds;
    } else if (!holds) {
        made.state = LinkCheck::State::wrong;
        stopped_ = true;
    }
    out_.checks.push_back(std::move(made));
}

void LinkReport::skip(std::string name, std::string sentence) {
    out_.checks.push_back(
        {std::move(name), LinkCheck::State::not_reached, std::move(sentence), {}, {}});
}

void LinkReport::note(std::string name, std::string sentence, std::string advice) {
    out_.checks.push_back(
        {std::move(name), LinkCheck::State::note, std::move(sentence), std::move(advice), {}});
}

void LinkReport::sign(std::string name, std::string_view text) {
    // Whole: it is there to be compared with.
    out_.signed_lines.push_back({std::move(name), shown(text, 16'384)});
}

void LinkReport::ask_nonce(std::string scope, std::string nonce) {
    skip(std::string(kNonceCheck),
         "Whether it was used already is not asked for a link that is "
         "refused before that.");
    if (stopped_) return;
    out_.nonce_scope = std::move(scope);
    out_.nonce = std::move(nonce);
}

void note_host(LinkReport& report, const LinkAddress& address, std::string_view server_host) {
    if (address.host.empty()) {
        report.note("host", "Only a path was given, so where the browser would ask is not known.",
                    "Paste the whole URL, as it stands in the frame's src.");
        return;
    }
    const auto same = std::ranges::equal(address.host, server_host, [](char a, char b) {
        const auto lower = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        };
        return lower(a) == lower(b);
    });
    if (!same) {
        report.note("host",
                    fmt::format("The link leads to {}; this server is reached at {}.",
                                report.shown(address.host), printable(server_host)),
                    "If that is another name of this server, all is well. If it is another server, "
                    "its shares and keys are other ones than those looked at here.");
    }
    if (address.scheme == "http" && !address.host.starts_with("localhost") &&
        !address.host.starts_with("127.0.0.1") && !address.host.starts_with("[::1]")) {
        report.note("host",
                    "The link is plain http. A page that came over https does not load it in a "
                    "frame, and on the way anyone can read it.",
                    "Serve it over https.");
    }
}

}  // namespace casement::access
