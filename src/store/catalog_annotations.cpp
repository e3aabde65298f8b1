#include "store/catalog_annotations.h"

#include "base/log.h"

#include <set>

namespace casement::store {
namespace {

class Conditions {
  public:
    explicit Conditions(const AnnotationQuery& query) {
        wanted_.where = "t.org = :org";
        add_parameter(wanted_.parameters, query.org);
        if (query.id != 0) add(" AND t.id = :this", query.id);
        if (query.dashboard && *query.dashboard == 0) {
            wanted_.where += " AND t.dashboard IS NULL";
        } else if (query.dashboard) {
            add(" AND t.dashboard = :dashboard", *query.dashboard);
        }
        if (query.panel != 0) add(" AND t.panel = :panel", query.panel);
        if (query.author != 0) add(" AND t.author = :author", query.author);
        if (query.from) add(" AND t.ends_at >= :from", to_unix_micros(*query.from));
        if (query.to) add(" AND t.starts_at <= :to", to_unix_micros(*query.to));
        add_tags(query);
        if (query.after) {
            const auto ends_at = to_unix_micros(query.after->first);
            add(" AND (t.ends_at < :before", ends_at);
            add(" OR (t.ends_at = :end", ends_at);
            add(" AND t.id < :id))", query.after->second);
        }
        wanted_.tail = fmt::format("ORDER BY t.ends_at DESC, t.id DESC LIMIT {}", query.limit);
    }

    [[nodiscard]] const Selection& wanted() const { return wanted_; }

  private:
    template <class Value>
    void add(std::string_view condition, Value value) {
        wanted_.where += condition;
        add_parameter(wanted_.parameters, std::move(value));
    }
    void add_tags(const AnnotationQuery& query) {
        const std::set<std::string> tags(query.tags.begin(), query.tags.end());
        if (tags.empty()) return;
        wanted_.where +=
            " AND (SELECT COUNT(*) FROM annotation_tags a WHERE a.annotation = t.id "
            "AND a.tag IN (";
        int number = 0;
        for (const auto& tag : tags) {
            add(fmt::format("{}:tag{}", number == 0 ? "" : ", ", number), tag);
            ++number;
        }
        wanted_.where += fmt::format(")) >= {}", query.any_tag ? 1 : tags.size());
    }

    Selection wanted_;
};

void put_tags(soci::session& session, const Annotation& row) {
    session << "DELETE FROM annotation_tags WHERE annotation = :id", soci::use(row.id);
    for (const auto& tag : std::set<std::string>(row.tags.begin(), row.tags.end())) {
        require_text("tags", tag);
        session << "INSERT INTO annotation_tags (annotation, org, tag) VALUES (:id, :org, :tag)",
            soci::use(row.id), soci::use(row.org), soci::use(tag);
    }
}

}  // namespace

std::vector<Annotation> find_annotations(soci::session& session, const SecretBox& secrets,
                                         const AnnotationQuery& query) {
    std::vector<Annotation> found;
    for (const auto& tag : query.tags)
        if (!storable(tag)) return found;  // nothing has such a tag
    load_rows<Annotation>(
        session, secrets, Conditions(query).wanted(),
        [&](Annotation row) { found.push_back(std::move(row)); },
        [](std::int64_t id, const BadValue& bad) {
            log::error("catalog_row_unreadable", {{"table", "annotations"},
                                                  {"id", id},
                                                  {"column", bad.column},
                                                  {"detail", bad.what()}});
        });
    return found;
}

std::vector<AnnotationTag> tags_of_annotations(soci::session& session, OrgId org) {
    AnnotationTag row;
    soci::indicator has_dashboard = soci::i_ok;
    soci::statement statement =
        (session.prepare << "SELECT a.tag, t.dashboard, COUNT(*) FROM annotation_tags a "
                            "JOIN annotations t ON t.id = a.annotation WHERE a.org = :org "
                            "GROUP BY a.tag, t.dashboard ORDER BY a.tag",
         soci::use(org), soci::into(row.tag), soci::into(row.dashboard, has_dashboard),
         soci::into(row.count));
    statement.execute();
    std::vector<AnnotationTag> tags;
    while (statement.fetch()) {
        if (has_dashboard == soci::i_null) row.dashboard = 0;
        tags.push_back(row);
    }
    return tags;
}

bool has_place(soci::session& session, const Annotation& row) {
    if (row.dashboard == 0) return true;
    std::int64_t count = 0;
    session << "SELECT COUNT(*) FROM dashboards WHERE id = :id AND org = :org",
        soci::use(row.dashboard), soci::use(row.org), soci::into(count);
    return count > 0;
}

void insert_annotation(soci::session& session, const SecretBox& secrets, Annotation& row) {
    session << "UPDATE counters SET value = value + 1 WHERE name = 'annotations' RETURNING value",
        soci::into(row.id);
    Cells cells;
    add_parameter(cells, row.id);
    cells.back().column = "id";
    CellWriter writer(cells, secrets);
    visit_columns(writer, row);
    insert_cells(session, Table<Annotation>::name, cells);
    put_tags(session, row);
}

void update_annotation(soci::session& session, const SecretBox& secrets, const Annotation& row) {
    Annotation stored = row;
    Cells cells;
    CellWriter writer(cells, secrets);
    visit_columns(writer, stored);
    update_cells(session, Table<Annotation>::name, row.id, cells);
    put_tags(session, row);
}

bool remove_annotation(soci::session& session, OrgId org, std::int64_t id) {
    session << "DELETE FROM annotation_tags WHERE annotation = :id AND org = :org", soci::use(id),
        soci::use(org);
    std::int64_t removed = 0;
    session << "DELETE FROM annotations WHERE id = :id AND org = :org RETURNING id", soci::use(id),
        soci::use(org), soci::into(removed);
    return session.got_data();
}

void remove_annotations_of(soci::session& session, std::int64_t dashboard) {
    session << "DELETE FROM annotation_tags WHERE annotation IN "
               "(SELECT id FROM annotations WHERE dashboard = :id)",
        soci::use(dashboard);
    session << "DELETE FROM annotations WHERE dashboard = :id", soci::use(dashboard);
}

}  // namespace casement::store
