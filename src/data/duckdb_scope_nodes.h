// What the tree of a scoped query may be made of: every kind of node with every member, as DuckDB
// 1.4 writes them (its src/storage/serialization). A list to compare with, no code.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace casement::data::scope_nodes {

/// What stands behind a member of a node.
enum class Part {
    plain,   ///< text, numbers, flags, or lists of them
    opaque,  ///< plain, or structs of such: a constant, a type's description
    type,
    statement,
    query,
    table,
    expression,
    expressions,        ///< or lists of them
    keyed_expressions,  ///< [{"key", "value"}]
    modifiers,
    orders,
    ctes,
    cases,
    pivots,
    pivot_entries,
    table_function,
};

struct Member {
    std::string_view name;
    Part part;
};
using Members = std::span<const Member>;

inline constexpr auto kQueryMembers = std::to_array<Member>(
    {{"type", Part::plain}, {"modifiers", Part::modifiers}, {"cte_map", Part::ctes}});
inline constexpr auto kSelect = std::to_array<Member>({{"select_list", Part::expressions},
                                                       {"from_table", Part::table},
                                                       {"where_clause", Part::expression},
                                                       {"group_expressions", Part::expressions},
                                                       {"group_sets", Part::plain},
                                                       {"aggregate_handling", Part::plain},
                                                       {"having", Part::expression},
                                                       {"sample", Part::opaque},
                                                       {"qualify", Part::expression}});
// `left`, `right` and `child` are queries here; their names are scoped by code.
inline constexpr auto kSetOperation = std::to_array<Member>({{"setop_type", Part::plain},
                                                             {"left", Part::query},
                                                             {"right", Part::query},
                                                             {"setop_all", Part::plain},
                                                             {"children", Part::query}});
inline constexpr auto kRecursive = std::to_array<Member>({{"cte_name", Part::plain},
                                                          {"union_all", Part::plain},
                                                          {"left", Part::query},
                                                          {"right", Part::query},
                                                          {"aliases", Part::plain},
                                                          {"key_targets", Part::expressions}});
inline constexpr auto kCteNode = std::to_array<Member>({{"cte_name", Part::plain},
                                                        {"query", Part::query},
                                                        {"child", Part::query},
                                                        {"aliases", Part::plain},
                                                        {"materialized", Part::plain}});

inline constexpr auto kTableMembers = std::to_array<Member>({{"type", Part::plain},
                                                             {"alias", Part::plain},
                                                             {"sample", Part::opaque},
                                                             {"query_location", Part::plain}});
inline constexpr auto kBaseTable = std::to_array<Member>({{"schema_name", Part::plain},
                                                          {"table_name", Part::plain},
                                                          {"column_name_alias", Part::plain},
                                                          {"catalog_name", Part::plain},
                                                          {"at_clause", Part::plain}});
inline constexpr auto kSubqueryTable =
    std::to_array<Member>({{"subquery", Part::statement}, {"column_name_alias", Part::plain}});
inline constexpr auto kJoin =
    std::to_array<Member>({{"left", Part::table},
                           {"right", Part::table},
                           {"condition", Part::expression},
                           {"join_type", Part::plain},
                           {"ref_type", Part::plain},
                           {"using_columns", Part::plain},
                           {"delim_flipped", Part::plain},
                           {"duplicate_eliminated_columns", Part::expressions},
                           {"is_implicit", Part::plain}});
inline constexpr auto kTableFunction = std::to_array<Member>({{"function", Part::table_function},
                                                              {"column_name_alias", Part::plain},
                                                              {"with_ordinality", Part::plain}});
inline constexpr auto kExpressionList = std::to_array<Member>({{"expected_names", Part::plain},
                                                               {"expected_types", Part::type},
                                                               {"values", Part::expressions}});
inline constexpr auto kPivot = std::to_array<Member>({{"source", Part::table},
                                                      {"aggregates", Part::expressions},
                                                      {"unpivot_names", Part::plain},
                                                      {"pivots", Part::pivots},
                                                      {"groups", Part::plain},
                                                      {"column_name_alias", Part::plain},
                                                      {"include_nulls", Part::plain}});
inline constexpr auto kPivotColumn =
    std::to_array<Member>({{"pivot_expressions", Part::expressions},
                           {"unpivot_names", Part::plain},
                           {"entries", Part::pivot_entries},
                           {"pivot_enum", Part::plain}});
inline constexpr auto kPivotEntry = std::to_array<Member>(
    {{"values", Part::opaque}, {"star_expr", Part::expression}, {"alias", Part::plain}});

inline constexpr auto kExpressionMembers = std::to_array<Member>({{"class", Part::plain},
                                                                  {"type", Part::plain},
                                                                  {"alias", Part::plain},
                                                                  {"query_location", Part::plain}});
inline constexpr auto kBetween = std::to_array<Member>(
    {{"input", Part::expression}, {"lower", Part::expression}, {"upper", Part::expression}});
inline constexpr auto kCase =
    std::to_array<Member>({{"case_checks", Part::cases}, {"else_expr", Part::expression}});
inline constexpr auto kCast = std::to_array<Member>(
    {{"child", Part::expression}, {"cast_type", Part::type}, {"try_cast", Part::plain}});
