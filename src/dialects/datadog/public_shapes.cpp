#include "dialects/datadog/public_shapes.h"

#include "access/share_settings.h"
#include "access/sharing_settings.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::datadog {
namespace {

constexpr std::int64_t kLongest = 512;
constexpr std::int64_t kMostVariables = 200;
constexpr std::int64_t kMostValues = 1000;
constexpr std::string_view kType = "dashboard_type";
constexpr std::string_view kDomains = "embeddable_domains";

Shape variable() {
    return Shape::object({optional("name", Shape::text(0, kLongest)),
                          optional("prefix", Shape::text(0, kLongest)),
                          optional("type", Shape::text(0, kLongest).or_null()),
                          optional("default_value", Shape::text(0, kLongest)),
                          optional("visible_tags",
                                   Shape::list(Shape::text(0, kLongest), kMostValues).or_null())})
        .open();
}

Shape body_shape(bool is_new) {
    auto time = Shape::text(0, 64).or_null();
    auto email = Shape::text(1, 254);
    std::vector<ShapeMember> members{
        optional("share_type", Shape::one_of({"open", "invite", "embed"}).or_null()),
        optional("status", Shape::one_of({"active", "paused"})),
        optional("title", Shape::text(0, kLongest)),
        optional("global_time",
                 Shape::object({optional("live_span", Shape::one_of({"15m", "1h", "4h", "1d", "2d",
                                                                     "1w", "1mo", "3mo"}))})
                     .open()
                     .or_null()),
        optional("global_time_selectable_enabled", Shape::boolean().or_null()),
        optional("selectable_template_vars", Shape::list(variable(), kMostVariables).or_null()),
        optional("viewing_preferences",
                 Shape::object({optional("high_density", Shape::boolean()),
                                optional("theme", Shape::one_of({"system", "light", "dark"}))})
                     .open()),
        optional("embeddable_domains", Shape::list(Shape::text(1, 300), 50)),
        optional("invitees", Shape::list(Shape::object({required("email", email),
                                                        optional("access_expiration", time)})
                                             .open(),
                                         static_cast<std::int64_t>(access::kInviteesPerShare))),
        optional(
            "share_list",
            Shape::list(email, static_cast<std::int64_t>(access::kInviteesPerShare)).or_null()),
        optional("expiration", time)};
    if (is_new) {
        members.push_back(required("dashboard_id", Shape::text(1, 64)));
        members.push_back(required(std::string(kType),
                                   Shape::one_of({"custom_timeboard", "custom_screenboard"})));
    }
    return Shape::object(std::move(members)).open();
}

const json::value* given(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

bool is_filled(const json::object& body, std::string_view name) {
    const auto* value = given(body, name);
    return value != nullptr && !value->get_array().empty();
}

Result<std::optional<Time>> time_in(const json::object& object, std::string_view name,
                                    std::string field) {
    const auto text = text_at(object, name);
    if (!text) return std::optional<Time>{};
    const auto time = parse_rfc3339(*text);
    if (!time) {
        return invalid("invalid_time",
                       std::string(name) +
                           " must be a time like "
                           "2026-03-11T18:30:00Z, or null.",
                       std::move(field));
    }
    return time;
}

// A default that is one value here, and a list in the API's second version and in what is kept.
json::array kept_variables(const json::array& sent) {
    json::array kept;
    for (const auto& item : sent) {
        const auto& from = item.get_object();
        json::object out;
        for (const auto name : {"name", "prefix", "type"})
            if (const auto* value = from.if_contains(name)) out[name] = *value;
        if (auto value = text_at(from, "default_value")) {
            out["default_values"] = json::array{json::value(*value)};
        }
        if (const auto* tags = given(from, "visible_tags")) out["visible_tags"] = *tags;
        kept.push_back(std::move(out));
    }
    return kept;
}

json::array shown_variables(const store::Share& share) {
    json::array shown;
    const auto* kept = share.settings.if_contains("selectable_template_vars");
    if (kept == nullptr || !kept->is_array()) return shown;
    for (const auto& item : kept->get_array()) {
        const auto* from = item.if_object();
        if (from == nullptr) continue;
        json::object out{{"name", text_at(*from, "name").value_or("")},
                         {"prefix", text_at(*from, "prefix").value_or("")},
                         {"type", nullptr},
                         {"visible_tags", nullptr}};
        if (auto type = text_at(*from, "type")) out["type"] = *type;
        const auto* values = from->if_contains("default_values");
        if (values != nullptr && values->is_array() && !values->get_array().empty()) {
            out["default_value"] = values->get_array().front();
        }
        if (const auto* tags = from->if_contains("visible_tags")) out["visible_tags"] = *tags;
        shown.push_back(std::move(out));
    }
    return shown;
}

Result<void> apply_domains(const json::array& sent, json::object& settings) {
    json::array origins;
    for (const auto& domain : sent) {
        auto origin = access::check_origin(domain.get_string());
        if (!origin) {
            auto error = origin.error();
            error.field = fmt::format("{}[{}]", kDomains, origins.size());
            error.message = error.field + ": " + error.message;
            return error;
        }
        origins.emplace_back(std::move(*origin));
    }
    settings["allowed_origins"] = std::move(origins);
    settings[kDomains] = sent;
    return {};
}

// As they were sent, where they still are what is allowed.
json::array shown_domains(const store::Share& share) {
    const auto allowed = access::read_share_settings(share.settings).allowed_origins;
    const auto* sent = share.settings.if_contains(kDomains);
    std::vector<std::string> read;
    if (sent != nullptr && sent->is_array()) {
        for (const auto& domain : sent->get_array()) {
            const auto origin = access::check_origin(domain.is_string() ? domain.get_string() : "");
            if (origin) read.push_back(*origin);
        }
    }
    if (sent != nullptr && sent->is_array() && read == allowed) return sent->get_array();
    json::array shown;
    for (const auto& origin : allowed)
        shown.emplace_back(origin);
    return shown;
}

Result<void> apply_invitees(const json::object& body, store::Share& share, Time now) {
    const auto* sent = given(body, "invitees");
    const auto* plain = given(body, "share_list");
    if (sent == nullptr && !body.contains("share_list")) return {};
    std::vector<access::Invitee> wanted;
    if (sent != nullptr) {
        for (const auto& item : sent->get_array()) {
            const auto& entry = item.get_object();
            auto end = time_in(entry, "access_expiration",
                               fmt::format("invitees[{}].access_expiration", wanted.size()));
            if (!end) return end.error();
            wanted.push_back({0, text_at(entry, "email").value_or(""), {}, *end});
        }
    } else if (plain != nullptr) {
        const auto before = access::read_invitees(share.settings);
        for (const auto& item : plain->get_array()) {
            access::Invitee invitee{0, std::string(item.get_string()), {}, std::nullopt};
            for (const auto& old : before)
                if (old.email == invitee.email) invitee.access_expiration = old.access_expiration;
            wanted.push_back(std::move(invitee));
        }
    }
    return access::set_invitees(share.settings, std::move(wanted), now);
}

std::string offset_time(Time time) {
    auto text = to_rfc3339(time);
    text.pop_back();
    return text + "+00:00";
}

json::value offset_time_or_null(const std::optional<Time>& time) {
    return time ? json::value(offset_time(*time)) : json::value(nullptr);
}

json::object author_of(const store::Share& share, const store::Snapshot& snapshot) {
    const auto* user = share.sharer == 0 ? nullptr : snapshot.user(share.sharer);
    if (user == nullptr) return {{"handle", ""}, {"name", nullptr}};
    return {{"handle", user->handle}, {"name", user->name}};
}

}  // namespace

const Shape& public_create_shape() {
    static const Shape shape = body_shape(true);
    return shape;
}

const Shape& public_update_shape() {
    static const Shape shape = body_shape(false);
    return shape;
}

const Shape& invitation_shape() {
    // One object or a list of them: which it is, and what is in it, is looked at below.
    static const Shape shape = Shape::object({required("data", Shape::any())}).open();
    return shape;
}

std::string share_type_of(const json::object& body) {
    if (auto type = text_at(body, "share_type")) return *type;
    if (is_filled(body, "invitees") || is_filled(body, "share_list")) return "invite";
    return is_filled(body, kDomains) ? "embed" : "open";
}

Result<void> apply_public_body(const json::object& body, store::Share& share, Time now) {
    auto& settings = share.settings;
    if (auto type = text_at(body, "share_type")) share.type = std::move(*type);
    if (auto status = text_at(body, "status")) share.status = std::move(*status);
    if (auto title = text_at(body, "title")) share.title = std::move(*title);
    if (auto type = text_at(body, kType)) settings[kType] = std::move(*type);
    const auto take = [&](std::string_view from, std::string_view to) {
        const auto* value = body.if_contains(from);
        if (value == nullptr) return;
        if (value->is_null()) {
            settings.erase(to);
        } else {
            settings[to] = *value;
        }
    };
    take("global_time", "global_time");
    take("global_time_selectable_enabled", "global_time_selectable");
    take("viewing_preferences", "viewing_preferences");
    if (const auto* variables = given(body, "selectable_template_vars")) {
        settings["selectable_template_vars"] = kept_variables(variables->get_array());
    } else {
        take("selectable_template_vars", "selectable_template_vars");
    }
    if (body.contains("expiration")) {
        const auto end = time_in(body, "expiration", "expiration");
        if (!end) return end.error();
        const auto& at = *end;
        settings["expires_at"] = at ? json::value(to_rfc3339(*at)) : json::value(nullptr);
    }
    if (const auto* domains = given(body, kDomains)) {
        if (auto applied = apply_domains(domains->get_array(), settings); !applied) return applied;
    }
    if (auto applied = apply_invitees(body, share, now); !applied) return applied;
    access::settle_type(share, now);
    return {};
}

json::object public_body(const ShownShare& shown, const store::Snapshot& snapshot) {
    const auto& share = shown.share;
    const auto setting = [&](std::string_view name, json::value otherwise) {
        const auto* value = share.settings.if_contains(name);
        return value == nullptr ? std::move(otherwise) : *value;
    };
    json::array invitees;
    json::array plain;
    for (const auto& invitee : access::read_invitees(share.settings)) {
        std::optional<Time> came;
        const auto guest = shown.guests.find(access::folded_email(invitee.email));
        if (guest != shown.guests.end()) came = guest->second;
        invitees.push_back({{"email", invitee.email},
                            {"access_expiration", offset_time_or_null(invitee.access_expiration)},
                            {"created_at", offset_time(invitee.created_at)},
                            {"last_accessed", offset_time_or_null(came)}});
        plain.emplace_back(invitee.email);
    }
    const bool is_invite = share.type == "invite";
    const auto length = access::read_share_settings(share.settings).session_length;
    json::object body{
        {"author", author_of(share, snapshot)},
        {"created", offset_time(share.created_at)},
        {"dashboard_id", shown.dashboard.uid},
        {"dashboard_type", setting(kType, "custom_timeboard")},
        {"embeddable_domains", shown_domains(share)},
        {"expiration", offset_time_or_null(access::read_share_settings(share.settings).expires_at)},
        {"global_time", setting("global_time", json::object())},
        {"global_time_selectable_enabled", setting("global_time_selectable", false)},
        {"invitees", std::move(invitees)},
        {"last_accessed", offset_time_or_null(shown.last_accessed)},
        {"public_url", shown.url},
        {"selectable_template_vars", shown_variables(share)},
        {"session_duration_in_days", nullptr},
        {"share_list", std::move(plain)},
        {"share_type", share.type},
        {"status", access::status_of(share, shown.now)},
        {"title", share.title.empty() ? shown.dashboard.title : share.title},
        {"token", share.token},
        {"viewing_preferences", setting("viewing_preferences", json::object())}};
    if (is_invite) {
        body["session_duration_in_days"] =
            std::max<std::int64_t>(1, std::chrono::floor<std::chrono::days>(length).count());
    }
    return body;
}

InvitationBody read_invitations(const json::value& body) {
    InvitationBody read;
    const auto take = [&](const json::value& item) {
        const auto* object = item.if_object();
        const auto* attributes = object == nullptr ? nullptr : object->if_contains("attributes");
        const auto* inner = attributes == nullptr ? nullptr : attributes->if_object();
        const auto* email = inner == nullptr ? nullptr : inner->if_contains("email");
        // What is no address is refused as one that is not right.
        read.emails.emplace_back(email != nullptr && email->is_string()
                                     ? std::string(email->get_string())
                                     : std::string());
    };
    const auto& data = body.at("data");
    read.is_single = !data.is_array();
    if (read.is_single) {
        take(data);
    } else {
        for (const auto& item : data.get_array())
            take(item);
    }
    return read;
}

json::object invitation_json(const access::ShareInvitation& invitation,
                             std::string_view share_token) {
    const auto& guest = invitation.guest;
    return {{"type", "public_dashboard_invitation"},
            {"attributes",
             {{"email", guest.email},
              {"share_token", share_token},
              {"created_at", offset_time(guest.mailed_at)},
              {"invitation_expiry", offset_time(guest.link_ends_at)},
              {"has_session", invitation.has_session},
              {"session_expiry", offset_time_or_null(invitation.session_expiry)}}}};
}

}  // namespace casement::datadog
