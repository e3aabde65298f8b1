// Who may do what with what: where a running server has too few groups and organizations.
#include "unit/grafana/account_world.h"

namespace casement::grafana {
namespace {

using http::Method;

class PermissionApiTest : public AccountWorld {
  protected:
    std::string roles(const std::string& path) {
        std::string told;
        const auto list = expect(200, Method::get, path);
        for (const auto& item : list.as_array())
            told += std::string(item.at("role").as_string()) + " " +
                    std::string(item.at("permissionName").as_string()) + ";";
        return told;
    }
    store::Folder folder_of_a_group() {
        store::Group group;
        group.org = 1;
        group.name = "Few";
        store::Folder folder;
        folder.org = 1;
        folder.uid = "few";
        folder.name = "Few";
        folder.groups = {put(group).id};
        return put(folder);
    }
};

TEST_F(PermissionApiTest, WhatIsKeptForAGroupIsNoRoles) {
    const auto few = folder_of_a_group();
    store::Folder inner;
    inner.org = 1;
    inner.uid = "inner";
    inner.name = "Inner";
    inner.parent = few.id;
    put(inner);
    expect(200, Method::post, "/api/dashboards/db",
           R"({"dashboard":{"uid":"d","title":"D"},"folderUid":"inner"})");
    for (const auto* path : {"/api/folders/few/permissions", "/api/folders/inner/permissions",
                             "/api/dashboards/uid/d/permissions"}) {
        EXPECT_EQ(roles(path), "") << path;
        expect(200, Method::post, path, R"({"items":[]})");
        expect(200, Method::post, path, R"({"items":[{"role":"Admin","permission":4}]})");
        // That would open it, and nothing has been opened.
        expect(400, Method::post, path, R"({"items":[{"role":"Viewer","permission":1}]})");
    }
}

TEST_F(PermissionApiTest, NobodyEditsWhatComesFromAFile) {
    store::Dashboard row;
    row.org = 1;
    row.uid = "file";
    row.dialect = "casement";
    row.title = "File";
    row.provisioned = true;
    put(row);
    EXPECT_EQ(roles("/api/dashboards/uid/file/permissions"), "Viewer View;Editor View;");
}

TEST_F(PermissionApiTest, AnotherOrganizationsAreNotThere) {
    expect(200, Method::post, "/api/folders", R"({"uid":"f","title":"F"})");
    expect(200, Method::post, "/api/dashboards/db", R"({"dashboard":{"uid":"d","title":"D"}})");
    store::Organization other;
    other.name = "Other";
    auto made = create_account_credentials(*catalog, random, clock, put(other).id, "Admin").value();
    const std::string stranger(made.api_key.reveal());
    for (const auto* path : {"/api/folders/f/permissions", "/api/dashboards/uid/d/permissions"}) {
        EXPECT_EQ(send(request(Method::get, path, stranger)).status, 404);
        EXPECT_EQ(send(request(Method::post, path, stranger, R"({"items":[]})")).status, 404);
    }
}

}  // namespace
}  // namespace casement::grafana
