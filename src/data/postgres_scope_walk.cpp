#include "data/postgres_scope_walk.h"

#include "base/encoding.h"
#include "data/postgres_names.h"
#include "data/postgres_scope_nodes.h"
#include "data/query_errors.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace casement::data {

namespace json = boost::json;

namespace {

using namespace postgres_nodes;

// Deeper than any query that a person writes, and shallow enough for recursion on any stack.
constexpr int kMaxDepth = 1000;

std::string_view text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

bool is_true(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

/// The texts of a list of names; nullopt when there is something else in it.
std::optional<std::vector<std::string_view>> names_in(const json::value* value) {
    const auto* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr || list->empty()) return std::nullopt;
    std::vector<std::string_view> names;
    for (const auto& item : *list) {
        const auto* object = item.if_object();
        const auto* text = object == nullptr ? nullptr : object->if_contains("String");
        if (text == nullptr || !text->is_object() || object->size() != 1) return std::nullopt;
        names.push_back(text_in(text->get_object(), "sval"));
    }
    return names;
}

/// The last part, when what stands before it is nothing or PostgreSQL's own schema.
std::optional<std::string_view> own_name(const json::value* value) {
    const auto names = names_in(value);
    if (!names || names->size() > 2) return std::nullopt;
    if (names->size() == 2 && names->front() != "pg_catalog") return std::nullopt;
    return names->back();
}

class Walk {
  public:
    explicit Walk(const PostgresScopeNames& names) : names_(names) {}

    Result<PostgresScopeUse> walk(const json::object& statement) {
        if (!select(statement)) return std::move(*refused_);
        return std::move(use_);
    }

  private:
    bool refuse(std::string message) {
        if (!refused_) refused_ = query_refused(std::move(message));
        return false;
    }
    bool unknown(std::string_view what) {
        return refuse(fmt::format(
            "A query over a model cannot have {} in it.",
            what.empty() ? "something that is not understood" : std::string(utf8_head(what, 64))));
    }
    bool is_deep() { return depth_ > kMaxDepth && !refuse("The query is nested too deeply."); }

    struct Deeper {
        explicit Deeper(int& of) : depth(of) { ++depth; }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;
        ~Deeper() { --depth; }
        int& depth;
    };

    bool part(const json::value& value, Part part) {
        switch (part) {
            case Part::plain:
                return plain(value);
            case Part::node:
                return node(value);
            case Part::nodes:
                return nodes(value);
            case Part::names:
                return names_in(&value).has_value() || unknown("");
            case Part::operators:
                return operators(value);
            case Part::select:
                return value.is_object() ? select(value.get_object()) : unknown("");
            case Part::alias:
                return members(value, kAlias);
            case Part::type:
                return type(value);
            case Part::window:
                return members(value, kWindow);
            case Part::with:
                return true;  // walked first, by select()
            case Part::search:
                return members(value, kSearch);
            case Part::cycle:
                return members(value, kCycle);
            case Part::collation:
                return members(value, kCollate);
        }
        return unknown("");
    }

    /// No node in it: a node's kind begins with a capital letter.
    bool plain(const json::value& value) {
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        if (const auto* list = value.if_array()) {
            return std::all_of(list->begin(), list->end(),
                               [&](const json::value& item) { return plain(item); });
        }
        const auto* object = value.if_object();
        if (object == nullptr) return true;
        for (const auto& [name, member] : *object) {
            const std::string_view kind(name);
            if (kind != "String" && !kind.empty() && kind[0] >= 'A' && kind[0] <= 'Z') {
                return unknown(kind);
            }
            if (!plain(member)) return false;
        }
        return true;
    }

    bool nodes(const json::value& value) {
        const auto* list = value.if_array();
        if (list == nullptr) return unknown("");
        return std::all_of(list->begin(), list->end(),
                           [&](const json::value& item) { return node(item); });
    }

    bool node(const json::value& value) {
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        const auto* object = value.if_object();
        if (object == nullptr || object->size() > 1) return unknown("");
        if (object->empty()) return true;  // DISTINCT without ON
        const std::string_view name = object->begin()->key();
        const auto& inner = object->begin()->value();
        const auto kind = std::find_if(kKinds.begin(), kKinds.end(),
                                       [&](const Kind& one) { return one.name == name; });
        if (kind == kKinds.end() || !inner.is_object()) return unknown(name);
        const auto& fields = inner.get_object();
        if (name == "SelectStmt") return select(fields);
        if (name == "RangeVar" && !relation(fields)) return false;
        if (name == "FuncCall" && !function(fields)) return false;
        if (name == "ColumnRef" && !column(fields)) return false;
        if (name == "A_Indirection" && !indirection(fields)) return false;
        if (name == "SQLValueFunction" && !value_function(fields)) return false;
        return members(inner, kind->members);
    }

