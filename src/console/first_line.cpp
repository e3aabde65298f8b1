#include "console/first_line.h"

#include "access/time_range.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::ContentRef;

std::string_view type_name(ContentRef::Type type) {
    switch (type) {
        case ContentRef::Type::look:
            return "look";
        case ContentRef::Type::folder:
            return "folder";
        case ContentRef::Type::dashboard:
            break;
    }
    return "dashboard";
}

std::string url_of(const ContentRef& ref) {
    return "/embed/" + access::to_string(ref);
}

json::object content_json(const ContentRef& ref, std::string_view title) {
    return {{"type", type_name(ref.type)}, {"id", ref.id}, {"title", title}, {"url", url_of(ref)}};
}

json::object folder_json(const access::FolderListing& listing) {
    json::array folders;
    for (const auto& entry : listing.folders) {
        folders.push_back(
            json::object{{"id", entry.ref.id}, {"title", entry.title}, {"url", url_of(entry.ref)}});
    }
    json::array items;
    for (const auto& entry : listing.items)
        items.push_back(content_json(entry.ref, entry.title));
    json::object folder{{"id", listing.self.id},
                        {"title", listing.title},
                        {"parent", nullptr},
                        {"folders", std::move(folders)},
                        {"items", std::move(items)}};
    if (listing.parent) {
        folder["parent"] = {{"id", listing.parent->id}, {"url", url_of(*listing.parent)}};
    }
    return folder;
}

json::object appearance_json(const access::Appearance& appearance) {
    json::object described;
    for (const auto& [name, color] : appearance.colors)
        described[name] = color;
    if (!appearance.font_family.empty()) described["font_family"] = appearance.font_family;
    if (appearance.show_title) described["show_title"] = *appearance.show_title;
    if (appearance.show_filters) described["show_filters"] = *appearance.show_filters;
    if (appearance.tile_shadow) described["tile_shadow"] = *appearance.tile_shadow;
    return described;
}

std::int64_t rest_of(const access::Viewer& viewer, Time now) {
    const auto rest = std::chrono::floor<seconds>(viewer.session->expires_at - now).count();
    return std::max<std::int64_t>(rest, 0);
}

/// What the page must know of the person's grant. No attribute value, no group, no model.
json::object embed_json(const access::Viewer& viewer, const access::ContentRequest& wanted,
                        Time now) {
    const auto& person = *viewer.person();
    json::object filters;
    for (const auto& [name, value] : wanted.filters)
        filters[name] = value;
    const auto* view = viewer.view.get();
    return {{"target", wanted.target},
            {"user", person.user},
            {"ordinary", person.ordinary},
            {"cookieless", person.cookieless},
            {"session_ttl", rest_of(viewer, now)},
            {"query_timezone", wanted.query_timezone},
            {"permissions",
             {{"drill", view != nullptr && view->drill},
              {"download", view != nullptr && view->settings.download},
              {"fresh", view != nullptr && view->fresh},
              {"browse", person.allows("embed_browse_spaces")}}},
            {"filters", std::move(filters)},
            {"hidden_filters",
             json::array(wanted.hidden_filters.begin(), wanted.hidden_filters.end())}};
}

asio::awaitable<Result<FirstLine>> line_of_view(Context& console, http::Request& request,
                                                FirstLine line) {
    auto selection =
        co_await console.parts.views.select(line.viewer, line.view, request.cancellation);
    if (!selection) co_return selection.error();
    auto dashboard =
        co_await console.parts.views.describe(line.viewer, *selection, request.cancellation);
    if (!dashboard) co_return dashboard.error();
    line.members["dashboard"] = std::move(*dashboard);
    line.selection = std::move(*selection);
    co_return line;
}

/// A page as its address asks for it, as far as the grant allows that.
asio::awaitable<Result<FirstLine>> dressed_line(Context& console, http::Request& request,
                                                FirstLine line, access::ContentRequest wanted,
                                                std::string title) {
    const Time now = console.parts.clock.now();
    line.members["content"] = {
        {"type", "dashboard"}, {"id", wanted.ref.id}, {"title", title}, {"url", wanted.target}};
    line.members["sharable"] = {{"target", wanted.target},
                                {"session_ttl", rest_of(line.viewer, now)},
                                {"page", std::move(wanted.page)}};
    auto values = access::values_of_url(*line.viewer.view, wanted.variables);
    for (auto& [name, chosen] : line.view.variables)
        values[name] = chosen;
    line.view.variables = std::move(values);
    if (line.view.query_timezone.empty()) line.view.query_timezone = wanted.query_timezone;
    const bool chosen = !line.view.span.empty() || line.view.from;
    if (!chosen &&
        access::may_select_time(*line.viewer.view->document, line.viewer.view->settings)) {
        line.view.span = wanted.span;
        line.view.from = wanted.from;
        line.view.to = wanted.to;
    }
    // Of a page with one panel nothing else has to be asked for.
    const auto* panel = wanted.page.if_contains("panel");
    if (line.view.panels.empty() && panel != nullptr && panel->is_int64() &&
        std::in_range<int>(panel->get_int64())) {
        line.view.panels = {static_cast<int>(panel->get_int64())};
    }
    const auto theme = wanted.appearance.theme;
    auto shown = co_await line_of_view(console, request, std::move(line));
    if (!shown) co_return shown.error();
    if (!theme.empty()) shown->members["dashboard"].as_object()["theme"] = theme;
    co_return shown;
}

