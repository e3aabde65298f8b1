#include "data/postgres_scope.h"

#include "data/postgres_parse.h"
#include "data/postgres_scope_walk.h"
#include "data/postgres_text.h"
#include "data/query_errors.h"
#include "data/source_types.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data {

namespace json = boost::json;

namespace {

std::string fence_name(std::size_t place) {
    return fmt::format("{}_{}", kPostgresScopePrefix, place);
}

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

Error not_written_so() {
    return query_refused(
        "The query cannot be put over the model's relations. Name them plainly behind FROM or "
        "JOIN: not with TABLE, U&\"…\" or a star.");
}

/// Where the name that begins at `at` ends: one token, or three with a schema.
std::size_t name_end(const std::vector<PostgresToken>& tokens,
                     const PostgresScopeUse::Place& place) {
    const auto first = std::find_if(tokens.begin(), tokens.end(), [&](const PostgresToken& token) {
        return token.start == place.at;
    });
    const std::ptrdiff_t further = place.qualified ? 2 : 0;
    if (tokens.end() - first <= further) return 0;
    if (place.qualified && std::next(first)->kind != '.') return 0;
    return (first + further)->end;
}

/// The author's text with fences in the places of relations.
Result<std::string> fenced(const std::string& text, PostgresScopeUse use,
                           std::vector<std::string>& relations) {
    const auto tokens = postgres_tokens(text);
    if (!tokens) return tokens.error();
    std::sort(use.places.begin(), use.places.end(),
              [](const auto& one, const auto& other) { return one.at < other.at; });
    std::string out;
    std::size_t copied = 0;
    for (const auto& place : use.places) {
        const auto end = name_end(*tokens, place);
        if (place.at < copied || end <= place.at) return not_written_so();
        auto found = std::find(relations.begin(), relations.end(), place.relation);
        if (found == relations.end()) found = relations.insert(found, place.relation);
        out.append(text, copied, place.at - copied);
        out += quoted(fence_name(static_cast<std::size_t>(found - relations.begin())));
        if (!place.has_alias) out += " AS " + quoted(place.table);
        copied = end;
    }
    out.append(text, copied);
    return out;
}

/// The author's query inside of limited(): null when anything of it has got out of its brackets.
const json::object* inner_select(const json::object& outer) {
    static constexpr std::array<std::string_view, 5> kMembers = {"targetList", "fromClause",
                                                                 "limitCount", "limitOption", "op"};
    for (const auto& [name, value] : outer) {
        if (std::find(kMembers.begin(), kMembers.end(), std::string_view(name)) == kMembers.end()) {
            return nullptr;
        }
    }
    const auto only = [](const json::object& of, std::string_view member,
                         std::string_view kind) -> const json::object* {
        const auto* list = of.if_contains(member);
        if (list != nullptr && list->is_array()) {
            if (list->get_array().size() != 1) return nullptr;
            list = &list->get_array()[0];
        }
        const auto* object = list == nullptr ? nullptr : list->if_object();
        const auto* node = object == nullptr ? nullptr : object->if_contains(kind);
        return node == nullptr ? nullptr : node->if_object();
    };
    const auto* target = only(outer, "targetList", "ResTarget");
    const auto* star = target == nullptr ? nullptr : only(*target, "val", "ColumnRef");
    const auto* from = only(outer, "fromClause", "RangeSubselect");
    const auto* alias = from == nullptr ? nullptr : from->if_contains("alias");
    const json::value expected{{"aliasname", kPostgresScopePrefix}};
    if (star == nullptr || only(*star, "fields", "A_Star") == nullptr || alias == nullptr ||
        *alias != expected || from->contains("lateral")) {
        return nullptr;
    }
    return only(*from, "subquery", "SelectStmt");
}

class PostgresScopeProver final : public ScopeProver {
  public:
    Result<void> prove(const std::string& text, const std::string& model,
                       const std::vector<std::string>& relations) override {
        const auto proof = prove_postgres(text, model, relations);
        if (!proof) return proof.error();
        return {};
    }
};

}  // namespace

Result<PostgresProof> prove_postgres(const std::string& text, const std::string& model,
                                     const std::vector<std::string>& relations) {
    auto read = read_postgres_text(text);
    if (!read) return read.error();
    const auto select = parse_postgres_select(read->text);
    if (!select) return select.error();
    PostgresScopeNames names{model, {relations.begin(), relations.end()}};
    auto use = walk_postgres_scope(select->node, names);
    if (!use) return use.error();

    PostgresProof proof;
    proof.parameters = std::move(read->parameters);
    proof.fields = use->fields;
    auto rewritten = fenced(read->text, *use, proof.relations);
    if (!rewritten) return rewritten.error();
    proof.text = std::move(*rewritten);

    // Once more, as it will be sent: now it names fences and nothing else.
    const auto sent = parse_postgres_select(limited("", proof.text, 0));
    const auto* inner = sent ? inner_select(sent->node) : nullptr;
    if (inner == nullptr) return not_written_so();
    names.relations.clear();
    for (std::size_t i = 0; i < proof.relations.size(); ++i)
        names.relations.insert(fence_name(i));
    const auto again = walk_postgres_scope(*inner, names);
    if (!again) return again.error();
    if (again->places.size() != use->places.size() || again->fields != use->fields) {
        return not_written_so();
    }
    return proof;
}

Result<std::unique_ptr<ScopeProver>> postgres_prover() {
    return std::unique_ptr<ScopeProver>(std::make_unique<PostgresScopeProver>());
}

}  // namespace casement::data
