// Any bytes as the text of a query over a model on PostgreSQL. What passes the proof is parsed anew
// and looked through by other code than the proof's.
#include "base/encoding.h"
#include "data/postgres_names.h"
#include "data/postgres_parse.h"
#include "data/postgres_scope.h"
#include "data/query.h"
#include "fuzz/promise.h"

#include <set>
#include <string>

#include <boost/json.hpp>

using namespace casement;
using fuzz::promise;
namespace json = boost::json;

namespace {

struct Seen {
    std::set<std::string> defined;
    std::set<std::string> read;
};

std::string text_in(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

void look(const json::value& value, Seen& seen) {
    if (const auto* list = value.if_array()) {
        for (const auto& item : *list)
            look(item, seen);
    }
    const auto* object = value.if_object();
    if (object == nullptr) return;
    for (const auto& [name, member] : *object) {
        const auto* node = member.if_object();
        if (name == "CommonTableExpr") seen.defined.insert(text_in(*node, "ctename"));
        if (name == "RangeVar") {
            promise(!node->contains("schemaname"), "a relation of another schema is not read");
            seen.read.insert(text_in(*node, "relname"));
        }
        if (name == "FuncCall") {
            const auto& names = node->at("funcname").as_array();
            const auto& last = names.back().as_object().at("String").as_object();
            promise(data::is_open_postgres_function(text_in(last, "sval")),
                    "a function is an open one");
        }
        promise(name != "intoClause" && name != "lockingClause" && name != "InsertStmt" &&
                    name != "UpdateStmt" && name != "DeleteStmt",
                "nothing is written");
        look(member, seen);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    const auto proof = data::prove_postgres(text, "m", {"orders", "sales.items"});
    if (!proof) {
        promise(is_utf8(proof.error().message), "a refusal can be shown");
        return 0;
    }
    const auto named = data::named_parameters(text);
    for (const auto& parameter : proof->parameters)
        promise(named.contains(parameter), "the cache key knows every parameter");
    const auto parsed = data::parse_postgres_select(proof->text);
    promise(parsed.has_value(), "what is proven can be sent");
    Seen seen;
    look(json::value(parsed->node), seen);
    for (const auto& relation : seen.read) {
        promise(relation.starts_with("casement_scope_") || seen.defined.contains(relation),
                "a relation is a fence or stands in a WITH");
    }
    return 0;
}
