#include "access/embed_login.h"

#include "access/embed_settings.h"
#include "access/user_attributes.h"
#include "base/encoding.h"
#include "dashboards/timezone.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace casement::access {
namespace {

Error wrong(std::string field, std::string message) {
    return invalid("login_invalid", std::move(message), std::move(field));
}

/// What a database, a log and a page can hold alike.
bool is_text(std::string_view text) {
    return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size() || number <= 0) return {};
    return number;
}

const store::Group* ordinary_group(const store::Snapshot& snapshot, store::OrgId org,
                                   std::string_view id) {
    const auto number = number_of(id);
    const auto* group = number ? snapshot.find<store::Group>(*number) : nullptr;
    if (group == nullptr || group->org != org) return nullptr;
    return group->external_group_id.empty() ? group : nullptr;
}

Result<void> check_text(const std::string& text, std::size_t min, std::size_t max,
                        const std::string& field) {
    if (text.size() < min || text.size() > max || !is_text(text)) {
        return wrong(field, fmt::format("{} must be a text of {} to {} bytes.", field, min, max));
    }
    return {};
}

Result<void> check_list(const std::vector<std::string>& list, std::size_t max,
                        const std::string& field) {
    if (list.size() > max) {
        return wrong(field, fmt::format("{} has {} entries; at most {} are allowed.", field,
                                        list.size(), max));
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto ok = check_text(list[i], 1, kMaxNameBytes, fmt::format("{}[{}]", field, i));
        if (!ok) return ok;
    }
    return {};
}

Result<void> check_sizes(const EmbedLogin& login) {
    const struct {
        const std::string& text;
        std::size_t min, max;
        const char* field;
    } texts[] = {
        {login.external_user_id, 1, store::kMaxExternalUserId, "external_user_id"},
        {login.embed_domain, 0, kMaxNameBytes, "embed_domain"},
        {login.target, 0, kMaxTargetBytes, "target_url"},
        // Longer ones of a few bytes a character are counted below.
        {login.external_group_id, 0, kMaxExternalGroupId * 4, "external_group_id"},
    };
    for (const auto& one : texts) {
        auto ok = check_text(one.text, one.min, one.max, one.field);
        if (!ok) return ok;
    }
    if (characters(login.external_group_id) > kMaxExternalGroupId) {
        return wrong(
            "external_group_id",
            fmt::format("external_group_id has at most {} characters.", kMaxExternalGroupId));
    }
    for (const auto& [name, field] :
         {std::pair{&login.first_name, "first_name"}, std::pair{&login.last_name, "last_name"}}) {
        if (!*name) continue;
        auto ok = check_text(**name, 0, kMaxNameBytes, field);
        if (!ok) return ok;
    }
    if (auto ok = check_list(login.permissions, kMaxEmbedPermissions, "permissions"); !ok)
        return ok;
    if (auto ok = check_list(login.models, kMaxEmbedModels, "models"); !ok) return ok;
    if (auto ok = check_list(login.group_ids, kMaxEmbedGroups, "group_ids"); !ok) return ok;
    if (login.session_length < std::chrono::seconds{0} ||
        login.session_length > kLongestEmbedSession) {
        return wrong("session_length", fmt::format("session_length is a number of seconds from 0 "
                                                   "to {}.",
                                                   kLongestEmbedSession.count()));
    }
    return {};
}

