#include "data/duckdb_scope_walk.h"

#include "base/encoding.h"
#include "data/duckdb_guard.h"
#include "data/duckdb_scope_nodes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace casement::data {
namespace {

using namespace scope_nodes;

// Deeper than any query that a person writes, and shallow enough for recursion on any stack.
constexpr int kMaxDepth = 400;

// Open to queries over a whole source, and closed here: they read a relation that is named by text.
constexpr std::array<std::string_view, 2> kByName = {"histogram", "histogram_values"};

std::string_view text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

bool is_empty(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() && value->get_string().empty();
}

bool has(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && !value->is_null();
}

/// A name that the engine could take for a file when it finds nothing else of that name.
bool is_plain_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == ' ' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
    });
}

class ScopeWalk {
  public:
    explicit ScopeWalk(const ScopeNames& names) : names_(names) {}

    Result<ScopeUse> walk(const json::value& statement) {
        if (!node(statement, kStatement, {})) return std::move(*refused_);
        return std::move(use_);
    }

  private:
    struct Named {
        std::string name;
        bool kept = false;           ///< MATERIALIZED, or recursive
        bool has_parameter = false;  ///< it, or what it reads
        std::size_t reads = 0;
    };

    // Every step says whether to go on; `refused_` has the reason when not.

    bool refuse(std::string message) {
        if (!refused_) {
            refused_ = Error{ErrorKind::unprocessable, "query_refused", std::move(message), {}};
        }
        return false;
    }
    bool unknown(std::string_view what) {
        return refuse(
            fmt::format("The query cannot be proven to stay inside the model \"{}\": it "
                        "uses {}.",
                        names_.model, utf8_head(what, 64)));
    }
    bool is_deep() { return depth_ > kMaxDepth && !refuse("The query is nested too deeply."); }

    /// Every member of `value` must be known, and every known kind is walked.
    bool node(const json::value& value, Members members, Members more) {
        const auto* object = value.if_object();
        if (object == nullptr) return unknown("something that is not understood");
        for (const auto& [name, item] : *object) {
            const auto* member = find(members, name);
            if (member == nullptr) member = find(more, name);
            if (member == nullptr) return unknown(name);
            if (!part(item, member->part)) return false;
        }
        return true;
    }

    static const Member* find(Members members, std::string_view name) {
        const auto found = std::find_if(members.begin(), members.end(),
                                        [&](const Member& member) { return member.name == name; });
        return found == members.end() ? nullptr : &*found;
    }

    bool part(const json::value& value, Part part) {
        if (value.is_null()) return true;
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        switch (part) {
            case Part::plain:
                return plain(value);
            case Part::opaque:
            case Part::type:
                return opaque(value);
            case Part::statement:
                return node(value, kStatement, {});
            case Part::query:
                return each(value, [&](const json::value& item) { return query(item); });
            case Part::table:
                return table(value);
            case Part::expression:
                return expression(value);
            case Part::expressions:
                return each(value, [&](const json::value& item) { return expression(item); });
            case Part::keyed_expressions:
                return each(value, [&](const json::value& item) { return keyed(item); });
            case Part::modifiers:
                return each(value, [&](const json::value& item) { return modifier(item); });
            case Part::orders:
                return each(value, [&](const json::value& item) { return node(item, kOrder, {}); });
            case Part::ctes:
                return unknown("WITH in a place where none is expected");  // query() takes them
            case Part::cases:
                return each(value,
                            [&](const json::value& item) { return node(item, kCaseCheck, {}); });
            case Part::pivots:
                return each(value, [&](const json::value& item) { return pivot_column(item); });
            case Part::pivot_entries:
                return each(value,
                            [&](const json::value& item) { return node(item, kPivotEntry, {}); });
            case Part::table_function:
                return table_function(value);
        }
        return unknown("something that is not understood");
    }

    /// `value` itself, or each of a list, or of a list of lists.
    template <class Walk>
    bool each(const json::value& value, Walk walk) {
        const auto* list = value.if_array();
        if (list == nullptr) return walk(value);
        for (const auto& item : *list) {
            if (item.is_null()) continue;
            const auto* inner = item.if_array();
            if (inner == nullptr) {
                if (!walk(item)) return false;
                continue;
            }
            for (const auto& one : *inner) {
                if (!walk(one)) return false;
            }
        }
        return true;
    }

    bool plain(const json::value& value) {
        if (value.is_object()) return unknown("something that is not understood");
        const auto* list = value.if_array();
        if (list == nullptr) return true;
        for (const auto& item : *list) {
            const Deeper deeper(depth_);
            if (is_deep() || !plain(item)) return false;
        }
        return true;
    }

    /// Structs without a query, a table or an expression in them.
    bool opaque(const json::value& value) {
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        if (const auto* list = value.if_array()) {
            return std::all_of(list->begin(), list->end(),
                               [&](const json::value& item) { return opaque(item); });
        }
        const auto* object = value.if_object();
        if (object == nullptr) return true;
        for (const std::string_view closed : {"class", "node", "table_name", "function_name"}) {
            if (object->contains(closed)) return unknown("something that is not understood");
        }
        if (object->contains("user_type_name") && !user_type(*object)) return false;
        return std::all_of(object->begin(), object->end(),
                           [&](const auto& member) { return opaque(member.value()); });
    }

