// Looking at a model: the rows that somebody would see under it, and who reads it.
#include "access/model_preview.h"
#include "access/user_attributes.h"
#include "console/listing.h"
#include "console/source_api.h"
#include "console/source_body.h"

#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kMostAttributes = 100;
constexpr std::int64_t kMostValues = 100;
constexpr std::int64_t kLongestValue = 1024;

access::AttributeValues read_values(const json::object& written) {
    access::AttributeValues values;
    for (const auto& [name, list] : written) {
        auto& texts = values[std::string(name)];
        for (const auto& text : list.get_array())
            texts.emplace_back(text.get_string());
    }
    return values;
}

/// Of whom rows were shown: an attribute that is hidden stays so in the trail.
json::object recorded(const store::Snapshot& snapshot, store::OrgId org,
                      const access::AttributeValues& values) {
    json::object out;
    for (const auto& [name, texts] : values) {
        const auto* known = snapshot.by_name<store::UserAttribute>(org, name);
        json::array list;
        const bool is_shown = known == nullptr || !access::is_hidden(*known);
        for (const auto& text : texts)
            list.emplace_back(is_shown ? json::string(text) : json::string("***"));
        out[name] = std::move(list);
    }
    return out;
}

json::object to_json(const access::PreviewedRelation& relation) {
    json::array missing;
    for (const auto& name : relation.missing)
        missing.emplace_back(name);
    json::object out{{"name", relation.name},
                     {"missing", std::move(missing)},
                     {"table", nullptr},
                     {"error", nullptr}};
    if (relation.rows) {
        out["table"] = json::parse(relation.rows->json);
    } else {
        out["error"] =
            json::object{{"code", relation.error.code}, {"message", relation.error.message}};
    }
    return out;
}

asio::awaitable<Result<access::PreviewFor>> read_whose(Context& console, const Call& call) {
    const auto* user = call.body.if_contains("user");
    const auto* attributes = call.body.if_contains("attributes");
    if ((user == nullptr) == (attributes == nullptr)) {
        co_return invalid("invalid_body", "Give either \"attributes\" or a \"user\".",
                          "attributes");
    }
    if (attributes != nullptr) {
        co_return access::PreviewFor{read_values(attributes->get_object()), 0, {}};
    }
    auto asked =
        access::preview_for(console.catalog_parts(), call.principal.org, user->get_int64());
    auto whose = co_await std::move(asked);
    co_return whose;
}

Answered preview(Context& console, Call& call) {
    const auto row = console.parts.models.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    auto model = access::read_model(*row);
    if (!model) co_return model.error();
    const auto source = find_source(console, call, model->source);
    if (!source) {
        co_return Error{ErrorKind::unprocessable, "source_not_found",
                        fmt::format("Its source \"{}\" does not exist.", model->source), "source"};
    }
    auto whose = co_await read_whose(console, call);
    if (!whose) co_return whose.error();
    json::object detail{{"name", row->name},
                        {"attributes", recorded(*console.parts.catalog.snapshot(),
                                                call.principal.org, whose->values)}};
    if (whose->person != 0) detail["user"] = whose->person;
    // Before the rows are there: whoever may have seen them stands in the trail.
    console.catalog_parts().record(call.principal, "model.previewed",
                                   fmt::format("model:{}", row->id), std::move(detail));
    const auto count = model->relations.size();
    auto only = text_at(call.body, "relation").value_or("");
    const bool is_cut = only.empty() && count > access::kMostPreviewRelations;
    auto asked = access::preview_model(console.parts.engine, console.parts.clock,
                                       call.principal.org, source->type, std::move(*model),
                                       std::move(whose->values), std::move(only));
    auto relations = co_await std::move(asked);
    if (!relations) co_return relations.error();
    const auto show = [](const access::PreviewedRelation& one) { return to_json(one); };
    auto answer = list_of("relations", *relations, show);
    answer["user"] = whose->person == 0 ? json::value()
                                        : json::value{{"id", whose->person}, {"name", whose->name}};
    answer["cut"] = is_cut;
    co_return Response::json(200, answer);
}

Answered get_uses(Context& console, Call& call) {
    const auto row = console.parts.models.find(call.principal, call.request.captures.at(0));
    if (!row) co_return row.error();
    // The call outlives the work: it waits for it.
    const auto work = [&console, &row] {
        return access::uses_of_model(*console.parts.catalog.snapshot(), row->org, row->name);
    };
    auto uses = co_await console.parts.catalog.pool().run(work);
    co_return Response::json(200, uses_json(uses));
}

Operation preview_operation() {
    const Shape values =
        Shape::map(Shape::list(Shape::text(0, kLongestValue), kMostValues), kMostAttributes);
    const Shape person =
        Shape::object({required("id", Shape::integer(1, kAnyId)), required("name", Shape::text())});
    const Shape error =
        Shape::object({required("code", Shape::text()), required("message", Shape::text())});
    const Shape relation = Shape::object(
        {required("name", Shape::text()),
         required("missing", Shape::list(Shape::text(), 16)
                                 .described("Attributes of its row filters that have no value, or "
                                            "none of the filter's type: that leaves no rows.")),
         required("table", Shape::map(Shape::any())
                               .or_null()
                               .described("columns (name, type, values), rows, truncated.")),
         required("error", error.or_null())});
    Answer answer{200, "The first 50 rows of each relation.",
                  Shape::object({required("relations", Shape::list(relation, 256)),
                                 required("user", person.or_null()),
                                 required("cut", Shape::boolean().described(
                                                     "The model has more relations: name one."))})};
    return {
        .method = Method::post,
        .path = "/models/{name}/preview",
        .id = "previewModel",
        .tag = "Models",
        .summary = "The rows that somebody would see under a model",
        .description =
            "Of given attribute values, or of a user as he is stored. Covered "
            "columns are covered. It stands in the audit trail.",
        .permission = Permission::sources_write,
        .body = Shape::object(
            {optional("attributes", values.described("Values by attribute; {} for nobody.")),
             optional("user", Shape::integer(1, kAnyId).described("Of a user, embedded or not.")),
             optional("relation", Shape::text(1, 128).described("Only this one."))}),
        .answers = {std::move(answer)},
        .refusals = {{404, "model_not_found, user_not_found, relation_not_found"},
                     {422, "source_not_found"}},
        .handle = preview};
}

}  // namespace

std::vector<Operation> model_look_operations() {
    std::vector<Operation> all;
    all.push_back(preview_operation());
    all.push_back({.method = Method::get,
                   .path = "/models/{name}/uses",
                   .id = "getModelUses",
                   .tag = "Models",
                   .summary = "Dashboards and looks that read a model",
                   .permission = Permission::org_manage,
                   .answers = {{200, "Those in the bin do not count.", uses_shape()}},
                   .refusals = {{404, "model_not_found"}},
                   .handle = get_uses});
    return all;
}

}  // namespace casement::console
