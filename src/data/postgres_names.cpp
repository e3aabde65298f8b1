#include "data/postgres_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

namespace casement::data {
namespace {

using Names = std::unordered_set<std::string_view>;

// Not here on purpose: ts_stat and ts_rewrite run a query that is handed to them as text, the
// *_to_xml family too; random() and its sisters change the session's state.
const Names& open_functions() {
    static const Names names = {
        // aggregates
        "any_value", "array_agg", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or",
        "corr", "count", "covar_pop", "covar_samp", "every", "json_agg", "json_object_agg",
        "jsonb_agg", "jsonb_object_agg", "max", "min", "mode", "percentile_cont", "percentile_disc",
        "range_agg", "range_intersect_agg", "regr_avgx", "regr_avgy", "regr_count",
        "regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "stddev",
        "stddev_pop", "stddev_samp", "string_agg", "sum", "var_pop", "var_samp", "variance",
        // windows
        "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile",
        "percent_rank", "rank", "row_number",
        // numbers
        "abs", "acos", "acosd", "acosh", "asin", "asind", "asinh", "atan", "atan2", "atan2d",
        "atand", "atanh", "cbrt", "ceil", "ceiling", "cos", "cosd", "cosh", "cot", "cotd",
        "degrees", "div", "erf", "erfc", "exp", "factorial", "floor", "gcd", "isfinite", "lcm",
        "ln", "log", "log10", "min_scale", "mod", "pi", "pow", "power", "radians", "round", "scale",
        "sign", "sin", "sind", "sinh", "sqrt", "tan", "tand", "tanh", "trim_scale", "trunc",
        "width_bucket",
        // text
        "ascii", "bit_length", "btrim", "char_length", "character_length", "chr", "concat",
        "concat_ws", "convert_from", "convert_to", "decode", "encode", "format", "initcap",
        "is_normalized", "left", "length", "like", "like_escape", "lower", "lpad", "ltrim", "md5",
        "normalize", "notlike", "octet_length", "overlay", "parse_ident", "position", "quote_ident",
        "quote_literal", "quote_nullable", "regexp_count", "regexp_instr", "regexp_like",
        "regexp_match", "regexp_matches", "regexp_replace", "regexp_split_to_array",
        "regexp_split_to_table", "regexp_substr", "repeat", "replace", "reverse", "right", "rpad",
        "rtrim", "sha224", "sha256", "sha384", "sha512", "similar_escape", "similar_to_escape",
        "split_part", "starts_with", "string_to_array", "string_to_table", "strpos", "substr",
        "substring", "to_ascii", "to_char", "to_hex", "to_number", "translate", "unistr", "upper",
        "get_bit", "get_byte", "set_bit", "set_byte", "bit_count",
        // times
        "age", "clock_timestamp", "date_add", "date_bin", "date_part", "date_subtract",
        "date_trunc", "extract", "justify_days", "justify_hours", "justify_interval", "make_date",
        "make_interval", "make_time", "make_timestamp", "make_timestamptz", "now", "overlaps",
        "statement_timestamp", "timeofday", "timezone", "to_date", "to_timestamp",
        "transaction_timestamp",
        // arrays, rows, ranges
        "array_append", "array_cat", "array_dims", "array_fill", "array_length", "array_lower",
        "array_ndims", "array_position", "array_positions", "array_prepend", "array_remove",
        "array_replace", "array_to_string", "array_upper", "cardinality", "generate_series",
        "generate_subscripts", "isempty", "lower_inc", "lower_inf", "multirange", "num_nonnulls",
        "num_nulls", "range_merge", "trim_array", "unnest", "upper_inc", "upper_inf", "int4range",
        "int8range", "numrange", "tsrange", "tstzrange", "daterange",
        // JSON
        "array_to_json", "json_array_elements", "json_array_elements_text", "json_array_length",
        "json_build_array", "json_build_object", "json_each", "json_each_text", "json_extract_path",
        "json_extract_path_text", "json_object", "json_object_keys", "json_populate_record",
        "json_populate_recordset", "json_strip_nulls", "json_to_record", "json_to_recordset",
        "json_typeof", "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_array_length",
        "jsonb_build_array", "jsonb_build_object", "jsonb_each", "jsonb_each_text",
        "jsonb_extract_path", "jsonb_extract_path_text", "jsonb_insert", "jsonb_object",
        "jsonb_object_keys", "jsonb_path_exists", "jsonb_path_exists_tz", "jsonb_path_match",
        "jsonb_path_match_tz", "jsonb_path_query", "jsonb_path_query_array",
        "jsonb_path_query_array_tz", "jsonb_path_query_first", "jsonb_path_query_first_tz",
        "jsonb_path_query_tz", "jsonb_populate_record", "jsonb_populate_recordset", "jsonb_pretty",
        "jsonb_set", "jsonb_set_lax", "jsonb_strip_nulls", "jsonb_to_record", "jsonb_to_recordset",
        "jsonb_typeof", "row_to_json", "to_json", "to_jsonb",
        // addresses, shapes
        "abbrev", "area", "box", "bound_box", "broadcast", "center", "circle", "diagonal",
        "diameter", "family", "height", "host", "hostmask", "inet_merge", "inet_same_family",
        "isclosed", "isopen", "line", "lseg", "macaddr8_set7bit", "masklen", "netmask", "network",
        "npoints", "path", "pclose", "point", "polygon", "popen", "radius", "set_masklen", "slope",
        "width",
        // text search over a value
        "array_to_tsvector", "numnode", "phraseto_tsquery", "plainto_tsquery", "querytree",
        "setweight", "strip", "to_tsquery", "to_tsvector", "ts_delete", "ts_filter", "ts_headline",
        "ts_rank", "ts_rank_cd", "tsvector_to_array", "websearch_to_tsquery",
        // conversions that are spelled as functions
        "bool", "bpchar", "cidr", "date", "float4", "float8", "inet", "int2", "int4", "int8",
        "interval", "money", "name", "numeric", "text", "time", "timestamp", "timestamptz",
        "timetz", "varchar"};
    return names;
}

// Beginnings, because newer servers have more of each kind.
constexpr std::array<std::string_view, 9> kClosedBeginnings = {
    "pg_",          "dblink",          "binary_upgrade_", "txid_",        "inet_client_",
    "inet_server_", "database_to_xml", "schema_to_xml",   "cursor_to_xml"};

// With such a beginning, and harmless.
const Names& exceptions() {
    static const Names names = {"pg_backend_pid",
                                "pg_column_size",
                                "pg_conf_load_time",
                                "pg_current_wal_lsn",
                                "pg_database_size",
                                "pg_get_functiondef",
                                "pg_get_userbyid",
                                "pg_indexes_size",
                                "pg_is_in_recovery",
                                "pg_last_wal_receive_lsn",
                                "pg_last_wal_replay_lsn",
                                "pg_last_xact_replay_timestamp",
                                "pg_postmaster_start_time",
                                "pg_relation_size",
                                "pg_size_bytes",
                                "pg_size_pretty",
                                "pg_table_size",
                                "pg_tablespace_size",
                                "pg_total_relation_size",
                                "pg_typeof",
                                "pg_wal_lsn_diff"};
    return names;
}

const Names& closed_functions() {
    static const Names names = {"current_setting",
                                "currval",
                                "lastval",
                                "lo_close",
                                "lo_creat",
                                "lo_create",
                                "lo_export",
                                "lo_from_bytea",
                                "lo_get",
                                "lo_import",
                                "lo_lseek",
                                "lo_lseek64",
                                "lo_open",
                                "lo_put",
                                "lo_tell",
                                "lo_tell64",
                                "lo_truncate",
                                "lo_truncate64",
                                "lo_unlink",
                                "loread",
                                "lowrite",
                                "nextval",
                                "query_to_xml",
                                "query_to_xml_and_xmlschema",
                                "query_to_xmlschema",
                                "set_config",
                                "setseed",
                                "setval",
                                "table_to_xml",
                                "table_to_xml_and_xmlschema",
                                "table_to_xmlschema"};
    return names;
}

const Names& calls() {
    static const Names names = {"aclexplode",
                                "current_schemas",
                                "enum_first",
                                "enum_last",
                                "enum_range",
                                "mxid_age",
                                "obj_description",
                                "oidvectortypes",
                                "pg_typeof",
                                "regclass",
                                "row_security_active",
                                "to_regclass",
                                "to_regcollation",
                                "to_regnamespace",
                                "to_regoper",
                                "to_regoperator",
                                "to_regproc",
                                "to_regprocedure",
                                "to_regrole",
                                "to_regtype",
                                "ts_debug",
                                "ts_parse",
                                "ts_stat",
                                "ts_token_type",
                                "xml",
                                "xml_is_well_formed"};
    return names;
}

const Names& open_types() {
    static const Names names = {
        "bit", "bool", "box", "bpchar", "bytea", "char", "cidr", "circle", "date", "daterange",
        "datemultirange", "float4", "float8", "inet", "int2", "int4", "int4range", "int4multirange",
        "int8", "int8range", "int8multirange", "interval", "json", "jsonb", "jsonpath", "line",
        "lseg", "macaddr", "macaddr8", "money", "name", "numeric", "nummultirange", "numrange",
        "path", "point", "polygon", "text", "time", "timestamp", "timestamptz", "timetz",
        "tsmultirange", "tsquery", "tsrange", "tstzmultirange", "tstzrange", "tsvector", "uuid",
        "varbit", "varchar",
        // as SQL spells some of them when they are quoted or come with a schema
        "bigint", "boolean", "decimal", "integer", "real", "smallint"};
    return names;
}

const Names& open_operators() {
    static const Names names = {
        "+", "-", "*", "/", "%", "^", "|/", "||/", "@", "&", "|", "#", "~", "<<", ">>", "=", "<>",
        "!=", "<", ">", "<=", ">=", "||", "~~", "~~*", "!~~", "!~~*", "~*", "!~", "!~*", "^@", "->",
        "->>", "#>", "#>>", "@>", "<@", "?", "?|", "?&", "@?", "@@", "@@@", "#-", "&&", "&<", "&>",
        "-|-", "<<|", "|>>", "&<|", "|&>", "<->", "<<=", ">>=", "##", "@-@", "?#", "?-", "?||",
        "?-|", "~=", "<^", ">^", "!!", "*=", "*<>", "*<", "*>", "*<=", "*>=", "~<~", "~<=~", "~>=~",
        "~>~",
        // what the parser calls forms that are no operators
        "BETWEEN", "NOT BETWEEN", "BETWEEN SYMMETRIC", "NOT BETWEEN SYMMETRIC"};
    return names;
}

}  // namespace

bool is_open_postgres_function(std::string_view name) {
    return open_functions().contains(name);
}

bool is_closed_postgres_function(std::string_view name) {
    if (closed_functions().contains(name)) return true;
    const bool beginning =
        std::any_of(kClosedBeginnings.begin(), kClosedBeginnings.end(),
                    [&](std::string_view closed) { return name.starts_with(closed); });
    return beginning && !exceptions().contains(name);
}

bool is_postgres_call(std::string_view name) {
    if (is_open_postgres_function(name)) return false;
    return is_closed_postgres_function(name) || name.starts_with("pg_") || calls().contains(name);
}

bool is_open_postgres_type(std::string_view name) {
    return open_types().contains(name);
}

bool is_open_postgres_operator(std::string_view name) {
    return open_operators().contains(name);
}

}  // namespace casement::data
