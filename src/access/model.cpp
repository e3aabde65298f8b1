#include "access/model.h"

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
    filter.type = type == "number" ? data::RowFilter::Type::number : data::RowFilter::Type::text;
    return filter;
}

Result<ModelRelation> read_relation(std::string_view name, const json::object& written) {
    ModelRelation relation;
    relation.name = name;
    const auto path = fmt::format("relations.{}", name);
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

/// A decimal number as the source will bind it: "-3.5", "1e3". Never "inf", "0x10" or " 1".
bool is_number(std::string_view text) {
    const auto digits = [&] {
        std::size_t count = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++count)
            text.remove_prefix(1);
        return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    std::size_t mantissa = digits();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        mantissa += digits();
    }
    if (mantissa == 0) return false;
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
        if (digits() == 0) return false;
    }
    return text.empty();
}

/// None when any of them is not of the type: half a list would be a guess at what was meant.
std::vector<std::string> usable(const std::vector<std::string>& values,
                                data::RowFilter::Type type) {
    std::vector<std::string> kept;
    for (const auto& value : values) {
        if (value.empty()) continue;
        if (type == data::RowFilter::Type::number && !is_number(value)) return {};
        kept.push_back(value);
    }
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    return kept;
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

PlannedQuery plan(const Model& model, const AttributeValues& attributes) {
    return {model.source, model.name, scope_of(model, attributes)};
}

}  // namespace

const Shape& model_shape() {
    static const Shape shape = Shape::object({required(
        "relations",
        Shape::map(
            Shape::object({optional(
                "row_filters",
                Shape::list(
                    Shape::object({
                        required("column", Shape::text(1, kMaxName)
                                               .described("Rows stay whose value in this column is "
                                                          "one of the attribute's values.")),
                        required("attribute",
                                 Shape::text(1, 64)
                                     .matching("[a-z0-9_]{1,64}")
                                     .described("A user attribute. Without a value: no rows.")),
                        optional("type", Shape::one_of({"text", "number"})
                                             .described("What the column holds. Default: text.")),
                    }),
                    kMaxFilters)
                    .described("All of them hold."))}),
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
        if (text.empty() || text.size() > static_cast<std::size_t>(kMaxName) || !is_utf8(text) ||
            has_control(text)) {
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

data::ScopePtr scope_of(const Model& model, const AttributeValues& attributes) {
    std::vector<data::ScopedRelation> relations;
    for (const auto& relation : model.relations) {
        data::ScopedRelation scoped{relation.name, {}};
        for (const auto& filter : relation.filters) {
            data::RowFilter bound{filter.column, filter.type, {}};
            const auto found = attributes.find(filter.attribute);
            if (found != attributes.end()) bound.values = usable(found->second, filter.type);
            scoped.filters.push_back(std::move(bound));
        }
        relations.push_back(std::move(scoped));
    }
    return data::make_scope(model.name, std::move(relations));
}

Result<PlannedQuery> plan_query(const store::Snapshot& snapshot, store::OrgId org,
                                const EmbedGrant& grant, std::string_view source,
                                std::string_view model) {
    if (!model.empty()) {
        const auto* row = snapshot.by_name<store::Model>(org, model);
        if (row == nullptr || !grant.allows("access_data", row->name)) return not_granted();
        const auto read = read_model(*row);
        if (!read) return unreadable();
        return plan(*read, firm_attributes(grant));
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
        return plan(*read, firm_attributes(grant));
    }
    // A model of that name over another source has been granted under it, not this source.
    const bool stands_for_itself = !governed && snapshot.source_by_name(org, source) != nullptr &&
                                   snapshot.by_name<store::Model>(org, source) == nullptr;
    if (!stands_for_itself || !grant.allows("access_data", source)) return not_granted();
    return PlannedQuery{std::string(source), std::string(source), nullptr};
}

Result<PlannedQuery> plan_query(const store::Snapshot& snapshot, store::OrgId org,
                                const AttributeValues& locked, std::string_view source,
                                std::string_view model) {
    if (model.empty()) return PlannedQuery{std::string(source), {}, nullptr};
    const auto* row = snapshot.by_name<store::Model>(org, model);
    if (row == nullptr) return unreadable();
    const auto read = read_model(*row);
    if (!read) return unreadable();
    return plan(*read, locked);
}

}  // namespace casement::access
