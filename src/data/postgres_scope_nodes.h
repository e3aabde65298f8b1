// What the tree of a scoped query may be made of: every kind of node with every member, as
// libpg_query writes the raw parse tree of PostgreSQL (its src/include/nodes/parsenodes.h). A list
// to compare with, no code.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace casement::data::postgres_nodes {

/// What stands behind a member of a node.
enum class Part {
    plain,      ///< numbers, flags, texts, structs of such: nothing that is looked up
    node,       ///< {"Kind": {…}}, or {} for none
    nodes,      ///< list of them
    names,      ///< list of texts that only name results
    operators,  ///< list of texts: an operator's name
    select,     ///< a SelectStmt without its kind around it
    alias,
    type,
    window,
    with,
    search,
    cycle,
    collation,
};

struct Member {
    std::string_view name;
    Part part;
};
using Members = std::span<const Member>;

struct Kind {
    std::string_view name;
    Members members;
};

// intoClause and lockingClause are missing on purpose. WITH is walked before everything else.
inline constexpr auto kSelect = std::to_array<Member>({{"distinctClause", Part::nodes},
                                                       {"targetList", Part::nodes},
                                                       {"fromClause", Part::nodes},
                                                       {"whereClause", Part::node},
                                                       {"groupClause", Part::nodes},
                                                       {"groupDistinct", Part::plain},
                                                       {"havingClause", Part::node},
                                                       {"windowClause", Part::nodes},
                                                       {"valuesLists", Part::nodes},
                                                       {"sortClause", Part::nodes},
                                                       {"limitOffset", Part::node},
                                                       {"limitCount", Part::node},
                                                       {"limitOption", Part::plain},
                                                       {"withClause", Part::with},
                                                       {"op", Part::plain},
                                                       {"all", Part::plain},
                                                       {"larg", Part::select},
                                                       {"rarg", Part::select}});
inline constexpr auto kWith =
    std::to_array<Member>({{"ctes", Part::nodes}, {"recursive", Part::plain}});
inline constexpr auto kCte = std::to_array<Member>({{"ctename", Part::plain},
                                                    {"aliascolnames", Part::names},
                                                    {"ctematerialized", Part::plain},
                                                    {"ctequery", Part::node},
                                                    {"search_clause", Part::search},
                                                    {"cycle_clause", Part::cycle}});
inline constexpr auto kSearch = std::to_array<Member>({{"search_col_list", Part::names},
                                                       {"search_breadth_first", Part::plain},
                                                       {"search_seq_column", Part::plain}});
inline constexpr auto kCycle = std::to_array<Member>({{"cycle_col_list", Part::names},
                                                      {"cycle_mark_column", Part::plain},
                                                      {"cycle_mark_value", Part::node},
                                                      {"cycle_mark_default", Part::node},
                                                      {"cycle_path_column", Part::plain}});
inline constexpr auto kAlias =
    std::to_array<Member>({{"aliasname", Part::plain}, {"colnames", Part::names}});
// "inh" is missing where ONLY stands, "catalogname" and the like are looked at by code.
inline constexpr auto kRangeVar = std::to_array<Member>({{"schemaname", Part::plain},
                                                         {"relname", Part::plain},
                                                         {"inh", Part::plain},
                                                         {"relpersistence", Part::plain},
                                                         {"alias", Part::alias}});
inline constexpr auto kRangeSubselect = std::to_array<Member>(
    {{"lateral", Part::plain}, {"subquery", Part::node}, {"alias", Part::alias}});
inline constexpr auto kRangeFunction = std::to_array<Member>({{"lateral", Part::plain},
                                                              {"ordinality", Part::plain},
                                                              {"is_rowsfrom", Part::plain},
                                                              {"functions", Part::nodes},
                                                              {"alias", Part::alias},
                                                              {"coldeflist", Part::nodes}});
inline constexpr auto kJoin = std::to_array<Member>({{"jointype", Part::plain},
                                                     {"isNatural", Part::plain},
                                                     {"larg", Part::node},
                                                     {"rarg", Part::node},
                                                     {"usingClause", Part::names},
                                                     {"join_using_alias", Part::alias},
                                                     {"quals", Part::node},
                                                     {"alias", Part::alias}});
inline constexpr auto kColumnDef = std::to_array<Member>({{"colname", Part::plain},
                                                          {"typeName", Part::type},
                                                          {"is_local", Part::plain},
                                                          {"collClause", Part::collation}});
inline constexpr auto kResTarget =
    std::to_array<Member>({{"name", Part::plain}, {"val", Part::node}});
inline constexpr auto kColumnRef = std::to_array<Member>({{"fields", Part::nodes}});
inline constexpr auto kParamRef = std::to_array<Member>({{"number", Part::plain}});
inline constexpr auto kConstant = std::to_array<Member>({{"isnull", Part::plain},
                                                         {"ival", Part::plain},
                                                         {"fval", Part::plain},
                                                         {"boolval", Part::plain},
                                                         {"sval", Part::plain},
                                                         {"bsval", Part::plain}});
inline constexpr auto kString = std::to_array<Member>({{"sval", Part::plain}});
inline constexpr auto kInteger = std::to_array<Member>({{"ival", Part::plain}});
inline constexpr auto kStar = std::array<Member, 0>{};
inline constexpr auto kList = std::to_array<Member>({{"items", Part::nodes}});
inline constexpr auto kTypeCast =
    std::to_array<Member>({{"arg", Part::node}, {"typeName", Part::type}});
