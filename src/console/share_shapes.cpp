#include "console/share_shapes.h"

#include "access/share_invitees.h"
#include "access/share_settings.h"
#include "access/sharing_settings.h"
#include "console/listing.h"

#include <algorithm>
#include <array>

namespace casement::console {
namespace {

/// Members of store::Share::settings that this API knows. Others, which a vendor's API may have
/// stored, are neither shown nor touched here.
constexpr std::array<std::string_view, 9> kSettings{
    "global_time",         "global_time_selectable", "selectable_template_vars",
    "viewing_preferences", "allowed_origins",        "download",
    "require_scope",       "session_length_seconds", "expires_at"};

Shape type_shape() {
    return Shape::one_of({"secure_embed", "open", "invite", "embed"})
        .described(
            "open: everybody who has the address. invite: those in `invitees`, by a link that "
            "comes by mail. embed: whoever sees it in a frame of one of allowed_origins. "
            "secure_embed: links signed with a credential. A change takes effect at once: "
            "sessions of the type before end unless the new one needs no proof.");
}

/// A public dashboard of Grafana's API keeps that API's address.
std::string path_of(const store::Share& share) {
    if (share.type == "secure_embed") return "/sb/secure-embed/";
    if (share.type == "embed") return "/sb/embed/";
    return share.settings.contains("grafana") ? "/public-dashboards/" : "/sb/";
}

Result<std::vector<access::Invitee>> read_wanted(const json::array& list) {
    std::vector<access::Invitee> wanted;
    for (const auto& item : list) {
        const auto& entry = item.get_object();
        access::Invitee invitee;
        invitee.email = text_at(entry, "email").value_or("");
        if (const auto text = text_at(entry, "access_expiration")) {
            invitee.access_expiration = parse_rfc3339(*text);
            if (!invitee.access_expiration) {
                return invalid("invalid_time",
                               "access_expiration must be a time like 2026-03-11T18:30:00Z, or "
                               "null.",
                               "invitees[" + std::to_string(wanted.size()) + "].access_expiration");
            }
        }
        wanted.push_back(std::move(invitee));
    }
    return wanted;
}

Shape values() {
    return Shape::list(Shape::text(0, 4096), 1000);
}

json::value time_or_null(const std::optional<Time>& time) {
    return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}

Shape time_shape() {
    return Shape::text(10, 40).described("RFC 3339, UTC.");
}

std::vector<ShapeMember> credential_members() {
    return {required("id", Shape::integer(1, kAnyId)),
            required("suffix", Shape::text().described("Last four characters of the secret.")),
            required("note", Shape::text()),
            required("disabled", Shape::boolean()),
            required("created_at", time_shape()),
            required("expires_at", time_shape().or_null()),
            optional("last_used_at",
                     time_shape().or_null().described("When it last opened a session."))};
}

}  // namespace

std::vector<ShapeMember> share_attributes() {
    return {
        optional("type", type_shape()),
        optional("status", Shape::one_of({"active", "paused"})),
        optional("title", Shape::text(0, 500).described("Shown in place of the dashboard's own.")),
        optional("global_time",
                 Shape::object({optional("live_span", Shape::one_of({"15m", "1h", "4h", "1d", "2d",
                                                                     "1w", "1mo", "3mo"}))})
                     .or_null()
                     .described("Time range at the start; the dashboard's own when absent.")),
        optional("global_time_selectable",
                 Shape::boolean().or_null().described("Whether viewers may change the range.")),
        optional("selectable_template_vars",
                 Shape::list(Shape::object({required("name", Shape::text(1, 64)),
                                            optional("prefix", Shape::text(0, 256)),
                                            optional("type", Shape::text(0, 64).or_null()),
                                            optional("default_values", values()),
                                            optional("visible_tags", values())}),
                             100)
                     .or_null()
                     .described("Variables with their default and what a viewer may pick. One that "
                                "is not listed, or has no visible_tags, is locked.")),
        optional("viewing_preferences",
                 Shape::object({optional("theme", Shape::one_of({"system", "light", "dark"})),
                                optional("high_density", Shape::boolean())})
                     .or_null()),
        optional("allowed_origins",
                 Shape::list(Shape::text(1, 300), 50)
                     .or_null()
                     .described("Origins that may frame it, like https://app.example.com or "
                                "https://*.example.com; every ancestor of the frame must be one, "
                                "or of this server. Empty: any.")),
        optional("download", Shape::boolean().or_null().described("CSV of a panel.")),
        optional("require_scope",
                 Shape::boolean().or_null().described(
                     "Every query of the dashboard must name a model, or the share is refused.")),
        optional("session_length_seconds",
                 Shape::integer(60, access::kLongestSession.count())
                     .or_null()
                     .described("How long a redeemed link shows it: 1 minute to 30 days, which is "
                                "also the default. Sessions that are open keep theirs.")),
        optional("expires_at",
                 time_shape().or_null().described(
                     "When the share itself ends, with all of its sessions; then it counts as "
                     "paused. An open share ends a year after it was made unless this says "
                     "otherwise.")),
        optional("invitees",
                 Shape::list(Shape::object({required("email", Shape::text(1, 254)),
                                            optional("access_expiration", time_shape().or_null()),
                                            optional("id", Shape::integer(1, kAnyId)),
                                            optional("created_at", time_shape())}),
                             static_cast<std::int64_t>(access::kInviteesPerShare))
                     .or_null()
                     .described("Of an invite: addresses, and domains (@example.com) whose every "
                                "address is invited. The list replaces the one before; sessions "
                                "of those who are not in it end at once. id and created_at are "
                                "the server's own.")),
    };
}

const Shape& share_shape() {
    static const Shape shape = [] {
        std::vector<ShapeMember> members{
            required("id", Shape::integer(1, kAnyId)),
            required("token", Shape::text()),
            required("url", Shape::text().or_null().described(
                                "Its address; of a secure_embed what a link is made of.")),
            required("dashboard", Shape::object({required("id", Shape::integer(1, kAnyId)),
                                                 required("uid", Shape::text()),
                                                 required("title", Shape::text())})),
            required("sharer", Shape::text().or_null().described("The user's handle.")),
            required("sharer_gone",
                     Shape::boolean().described("The user was removed or disabled: whoever may "
                                                "share may claim it.")),
            required("switched_off",
                     Shape::boolean().described("The organization allows no shares of this type "
                                                "now, so it opens nothing.")),
            required("last_accessed",
                     time_shape().or_null().described("When it was last opened, within a minute.")),
            required("provisioned", Shape::boolean()),
            required("created_at", time_shape())};
        for (auto& member : share_attributes())
            members.push_back(std::move(member));
        return Shape::object(std::move(members));
    }();
    return shape;
}

const Shape& credential_shape() {
    static const Shape shape = Shape::object(credential_members());
    return shape;
}

const Shape& new_credential_shape() {
    static const Shape shape = [] {
        auto members = credential_members();
        members.push_back(required(
            "secret",
            Shape::text().described("Signs links. Shown in this answer and never again.")));
        return Shape::object(std::move(members));
    }();
    return shape;
}

bool is_unowned(const store::Share& share, const store::Snapshot& snapshot) {
    const auto* sharer = share.sharer == 0 ? nullptr : snapshot.user(share.sharer);
    return !share.provisioned && (sharer == nullptr || sharer->disabled);
}

std::string address_of(const store::Share& share, const std::string& base_url) {
    return base_url + path_of(share) + share.token;
}

json::object to_json(const store::Share& share, const ShareSight& sight) {
    const auto& snapshot = sight.snapshot;
    const auto* dashboard = snapshot.dashboard(share.dashboard);
    const auto* organization = snapshot.organization(share.org);
    const auto* sharer = share.sharer == 0 ? nullptr : snapshot.user(share.sharer);
    const auto visited = sight.visits.find(share.id);
    const bool is_off =
        organization == nullptr || !access::check_sharing(*organization, share.type).has_value();
    json::object out{
        {"id", share.id},
        {"token", share.token},
        {"url", address_of(share, sight.base_url)},
        {"dashboard",
         {{"id", share.dashboard},
          {"uid", dashboard == nullptr ? "" : std::string_view(dashboard->uid)},
          {"title", dashboard == nullptr ? "" : std::string_view(dashboard->title)}}},
        {"sharer", sharer == nullptr ? json::value(nullptr) : json::value(sharer->handle)},
        {"sharer_gone", is_unowned(share, snapshot)},
        {"switched_off", is_off},
        {"last_accessed", visited == sight.visits.end() ? json::value(nullptr)
                                                        : json::value(to_rfc3339(visited->second))},
        {"provisioned", share.provisioned},
        {"created_at", to_rfc3339(share.created_at)},
        {"type", share.type},
        {"status", access::status_of(share, sight.now)},
        {"title", share.title}};
    for (const auto name : kSettings) {
        if (const auto* value = share.settings.if_contains(name)) out[name] = *value;
    }
    if (share.settings.contains("invitees")) out["invitees"] = share.settings.at("invitees");
    return out;
}

json::object to_json(const store::Credential& credential) {
    return {{"id", credential.id},
            {"suffix", credential.suffix},
            {"note", credential.note},
            {"disabled", credential.disabled},
            {"created_at", to_rfc3339(credential.created_at)},
            {"expires_at", time_or_null(credential.expires_at)}};
}

json::object with_secret(const store::Credential& credential) {
    auto out = to_json(credential);
    out["secret"] = credential.secret.reveal();
    return out;
}

Result<ExpiryChange> read_expiry(const json::object& body) {
    const auto* value = body.if_contains("expires_at");
    if (value == nullptr) return ExpiryChange{};
    if (value->is_null()) return ExpiryChange{true, std::nullopt};
    const auto time = parse_rfc3339(value->get_string());
    if (!time) {
        return invalid("invalid_time",
                       "expires_at must be a time like 2026-03-11T18:30:00Z, or null.",
                       "expires_at");
    }
    return ExpiryChange{true, time};
}

Result<void> merge_settings(json::object& settings, const json::object& body, Time now) {
    const auto expiry = read_expiry(body);
    if (!expiry) return expiry.error();
    std::optional<json::array> origins;
    if (const auto* list = body.if_contains("allowed_origins"); list && list->is_array()) {
        origins.emplace();
        for (const auto& origin : list->get_array()) {
            auto checked = access::check_origin(origin.get_string());
            if (!checked) {
                auto error = checked.error();
                error.field = "allowed_origins[" + std::to_string(origins->size()) + "]";
                return error;
            }
            origins->emplace_back(*checked);
        }
    }
    for (const auto name : kSettings) {
        const auto* value = body.if_contains(name);
        if (value == nullptr) continue;
        if (value->is_null() && name != "expires_at") {
            settings.erase(name);
        } else {
            // An end that is null is one that was decided against.
            settings[name] = *value;
        }
    }
    if (const auto* invitees = body.if_contains("invitees"); invitees != nullptr) {
        auto wanted = read_wanted(invitees->is_array() ? invitees->get_array() : json::array());
        if (!wanted) return wanted.error();
        auto set = access::set_invitees(settings, std::move(*wanted), now);
        if (!set) return set.error();
    }
    if (origins) settings["allowed_origins"] = std::move(*origins);
    if (const auto at = expiry->at) settings["expires_at"] = to_rfc3339(*at);
    return {};
}

}  // namespace casement::console
