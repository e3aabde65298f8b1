// A PromQL expression as a tree. What the parser makes of a text, what scope is put into, and what
// is printed for the server to run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace casement::data::promql {

enum class ValueType { scalar, vector, matrix, string, unknown };

struct Matcher {
    enum class Op { equal, not_equal, match, not_match };
    std::string label;
    Op op = Op::equal;
    std::string value;     ///< the text, or the RE2 expression
    bool unknown = false;  ///< the value comes from a variable that nobody has chosen yet
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// One node; which members mean something depends on its kind.
struct Expr {
    enum class Kind {
        number,
        string,     ///< text
        vector,     ///< text is the metric's name or empty, matchers, offset, at
        matrix,     ///< args[0] is a vector, range
        subquery,   ///< args[0], range, step, offset, at
        call,       ///< text is the function's name, args
        aggregate,  ///< text is the operator; args is the vector, or parameter and vector; grouping
        unary,      ///< text is "+" or "-", args[0]
        binary,     ///< text is the operator, args[0] and args[1], matching
        paren,      ///< args[0]
        unknown,    ///< a number or a metric's name that nobody has chosen yet
    };
    Kind kind = Kind::number;
    std::size_t at_character = 0;  ///< in the text, from 0
    std::size_t depth = 1;         ///< of the tree below, this node included
    std::string text;
    double number = 0;
    std::vector<Matcher> matchers;
    std::vector<ExprPtr> args;

    std::int64_t range_ms = 0;
    std::int64_t step_ms = 0;               ///< 0: the server's own
    std::optional<std::int64_t> offset_ms;  ///< may be negative
    enum class At { none, time, start, end } at = At::none;
    std::int64_t at_ms = 0;

    enum class Grouping { none, by, without } grouping = Grouping::none;
    std::vector<std::string> labels;  ///< of the grouping, or of on() and ignoring()

    bool returns_bool = false;
    enum class Matching { none, on, ignoring } matching = Matching::none;
    enum class Group { none, left, right } group = Group::none;
    std::vector<std::string> included;  ///< of group_left and group_right
};

}  // namespace casement::data::promql
