// What there is to say about a link that somebody pastes: its parts, and each check that the server
// makes of it, in the server's order. Nothing is redeemed, spent or counted, and no secret, no
// right signature that the link does not have yet, appears in it. Each dialect implements
// LinkExplainer.
#pragma once

#include "base/clock.h"
#include "store/catalog.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// One part of the URL, in its order. Texts are fit to be shown.
struct LinkPart {
    std::string name;   ///< "scheme", "host", "path", or a parameter's name
    std::string value;  ///< decoded once; of a masked one the last four characters at most
    bool masked = false;
    std::string meaning;
};

struct LinkCheck {
    enum class State {
        ok,
        wrong,        ///< the server refuses the link here
        not_reached,  ///< the server had refused it before
        note,         ///< no check of the server's, and worth knowing
    };
    std::string name;  ///< "address", "token", "share", "signature", "window", …
    State state = State::ok;
    std::string sentence;
    std::string advice;  ///< what to do; empty when nothing
    /// Of a check that was not reached: what it would have found, where that can be known.
    std::optional<bool> would_hold;
};

struct SignedTextLine {
    std::string name;
    std::string text;
};

struct LinkExplanation {
    std::string dialect;  ///< "datadog", "grafana", "looker"
    std::string kind;     ///< "Datadog secure embed link"
    std::vector<LinkPart> parts;
    std::vector<LinkCheck> checks;
    /// What is signed, line by line; empty where nothing is, or a part of it is missing.
    std::vector<SignedTextLine> signed_lines;
    std::string signed_how;  ///< how the lines become a signature
    /// What the replay guard is to be asked about; empty when the link is not single-use, or was
    /// refused before. Whoever asks puts the answer into the check named kNonceCheck.
    std::string nonce_scope, nonce;
};
inline constexpr std::string_view kNonceCheck = "used";

struct LinkQuestion {
    std::string url;          ///< whole, or a path and query
    std::string server_host;  ///< what browsers know this server by: "dash.example:8443"
    /// Whose link it may be: of another organization's secrets, shares and keys nothing is said.
    store::OrgId org = 0;
    store::SnapshotPtr snapshot;
    Time now{};
};

class LinkExplainer {
  public:
    virtual ~LinkExplainer() = default;
    /// Whether this path and query looks like a link of this dialect, right or wrong.
    [[nodiscard]] virtual bool recognizes(std::string_view target) const = 0;
    /// Blocking: some ten thousands of digests when a signature is wrong. On a pool.
    [[nodiscard]] virtual LinkExplanation explain(const LinkQuestion& question) const = 0;
};

/// Scheme, host and target of what was pasted. Views into it.
struct LinkAddress {
    std::string_view scheme;  ///< empty: only a path was given
    std::string_view host;
    std::string_view target;    ///< path and query, without a fragment
    std::string_view fragment;  ///< with its '#'; empty when there is none
    [[nodiscard]] std::string_view path() const;
    [[nodiscard]] std::string_view query() const;
};
[[nodiscard]] LinkAddress read_link_address(std::string_view url);

/// Puts an explanation together.
class LinkReport {
  public:
    using HoldsSecret = std::function<bool(std::string_view)>;
    /// `holds_secret` says of a text that came with the link that a secret stands in it, which is
    /// then not shown.
    LinkReport(std::string dialect, std::string kind, HoldsSecret holds_secret);

    /// How a parameter is to be shown, by its decoded name.
    struct Meaning {
        std::string text;
        bool is_secret = false;
    };
    using MeaningOf = std::function<Meaning(std::string_view name)>;
    /// Scheme, host, path and each parameter.
    void add_parts(const LinkAddress& address, const MeaningOf& parameter,
                   std::string path_meaning);

    /// A check of the server's. After the first that does not hold, it is one that was not reached.
    void check(std::string name, bool holds, std::string sentence, std::string advice = {});
    /// One that cannot be looked at: not reached.
    void skip(std::string name, std::string sentence);
    void note(std::string name, std::string sentence, std::string advice = {});
    void sign(std::string name, std::string_view text);
    void signed_how(std::string text) { out_.signed_how = std::move(text); }
    void ask_nonce(std::string scope, std::string nonce);

    [[nodiscard]] bool stopped() const { return stopped_; }
    [[nodiscard]] std::string shown(std::string_view text, std::size_t longest = 400) const;
    [[nodiscard]] LinkExplanation take() { return std::move(out_); }

  private:
    HoldsSecret holds_secret_;
    bool stopped_ = false;
    LinkExplanation out_;
};

/// "…a1b2 (64 characters)"; of short texts only their length.
[[nodiscard]] std::string masked_text(std::string_view text);

/// Where the link leads, held against where this server is reached: a note.
void note_host(LinkReport& report, const LinkAddress& address, std::string_view server_host);

/// Whether one of these stands in a text; very short ones would be found everywhere.
[[nodiscard]] bool holds_any(std::string_view text, const std::vector<const Secret*>& secrets);

}  // namespace casement::access
