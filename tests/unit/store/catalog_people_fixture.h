// Rows about people and content, for the catalog's tests.
#pragma once

#include "catalog_fixture.h"

namespace casement::store {

class PeopleTest : public CatalogTest {
  protected:
    static Group a_group(const std::string& name, const std::string& external = {}) {
        Group row;
        row.org = 1;
        row.name = name;
        row.external_group_id = external;
        return row;
    }
    static Folder a_folder(const std::string& name, std::int64_t parent = 0) {
        Folder row;
        row.org = 1;
        row.name = name;
        row.parent = parent;
        return row;
    }
    static Look a_look(const std::string& title, std::int64_t folder = 0) {
        Look row;
        row.org = 1;
        row.title = title;
        row.folder = folder;
        row.document = {{"panel", json::object{}}};
        return row;
    }
    template <class Row>
    static Row named(const std::string& name, OrgId org = 1) {
        Row row;
        if constexpr (requires { row.org; }) row.org = org;
        row.name = name;
        if constexpr (requires { row.label; }) row.label = name;
        return row;
    }
    template <class Row>
    static Error insert_fails(Catalog& catalog, Row row) {
        const auto result = write(catalog, [&](Transaction& tx) { return tx.insert(row); });
        EXPECT_FALSE(result.has_value());
        return result ? Error{} : result.error();
    }
    template <class Row>
    static Result<void> remove(Catalog& catalog, std::int64_t id) {
        return write(catalog, [&](Transaction& tx) { return tx.remove<Row>(id); });
    }
    template <class Row>
    static std::vector<std::string> names(const std::vector<const Row*>& rows) {
        std::vector<std::string> out;
        for (const auto* row : rows) {
            if constexpr (requires { row->title; }) {
                out.push_back(row->title);
            } else {
                out.push_back(row->name);
            }
        }
        return out;
    }
    using Names = std::vector<std::string>;
};

}  // namespace casement::store
