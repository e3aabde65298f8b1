#include "access/model_service.h"

#include "access/publish_check.h"
#include "access/scope_certificate.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

Error no_such_model() {
    return not_found("model_not_found", "There is no model of this name.");
}
Error read_only() {
    return forbidden("model_read_only",
                     "This model comes from a provisioning folder; change it there.");
}
Error version_mismatch() {
    return conflict("model_version_mismatch",
                    "The model is not the one that this change was made from: read it again, and "
                    "send its \"version\".");
}
std::string object_of(const store::Model& row) {
    return fmt::format("model:{}", row.id);
}

/// The row as this transaction has it; null: none.
Result<std::optional<store::Model>> current(store::Transaction& tx, const store::Snapshot& snapshot,
                                            store::OrgId org, std::string_view name) {
    const auto* known = snapshot.by_name<store::Model>(org, name);
    if (known == nullptr) return std::optional<store::Model>();
    auto row = tx.load<store::Model>(known->id);
    if (row) return std::optional(std::move(*row));
    if (row.error().kind == ErrorKind::not_found) return std::optional<store::Model>();
    return row.error();
}

/// What a query can say of the relations: their names, and which columns are covered and how. By
/// whom rows are told apart, and who sees what is covered, is the organization's own knowledge: a
/// query that is written under the model needs none of it.
json::object for_queries(const json::object& document) {
    json::object relations;
    const auto* written = document.if_contains("relations");
    if (written == nullptr || !written->is_object()) return {{"relations", std::move(relations)}};
    for (const auto& [name, relation] : written->get_object()) {
        json::object shown;
        const auto* columns =
            relation.is_object() ? relation.get_object().if_contains("columns") : nullptr;
        if (columns != nullptr && columns->is_object()) {
            json::object covers;
            for (const auto& [column, cover] : columns->get_object()) {
                const auto* how =
                    cover.is_object() ? cover.get_object().if_contains("show") : nullptr;
                covers[column] = how == nullptr ? json::object{} : json::object{{"show", *how}};
            }
            shown["columns"] = std::move(covers);
        }
        relations[name] = std::move(shown);
    }
    return {{"relations", std::move(relations)}};
}

}  // namespace

Result<std::vector<store::Model>> ModelService::list(const Principal& who) const {
    if (auto allowed = who.require(Permission::dashboards_write); !allowed) return allowed.error();
    const bool is_whole = who.permissions.has(Permission::org_manage);
    std::vector<store::Model> rows;
    const auto snapshot = parts_.catalog.snapshot();
    for (const auto* row : snapshot->list<store::Model>(who.org)) {
        rows.push_back(*row);
        if (!is_whole) rows.back().document = for_queries(row->document);
    }
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return rows;
}

Result<store::Model> ModelService::find(const Principal& who, std::string_view name) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* row = snapshot->by_name<store::Model>(who.org, name);
    if (row == nullptr) return no_such_model();
    return *row;
}

asio::awaitable<Result<store::Model>> ModelService::put(Principal who, store::Model row,
                                                        std::string version) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    row.org = who.org;
    row.provisioned = false;
    if (const auto read = read_model(row); !read) co_return read.error();
    bool made = false;
    // Engine parsers run in here, where blocking is allowed.
    std::function<Result<store::Model>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::Model> {
        const auto snapshot = parts_.catalog.snapshot();
        auto old = current(tx, *snapshot, row.org, row.name);
        if (!old) return old.error();
        if (*old && (*old)->provisioned) return read_only();
        if (version != (*old ? hash_of(**old) : std::string())) return version_mismatch();
        const auto* source = snapshot->source_by_name(row.org, row.source);
        if (source == nullptr) {
            return Error{ErrorKind::unprocessable, "source_not_found",
                         fmt::format("There is no source \"{}\".", row.source), "source"};
        }
        if (auto fits = check_model(row, *source); !fits) return fits.error();
        CatalogChange change;
        change.models.emplace(row.name, row);
        if (auto proven = check_change(*snapshot, row.org, change); !proven) return proven.error();
        auto written = row;
        made = !old->has_value();
        if (made) {
            written.created_at = parts_.clock.now();
        } else {
            written.id = (*old)->id;
            written.created_at = (*old)->created_at;
        }
        auto done = made ? tx.insert(written) : tx.update(written);
        if (!done && done.error().code == "already_exists") return version_mismatch();
        if (!done) return done.error();
        return written;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(who, made ? "model.created" : "model.changed", object_of(*written),
                  {{"name", written->name}, {"version", hash_of(*written)}});
    co_return written;
}

asio::awaitable<Result<void>> ModelService::remove(Principal who, std::string name,
                                                   std::string version) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<store::Model>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<store::Model> {
        const auto snapshot = parts_.catalog.snapshot();
        auto old = current(tx, *snapshot, who.org, name);
        if (!old) return old.error();
        if (!*old) return no_such_model();
        if ((*old)->provisioned) return read_only();
        if (!version.empty() && version != hash_of(**old)) return version_mismatch();
        CatalogChange change;
        change.models.emplace(name, std::nullopt);
        if (auto proven = check_change(*snapshot, who.org, change); !proven) return proven.error();
        if (auto removed = tx.remove<store::Model>((*old)->id); !removed) return removed.error();
        return **old;
    };
    auto removed = co_await parts_.catalog.write(std::move(work));
    if (!removed) co_return removed.error();
    parts_.record(who, "model.deleted", object_of(*removed), {{"name", removed->name}});
    co_return Result<void>{};
}

}  // namespace casement::access