inline constexpr auto kCollate =
    std::to_array<Member>({{"child", Part::expression}, {"collation", Part::plain}});
inline constexpr auto kColumn = std::to_array<Member>({{"column_names", Part::plain}});
inline constexpr auto kComparison =
    std::to_array<Member>({{"left", Part::expression}, {"right", Part::expression}});
inline constexpr auto kChildren = std::to_array<Member>({{"children", Part::expressions}});
inline constexpr auto kConstant = std::to_array<Member>({{"value", Part::opaque}});
inline constexpr auto kFunction = std::to_array<Member>({{"function_name", Part::plain},
                                                         {"schema", Part::plain},
                                                         {"children", Part::expressions},
                                                         {"filter", Part::expression},
                                                         {"order_bys", Part::modifiers},
                                                         {"distinct", Part::plain},
                                                         {"is_operator", Part::plain},
                                                         {"export_state", Part::plain},
                                                         {"catalog", Part::plain}});
inline constexpr auto kLambda = std::to_array<Member>(
    {{"lhs", Part::expression}, {"expr", Part::expression}, {"syntax_type", Part::plain}});
inline constexpr auto kParameter = std::to_array<Member>({{"identifier", Part::plain}});
inline constexpr auto kPositional = std::to_array<Member>({{"index", Part::plain}});
inline constexpr auto kStar = std::to_array<Member>({{"relation_name", Part::plain},
                                                     {"exclude_list", Part::plain},
                                                     {"replace_list", Part::keyed_expressions},
                                                     {"columns", Part::plain},
                                                     {"expr", Part::expression},
                                                     {"qualified_exclude_list", Part::opaque},
                                                     {"rename_list", Part::opaque}});
inline constexpr auto kSubquery = std::to_array<Member>({{"subquery_type", Part::plain},
                                                         {"subquery", Part::statement},
                                                         {"child", Part::expression},
                                                         {"comparison_type", Part::plain}});
inline constexpr auto kWindow = std::to_array<Member>({{"function_name", Part::plain},
                                                       {"schema", Part::plain},
                                                       {"catalog", Part::plain},
                                                       {"children", Part::expressions},
                                                       {"partitions", Part::expressions},
                                                       {"orders", Part::orders},
                                                       {"start", Part::plain},
                                                       {"end", Part::plain},
                                                       {"start_expr", Part::expression},
                                                       {"end_expr", Part::expression},
                                                       {"offset_expr", Part::expression},
                                                       {"default_expr", Part::expression},
                                                       {"ignore_nulls", Part::plain},
                                                       {"filter_expr", Part::expression},
                                                       {"exclude_clause", Part::plain},
                                                       {"distinct", Part::plain},
                                                       {"arg_orders", Part::orders}});

inline constexpr auto kStatement =
    std::to_array<Member>({{"node", Part::query}, {"named_param_map", Part::opaque}});
inline constexpr auto kCteInfo = std::to_array<Member>({{"aliases", Part::plain},
                                                        {"query", Part::statement},
                                                        {"materialized", Part::plain},
                                                        {"key_targets", Part::expressions}});
inline constexpr auto kOrder = std::to_array<Member>(
    {{"type", Part::plain}, {"null_order", Part::plain}, {"expression", Part::expression}});
inline constexpr auto kModifier =
    std::to_array<Member>({{"type", Part::plain},
                           {"orders", Part::orders},
                           {"limit", Part::expression},
                           {"offset", Part::expression},
                           {"distinct_on_targets", Part::expressions}});
inline constexpr auto kCaseCheck =
    std::to_array<Member>({{"when_expr", Part::expression}, {"then_expr", Part::expression}});

struct Kind {
    std::string_view name;
    Members members;
};
inline const std::array<Kind, 4> kQueries = {{{"SELECT_NODE", kSelect},
                                              {"SET_OPERATION_NODE", kSetOperation},
                                              {"RECURSIVE_CTE_NODE", kRecursive},
                                              {"CTE_NODE", kCteNode}}};
inline const std::array<Kind, 7> kTables = {{{"BASE_TABLE", kBaseTable},
                                             {"SUBQUERY", kSubqueryTable},
                                             {"JOIN", kJoin},
                                             {"TABLE_FUNCTION", kTableFunction},
                                             {"EXPRESSION_LIST", kExpressionList},
                                             {"EMPTY", {}},
                                             {"PIVOT", kPivot}}};
inline const std::array<Kind, 17> kExpressions = {{{"BETWEEN", kBetween},
                                                   {"CASE", kCase},
                                                   {"CAST", kCast},
                                                   {"COLLATE", kCollate},
                                                   {"COLUMN_REF", kColumn},
                                                   {"COMPARISON", kComparison},
                                                   {"CONJUNCTION", kChildren},
                                                   {"CONSTANT", kConstant},
                                                   {"FUNCTION", kFunction},
                                                   {"LAMBDA", kLambda},
                                                   {"OPERATOR", kChildren},
                                                   {"PARAMETER", kParameter},
                                                   {"POSITIONAL_REFERENCE", kPositional},
                                                   {"STAR", kStar},
                                                   {"SUBQUERY", kSubquery},
                                                   {"WINDOW", kWindow},
                                                   {"DEFAULT", {}}}};

}  // namespace casement::data::scope_nodes