    /// A type by name: the engine's own ones only. One that the source brings along can hold
    /// values.
    bool user_type(const json::object& type) {
        const auto name = lower_name(text_in(type, "user_type_name"));
        const bool own = !is_empty(type, "catalog") || !is_empty(type, "schema") ||
                         names_.closed_types.contains(name);
        return !own || refuse(fmt::format("The type \"{}\" is not open to queries over a model.",
                                          utf8_head(name, 64)));
    }

    bool query(const json::value& value) {
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        const auto* object = value.if_object();
        if (object == nullptr) return unknown("something that is not understood");
        const auto type = text_in(*object, "type");
        const auto kind = std::find_if(kQueries.begin(), kQueries.end(),
                                       [&](const Kind& one) { return one.name == type; });
        if (kind == kQueries.end()) return unknown(type);
        const auto mark = visible_.size();
        const auto* ctes = object->if_contains("cte_map");
        if (ctes == nullptr) return unknown("a broken WITH");
        if (!with(*ctes)) return false;
        if (type == "RECURSIVE_CTE_NODE" && !define(text_in(*object, "cte_name"), true)) {
            return false;
        }
        if (type == "CTE_NODE" && !repeats_definition(*object)) return unknown("a broken WITH");
        for (const auto& [name, item] : *object) {
            if (name == "cte_map" || (type == "CTE_NODE" && name == "query")) continue;
            const auto* member = find(kind->members, name);
            if (member == nullptr) member = find(kQueryMembers, name);
            if (member == nullptr) return unknown(name);
            if (!part(item, member->part)) return false;
        }
        visible_.erase(visible_.begin() + static_cast<std::ptrdiff_t>(mark), visible_.end());
        return true;
    }

    /// Each query of a WITH sees the names before it; a recursive one names itself.
    bool with(const json::value& value) {
        const auto* object = value.if_object();
        const auto* map = object == nullptr ? nullptr : object->if_contains("map");
        if (map == nullptr || !map->is_array() || object->size() != 1) {
            return unknown("a broken WITH");
        }
        for (const auto& entry : map->get_array()) {
            const auto* pair = entry.if_object();
            const auto* info = pair == nullptr ? nullptr : pair->if_contains("value");
            if (info == nullptr || !info->is_object() || pair->size() != 2) {
                return unknown("a broken WITH");
            }
            const auto parameters = parameters_;
            const bool kept =
                text_in(info->get_object(), "materialized") == "CTE_MATERIALIZE_ALWAYS";
            if (!node(*info, kCteInfo, {}) || !define(text_in(*pair, "key"), kept)) return false;
            visible_.back().has_parameter = parameters_ != parameters;
        }
        return true;
    }

    /// A CTE_NODE writes one of its definitions down a second time.
    static bool repeats_definition(const json::object& node) {
        const auto* query = node.if_contains("query");
        if (query == nullptr) return false;
        for (const auto& entry : node.at("cte_map").at("map").get_array()) {
            const auto& pair = entry.get_object();
            if (text_in(pair, "key") != text_in(node, "cte_name")) continue;
            const auto* statement = pair.at("value").get_object().if_contains("query");
            const auto* inner = statement == nullptr || !statement->is_object()
                                    ? nullptr
                                    : statement->get_object().if_contains("node");
            return inner != nullptr && *inner == *query;
        }
        return false;
    }

    /// In some places the engine looks past a WITH name, and what it finds then must be nothing.
    bool define(std::string_view written, bool kept) {
        const auto name = lower_name(written);
        if (names_.relations.contains(name) || names_.taken.contains(name) ||
            is_system_name(name) || name.starts_with(kScopePrefix)) {
            return refuse(
                fmt::format("WITH cannot define \"{}\": a relation has that name. Choose "
                            "another one.",
                            utf8_head(written, 64)));
        }
        if (!is_plain_name(name)) {
            return refuse(
                fmt::format("WITH cannot define \"{}\" in a query over a model: use "
                            "letters, digits and _.",
                            utf8_head(written, 64)));
        }
        visible_.push_back({name, kept, false, 0});
        return true;
    }

    /// DuckDB 1.4 may copy a definition that is read in several places, without the values of its
    /// parameters, and then breaks.
    bool read(Named& named) {
        if (named.has_parameter) ++parameters_;
        if (++named.reads == 1) return true;
        use_.once = false;
        if (named.kept || !named.has_parameter) return true;
        return refuse(
            fmt::format("\"{}\" is read in several places and uses a parameter: write "
                        "WITH \"{}\" AS MATERIALIZED (…).",
                        utf8_head(named.name, 64), utf8_head(named.name, 64)));
    }

