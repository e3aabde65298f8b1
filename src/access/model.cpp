#include "access/model.h"

#include "access/embed_permissions.h"
#include "access/model_values.h"
#include "base/encoding.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::int64_t kMaxRelations = 256;
constexpr std::int64_t kMaxFilters = 16;
constexpr std::int64_t kMaxColumns = 256;
constexpr std::int64_t kMaxName = 128;

Error wrong(const std::string& path, std::string_view what) {
    return invalid("invalid_model", fmt::format("\"{}\" {}.", path, what), path);
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

/// A name that a person can read and a source can hold.
bool is_plain(std::string_view text) {
    return !text.empty() && text.size() <= static_cast<std::size_t>(kMaxName) && is_utf8(text) &&
           !has_control(text);
}

std::string text_of(const json::value& value) {
    const auto& text = value.get_string();
    return {text.data(), text.size()};
}

Result<ModelFilter> read_filter(const json::object& written, const std::string& path) {
    ModelFilter filter;
    filter.column = text_of(written.at("column"));
    if (has_control(filter.column)) {
        return wrong(path + ".column", "must not hold control characters");
    }
    filter.attribute = text_of(written.at("attribute"));
    const auto type = text_at(written, "type").value_or("text");
    if (type == "number") filter.type = data::RowFilter::Type::number;
    if (type == "time") filter.type = data::RowFilter::Type::time;
    if (text_at(written, "match") == "range") filter.kind = data::RowFilter::Kind::range;
    return filter;
}

Result<ModelColumn> read_column(std::string_view name, const json::object& written,
                                const std::string& path) {
    if (!is_plain(name)) return wrong(path, "is a name that is empty, too long or not plain text");
    ModelColumn column;
    column.name = name;
    const auto show = text_of(written.at("show"));
    if (show == "null") column.how = data::CoveredColumn::How::as_null;
    if (show == "stars") column.how = data::CoveredColumn::How::as_text;
    if (const auto unless = text_at(written, "unless")) {
        const auto* permission = find_embed_permission(*unless);
        if (permission == nullptr || !permission->grantable) {
            return wrong(path + ".unless",
                         "must be a permission that embed users can have, such as \"see_sql\"");
        }
        column.unless = *unless;
    }
    return column;
}

Result<void> read_columns(const json::object& written, const std::string& path,
                          ModelRelation& relation) {
    const auto* columns = written.if_contains("columns");
    if (columns == nullptr) return {};
    std::set<std::string> names;
    for (const auto& [name, cover] : columns->get_object()) {
        const auto at = fmt::format("{}.columns.{}", path, std::string_view(name));
        if (!names.insert(lower(name)).second) return wrong(at, "stands there twice");
        auto column = read_column(name, cover.get_object(), at);
        if (!column) return column.error();
        relation.columns.push_back(std::move(*column));
    }
    return {};
}

Result<ModelRelation> read_relation(std::string_view name, const json::object& written) {
    ModelRelation relation;
    relation.name = name;
    const auto path = fmt::format("relations.{}", name);
    if (auto covered = read_columns(written, path, relation); !covered) return covered.error();
    const auto* filters = written.if_contains("row_filters");
    if (filters == nullptr) return relation;
    const auto& list = filters->get_array();
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto filter = read_filter(list[i].get_object(), fmt::format("{}.row_filters[{}]", path, i));
        if (!filter) return filter.error();
        relation.filters.push_back(std::move(*filter));
    }
    return relation;
}

/// Values that their owner cannot change.
AttributeValues firm_attributes(const EmbedGrant& grant) {
    AttributeValues values;
    for (const auto& [name, texts] : grant.attributes) {
        const bool editable =
            std::find(grant.editable.begin(), grant.editable.end(), name) != grant.editable.end();
        if (!editable) values.emplace(name, texts);
    }
    return values;
}

/// The same words whether the model is missing, damaged or not granted.
Error not_granted() {
    return forbidden("model_not_granted", "You have not been given access to this data.");
}

