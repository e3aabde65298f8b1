#include "access/user_attributes.h"
#include "base/whole_number.h"
#include "console/listing.h"
#include "console/people_api.h"

namespace casement::console {
namespace {

std::string_view source_name(access::ResolvedAttribute::Source source) {
    using enum access::ResolvedAttribute::Source;
    switch (source) {
        case link:
            return "link";
        case user:
            return "own";
        case group:
            return "group";
        case default_value:
            return "default";
        case none:
            break;
    }
    return "none";
}

json::value group_that_gave(const store::Snapshot& snapshot,
                            const access::ResolvedAttribute& value) {
    if (value.source != access::ResolvedAttribute::Source::group) return nullptr;
    const auto& ranked = value.definition->group_values;
    const auto rank = static_cast<std::size_t>(value.rank);
    if (rank >= ranked.size()) return nullptr;
    const auto* group =
        access::find_own<store::Group>(snapshot, value.definition->org, ranked[rank].group);
    return group == nullptr ? json::value(nullptr) : json::value(group->name);
}

}  // namespace

std::int64_t id_part(const Call& call, std::size_t part) {
    return whole_number<std::int64_t>(call.request.captures.at(part)).value_or(0);
}

Error named(Error error, std::string_view code, std::string_view message) {
    if (error.kind != ErrorKind::not_found || error.code != "not_found") return error;
    return not_found(code, std::string(message));
}

std::vector<std::int64_t> ids_at(const json::object& body, std::string_view name) {
    std::vector<std::int64_t> ids;
    for (const auto& id : body.at(name).get_array())
        ids.push_back(id.get_int64());
    return ids;
}

Shape named_shape() {
    return Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("name", Shape::text())});
}

Shape ids_shape() {
    return Shape::list(Shape::integer(1, kAnyId), access::kMaxListed);
}

std::string anywhere(std::string_view text) {
    return "%" + std::string(text) + "%";
}

json::array attribute_values_json(const store::Snapshot& snapshot, store::OrgId org,
                                  const access::Person& person) {
    const auto groups = person.groups();
    const auto own = person.attributes();
    json::array list;
    for (const auto& value : access::resolve_attributes(snapshot, org, groups, own,
                                                        access::ResolvedAttribute::Source::user)) {
        if (value.definition == nullptr) continue;
        const bool hidden = access::is_hidden(*value.definition);
        const bool shown = value.value.has_value() && !hidden;
        list.push_back({{"id", value.definition->id},
                        {"name", value.definition->name},
                        {"label", value.definition->label},
                        {"type", value.definition->type},
                        {"hidden", hidden},
                        {"source", source_name(value.source)},
                        {"group", group_that_gave(snapshot, value)},
                        {"value", shown ? json::value(*value.value) : json::value(nullptr)}});
    }
    return list;
}

Shape attribute_values_shape() {
    return list_shape(
        "attributes",
        Shape::object(
            {required("id", Shape::integer(1, kAnyId)), required("name", Shape::text()),
             required("label", Shape::text()), required("type", Shape::text()),
             required("hidden", Shape::boolean()),
             required("source", Shape::one_of({"own", "group", "default", "link", "none"})),
             required("group", Shape::text().or_null().described("That gives the value.")),
             required("value", Shape::text().or_null().described(
                                   "null where there is none, and where it is hidden."))}));
}

}  // namespace casement::console
