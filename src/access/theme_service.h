// Changes to themes: how content looks that a URL asks for by a theme's name. All changes need
// org_manage.
#pragma once

#include "access/catalog_edits.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::access {

/// What is absent stays; `settings` are merged member by member. A new theme needs a name.
struct ThemeChange {
    std::optional<std::string> name;
    std::optional<json::object> settings;
    std::optional<std::optional<Time>> begin_at;
    std::optional<std::optional<Time>> end_at;
};

[[nodiscard]] bool is_active(const store::Theme& theme, Time at);
/// The theme for content whose URL names none; nullptr when none was chosen or it does not apply
/// now.
[[nodiscard]] const store::Theme* default_theme(const store::Snapshot& snapshot, store::OrgId org,
                                                Time at);

class ThemeService {
  public:
    explicit ThemeService(const CatalogParts& parts) : parts_(parts) {}

    /// Errors of every change: not_found; unprocessable with `field` ("name", "end_at").
    [[nodiscard]] asio::awaitable<Result<store::Theme>> create(Principal who, ThemeChange what);
    [[nodiscard]] asio::awaitable<Result<store::Theme>> update(Principal who, std::int64_t id,
                                                               ThemeChange change);
    /// Errors: conflict "in_use" for the default theme.
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id);
    /// Errors: not_found.
    [[nodiscard]] asio::awaitable<Result<store::Theme>> set_default(Principal who,
                                                                    std::string name);

  private:
    const CatalogParts parts_;
};

/// Checks what a theme would be, without keeping it. Errors: as ThemeService's changes.
[[nodiscard]] Result<void> check_theme(const store::Theme& theme);
void apply(const ThemeChange& change, store::Theme& theme);

}  // namespace casement::access