Result<void> check_attributes(const store::Snapshot& snapshot, const EmbedLogin& login,
                              bool strict) {
    if (login.attributes.size() > kMaxEmbedAttributes) {
        return wrong("user_attributes",
                     fmt::format("At most {} user attributes are allowed.", kMaxEmbedAttributes));
    }
    std::size_t bytes = 0;
    for (const auto& [name, value] : login.attributes) {
        if (name.empty() || name.size() > kMaxNameBytes || !is_text(name)) {
            return wrong("user_attributes",
                         fmt::format("A user attribute's name has 1 to {} bytes.", kMaxNameBytes));
        }
        const std::string field = "user_attributes." + name;
        if (auto ok = check_text(value, 0, kMaxAttributeBytes, field); !ok) return ok;
        bytes += name.size() + value.size();
        const auto* definition = snapshot.by_name<store::UserAttribute>(login.org, name);
        if (definition == nullptr) {
            if (!strict) continue;
            return invalid("unknown_attribute",
                           fmt::format("There is no user attribute \"{}\".", name), field);
        }
        if (auto fits = check_attribute_value(*definition, value); !fits) {
            Error error = fits.error();
            error.field = field;
            return error;
        }
    }
    if (bytes > kMaxAllAttributeBytes) {
        return wrong(
            "user_attributes",
            fmt::format("User attributes have at most {} bytes together.", kMaxAllAttributeBytes));
    }
    return {};
}

Result<void> check_timezone(const EmbedLogin& login, const EmbedSettings& settings) {
    if (login.timezone.empty()) return {};
    const char* const field = "user_timezone";
    if (!settings.allow_user_timezones) {
        return invalid("timezone_invalid",
                       "Time zones of users are switched off in this organization: leave out "
                       "user_timezone, or switch them on.",
                       field);
    }
    // "browser" is a word of dashboards, not a zone.
    if (login.timezone == "browser" || !dashboards::is_timezone(login.timezone)) {
        return invalid("timezone_invalid",
                       "user_timezone must be a time zone's IANA name, such as "
                       "\"Europe/Berlin\".",
                       field);
    }
    return {};
}

Result<void> check_known(const store::Snapshot& snapshot, const EmbedLogin& login) {
    for (const auto& id : login.group_ids) {
        if (ordinary_group(snapshot, login.org, id) != nullptr) continue;
        return invalid("unknown_group", fmt::format("There is no group {}.", id), "group_ids");
    }
    for (const auto& name : login.models) {
        if (is_model_name(snapshot, login.org, name)) continue;
        return invalid("unknown_model", fmt::format("There is no model \"{}\".", name), "models");
    }
    return {};
}

}  // namespace

Result<void> check_login(const store::Snapshot& snapshot, const EmbedLogin& login) {
    const auto* organization = snapshot.organization(login.org);
    if (organization == nullptr) return wrong("", "There is no such organization.");
    const EmbedSettings settings = read_embed_settings(*organization);
    if (auto ok = check_sizes(login); !ok) return ok;
    if (auto ok = check_attributes(snapshot, login, settings.strict); !ok) return ok;
    if (auto ok = check_timezone(login, settings); !ok) return ok;
    if (login.group_ids.empty() && login.external_group_id.empty() &&
        (login.permissions.empty() || login.models.empty())) {
        return invalid("nothing_granted",
                       "This grants nothing: it needs group_ids, an external_group_id, or "
                       "permissions together with models.",
                       login.permissions.empty() ? "permissions" : "models");
    }
    if (settings.strict) return check_known(snapshot, login);
    return {};
}

std::vector<std::int64_t> ordinary_groups(const store::Snapshot& snapshot, store::OrgId org,
                                          std::span<const std::string> ids) {
    std::vector<std::int64_t> groups;
    for (const auto& id : ids) {
        const auto* group = ordinary_group(snapshot, org, id);
        if (group == nullptr) continue;
        if (std::find(groups.begin(), groups.end(), group->id) == groups.end()) {
            groups.push_back(group->id);
        }
    }
    return groups;
}

bool is_model_name(const store::Snapshot& snapshot, store::OrgId org, std::string_view name) {
    if (snapshot.by_name<store::Model>(org, name) != nullptr) return true;
    if (snapshot.source_by_name(org, name) == nullptr) return false;
    const auto models = snapshot.list<store::Model>(org);
    return std::none_of(models.begin(), models.end(),
                        [&](const store::Model* model) { return model->source == name; });
}

}  // namespace casement::access
