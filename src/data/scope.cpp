#include "data/scope.h"

#include <cstddef>

namespace casement::data {
namespace {

void add(std::string& key, std::string_view text) {
    key += std::to_string(text.size());
    key += ':';
    key += text;
}

}  // namespace

ScopePtr make_scope(std::string model, std::vector<ScopedRelation> relations) {
    auto scope = std::make_shared<Scope>();
    add(scope->key, model);
    add(scope->key, std::to_string(relations.size()));
    for (const auto& relation : relations) {
        add(scope->key, relation.name);
        add(scope->key, std::to_string(relation.filters.size()));
        for (const auto& filter : relation.filters) {
            add(scope->key, filter.column);
            add(scope->key, std::to_string(static_cast<int>(filter.type)));
            add(scope->key, std::to_string(static_cast<int>(filter.kind)));
            add(scope->key, std::to_string(filter.values.size()));
            for (const auto& value : filter.values)
                add(scope->key, value);
        }
        add(scope->key, std::to_string(relation.covered.size()));
        for (const auto& column : relation.covered) {
            add(scope->key, column.name);
            add(scope->key, std::to_string(static_cast<int>(column.how)));
        }
    }
    scope->model = std::move(model);
    scope->relations = std::move(relations);
    return scope;
}

Result<std::set<std::string>> ScopeProver::reads(const std::string& text, const std::string& model,
                                                 const std::vector<std::string>& relations) {
    if (auto proven = prove(text, model, relations); !proven) return proven.error();
    return std::set<std::string>(relations.begin(), relations.end());
}

}  // namespace casement::data
