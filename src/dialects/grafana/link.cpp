#include "dialects/grafana/link.h"

#include "base/encoding.h"
#include "base/printable.h"
#include "dialects/grafana/reasons.h"
#include "dialects/grafana/text.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using namespace parameter;

struct Known {
    std::string_view name;
    int version;
    bool required;
};
constexpr std::array<Known, 14> kKnown = {{
    {kKey, 1, true},
    {kSign, 2, true},
    {kTimestamp, 2, true},
    {kName, 2, true},
    {kOrgId, 2, true},
    {kExpireSeconds, 2, false},
    {kCasementKey, 3, true},
    {kCasementOrg, 3, true},
    {kCasementExpires, 3, true},
    {kCasementSession, 3, false},
    {kCasementLock, 3, false},
    {kCasementBound, 3, false},
    {kCasementNonce, 3, true},
    {kCasementSignature, 3, true},
}};

constexpr std::size_t kMaxOrgDigits = 18;

using Proof = std::map<std::string_view, const Parameter*>;

const Known* find_known(std::string_view name) {
    const auto found = std::ranges::find(kKnown, name, &Known::name);
    return found == kKnown.end() ? nullptr : &*found;
}

Error wrong(std::string_view name, std::string_view must) {
    return refusal(kParameterInvalid, fmt::format("'{}' must be {}.", name, must), name);
}

/// The version that all of them are of.
Result<int> read_proof(const std::vector<Parameter>& parameters, Proof& proof) {
    int version = 0;
    for (const auto& one : parameters) {
        if (!is_proof(one.name)) continue;
        const auto* known = find_known(one.name);
        if (known == nullptr) {
            return refusal(kParameterUnknown,
                           fmt::format("No link has a parameter '{}'. Names are written in lower "
                                       "case; see the table of parameters in the guide.",
                                       printable(one.name, 64)),
                           utf8_head(one.name, 64));
        }
        if (!proof.emplace(known->name, &one).second) {
            return refusal(kParameterDuplicate,
                           fmt::format("The link has '{}' more than once.", known->name),
                           known->name);
        }
        if (version != 0 && version != known->version) {
            return refusal(
                kVersionsMixed,
                fmt::format("The link has parameters of version {} and of version {}. "
                            "Take one version: aliyun_api_key alone (1), the "
                            "aliyun_api_key_ ones (2), or the casement_ ones (3).",
                            std::min(version, known->version), std::max(version, known->version)),
                known->name);
        }
        version = known->version;
    }
    if (version == 0) {
        return refusal(kNotSigned,
                       "The link has neither a key nor a signature in it. Sign in, or ask for a "
                       "link that was made for sharing.");
    }
    for (const auto& known : kKnown) {
        if (known.version == version && known.required && !proof.contains(known.name)) {
            return refusal(kParameterMissing,
                           fmt::format("A link of version {} needs '{}'.", version, known.name),
                           known.name);
        }
    }
    return version;
}

/// The parameters of one proof, read one by one; the first error stays.
class Reader {
  public:
    Reader(const Proof& proof, const LinkLimits& limits) : proof_(proof), limits_(limits) {}

    [[nodiscard]] const std::string& text(std::string_view name) const {
        static const std::string kNone;
        const auto found = proof_.find(name);
        return found == proof_.end() ? kNone : found->second->value;
    }

    std::int64_t org(std::string_view name) {
        const auto number = plain_number(text(name), kMaxOrgDigits);
        if (number && *number >= 1) return *number;
        fail(wrong(name, "the number of an organization, 1 or more"));
        return 0;
    }

    std::string key_name(std::string_view name) {
        if (!is_key_name(text(name))) {
            fail(wrong(name, "the name of a key or token, 1 to 190 bytes"));
        }
        return text(name);
    }

    seconds moment(std::string_view name) {
        const auto& given = text(name);
        if (const auto number = plain_number(given)) return seconds(*number);
        const bool is_long = given.size() > 12 && plain_number(given, 18);
        fail(wrong(name, is_long ? "in seconds since 1970; this looks like milliseconds"
                                 : "whole seconds since 1970, digits only, without leading zeros"));
        return {};
    }

    seconds session(std::string_view name) {
        if (!proof_.contains(name)) return std::min(kDefaultSession, limits_.longest_session);
        const auto number = plain_number(text(name));
        if (number && *number >= 1 && seconds(*number) <= limits_.longest_session) {
            return seconds(*number);
        }
        fail(wrong(name, fmt::format("1 to {} seconds, which is the most that is configured here",
                                     limits_.longest_session.count())));
        return {};
    }