/// The page of a key's link: any dashboard that the key may see, or the one it is bound to.
asio::awaitable<Result<FirstLine>> line_of_page(Context& console, http::Request& request,
                                                FirstLine line, std::string target) {
    const Time now = console.parts.clock.now();
    if (target.empty()) target = line.viewer.key()->target;
    auto wanted = console.parts.pages.read(target, now);
    if (!wanted) co_return wanted.error();
    if (!wanted->share.empty()) co_return access::content_not_found(ContentRef::Type::dashboard);
    auto found = console.parts.sessions.look_at(line.viewer, wanted->ref);
    if (!found) co_return found.error();
    const std::string title = line.viewer.content->title;
    auto shown =
        co_await dressed_line(console, request, std::move(line), std::move(*wanted), title);
    co_return shown;
}

/// The page of an open share at an address of its own, which says how it is to be shown. Another
/// share's address is none of this session's.
asio::awaitable<Result<FirstLine>> line_of_share(Context& console, http::Request& request,
                                                 FirstLine line, std::string target) {
    const auto* share = line.viewer.snapshot->share(line.viewer.session->share);
    auto wanted = console.parts.pages.read(target, console.parts.clock.now());
    const bool own =
        wanted && share != nullptr && !wanted->share.empty() && wanted->share == share->token;
    if (!own) {
        co_return invalid("content_not_expected", "This session shows one dashboard only.",
                          "content");
    }
    wanted->ref.id = line.viewer.view->uid;
    const std::string title = line.viewer.view->title;
    auto shown =
        co_await dressed_line(console, request, std::move(line), std::move(*wanted), title);
    co_return shown;
}

/// The page of a dashboard snapshot. The address says how it looks; there is nothing to choose.
asio::awaitable<Result<FirstLine>> line_of_snapshot(Context& console, http::Request& request,
                                                    FirstLine line) {
    const Time now = console.parts.clock.now();
    auto wanted = console.parts.pages.read(line.viewer.dashboard_snapshot()->target, now);
    if (!wanted) co_return wanted.error();
    line.members["sharable"] = {{"target", wanted->target},
                                {"session_ttl", rest_of(line.viewer, now)},
                                {"page", std::move(wanted->page)}};
    if (line.view.query_timezone.empty()) line.view.query_timezone = wanted->query_timezone;
    const auto theme = wanted->appearance.theme;
    auto shown = co_await line_of_view(console, request, std::move(line));
    if (!shown) co_return shown.error();
    if (!theme.empty()) shown->members["dashboard"].as_object()["theme"] = theme;
    co_return shown;
}

/// The URL's filters, under what the caller chose himself.
void add_filters(FirstLine& line, const access::ContentRequest& wanted) {
    auto values = access::filters_as_values(*line.viewer.view, wanted.filters);
    for (auto& [name, chosen] : line.view.variables)
        values[name] = chosen;
    line.view.variables = std::move(values);
    if (line.view.query_timezone.empty()) line.view.query_timezone = wanted.query_timezone;
}

}  // namespace

asio::awaitable<Result<FirstLine>> first_line(Context& console, http::Request& request,
                                              access::Viewer viewer, access::ViewRequest view,
                                              std::string target) {
    view.gives_way = true;
    FirstLine line{std::move(viewer), {}, std::nullopt, std::move(view)};
    const auto* person = line.viewer.person();
    if (line.viewer.key() != nullptr) {
        auto shown = co_await line_of_page(console, request, std::move(line), std::move(target));
        co_return shown;
    }
    if (person == nullptr) {
        if (!target.empty()) {
            auto shown =
                co_await line_of_share(console, request, std::move(line), std::move(target));
            co_return shown;
        }
        if (line.viewer.dashboard_snapshot() != nullptr) {
            auto shown = co_await line_of_snapshot(console, request, std::move(line));
            co_return shown;
        }
        auto shown = co_await line_of_view(console, request, std::move(line));
        co_return shown;
    }
    if (target.empty()) target = person->target;
    const Time now = console.parts.clock.now();
    auto wanted =
        console.parts.content.read(target, *line.viewer.snapshot, line.viewer.session->org, now);
    if (!wanted) co_return wanted.error();
    if (!wanted->preload) {
        auto found = console.parts.sessions.look_at(line.viewer, wanted->ref);
        if (!found) co_return found.error();
    }
    line.members["embed"] = embed_json(line.viewer, *wanted, now);
    if (wanted->preload) {
        line.members["content"] = {
            {"type", "preload"}, {"id", ""}, {"title", ""}, {"url", "/embed/preload/"}};
        co_return line;
    }
    line.members["content"] = content_json(wanted->ref, line.viewer.content->title);
    if (!line.viewer.view) {
        line.members["folder"] = folder_json(console.parts.sessions.list(line.viewer));
        co_return line;
    }
    add_filters(line, *wanted);
    const auto appearance = std::move(wanted->appearance);
    auto shown = co_await line_of_view(console, request, std::move(line));
    if (!shown) co_return shown.error();
    auto& dashboard = shown->members["dashboard"].as_object();
    if (!appearance.theme.empty()) dashboard["theme"] = appearance.theme;
    dashboard["appearance"] = appearance_json(appearance);
    co_return shown;
}

Result<void> settle_content(Context& console, access::Viewer& viewer, const json::object& body) {
    const auto named = text_at(body, "content");
    if (!viewer.names_content()) {
        // Its own name is no other content: pages of open shares have it from the first line.
        if (!named || *named == "dashboards/" + viewer.view->uid) return {};
        return invalid("content_not_expected", "This session shows one dashboard only.", "content");
    }
    if (!named) {
        return invalid("content_required",
                       "Say which content this is about, for example \"dashboards/42\".",
                       "content");
    }
    auto ref = access::read_content_ref(*named);
    if (!ref) return ref.error();
    auto found = console.parts.sessions.look_at(viewer, *ref);
    if (!found) return found.error();
    if (!viewer.view) return not_found("content_not_found", "A folder has no data.");
    return {};
}

}  // namespace casement::console
