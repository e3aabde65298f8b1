#include "console/dashboard_shapes.h"

#include "base/clock.h"
#include "console/listing.h"

#include <utility>

namespace casement::console {

json::object summary(const store::Dashboard& row) {
    return {{"id", row.id},
            {"uid", row.uid},
            {"title", row.title},
            {"dialect", row.dialect},
            {"author", row.author},
            {"provisioned", row.provisioned},
            {"revision", row.revision},
            {"created_at", to_rfc3339(row.created_at)},
            {"modified_at", to_rfc3339(row.modified_at)},
            {"deleted_at",
             row.deleted_at ? json::value(to_rfc3339(*row.deleted_at)) : json::value(nullptr)}};
}

json::object whole(const store::Dashboard& row) {
    auto out = summary(row);
    out["document"] = row.document;
    return out;
}

std::vector<ShapeMember> summary_members() {
    return {required("id", Shape::integer(1, kAnyId)),
            required("uid", Shape::text()),
            required("title", Shape::text()),
            required("dialect", Shape::text().described(
                                    "\"casement\": a native document. Otherwise the document is as "
                                    "its vendor's API took it.")),
            required("author", Shape::text()),
            required("provisioned", Shape::boolean()),
            required("revision", Shape::integer(0, kAnyId).described(
                                     "Counted up by each new title or document.")),
            required("created_at", Shape::text()),
            required("modified_at", Shape::text()),
            required("deleted_at", Shape::text().or_null())};
}

Shape whole_shape() {
    auto members = summary_members();
    members.push_back(required("document", Shape::object({}).open()));
    return Shape::object(std::move(members));
}

access::DashboardEdit edit_of(const json::object& body) {
    access::DashboardEdit edit;
    if (const auto* revision = body.if_contains("revision")) edit.revision = revision->get_int64();
    edit.message = text_at(body, "message").value_or("");
    return edit;
}

std::vector<ShapeMember> edit_members() {
    return {optional("revision", Shape::integer(0, kAnyId).described(
                                     "The one that was changed. Where somebody has saved another "
                                     "meanwhile, nothing is written.")),
            optional("message", Shape::text(0, 500).described("What was changed, and why."))};
}

}  // namespace casement::console
