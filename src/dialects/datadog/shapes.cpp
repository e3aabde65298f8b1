#include "dialects/datadog/shapes.h"

#include "access/share_invitees.h"

#include <algorithm>
#include <set>

namespace casement::datadog {
namespace {

constexpr std::int64_t kLongestTitle = 512;
constexpr std::int64_t kMostVariables = 200;
constexpr std::int64_t kMostValues = 1000;
constexpr std::int64_t kLongestValue = 512;

/// Attributes that live in the share's settings, under the vendor's own names.
constexpr std::string_view kSettings[] = {"global_time", "global_time_selectable",
                                          "selectable_template_vars", "viewing_preferences"};

Shape template_variable() {
    const auto values = Shape::list(Shape::text(0, kLongestValue), kMostValues);
    return Shape::object({optional("name", Shape::text(0, kLongestValue)),
                          optional("prefix", Shape::text(0, kLongestValue)),
                          optional("type", Shape::text(0, kLongestValue)),
                          optional("default_values", values), optional("visible_tags", values)})
        .open();
}

/// create needs all of them, update none (datadog.md §1.2).
Shape attributes(bool all_required) {
    std::vector<ShapeMember> members = {
        optional("title", Shape::text(1, kLongestTitle)),
        optional("status", Shape::one_of({"active", "paused"})),
        optional("global_time",
                 Shape::object({optional("live_span", Shape::one_of({"15m", "1h", "4h", "1d", "2d",
                                                                     "1w", "1mo", "3mo"}))})
                     .open()),
        optional("global_time_selectable", Shape::boolean()),
        optional("selectable_template_vars", Shape::list(template_variable(), kMostVariables)),
        optional("viewing_preferences",
                 Shape::object({optional("high_density", Shape::boolean()),
                                optional("theme", Shape::one_of({"system", "light", "dark"}))})
                     .open()),
    };
    for (auto& member : members)
        member.is_required = all_required;
    return Shape::object(std::move(members)).open();
}

Shape request(std::string type, bool all_required) {
    return Shape::object(
               {required("data", Shape::object({required("type", Shape::one_of({std::move(type)})),
                                                required("attributes", attributes(all_required))})
                                     .open())})
        .open();
}

json::value setting(const store::Share& share, std::string_view name,
                    const json::value& otherwise) {
    const auto* value = share.settings.if_contains(name);
    return value != nullptr && value->kind() == otherwise.kind() ? *value : otherwise;
}

std::string_view type_of(Answer answer) {
    switch (answer) {
        case Answer::create:
            return "secure_embed_create_response";
        case Answer::get:
            return "secure_embed_get_response";
        case Answer::update:
            return "secure_embed_update_response";
    }
    return "secure_embed_get_response";
}

// -- the list ----------------------------------------------------------------------------------

json::array texts_of(const json::object& object, std::string_view name) {
    json::array texts;
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_array()) return texts;
    for (const auto& item : value->get_array()) {
        if (item.is_string()) texts.push_back(item);
    }
    return texts;
}

json::object listed_variable(const json::object& variable) {
    const auto defaults = texts_of(variable, "default_values");
    const auto visible = texts_of(variable, "visible_tags");
    // Free is what the viewer may type into: see access/variables.h.
    const bool is_free = visible == json::array{"*"} && defaults != visible;
    return {{"name", text_at(variable, "name").value_or("")},
            {"prefix", text_at(variable, "prefix").value_or("")},
            {"type", text_at(variable, "type").value_or("")},
            {"default_values", defaults},
            {"visible_tags", visible},
            {"allow_any_value", is_free}};
}

json::object listed_preferences(const json::object& preferences) {
    const auto* dense = preferences.if_contains("high_density");
    return {{"high_density", dense != nullptr && dense->is_bool() && dense->get_bool()},
            {"theme", text_at(preferences, "theme").value_or("system")}};
}

json::value time_or_null(const std::optional<Time>& time) {
    return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}

// Who shared it. A share made by a key that belongs to nobody still needs an answer here.
struct Sharer {
    std::string id = "service-account";
    std::string handle;
    std::string name = "Service account";
    bool disabled = false;
};

Sharer sharer_of(const store::Share& share, const store::Snapshot& snapshot) {
    if (share.sharer == 0) return {};
    const auto* user = snapshot.user(share.sharer);
    if (user == nullptr) return {"deleted-user", {}, "Deleted user", true};
    return {user->uuid, user->handle, user->name, user->disabled};
}

json::array listed_invitees(const store::Share& share) {
    json::array invitees;
    if (share.type != "invite") return invitees;
    for (const auto& invitee : access::read_invitees(share.settings)) {
        invitees.push_back({{"email", invitee.email},
                            {"created_at", to_rfc3339(invitee.created_at)},
                            {"access_expiration", time_or_null(invitee.access_expiration)}});
    }
    return invitees;
}

json::object listed_attributes(const ListedShare& listed, const store::Dashboard& dashboard,
                               const Sharer& sharer) {
    const auto& share = *listed.share;
    json::array variables;
    const auto stored = setting(share, "selectable_template_vars", json::array());
    for (const auto& item : stored.get_array()) {
        if (item.is_object()) variables.push_back(listed_variable(item.get_object()));
    }
    const auto expiry = text_at(share.settings, "expires_at");
    return {
        {"created_at", to_rfc3339(share.created_at)},
        {"embeddable_domains", texts_of(share.settings, "allowed_origins")},
        {"expiration", time_or_null(expiry ? parse_rfc3339(*expiry) : std::nullopt)},
        {"global_time", setting(share, "global_time", json::object())},
        {"global_time_selectable", setting(share, "global_time_selectable", false)},
        {"invitees", listed_invitees(share)},
        {"last_accessed", time_or_null(listed.last_accessed)},
        {"selectable_template_vars", std::move(variables)},
        {"share_type",
         share.type == kSecureEmbed ? kSecureEmbedListed : std::string_view(share.type)},
        {"sharer_disabled", sharer.disabled},
        {"status", listed.status},
        {"title", share.title.empty() ? dashboard.title : share.title},
        {"token", share.token},
        {"url", listed.url},
        {"viewing_preferences",
         listed_preferences(setting(share, "viewing_preferences", json::object()).get_object())},
    };
}

json::object reference(std::string_view type, std::string_view id) {
    return {{"data", {{"id", id}, {"type", type}}}};
}

}  // namespace

