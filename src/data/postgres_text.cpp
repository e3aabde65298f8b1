#include "data/postgres_text.h"

#include "base/encoding.h"
#include "data/postgres_names.h"
#include "data/postgres_parse.h"
#include "data/query_errors.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace casement::data {

namespace json = boost::json;

namespace {

bool continues_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The name right behind a `$`, when it is one in plain letters and all of the next token.
std::string_view name_behind(const std::string& text, const std::vector<PostgresToken>& tokens,
                             std::size_t at) {
    const auto start = tokens[at].end;
    auto end = start;
    while (end < text.size() && continues_name(text[end]))
        ++end;
    const bool whole = at + 1 < tokens.size() && tokens[at + 1].start == start &&
                       tokens[at + 1].end == end && end > start &&
                       !(text[start] >= '0' && text[start] <= '9');
    return whole ? std::string_view(text).substr(start, end - start) : std::string_view();
}

std::string_view text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

/// The texts of a list of names: {"String": {"sval"}}.
std::vector<std::string_view> names_in(const json::object& node, std::string_view member) {
    std::vector<std::string_view> names;
    const auto* list = node.if_contains(member);
    if (list == nullptr || !list->is_array()) return names;
    for (const auto& item : list->get_array()) {
        const auto* object = item.if_object();
        const auto* text = object == nullptr ? nullptr : object->if_contains("String");
        if (text != nullptr && text->is_object()) {
            names.push_back(text_in(text->get_object(), "sval"));
        }
    }
    return names;
}

bool ends_with_star(const json::object& column) {
    const auto* fields = column.if_contains("fields");
    const auto* list = fields == nullptr ? nullptr : fields->if_array();
    const auto* last = list == nullptr || list->empty() ? nullptr : list->back().if_object();
    return last != nullptr && last->contains("A_Star");
}

/// Looks through a whole tree for what no query may have in it.
class Doors {
  public:
    Result<void> check(const json::value& value) {
        if (const auto* list = value.if_array()) {
            for (const auto& item : *list) {
                if (auto good = check(item); !good) return good;
            }
        }
        const auto* object = value.if_object();
        if (object == nullptr) return {};
        for (const auto& [name, member] : *object) {
            if (auto good = look(name, member); !good) return good;
            if (auto good = check(member); !good) return good;
        }
        return {};
    }

  private:
    static Result<void> look(std::string_view name, const json::value& member) {
        static constexpr std::array<std::string_view, 4> kWriting = {"InsertStmt", "UpdateStmt",
                                                                     "DeleteStmt", "MergeStmt"};
        if (std::find(kWriting.begin(), kWriting.end(), name) != kWriting.end()) {
            return query_refused("A query only reads: it cannot insert, update or delete.");
        }
        if (name == "intoClause") {
            return query_refused("A query only reads: SELECT INTO makes a table.");
        }
        if (name == "lockingClause") {
            return query_refused("A query only reads: it cannot lock rows (FOR UPDATE).");
        }
        const auto* node = member.if_object();
        if (node == nullptr) return {};
        if (name == "FuncCall") return function(names_in(*node, "funcname"), 1);
        // PostgreSQL takes x.f for f(x) when x has no column f.
        if (name == "ColumnRef" && !ends_with_star(*node)) {
            return function(names_in(*node, "fields"), 2);
        }
        if (name == "A_Indirection") {
            for (const auto field : names_in(*node, "indirection")) {
                if (auto good = function({field}, 1); !good) return good;
            }
        }
        return {};
    }

    static Result<void> function(const std::vector<std::string_view>& names, std::size_t least) {
        if (names.size() < least || !is_closed_postgres_function(names.back())) return {};
        return query_refused(fmt::format("\"{}\" is closed to queries: it reaches beyond the data.",
                                         utf8_head(names.back(), 64)));
    }
};

}  // namespace

Result<PostgresText> number_parameters(const std::string& text) {
    auto tokens = postgres_tokens(text);
    if (!tokens) return tokens.error();
    const auto misspelled = [] {
        return query_refused(
            "A query names its parameters as $name, in plain letters, digits and _. \"$1\" and "
            "quoted or spaced names are not taken.");
    };
    PostgresText out;
    std::size_t copied = 0;
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        const auto& token = (*tokens)[i];
        if (token.kind == PostgresToken::kParameter) return misspelled();
        if (token.kind != '$') continue;
        const auto name = name_behind(text, *tokens, i);
        if (name.empty()) return misspelled();
        auto found = std::find(out.parameters.begin(), out.parameters.end(), name);
        if (found == out.parameters.end()) {
            found = out.parameters.emplace(out.parameters.end(), name);
        }
        out.text.append(text, copied, token.start - copied);
        out.text += fmt::format("${}", found - out.parameters.begin() + 1);
        copied = token.end + name.size();
    }
    out.text.append(text, copied);
    return out;
}

Result<PostgresText> read_postgres_text(const std::string& text) {
    if (auto good = check_query_text(text); !good) return good.error();
    auto out = number_parameters(text);
    if (!out) return out.error();
    auto select = parse_postgres_select(out->text);
    if (!select) return select.error();
    const json::value tree(std::move(select->node));
    if (auto good = Doors().check(tree); !good) return good.error();
    out->text = std::move(select->text);
    return out;
}

std::string postgres_statement(const std::string& text) {
    const auto tokens = postgres_tokens(text);
    if (!tokens) return text;
    auto end = text.size();
    for (auto token = tokens->rbegin(); token != tokens->rend() && token->kind == ';'; ++token)
        end = token->start;
    return text.substr(0, end);
}

std::string limited(const std::string& with, const std::string& text, std::size_t rows) {
    // One more than wanted shows that there are more. The line breaks end a comment.
    return fmt::format("{}SELECT * FROM (\n{}\n) AS casement_scope LIMIT {}", with, text, rows + 1);
}

}  // namespace casement::data
