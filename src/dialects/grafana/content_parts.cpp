#include "dialects/grafana/content_parts.h"

#include "dialects/grafana/errors.h"
#include "dialects/grafana/query.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr std::size_t kLongestSlug = 80;

/// Codes that the vendor answers in a way of its own.
struct Refusal {
    std::string_view code;
    int status;
    std::string_view state;       ///< `status` in the body
    std::string_view message_id;  ///< of the typed shape
};

constexpr std::array kRefusals{
    Refusal{"dashboard_version_mismatch", 412, "version-mismatch", {}},
    Refusal{"folder_version_mismatch", 412, "version-mismatch", {}},
    Refusal{"dashboard_not_found", 404, "not-found", {}},
    Refusal{"folder_not_found", 404, "not-found", {}},
    Refusal{"dashboard_title_empty", 400, "empty-name", {}},
    Refusal{"folder_too_deep", 400, {}, "folder.maximum-depth-reached"},
    Refusal{"folder_circular", 400, {}, "folder.circular-reference"},
};

}  // namespace

Handle on(ContentPartsPtr parts, ContentHandler handler) {
    return [parts = std::move(parts), handler](Call& call) { return handler(*parts, call); };
}

std::string slug_of(std::string_view title) {
    std::string slug;
    for (const char c : title) {
        if (slug.size() >= kLongestSlug) break;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            slug += c;
        } else if (c >= 'A' && c <= 'Z') {
            slug += static_cast<char>(c - 'A' + 'a');
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    while (slug.ends_with('-'))
        slug.pop_back();
    return slug;
}

std::string url_of(const store::Dashboard& row) {
    const auto slug = slug_of(row.title);
    return slug.empty() ? fmt::format("/d/{}", row.uid) : fmt::format("/d/{}/{}", row.uid, slug);
}

std::string url_of(const store::Folder& row) {
    const auto slug = slug_of(row.name);
    return slug.empty() ? fmt::format("/dashboards/f/{}", row.uid)
                        : fmt::format("/dashboards/f/{}/{}", row.uid, slug);
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view kSpaces = " \t\r\n\v\f";
    const auto begin = text.find_first_not_of(kSpaces);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1));
}

Result<void> check_uid(std::string_view uid) {
    if (uid.size() > kLongestUid) {
        return invalid("uid_too_long", "uid too long, max 40 characters");
    }
    const bool legal = std::all_of(uid.begin(), uid.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
    if (!legal) return invalid("uid_illegal", "uid contains illegal characters");
    return {};
}

Result<std::int64_t> folder_of(const store::Snapshot& snapshot, const access::Principal& who,
                               std::string_view uid) {
    if (uid.empty() || uid == kGeneral) return 0;
    const auto* row = access::find_seen_folder(snapshot, who, uid);
    if (row == nullptr) return invalid("folder_unknown", "folder not found");
    return row->id;
}

std::vector<std::string> values_of(const Call& call, std::string_view name) {
    std::vector<std::string> values;
    auto parameters = read_query(call.request.target);
    if (!parameters) return values;
    for (auto& parameter : *parameters) {
        if (parameter.name == name && !parameter.value.empty()) {
            values.push_back(std::move(parameter.value));
        }
    }
    return values;
}

Range range_of(const Call& call, std::size_t total, std::int64_t usual, std::int64_t most) {
    const auto size = static_cast<std::size_t>(std::min(call.number("limit", usual), most));
    const auto page = static_cast<std::size_t>(call.number("page", 1)) - 1;
    // Divided, so that a page far out does not wrap around.
    const auto begin = page > total / size ? total : std::min(page * size, total);
    return {begin, begin + std::min(size, total - begin)};
}

http::Response refused(const Error& error) {
    const auto* found = std::find_if(kRefusals.begin(), kRefusals.end(),
                                     [&](const auto& one) { return one.code == error.code; });
    if (found == kRefusals.end()) return api_error(error);
    json::object body;
    if (!found->message_id.empty()) {
        body["statusCode"] = found->status;
        body["messageId"] = found->message_id;
    }
    body["message"] = error.message;
    if (!found->state.empty()) body["status"] = found->state;
    if (!found->message_id.empty()) body["traceID"] = "";
    return http::Response::json(found->status, body);
}

}  // namespace casement::grafana