const Shape& create_request_shape() {
    static const Shape shape = request("secure_embed_request", true);
    return shape;
}

const Shape& update_request_shape() {
    static const Shape shape = request("secure_embed_update_request", false);
    return shape;
}

void apply_attributes(const json::object& attributes, store::Share& share) {
    if (auto title = text_at(attributes, "title")) share.title = std::move(*title);
    if (auto status = text_at(attributes, "status")) share.status = std::move(*status);
    for (const auto name : kSettings) {
        if (const auto* value = attributes.if_contains(name)) share.settings[name] = *value;
    }
}

std::string zoneless_time(Time time) {
    auto text = to_rfc3339(time);
    text.pop_back();  // the Z
    return text;
}

json::object embed_body(Answer answer, const store::Share& share, std::string_view dashboard_uid,
                        std::string_view url) {
    const auto id = std::to_string(share.id);
    json::object attributes{{"id", id},
                            {"token", share.token},
                            {"url", url},
                            {"dashboard_id", dashboard_uid},
                            {"share_type", kSecureEmbed},
                            {"title", share.title},
                            {"status", share.status},
                            {"created_at", zoneless_time(share.created_at)}};
    attributes["global_time"] = setting(share, "global_time", json::object());
    attributes["global_time_selectable"] = setting(share, "global_time_selectable", false);
    attributes["selectable_template_vars"] =
        setting(share, "selectable_template_vars", json::array());
    attributes["viewing_preferences"] = setting(share, "viewing_preferences", json::object());
    const auto* newest = share.credentials.empty() ? nullptr : &share.credentials.back();
    if (answer == Answer::create) {
        attributes["credential"] = newest == nullptr ? std::string_view() : newest->secret.reveal();
    } else {
        attributes["credential_suffix"] =
            newest == nullptr ? std::string_view("0000") : std::string_view(newest->suffix);
    }
    return {
        {"data", {{"type", type_of(answer)}, {"id", id}, {"attributes", std::move(attributes)}}}};
}

json::object list_body(const std::vector<ListedShare>& shares, const store::Dashboard& dashboard,
                       const store::Snapshot& snapshot) {
    json::array data;
    json::array included;
    std::set<std::string> users;
    if (!shares.empty()) {
        included.push_back({{"type", "dashboard"},
                            {"id", dashboard.uid},
                            {"attributes", {{"title", dashboard.title}}}});
    }
    for (const auto& listed : shares) {
        const auto sharer = sharer_of(*listed.share, snapshot);
        data.push_back({{"type", "shared_dashboard"},
                        {"id", std::to_string(listed.share->id)},
                        {"attributes", listed_attributes(listed, dashboard, sharer)},
                        {"relationships",
                         {{"dashboard", reference("dashboard", dashboard.uid)},
                          {"sharer", reference("user", sharer.id)}}}});
        if (!users.insert(sharer.id).second) continue;
        included.push_back({{"type", "user"},
                            {"id", sharer.id},
                            {"attributes", {{"handle", sharer.handle}, {"name", sharer.name}}}});
    }
    return {{"data", std::move(data)}, {"included", std::move(included)}};
}

}  // namespace casement::datadog