    std::string signature(std::string_view name, std::size_t length) {
        const auto& given = text(name);
        if (given.size() != length || !is_lower_hex(given)) {
            fail(wrong(name, fmt::format("{} lower-case hex digits", length)));
        }
        return given;
    }

    std::string nonce(std::string_view name) {
        if (!is_nonce(text(name))) fail(wrong(name, "16 to 128 of A-Z, a-z, 0-9, '_' and '-'"));
        return text(name);
    }

    /// The variables that a comma-separated list names. One without a value would be locked to
    /// nothing, and its line would be missing from what is signed.
    std::vector<Variable> variables(std::string_view name, const Target& target) {
        std::vector<Variable> out;
        std::string_view list = text(name);
        bool more = !list.empty();
        while (more && !error_) {
            const auto comma = list.find(',');
            const auto one = list.substr(0, comma);
            more = comma != std::string_view::npos;
            list.remove_prefix(more ? comma + 1 : list.size());
            const auto found = std::ranges::find(target.variables, one, &Variable::name);
            if (!is_variable_name(one) || out.size() == kMaxLockedNames) {
                fail(wrong(name,
                           "at most 64 names of variables with commas between them, each of "
                           "at most 64 letters, digits, '_', '.' and '-'"));
            } else if (std::ranges::find(out, one, &Variable::name) != out.end()) {
                fail(wrong(name, fmt::format("a list without repetition; '{}' comes twice", one)));
            } else if (found == target.variables.end()) {
                fail(wrong(name, fmt::format("a list of variables that the link has a value for; "
                                             "there is no 'var-{}' in it",
                                             one)));
            } else {
                out.push_back(*found);
            }
        }
        return out;
    }

    void fail(Error error) {
        if (!error_) error_ = std::move(error);
    }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  private:
    const Proof& proof_;
    const LinkLimits& limits_;
    std::optional<Error> error_;
};

// The documents append a key as it is, '=' and '+' and all; whatever decoded the query as a form on
// the way made a space of a '+'. No key has a space in it.
Result<KeyInLink> read_v1(const Parameter& given) {
    auto text = percent_decode(given.raw_value).value_or("");
    std::ranges::replace(text, ' ', '+');
    KeyInLink proof{Secret(std::move(text)), LegacyKey{}};
    if (kind_of(proof.text.reveal()) == KeyKind::token) {
        auto token = parse_service_token(proof.text.reveal());
        if (!token) return token.error();
        proof.key = std::move(*token);
    } else {
        auto key = parse_legacy_key(proof.text.reveal());
        if (!key) return key.error();
        proof.key = std::move(*key);
    }
    return proof;
}

SignedByHash read_v2(Reader& reader) {
    SignedByHash out;
    out.signature = reader.signature(kSign, 32);
    out.timestamp_text = reader.text(kTimestamp);
    out.timestamp = reader.moment(kTimestamp);
    out.key_name = reader.key_name(kName);
    out.org = reader.org(kOrgId);
    out.session = reader.session(kExpireSeconds);
    return out;
}

std::vector<Pair> pairs_of(const std::vector<Variable>& variables) {
    std::vector<Pair> out;
    for (const auto& one : variables) {
        for (const auto& value : one.values)
            out.emplace_back(one.name, value);
    }
    return out;
}

SignedV3 read_v3(Reader& reader, const Target& target) {
    SignedV3 out;
    out.key_name = reader.key_name(kCasementKey);
    out.org = reader.org(kCasementOrg);
    out.expires = reader.moment(kCasementExpires);
    out.session = reader.session(kCasementSession);
    out.nonce = reader.nonce(kCasementNonce);
    out.locked = reader.variables(kCasementLock, target);
    out.bounded = reader.variables(kCasementBound, target);
    out.signature = reader.signature(kCasementSignature, 64);
    for (const auto& one : out.bounded) {
        if (std::ranges::find(out.locked, one.name, &Variable::name) != out.locked.end()) {
            reader.fail(wrong(kCasementBound,
                              fmt::format("about other variables than casement_lock; '{}' is in "
                                          "both",
                                          one.name)));
        }
    }
    out.texts = {target.path,
                 reader.text(kCasementOrg),
                 out.key_name,
                 reader.text(kCasementExpires),
                 reader.text(kCasementSession),
                 out.nonce,
                 target.panel_text,
                 pairs_of(out.locked),
                 pairs_of(out.bounded)};
    return out;
}

