#include "dialects/grafana/public_share.h"

#include "access/share_settings.h"
#include "base/shape.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/content_parts.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace casement::grafana {
namespace {

constexpr std::string_view kMember = "grafana";
constexpr std::string_view kUrn = "urn:uuid:";
constexpr std::array<std::size_t, 4> kHyphens{8, 13, 18, 23};
constexpr std::size_t kHyphenated = 36;
constexpr std::size_t kPlain = 32;
/// Of the sessions that it opens. A page that is still open then opens a new one by itself.
constexpr std::int64_t kSessionSeconds = 86'400;

const json::object* own_of(const store::Share& share) {
    const auto* member = share.settings.if_contains(kMember);
    return member == nullptr ? nullptr : member->if_object();
}

bool flag_of(const json::object* object, std::string_view name) {
    const auto* value = object == nullptr ? nullptr : object->if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string text_of(const json::object* object, std::string_view name) {
    const auto* value = object == nullptr ? nullptr : object->if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

/// Without what may stand around a UUID.
std::string_view inner(std::string_view text) {
    if (text.size() == kHyphenated + 2 && text.front() == '{' && text.back() == '}') {
        return text.substr(1, kHyphenated);
    }
    if (text.size() == kUrn.size() + kHyphenated) {
        const auto is_urn = std::equal(kUrn.begin(), kUrn.end(), text.begin(), [](char a, char b) {
            return a == std::tolower(static_cast<unsigned char>(b));
        });
        if (is_urn) return text.substr(kUrn.size());
    }
    return text;
}

template <class Match>
const store::Share* oldest(const std::vector<const store::Share*>& shares, Match match) {
    const store::Share* found = nullptr;
    for (const auto* share : shares) {
        if (!is_public(*share) || !match(*share)) continue;
        if (found == nullptr || share->id < found->id) found = share;
    }
    return found;
}

}  // namespace

std::optional<std::string> read_access_token(std::string_view text) {
    text = inner(text);
    if (text.size() != kPlain && text.size() != kHyphenated) return std::nullopt;
    std::string token;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hyphen = text.size() == kHyphenated &&
                            std::find(kHyphens.begin(), kHyphens.end(), i) != kHyphens.end();
        if (hyphen) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const char c =
            text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] + ('a' - 'A')) : text[i];
        const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (!is_digit) return std::nullopt;
        token += c;
    }
    return token;
}

std::string make_access_token(crypto::Random& random) {
    return read_access_token(random.uuid()).value();
}

bool is_short_uid(std::string_view text) {
    return !text.empty() && check_uid(text).has_value();
}

bool is_public(const store::Share& share) {
    return share.type == "open" && !uid_of(share).empty();
}

const store::Share* public_share_of(const store::Snapshot& snapshot,
                                    const store::Dashboard& dashboard) {
    return oldest(snapshot.shares_of_dashboard(dashboard.id),
                  [&](const auto& share) { return share.org == dashboard.org; });
}

const store::Share* public_share_by_uid(const store::Snapshot& snapshot, store::OrgId org,
                                        std::string_view uid) {
    return oldest(snapshot.shares(org), [&](const auto& share) { return uid_of(share) == uid; });
}

const store::Share* public_share_by_token(const store::Snapshot& snapshot, std::string_view token) {
    const auto* share = snapshot.share_by_token(token);
    return share != nullptr && is_public(*share) ? share : nullptr;
}

json::object public_settings(std::string_view uid) {
    return {{"any_range", true},
            {"session_length_seconds", kSessionSeconds},
            {kMember, {{"uid", uid}, {"share", "public"}}}};
}

void apply(const PublicChange& change, store::Share& share, std::int64_t who, Time now) {
    if (change.enabled) share.status = *change.enabled ? "active" : "paused";
    if (change.time_selectable) share.settings["global_time_selectable"] = *change.time_selectable;
    if (change.variables) share.settings["variables_selectable"] = *change.variables;
    auto& own = share.settings[kMember].as_object();
    if (change.annotations) own["annotations_enabled"] = *change.annotations;
    own["updated_by"] = who;
    own["updated_at"] = to_rfc3339(now);
}

std::string uid_of(const store::Share& share) {
    return text_of(own_of(share), "uid");
}

bool shows_annotations(const store::Share& share) {
    return flag_of(own_of(share), "annotations_enabled");
}

json::object shown(const store::Share& share, std::string_view dashboard_uid) {
    const auto settings = access::read_share_settings(share.settings);
    const auto* own = own_of(share);
    const auto* updated_by = own == nullptr ? nullptr : own->if_contains("updated_by");
    const auto updated_at = parse_rfc3339(text_of(own, "updated_at")).value_or(share.created_at);
    return {{"uid", uid_of(share)},
            {"dashboardUid", dashboard_uid},
            {"accessToken", share.token},
            {"createdBy", share.sharer},
            {"updatedBy", updated_by != nullptr && updated_by->is_int64() ? updated_by->get_int64()
                                                                          : share.sharer},
            {"createdAt", seconds_text(share.created_at)},
            {"updatedAt", seconds_text(updated_at)},
            {"timeSelectionEnabled", settings.time_selectable},
            {"isEnabled", share.status == "active"},
            {"annotationsEnabled", shows_annotations(share)},
            {"variablesEnabled", settings.variables_selectable},
            {"share", "public"}};
}

}  // namespace casement::grafana
