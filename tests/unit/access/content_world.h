// Dashboards, looks and folders, and who asks for them.
#pragma once

#include "access/content.h"
#include "unit/access/embed_world.h"

#include <string>
#include <vector>

namespace casement::access {

using Texts = EmbedWorld::Texts;

inline const Texts kUserPermissions = {"access_data", "see_looks", "see_user_dashboards"};
inline const Texts kProvisionedPermissions = {"access_data", "see_lookml_dashboards"};
inline const Texts kLookPermissions = {"access_data", "see_looks"};

/// A query over a source, or over a model when its name is "model:…".
inline std::string panel(int id, const std::string& over) {
    const bool model = over.starts_with("model:");
    return R"({"id": )" + std::to_string(id) +
           R"(, "type": "table", "grid": {"x": 0, "y": 0, "w": 12, "h": 4}, "queries": [{")" +
           (model ? "model\": \"" + over.substr(6) : "source\": \"" + over) +
           R"(", "sql": "SELECT 1"}]})";
}

class ContentTest : public testing::Test, public EmbedWorld {
  protected:
    ContentTest() {
        source("flights");
        model("flights", "flights");
        model("carriers", "flights");
        source("plain");
    }

    static json::object document(const Texts& over, const std::string& more = "") {
        std::string panels;
        for (std::size_t i = 0; i < over.size(); ++i)
            panels += (i == 0 ? "" : ",") + panel(static_cast<int>(i) + 1, over[i]);
        if (over.empty()) {
            panels = R"({"id": 1, "type": "text", "markdown": "Hello",
                         "grid": {"x": 0, "y": 0, "w": 12, "h": 4}})";
        }
        return parse_json(R"({"title": "T")" + more + R"(, "panels": [)" + panels + "]}")
            .value()
            .as_object();
    }
    store::Dashboard dashboard(const std::string& uid, const Texts& over, std::int64_t in = 0,
                               bool provisioned = false) {
        store::Dashboard row;
        row.org = 1;
        row.uid = uid;
        row.dialect = "casement";
        row.title = "Title of " + uid;
        row.document = document(over);
        row.folder = in;
        row.provisioned = provisioned;
        return put(row);
    }
    store::Look look(const Texts& over, std::int64_t in = 0) {
        store::Look row;
        row.org = 1;
        row.title = "A look";
        row.document = document(over);
        row.folder = in;
        return put(row);
    }
    store::Folder folder_row(const std::string& name, std::int64_t parent = 0,
                             std::vector<std::int64_t> groups = {}, std::int64_t external = 0) {
        store::Folder row;
        row.org = 1;
        row.name = name;
        row.parent = parent;
        row.groups = std::move(groups);
        row.external_group = external;
        return put(row);
    }
    /// A grant of one role, as a link makes it.
    EmbedGrant with(Texts permissions, Texts models) const {
        EmbedLogin link = login();
        link.permissions = std::move(permissions);
        link.models = std::move(models);
        return grant(link);
    }
    EmbedGrant member(const store::Group& of, Texts permissions = kUserPermissions,
                      Texts models = {"flights"}) const {
        EmbedGrant made = with(std::move(permissions), std::move(models));
        made.groups.push_back(of.id);
        return made;
    }
    bool sees(const EmbedGrant& whose, const std::string& path) {
        const auto ref = read_content_ref(path).value();
        const auto snapshot = catalog->snapshot();
        const auto found = find_content(*snapshot, 1, whose, ref, documents);
        if (found) return true;
        EXPECT_EQ(found.error().kind, ErrorKind::not_found);
        EXPECT_EQ(found.error().code, "content_not_found");
        EXPECT_EQ(found.error().message, content_not_found(ref.type).message);
        return false;
    }
    FolderListing list(const EmbedGrant& whose, std::int64_t id) {
        const auto snapshot = catalog->snapshot();
        const auto found = find_content(*snapshot, 1, whose,
                                        {ContentRef::Type::folder, std::to_string(id)}, documents);
        return list_folder(*snapshot, 1, whose, found.value(), documents);
    }
    static Texts titles(const std::vector<FolderListing::Entry>& entries) {
        Texts all;
        for (const auto& entry : entries)
            all.push_back(entry.title);
        return all;
    }
};

}  // namespace casement::access