Error unreadable() {
    return forbidden("model_not_granted",
                     "This data cannot be shown: the model that it belongs to is missing or "
                     "damaged. Whoever looks after the dashboard can mend it.");
}

/// Nobody: every covered column stays covered.
bool sees_nothing_covered(const std::string&) {
    return false;
}

template <class Sees>
data::ScopePtr bound_scope(const Model& model, const AttributeValues& attributes, Sees sees) {
    std::vector<data::ScopedRelation> relations;
    for (const auto& relation : model.relations) {
        data::ScopedRelation scoped{relation.name, {}, {}};
        for (const auto& filter : relation.filters) {
            data::RowFilter bound{filter.column, filter.type, {}, filter.kind};
            const auto found = attributes.find(filter.attribute);
            if (found != attributes.end()) {
                bound.values = usable_values(found->second, filter.type, filter.kind);
            }
            scoped.filters.push_back(std::move(bound));
        }
        for (const auto& column : relation.columns) {
            if (!sees(column.unless)) scoped.covered.push_back({column.name, column.how});
        }
        relations.push_back(std::move(scoped));
    }
    return data::make_scope(model.name, std::move(relations));
}

template <class Whose>
PlannedQuery plan(const Model& model, const Whose& whose) {
    return {model.source, model.name, scope_of(model, whose)};
}

bool is_governed(const store::Snapshot& snapshot, store::OrgId org, std::string_view source) {
    const auto models = snapshot.list<store::Model>(org);
    return std::any_of(models.begin(), models.end(),
                       [&](const auto* row) { return row->source == source; });
}

}  // namespace

const Shape& model_shape() {
    static const Shape shape = Shape::object({required(
        "relations",
        Shape::map(
            Shape::object(
                {optional(
                     "row_filters",
                     Shape::list(
                         Shape::object({
                             required("column",
                                      Shape::text(1, kMaxName)
                                          .described("Rows stay whose value in this column is "
                                                     "one of the attribute's values.")),
                             required(
                                 "attribute",
                                 Shape::text(1, 64)
                                     .matching("[a-z0-9_]{1,64}")
                                     .described("A user attribute. Without a value: no rows.")),
                             optional("type",
                                      Shape::one_of({"text", "number", "time"})
                                          .described("What the column holds. Default: text.")),
                             optional("match", Shape::one_of({"one_of", "range"})
                                                   .described("range: the attribute's value is "
                                                              "\"low..high\", an open end empty. "
                                                              "Default: one_of.")),
                         }),
                         kMaxFilters)
                         .described("All of them hold.")),
                 optional("columns",
                          Shape::map(
                              Shape::object(
                                  {required("show", Shape::one_of({"hidden", "null", "stars"})),
                                   optional("unless", Shape::text(1, 64).described(
                                                          "A permission of embed users; who has it "
                                                          "sees the column as it is."))}),
                              kMaxColumns)
                              .described("Columns that are not shown as they are."))}),
            kMaxRelations)
            .described("The relations of the source that queries may read."))});
    return shape;
}

Result<Model> read_model(const store::Model& row) {
    if (auto error = check(row.document, model_shape())) {
        error->code = "invalid_model";
        return *error;
    }
    Model model;
    model.name = row.name;
    model.label = row.label;
    model.source = row.source;
    const auto& relations = row.document.at("relations").get_object();
    if (relations.empty()) return wrong("relations", "needs at least one relation");
    std::set<std::string> names;
    for (const auto& [name, written] : relations) {
        const std::string_view text = name;
        if (!is_plain(text)) {
            return wrong("relations",
                         fmt::format("has a name that is empty, longer than {} bytes or not "
                                     "plain text",
                                     kMaxName));
        }
        // Sources compare names without regard to case.
        if (!names.insert(lower(text)).second) {
            return wrong(fmt::format("relations.{}", text), "stands there twice");
        }
        auto relation = read_relation(text, written.get_object());
        if (!relation) return relation.error();
        model.relations.push_back(std::move(*relation));
    }
    return model;
}