    bool members(const json::value& value, Members known) {
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        const auto* object = value.if_object();
        if (object == nullptr) return unknown("");
        for (const auto& [name, member] : *object) {
            if (name == "location" && member.is_int64()) continue;
            const auto found = std::find_if(known.begin(), known.end(), [&](const Member& one) {
                return one.name == std::string_view(name);
            });
            if (found == known.end()) return unknown(name);
            if (!part(member, found->part)) return false;
        }
        return true;
    }

    bool select(const json::object& statement) {
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        const auto mark = visible_.size();
        if (const auto* clause = statement.if_contains("withClause")) {
            if (!with(*clause)) return false;
        }
        for (const auto& [name, member] : statement) {
            const auto found = std::find_if(kSelect.begin(), kSelect.end(), [&](const Member& one) {
                return one.name == std::string_view(name);
            });
            if (found == kSelect.end()) {
                return unknown(name == "intoClause"      ? "SELECT INTO"
                               : name == "lockingClause" ? "row locks"
                                                         : std::string_view(name));
            }
            if (!part(member, found->part)) return false;
        }
        visible_.resize(mark);
        return true;
    }

    /// Each query of a WITH sees the names before it; in a recursive one they all see each other.
    bool with(const json::value& value) {
        const auto* clause = value.if_object();
        const auto* list = clause == nullptr ? nullptr : clause->if_contains("ctes");
        if (list == nullptr || !list->is_array()) return unknown("a broken WITH");
        for (const auto& [name, member] : *clause) {
            if (name != "ctes" && name != "recursive" && name != "location") return unknown(name);
        }
        std::vector<const json::object*> definitions;
        for (const auto& item : list->get_array()) {
            const auto* object = item.if_object();
            const auto* cte = object == nullptr ? nullptr : object->if_contains("CommonTableExpr");
            if (cte == nullptr || !cte->is_object()) return unknown("a broken WITH");
            definitions.push_back(&cte->get_object());
        }
        const bool recursive = is_true(*clause, "recursive");
        for (const auto* definition : definitions) {
            if (recursive && !define(text_in(*definition, "ctename"))) return false;
        }
        for (std::size_t i = 0; i < definitions.size(); ++i) {
            if (!node(list->get_array()[i])) return false;
            if (!recursive && !define(text_in(*definitions[i], "ctename"))) return false;
        }
        return true;
    }

    bool define(std::string_view name) {
        // The server's own relations would be found if a name were ever looked past WITH.
        if (names_.relations.contains(std::string(name)) || name.starts_with("pg_") ||
            name.starts_with(kPostgresScopePrefix) || name.empty()) {
            return refuse(
                fmt::format("WITH cannot define \"{}\": a relation has that name. Choose "
                            "another one.",
                            utf8_head(name, 64)));
        }
        visible_.emplace_back(name);
        return true;
    }

    bool relation(const json::object& range) {
        const auto table = text_in(range, "relname");
        const auto schema = text_in(range, "schemaname");
        if (range.contains("catalogname")) {
            return refuse("A query over a model names its relations without a database.");
        }
        if (!is_true(range, "inh")) return unknown("ONLY");
        if (schema.empty() &&
            std::find(visible_.begin(), visible_.end(), table) != visible_.end()) {
            return true;
        }
        std::string name =
            schema.empty() ? std::string(table) : fmt::format("{}.{}", schema, table);
        if (!names_.relations.contains(name)) {
            return refuse(
                fmt::format("The query reads \"{}\", which the model \"{}\" does not "
                            "have.",
                            utf8_head(name, 128), names_.model));
        }
        const auto* at = range.if_contains("location");
        // Zero is not written, and no relation stands at the very beginning.
        if (at == nullptr || !at->is_int64() || at->get_int64() <= 0) return unknown("");
        use_.places.push_back({static_cast<std::size_t>(at->get_int64()), std::move(name),
                               std::string(table), !schema.empty(), range.contains("alias")});
        return true;
    }

