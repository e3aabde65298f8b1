// Models: the names that `models` in a link or a role can mean.
#include "access/model.h"
#include "dialects/looker/admin_people.h"

namespace casement::looker {
namespace {

using access::Permission;
using http::Method;

/// The relations of a model. Which rows of them a person sees is not told here.
json::array explores_of(const store::Model& row) {
    json::array explores;
    const auto model = access::read_model(row);
    if (!model) return explores;
    for (const auto& relation : model->relations) {
        explores.push_back(json::object{{"can", json::object{{"show", true}}},
                                        {"name", relation.name},
                                        {"label", relation.name},
                                        {"description", nullptr},
                                        {"group_label", nullptr},
                                        {"hidden", false}});
    }
    return explores;
}

/// `name` is a model's, or that of a source which no model is defined over.
json::object model_of(const Call& call, const store::Snapshot& snapshot, const std::string& name) {
    const auto* row = snapshot.by_name<store::Model>(call.who.org, name);
    const auto& source = row == nullptr ? name : row->source;
    const auto& label = row == nullptr || row->label.empty() ? name : row->label;
    return {{"can", can(call, Permission::sources_write, false)},
            {"name", name},
            {"label", label},
            {"project_name", source},
            {"has_content", true},
            {"unlimited_db_connections", false},
            {"allowed_db_connection_names", json::array{source}},
            {"explores", row == nullptr ? json::array() : explores_of(*row)}};
}

Answered list_models(const Admin& admin, Call& call) {
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto& name : model_names(*snapshot, call.who.org))
        bodies.push_back(model_of(call, *snapshot, name));
    auto rows = select_rows(call, std::move(bodies), {});
    if (!rows) co_return rows.error();
    co_return answer(call, std::move(*rows));
}

Answered get_model(const Admin& admin, Call& call) {
    const auto snapshot = admin.snapshot();
    const auto& name = call.part(0);
    const auto names = model_names(*snapshot, call.who.org);
    if (std::find(names.begin(), names.end(), name) == names.end()) co_return api_not_found();
    co_return answer(call, model_of(call, *snapshot, name));
}

}  // namespace

void add_model_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](std::string path, Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = Method::get,
                        .path = std::move(path),
                        .permission = Permission::dashboards_read,
                        .handle = on(admin, handler)});
    };
    add("/lookml_models", list_models);
    add("/lookml_models/{name}", get_model);
}

}  // namespace casement::looker
