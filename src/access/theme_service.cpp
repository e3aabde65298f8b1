#include "access/theme_service.h"

namespace casement::access {
namespace {

constexpr std::size_t kMaxThemeName = 64;

std::string theme_object(std::int64_t id) {
    return fmt::format("theme:{}", id);
}

/// The organization's setting: a theme's id, which outlives another name.
std::int64_t default_theme_id(const store::Organization& organization) {
    const auto* looker = organization.settings.if_contains("looker");
    if (looker == nullptr || !looker->is_object()) return 0;
    const auto* id = looker->get_object().if_contains("default_theme");
    return id != nullptr && id->is_int64() ? id->get_int64() : 0;
}

}  // namespace

bool is_active(const store::Theme& theme, Time at) {
    return (!theme.begin_at || *theme.begin_at <= at) && (!theme.end_at || at < *theme.end_at);
}

const store::Theme* default_theme(const store::Snapshot& snapshot, store::OrgId org, Time at) {
    const auto* organization = snapshot.organization(org);
    if (organization == nullptr) return nullptr;
    const auto* theme = find_own<store::Theme>(snapshot, org, default_theme_id(*organization));
    return theme != nullptr && is_active(*theme, at) ? theme : nullptr;
}

void apply(const ThemeChange& change, store::Theme& theme) {
    if (change.name) theme.name = *change.name;
    if (change.begin_at) theme.begin_at = *change.begin_at;
    if (change.end_at) theme.end_at = *change.end_at;
    if (!change.settings) return;
    for (const auto& [name, value] : *change.settings) {
        if (value.is_null()) {
            theme.settings.erase(name);
        } else {
            theme.settings[name] = value;
        }
    }
}

Result<void> check_theme(const store::Theme& theme) {
    if (theme.name.empty()) return missing_value("name");
    const bool plain = std::all_of(theme.name.begin(), theme.name.end(), [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
    if (!plain || theme.name.size() > kMaxThemeName) {
        return wrong_value("name", "A theme's name has 1 to 64 letters, digits and underscores.");
    }
    if (theme.begin_at && theme.end_at && *theme.end_at <= *theme.begin_at) {
        return wrong_value("end_at", "A theme ends after it begins.");
    }
    return {};
}

asio::awaitable<Result<store::Theme>> ThemeService::create(Principal who, ThemeChange what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    store::Theme row;
    row.org = who.org;
    apply(what, row);
    if (auto fits = check_theme(row); !fits) co_return fits.error();
    const auto name = row.name;
    auto written = co_await insert_row(parts_, std::move(row));
    if (!written) co_return or_name_taken(written.error(), "name", name);
    parts_.record(who, "theme.created", theme_object(written->id), {{"name", name}});
    co_return written;
}

asio::awaitable<Result<store::Theme>> ThemeService::update(Principal who, std::int64_t id,
                                                           ThemeChange change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<void>(store::Theme&)> edit = [&change](store::Theme& row) -> Result<void> {
        apply(change, row);
        return check_theme(row);
    };
    auto written = co_await edit_row(parts_, who.org, id, std::move(edit));
    if (!written) co_return or_name_taken(written.error(), "name", change.name.value_or(""));
    parts_.record(who, "theme.changed", theme_object(id), {{"name", written->name}});
    co_return written;
}

asio::awaitable<Result<void>> ThemeService::remove(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<store::Theme>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::Theme> {
        auto row = load_own<store::Theme>(tx, who.org, id);
        if (!row) return row.error();
        const auto organization = tx.load<store::Organization>(who.org);
        if (!organization) return organization.error();
        if (default_theme_id(*organization) == id) {
            return conflict("in_use", "This is the default theme. Choose another one first.");
        }
        if (auto removed = tx.remove<store::Theme>(id); !removed) return removed.error();
        return row;
    };
    const auto removed = co_await parts_.catalog.write(std::move(work));
    if (!removed) co_return removed.error();
    parts_.record(who, "theme.deleted", theme_object(id), {{"name", removed->name}});
    co_return Result<void>{};
}

asio::awaitable<Result<store::Theme>> ThemeService::set_default(Principal who, std::string name) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* found = snapshot->by_name<store::Theme>(who.org, name);
    if (found == nullptr) co_return no_such_object();
    std::function<Result<store::Theme>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::Theme> {
        auto row = load_own<store::Theme>(tx, who.org, found->id);
        if (!row) return row.error();
        auto organization = tx.load<store::Organization>(who.org);
        if (!organization) return organization.error();
        auto& looker = organization->settings["looker"];
        if (looker.is_null()) looker = json::object();
        // Settings that cannot be read close everything; nothing here may mend that in passing.
        if (!looker.is_object()) {
            return conflict("settings_unreadable",
                            "The organization's settings for signed links are damaged. Set them "
                            "anew first.");
        }
        looker.get_object()["default_theme"] = row->id;
        if (auto updated = tx.update(*organization); !updated) return updated.error();
        return row;
    };
    const auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(who, "theme.made_default", theme_object(written->id), {{"name", name}});
    co_return written;
}

}  // namespace casement::access