// "names" is looked at by code; setof and pct_type are missing on purpose.
inline constexpr auto kTypeName = std::to_array<Member>({{"names", Part::plain},
                                                         {"typmods", Part::nodes},
                                                         {"typemod", Part::plain},
                                                         {"arrayBounds", Part::nodes}});
inline constexpr auto kCollate =
    std::to_array<Member>({{"arg", Part::node}, {"collname", Part::names}});
inline constexpr auto kFunction = std::to_array<Member>({{"funcname", Part::plain},
                                                         {"args", Part::nodes},
                                                         {"agg_order", Part::nodes},
                                                         {"agg_filter", Part::node},
                                                         {"over", Part::window},
                                                         {"agg_within_group", Part::plain},
                                                         {"agg_star", Part::plain},
                                                         {"agg_distinct", Part::plain},
                                                         {"func_variadic", Part::plain},
                                                         {"funcformat", Part::plain}});
inline constexpr auto kNamedArgument =
    std::to_array<Member>({{"arg", Part::node}, {"name", Part::plain}, {"argnumber", Part::plain}});
inline constexpr auto kIndices =
    std::to_array<Member>({{"is_slice", Part::plain}, {"lidx", Part::node}, {"uidx", Part::node}});
inline constexpr auto kIndirection =
    std::to_array<Member>({{"arg", Part::node}, {"indirection", Part::nodes}});
inline constexpr auto kArray = std::to_array<Member>({{"elements", Part::nodes}});
inline constexpr auto kExpression = std::to_array<Member>({{"kind", Part::plain},
                                                           {"name", Part::operators},
                                                           {"lexpr", Part::node},
                                                           {"rexpr", Part::node}});
inline constexpr auto kBool =
    std::to_array<Member>({{"boolop", Part::plain}, {"args", Part::nodes}});
inline constexpr auto kNullTest = std::to_array<Member>(
    {{"arg", Part::node}, {"nulltesttype", Part::plain}, {"argisrow", Part::plain}});
inline constexpr auto kBooleanTest =
    std::to_array<Member>({{"arg", Part::node}, {"booltesttype", Part::plain}});
inline constexpr auto kSubLink = std::to_array<Member>({{"subLinkType", Part::plain},
                                                        {"subLinkId", Part::plain},
                                                        {"testexpr", Part::node},
                                                        {"operName", Part::operators},
                                                        {"subselect", Part::node}});
inline constexpr auto kCase =
    std::to_array<Member>({{"arg", Part::node}, {"args", Part::nodes}, {"defresult", Part::node}});
inline constexpr auto kWhen = std::to_array<Member>({{"expr", Part::node}, {"result", Part::node}});
inline constexpr auto kArguments = std::to_array<Member>({{"args", Part::nodes}});
inline constexpr auto kMinMax = std::to_array<Member>({{"op", Part::plain}, {"args", Part::nodes}});
inline constexpr auto kRow = std::to_array<Member>(
    {{"args", Part::nodes}, {"row_format", Part::plain}, {"colnames", Part::names}});
inline constexpr auto kGroupingSet =
    std::to_array<Member>({{"kind", Part::plain}, {"content", Part::nodes}});
inline constexpr auto kSortBy = std::to_array<Member>({{"node", Part::node},
                                                       {"sortby_dir", Part::plain},
                                                       {"sortby_nulls", Part::plain},
                                                       {"useOp", Part::operators}});
inline constexpr auto kWindow = std::to_array<Member>({{"name", Part::plain},
                                                       {"refname", Part::plain},
                                                       {"partitionClause", Part::nodes},
                                                       {"orderClause", Part::nodes},
                                                       {"frameOptions", Part::plain},
                                                       {"startOffset", Part::node},
                                                       {"endOffset", Part::node}});
// "op" is looked at by code.
inline constexpr auto kValueFunction =
    std::to_array<Member>({{"op", Part::plain}, {"typmod", Part::plain}});

inline constexpr auto kKinds = std::to_array<Kind>({{"SelectStmt", kSelect},
                                                    {"CommonTableExpr", kCte},
                                                    {"RangeVar", kRangeVar},
                                                    {"RangeSubselect", kRangeSubselect},
                                                    {"RangeFunction", kRangeFunction},
                                                    {"JoinExpr", kJoin},
                                                    {"ColumnDef", kColumnDef},
                                                    {"ResTarget", kResTarget},
                                                    {"ColumnRef", kColumnRef},
                                                    {"ParamRef", kParamRef},
                                                    {"A_Const", kConstant},
                                                    {"String", kString},
                                                    {"Integer", kInteger},
                                                    {"A_Star", kStar},
                                                    {"List", kList},
                                                    {"TypeCast", kTypeCast},
                                                    {"CollateClause", kCollate},
                                                    {"FuncCall", kFunction},
                                                    {"NamedArgExpr", kNamedArgument},
                                                    {"A_Indices", kIndices},
                                                    {"A_Indirection", kIndirection},
                                                    {"A_ArrayExpr", kArray},
                                                    {"A_Expr", kExpression},
                                                    {"BoolExpr", kBool},
                                                    {"NullTest", kNullTest},
                                                    {"BooleanTest", kBooleanTest},
                                                    {"SubLink", kSubLink},
                                                    {"CaseExpr", kCase},
                                                    {"CaseWhen", kWhen},
                                                    {"CoalesceExpr", kArguments},
                                                    {"GroupingFunc", kArguments},
                                                    {"MinMaxExpr", kMinMax},
                                                    {"RowExpr", kRow},
                                                    {"GroupingSet", kGroupingSet},
                                                    {"SortBy", kSortBy},
                                                    {"WindowDef", kWindow},
                                                    {"SQLValueFunction", kValueFunction}});

}  // namespace casement::data::postgres_nodes
