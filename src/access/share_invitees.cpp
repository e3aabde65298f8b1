#include "access/share_invitees.h"

#include "access/sharing_settings.h"
#include "access/standing.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kMember = "invitees";
constexpr std::string_view kCount = "invitee_count";
constexpr std::size_t kLongestLocal = 64;
constexpr std::size_t kLongestDomain = 253;
constexpr std::size_t kLongestEmail = 254;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 5322's dot-atom, and nothing of what it allows beyond: quoted parts, comments and address
// literals are where mail servers disagree about who gets a message.
bool is_local_part(std::string_view text) {
    constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~.";
    if (text.empty() || text.size() > kLongestLocal) return false;
    // A leading "-" could be read as an option by what delivers it.
    if (text.front() == '.' || text.back() == '.' || text.front() == '-') return false;
    if (text.find("..") != std::string_view::npos) return false;
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter_or_digit(c) || kOthers.find(c) != std::string_view::npos;
    });
}

bool is_domain_name(std::string_view text) {
    if (text.empty() || text.size() > kLongestDomain) return false;
    std::size_t labels = 0;
    while (true) {
        const auto dot = text.find('.');
        const auto label = text.substr(0, dot);
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
            return false;
        }
        if (!std::all_of(label.begin(), label.end(),
                         [](char c) { return is_letter_or_digit(c) || c == '-'; })) {
            return false;
        }
        ++labels;
        if (dot == std::string_view::npos) break;
        text.remove_prefix(dot + 1);
    }
    return labels >= 2 || text == "localhost";
}

/// "@example.org" and "example.org" alike; nullopt for an address.
std::optional<std::string> domain_of_entry(std::string_view email) {
    if (email.starts_with('@')) email.remove_prefix(1);
    if (email.find('@') != std::string_view::npos) return std::nullopt;
    return folded_email(email);
}

std::string key_of(std::string_view email) {
    const auto domain = domain_of_entry(email);
    return domain ? "@" + *domain : folded_email(email);
}

std::optional<Time> end_of(const store::Snapshot& snapshot, const store::Share& share,
                           const Invitee& invitee) {
    auto end = invitee.access_expiration;
    const auto* organization = snapshot.organization(share.org);
    if (organization == nullptr) return Time{};
    const auto longest = read_sharing_settings(*organization).longest_invitation;
    if (longest) {
        const Time latest = invitee.created_at + *longest;
        end = end ? std::min(*end, latest) : latest;
    }
    return end;
}

std::optional<Invitee> entry_of(const store::Share& share, std::int64_t id) {
    for (auto& invitee : read_invitees(share.settings))
        if (invitee.id == id) return std::move(invitee);
    return std::nullopt;
}

json::object to_json(const Invitee& invitee) {
    const auto end = invitee.access_expiration;
    return {{"id", invitee.id},
            {"email", invitee.email},
            {"created_at", to_rfc3339(invitee.created_at)},
            {"access_expiration", end ? json::value(to_rfc3339(*end)) : json::value(nullptr)}};
}

}  // namespace