AttributeValues firm_values(const EmbedGrant& grant) {
    AttributeValues values(grant.attributes.begin(), grant.attributes.end());
    for (const auto& name : grant.editable)
        values.erase(name);
    return values;
}

data::ScopePtr scope_of(const Model& model, const AttributeValues& attributes) {
    return bound_scope(model, attributes, sees_nothing_covered);
}

data::ScopePtr scope_of(const Model& model, const EmbedGrant& grant) {
    return bound_scope(model, firm_attributes(grant), [&](const std::string& unless) {
        const auto* permission = find_embed_permission(unless);
        if (permission == nullptr) return false;
        return permission->per_model ? grant.allows(unless, model.name) : grant.allows(unless);
    });
}

std::string_view to_string(data::RowFilter::Type type) {
    switch (type) {
        case data::RowFilter::Type::number:
            return "number";
        case data::RowFilter::Type::time:
            return "time";
        case data::RowFilter::Type::text:
            break;
    }
    return "text";
}

std::string_view to_string(data::RowFilter::Kind kind) {
    return kind == data::RowFilter::Kind::range ? "range" : "one_of";
}

std::string_view to_string(data::CoveredColumn::How how) {
    switch (how) {
        case data::CoveredColumn::How::as_null:
            return "null";
        case data::CoveredColumn::How::as_text:
            return "stars";
        case data::CoveredColumn::How::hidden:
            break;
    }
    return "hidden";
}

Result<PlannedQuery> plan_query(const store::Snapshot& snapshot, store::OrgId org,
                                const EmbedGrant& grant, std::string_view source,
                                std::string_view model) {
    if (!model.empty()) {
        const auto* row = snapshot.by_name<store::Model>(org, model);
        if (row == nullptr || !grant.allows("access_data", row->name)) return not_granted();
        const auto read = read_model(*row);
        if (!read) return unreadable();
        return plan(*read, grant);
    }
    bool governed = false;
    const store::Model* only = nullptr;
    for (const auto* row : snapshot.list<store::Model>(org)) {
        if (row->source != source) continue;
        governed = true;
        if (!grant.allows("access_data", row->name)) continue;
        if (only != nullptr) {
            return forbidden("model_not_granted",
                             "This panel's query names a source that several of your models read, "
                             "so it is not clear which rows are yours. Its author can name the "
                             "model.");
        }
        only = row;
    }
    if (only != nullptr) {
        const auto read = read_model(*only);
        if (!read) return unreadable();
        return plan(*read, grant);
    }
    // A model of that name over another source has been granted under it, not this source.
    const bool stands_for_itself = !governed && snapshot.source_by_name(org, source) != nullptr &&
                                   snapshot.by_name<store::Model>(org, source) == nullptr;
    if (!stands_for_itself || !grant.allows("access_data", source)) return not_granted();
    return PlannedQuery{std::string(source), std::string(source), nullptr};
}

Result<PlannedQuery> plan_query(const store::Snapshot& snapshot, store::OrgId org,
                                const AttributeValues& locked, std::string_view source,
                                std::string_view model, SourceRule rule) {
    if (model.empty()) {
        const bool closed = rule == SourceRule::closed ||
                            (rule == SourceRule::ungoverned && is_governed(snapshot, org, source));
        if (!closed) return PlannedQuery{std::string(source), {}, nullptr};
        return forbidden("query_not_scoped",
                         "This panel reads a whole source, and only some rows are for you to see. "
                         "Its author can let it read a model instead.");
    }
    const auto* row = snapshot.by_name<store::Model>(org, model);
    if (row == nullptr) return unreadable();
    const auto read = read_model(*row);
    if (!read) return unreadable();
    return plan(*read, locked);
}

}  // namespace casement::access