/// The organization that the proof itself names; a token names none.
std::optional<std::int64_t> org_of(const SharableLink& link) {
    if (const auto* v2 = std::get_if<SignedByHash>(&link.proof)) return v2->org;
    if (const auto* v3 = std::get_if<SignedV3>(&link.proof)) return v3->org;
    const auto* legacy = std::get_if<LegacyKey>(&std::get<KeyInLink>(link.proof).key);
    if (legacy != nullptr) return legacy->org;
    return std::nullopt;
}

// Signs for nobody: the work of a check, for a key that is not there.
const Secret& nobodys_hash() {
    static const Secret kHash(std::string(kKeyHashLength, '0'));
    return kHash;
}

/// Asked of a signature that fits, so that of a wrong one nothing is learned by it.
bool is_usable(const Secret* key_hash) {
    return key_hash != nullptr && is_key_hash(key_hash->reveal());
}

}  // namespace

int version_of(const SharableLink& link) noexcept {
    return static_cast<int>(link.proof.index()) + 1;
}

Result<SharableLink> parse_link(std::string_view target, const LinkLimits& limits) {
    const auto parameters = read_query(target);
    if (!parameters) return parameters.error();
    Proof proof;
    const auto version = read_proof(*parameters, proof);
    if (!version) return version.error();
    auto page = read_target(path_of(target), *parameters);
    if (!page) return page.error();

    SharableLink link{std::move(*page), SignedByHash{}};
    if (*version == 1) {
        auto key = read_v1(*proof.at(kKey));
        if (!key) return key.error();
        link.proof = std::move(*key);
    } else {
        Reader reader(proof, limits);
        if (*version == 2) {
            link.proof = read_v2(reader);
        } else {
            link.proof = read_v3(reader, link.target);
        }
        if (reader.error()) return *reader.error();
    }
    const auto org = org_of(link);
    if (org && link.target.org && *org != *link.target.org) {
        return refusal(kOrganizationMismatch,
                       fmt::format("'orgId' is {}, but the link is made with a key of another "
                                   "organization. Leave orgId out, or give the key's.",
                                   *link.target.org),
                       "orgId");
    }
    return link;
}

bool verify_signature(const SignedByHash& link, const Secret* key_hash) {
    const Secret& hash = key_hash != nullptr ? *key_hash : nobodys_hash();
    const auto right = sign_v2(hash, link.timestamp_text);
    return equal_in_constant_time(right, link.signature) && is_usable(key_hash);
}

bool verify_signature(const SignedV3& link, const Secret* key_hash) {
    const Secret& hash = key_hash != nullptr ? *key_hash : nobodys_hash();
    const auto right = sign_v3(hash, link.texts);
    return equal_in_constant_time(right, link.signature) && is_usable(key_hash);
}

std::optional<Error> check_window(const SignedByHash& link, Time now) {
    const auto age = seconds(to_unix_seconds(now)) - link.timestamp;
    if (age > kValidFor) {
        return refusal(kLinkExpired,
                       "The link was signed more than 60 seconds ago. Reload the page you came "
                       "from to get a new one.",
                       kTimestamp);
    }
    if (-age > kValidFor) {
        return refusal(kLinkNotYetValid,
                       "The link is signed for a time more than 60 seconds ahead. The clock of the "
                       "server that signed it must be set right.",
                       kTimestamp);
    }
    return std::nullopt;
}

std::optional<Error> check_window(const SignedV3& link, Time now) {
    const auto left = link.expires - seconds(to_unix_seconds(now));
    if (left <= seconds(0)) {
        return refusal(kLinkExpired,
                       "The link is over. Reload the page you came from to get a new one.",
                       kCasementExpires);
    }
    if (left > kMostAhead + kValidFor) {
        return refusal(kLinkNotYetValid,
                       "'casement_expires' is more than an hour ahead. Sign a link when it is "
                       "asked for, and for an hour at most.",
                       kCasementExpires);
    }
    return std::nullopt;
}

Error signature_invalid() {
    return refusal(kSignatureInvalid,
                   "The signature does not fit. The link is signed with another key, or was "
                   "changed after it was signed. Ask whoever gave it to you for a new one.");
}

}  // namespace casement::grafana