std::string folded_email(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

Result<std::string> check_email(std::string_view text) {
    const auto at = text.rfind('@');
    const bool holds = at != std::string_view::npos && text.size() <= kLongestEmail &&
                       is_local_part(text.substr(0, at)) && is_domain_name(text.substr(at + 1));
    if (!holds) {
        return invalid("invalid_email", "This is not an e-mail address like anna@example.com.",
                       "email");
    }
    return std::string(text.substr(0, at + 1)) + folded_email(text.substr(at + 1));
}

bool Invitee::is_domain() const {
    return domain_of_entry(email).has_value();
}

std::vector<Invitee> read_invitees(const json::object& settings) {
    std::vector<Invitee> read;
    const auto* list = settings.if_contains(kMember);
    if (list == nullptr || !list->is_array()) return read;
    for (const auto& item : list->get_array()) {
        const auto* entry = item.if_object();
        const auto* id = entry == nullptr ? nullptr : entry->if_contains("id");
        if (id == nullptr || !id->is_int64() || id->get_int64() < 1) continue;
        const auto email = text_at(*entry, "email");
        const auto created_at = parse_rfc3339(text_at(*entry, "created_at").value_or(""));
        if (!email || !created_at) continue;
        Invitee invitee{id->get_int64(), *email, *created_at, std::nullopt};
        const auto* end = entry->if_contains("access_expiration");
        if (end != nullptr && !end->is_null()) {
            const auto time = end->is_string() ? parse_rfc3339(end->get_string()) : std::nullopt;
            invitee.access_expiration = time.value_or(Time{});
        }
        read.push_back(std::move(invitee));
    }
    return read;
}

Result<void> set_invitees(json::object& settings, std::vector<Invitee> wanted, Time now) {
    if (wanted.size() > kInviteesPerShare) {
        return invalid("too_many_invitees",
                       fmt::format("A share can have at most {} invitees.", kInviteesPerShare),
                       "invitees");
    }
    std::map<std::string, Invitee> before;
    std::int64_t highest = 0;
    for (auto& old : read_invitees(settings)) {
        highest = std::max(highest, old.id);
        before.insert_or_assign(key_of(old.email), std::move(old));
    }
    if (const auto* count = settings.if_contains(kCount); count != nullptr && count->is_int64()) {
        highest = std::max(highest, count->get_int64());
    }
    std::map<std::string, std::size_t> places;
    std::vector<Invitee> kept;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto& invitee = wanted[i];
        const auto domain = domain_of_entry(invitee.email);
        const bool holds =
            domain ? is_domain_name(*domain) : check_email(invitee.email).has_value();
        if (!holds) {
            return invalid("invalid_email",
                           "This is neither an e-mail address like anna@example.com nor a domain "
                           "like example.com.",
                           fmt::format("invitees[{}].email", i));
        }
        const auto key = key_of(invitee.email);
        const auto known = before.find(key);
        const bool is_new = known == before.end();
        const auto place = places.find(key);
        const std::int64_t given = place == places.end() ? 0 : kept[place->second].id;
        invitee.id = !is_new ? known->second.id : (given != 0 ? given : ++highest);
        invitee.created_at = is_new ? now : known->second.created_at;
        if (place != places.end()) {
            kept[place->second] = std::move(invitee);
        } else {
            places.emplace(key, kept.size());
            kept.push_back(std::move(invitee));
        }
    }
    json::array list;
    for (const auto& invitee : kept)
        list.push_back(to_json(invitee));
    settings[kMember] = std::move(list);
    settings[kCount] = highest;
    return {};
}

std::optional<Invitee> invitee_of(const store::Snapshot& snapshot, const store::Share& share,
                                  std::string_view address, Time now) {
    const auto folded = folded_email(address);
    const auto at = folded.rfind('@');
    if (at == std::string::npos) return std::nullopt;
    const auto domain = folded.substr(at);
    std::optional<Invitee> found;
    for (auto& invitee : read_invitees(share.settings)) {
        const auto key = key_of(invitee.email);
        const bool own = key == folded;
        if (!own && key != domain) continue;
        const auto end = end_of(snapshot, share, invitee);
        if (end && *end <= now) continue;
        if (own) return std::move(invitee);
        found = std::move(invitee);
    }
    return found;
}

Result<void> check_invitee(const store::Snapshot& snapshot, const store::Share& share,
                           std::int64_t id, Time now) {
    const auto invitee = entry_of(share, id);
    if (!invitee) return session_ended();
    const auto end = end_of(snapshot, share, *invitee);
    if (end && *end <= now) return session_expired();
    return {};
}

std::optional<Time> end_of_invitation(const store::Snapshot& snapshot, const store::Share& share,
                                      std::int64_t id) {
    const auto invitee = entry_of(share, id);
    return invitee ? end_of(snapshot, share, *invitee) : Time{};
}

}  // namespace casement::access