    bool function(const json::object& call) {
        const auto name = own_name(call.if_contains("funcname"));
        if (name && is_open_postgres_function(*name)) return true;
        const auto names = names_in(call.if_contains("funcname"));
        std::string written;
        for (const auto one : names.value_or(std::vector<std::string_view>{})) {
            written += written.empty() ? "" : ".";
            written += one;
        }
        return refuse(fmt::format("The function \"{}\" is not open to queries over a model.",
                                  utf8_head(written, 128)));
    }

    /// PostgreSQL takes x.f for f(x) when x has no column f, and x may be a text or a number: a
    /// function in FROM gives such an x.
    bool field(std::string_view name) {
        if (is_postgres_call(name)) {
            return refuse(
                fmt::format("\"{}\" behind a dot could be a function, and that is not "
                            "open to queries over a model.",
                            utf8_head(name, 64)));
        }
        use_.fields.emplace(name);
        return true;
    }

    bool column(const json::object& reference) {
        const auto* fields = reference.if_contains("fields");
        const auto* list = fields == nullptr ? nullptr : fields->if_array();
        if (list == nullptr || list->empty()) return unknown("");
        for (std::size_t i = 0; i < list->size(); ++i) {
            const auto* object = (*list)[i].if_object();
            if (object == nullptr || object->size() != 1) return unknown("");
            const auto* text = object->if_contains("String");
            if (text == nullptr && object->contains("A_Star")) continue;
            if (text == nullptr || !text->is_object()) return unknown("");
            if (i > 0 && !field(text_in(text->get_object(), "sval"))) return false;
        }
        return true;
    }

    bool indirection(const json::object& expression) {
        const auto* steps = expression.if_contains("indirection");
        const auto* list = steps == nullptr ? nullptr : steps->if_array();
        if (list == nullptr) return unknown("");
        for (const auto& step : *list) {
            const auto* object = step.if_object();
            if (object == nullptr || object->size() != 1) return unknown("");
            const auto* text = object->if_contains("String");
            if (text != nullptr && !text->is_object()) return unknown("");
            if (text != nullptr && !field(text_in(text->get_object(), "sval"))) return false;
            const bool known =
                text != nullptr || object->contains("A_Star") || object->contains("A_Indices");
            if (!known) return unknown("");
        }
        return true;
    }

    /// Those of the clock. The others tell of the source's user.
    bool value_function(const json::object& call) {
        static constexpr std::array<std::string_view, 9> kClock = {
            "SVFOP_CURRENT_DATE",      "SVFOP_CURRENT_TIME",        "SVFOP_CURRENT_TIME_N",
            "SVFOP_CURRENT_TIMESTAMP", "SVFOP_CURRENT_TIMESTAMP_N", "SVFOP_LOCALTIME",
            "SVFOP_LOCALTIME_N",       "SVFOP_LOCALTIMESTAMP",      "SVFOP_LOCALTIMESTAMP_N"};
        const auto op = text_in(call, "op");
        return std::find(kClock.begin(), kClock.end(), op) != kClock.end() ||
               unknown("the name of the source's user or database");
    }

    bool type(const json::value& value) {
        const auto* object = value.if_object();
        if (object == nullptr) return unknown("");
        const auto name = own_name(object->if_contains("names"));
        if (!name || !is_open_postgres_type(*name)) {
            const auto names = names_in(object->if_contains("names"));
            return refuse(fmt::format("The type \"{}\" is not open to queries over a model.",
                                      names ? utf8_head(names->back(), 64) : "?"));
        }
        return members(value, kTypeName);
    }

    bool operators(const json::value& value) {
        const auto name = own_name(&value);
        return (name && is_open_postgres_operator(*name)) ||
               refuse(fmt::format("The operator {} is not open to queries over a model.",
                                  name ? std::string(utf8_head(*name, 32)) : "with a schema"));
    }

    const PostgresScopeNames& names_;
    std::vector<std::string> visible_;  ///< names of WITH at this place, innermost last
    PostgresScopeUse use_;
    std::optional<Error> refused_;
    int depth_ = 0;
};

}  // namespace

Result<PostgresScopeUse> walk_postgres_scope(const json::object& select,
                                             const PostgresScopeNames& names) {
    return Walk(names).walk(select);
}

}  // namespace casement::data
