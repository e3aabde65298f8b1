#include "console/viewer_calls.h"

#include <algorithm>
#include <utility>

namespace casement::console {

Shape view_shape(std::vector<ShapeMember> before, std::vector<std::string_view> without) {
    for (const auto& member : access::view_request_shape().members) {
        if (std::find(without.begin(), without.end(), member.name) == without.end()) {
            before.push_back(member);
        }
    }
    return Shape::object(std::move(before));
}

ShapeMember content_target() {
    return optional("content",
                    Shape::text(1, kMaxLink)
                        .described("Sessions of persons: path and query of what to show, for "
                                   "example /embed/dashboards/42?State=CA."));
}

ShapeMember content_name() {
    return optional("content", Shape::text(1, 256).described(
                                   "Sessions of persons, required there: dashboards/42."));
}

ShapeMember known_answers() {
    auto answer = Shape::object({required("panel", Shape::integer(0, 1'000'000)),
                                 optional("repeat", Shape::text(0, 4096)),
                                 required("version", Shape::text(1, 64))});
    return optional("have", Shape::list(std::move(answer), 1000)
                                .described("What the page has already, as the panels' lines named "
                                           "it. The line of such a panel may then say "
                                           "`unchanged`, or bring only the rows that are new."));
}

ShapeMember proof_secret() {
    return optional("secret", Shape::text(1, 256).described(
                                  "The secret that the session was opened with, where no cookie "
                                  "comes back."));
}

Result<access::ViewRequest> view_request(const json::object& body) {
    // Every operation's body has these members in its own shape and was held against it.
    return access::take_view_request(body);
}

std::map<access::PanelRef, std::string> have_of(const json::object& body) {
    std::map<access::PanelRef, std::string> have;
    const auto* list = body.if_contains("have");
    if (list == nullptr) return have;
    for (const auto& item : list->get_array()) {
        const auto& answer = item.get_object();
        const access::PanelRef panel(static_cast<int>(answer.at("panel").get_int64()),
                                     text_at(answer, "repeat"));
        const std::string version(answer.at("version").get_string());
        const auto [known, added] = have.emplace(panel, version);
        if (!added && known->second != version) known->second.clear();
    }
    return have;
}

std::string without_have(const json::object& body) {
    auto rest = body;
    rest.erase("have");
    return json::serialize(rest);
}

std::vector<int> ids_of(const std::vector<access::PanelRef>& panels) {
    std::vector<int> ids;
    for (const auto& panel : panels)
        if (std::find(ids.begin(), ids.end(), panel.id) == ids.end()) ids.push_back(panel.id);
    return ids;
}

std::string client_of(const http::Request& request) {
    return request.client.to_string();
}

std::string user_agent_of(const http::Request& request) {
    return std::string(request.headers.find("User-Agent").value_or(""));
}

access::ClientInfo client_info(const http::Request& request) {
    return {client_of(request), user_agent_of(request)};
}

json::object session_json(const access::Viewer& viewer) {
    return {{"id", viewer.session->id}, {"expires_at", to_rfc3339(viewer.session->expires_at)}};
}

ViewLog::Seen seen(std::string_view action, const access::ViewRequest& view,
                   const std::vector<int>& panels, const http::Request& request) {
    return {action, panels, &view.variables, {}, request.client, request.body};
}

void record_refused_view(Context& console, const access::Viewer& viewer, const Error& error,
                         ViewLog::Seen what) {
    if (error.kind != ErrorKind::forbidden) return;
    what.action = "query.refused";
    what.reason = error.code;
    console.views.record(viewer, what);
}

}  // namespace casement::console