    bool table(const json::value& value) {
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        const auto* object = value.if_object();
        if (object == nullptr) return unknown("something that is not understood");
        const auto type = text_in(*object, "type");
        const auto kind = std::find_if(kTables.begin(), kTables.end(),
                                       [&](const Kind& one) { return one.name == type; });
        if (kind == kTables.end()) {
            return unknown(type == "SHOW_REF" ? "SHOW, DESCRIBE or SUMMARIZE" : type);
        }
        if (type == "PIVOT") use_.once = false;  // the engine makes several queries of it
        if (type == "BASE_TABLE")
            return base_table(*object) && node(value, kBaseTable, kTableMembers);
        return node(value, kind->members, kTableMembers);
    }

    bool base_table(const json::object& table) {
        const auto written = text_in(table, "table_name");
        if (!is_empty(table, "schema_name") || !is_empty(table, "catalog_name")) {
            return refuse(
                fmt::format("A query over a model names its relations alone: \"{}\" "
                            "without a schema or database before it.",
                            utf8_head(written, 64)));
        }
        if (has(table, "at_clause")) return unknown("AT (…)");
        const auto name = lower_name(written);
        const auto named = std::find_if(visible_.rbegin(), visible_.rend(),
                                        [&](const Named& one) { return one.name == name; });
        if (named != visible_.rend()) return read(*named);
        if (!names_.relations.contains(name)) {
            return refuse(
                fmt::format("The query reads \"{}\", which the model \"{}\" does not "
                            "have.",
                            utf8_head(written, 64), names_.model));
        }
        if (!use_.relations.insert(name).second) use_.once = false;
        return true;
    }

    bool table_function(const json::value& value) {
        const auto* object = value.if_object();
        if (object == nullptr || text_in(*object, "class") != "FUNCTION") {
            return unknown("a table function that is not understood");
        }
        const auto name = lower_name(text_in(*object, "function_name"));
        const bool open = is_empty(*object, "schema") && is_empty(*object, "catalog") &&
                          is_open_table_function(name) &&
                          std::find(kByName.begin(), kByName.end(), name) == kByName.end() &&
                          names_.functions.contains(name);
        if (!open) {
            return refuse(
                fmt::format("The table function \"{}\" is not open to queries over a "
                            "model.",
                            utf8_head(name, 64)));
        }
        return node(value, kFunction, kExpressionMembers);
    }

    bool expression(const json::value& value) {
        const Deeper deeper(depth_);
        if (is_deep()) return false;
        const auto* object = value.if_object();
        if (object == nullptr) return unknown("something that is not understood");
        const auto type = text_in(*object, "class");
        const auto kind = std::find_if(kExpressions.begin(), kExpressions.end(),
                                       [&](const Kind& one) { return one.name == type; });
        if (kind == kExpressions.end()) return unknown(type);
        if ((type == "FUNCTION" || type == "WINDOW") && !function(*object)) return false;
        if (type == "PARAMETER") ++parameters_;
        if (type == "PARAMETER" &&
            lower_name(text_in(*object, "identifier")).starts_with(kScopePrefix)) {
            return refuse(
                fmt::format("Parameters whose names begin with \"{}\" are closed.", kScopePrefix));
        }
        return node(value, kind->members, kExpressionMembers);
    }

    bool function(const json::object& function) {
        const auto name = lower_name(text_in(function, "function_name"));
        // Window functions that are no aggregates have types of their own and no entry in the
        // engine's list.
        const auto type = text_in(function, "type");
        const bool by_type = type.starts_with("WINDOW_") && type != "WINDOW_AGGREGATE";
        if (by_type || names_.functions.contains(name)) return true;
        return refuse(fmt::format("The function \"{}\" is not open to queries over a model.",
                                  utf8_head(name, 64)));
    }

    bool keyed(const json::value& value) {
        static constexpr auto kPair =
            std::to_array<Member>({{"key", Part::plain}, {"value", Part::expression}});
        return node(value, kPair, {});
    }

    bool modifier(const json::value& value) {
        static constexpr std::array<std::string_view, 4> kKnown = {
            "ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER"};
        const auto* object = value.if_object();
        const auto type = object == nullptr ? std::string_view() : text_in(*object, "type");
        if (std::find(kKnown.begin(), kKnown.end(), type) == kKnown.end()) return unknown(type);
        return node(value, kModifier, {});
    }

    bool pivot_column(const json::value& value) {
        const auto* object = value.if_object();
        // A type of the source whose values would become columns.
        if (object == nullptr || !is_empty(*object, "pivot_enum")) {
            return unknown("PIVOT without the list of its values (IN (…))");
        }
        return node(value, kPivotColumn, {});
    }

    struct Deeper {
        explicit Deeper(int& of) : depth(of) { ++depth; }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;
        ~Deeper() { --depth; }
        int& depth;
    };

    const ScopeNames& names_;
    std::vector<Named> visible_;  ///< names of WITH at this place, innermost last
    ScopeUse use_;
    std::optional<Error> refused_;
    std::size_t parameters_ = 0;  ///< seen so far
    int depth_ = 0;
};

}  // namespace

Result<ScopeUse> walk_scoped(const json::value& statement, const ScopeNames& names) {
    return ScopeWalk(names).walk(statement);
}

}  // namespace casement::data
