// The rules of PromQL's expressions: operators by their strength, selectors, ranges, calls.
#pragma once

#include "base/error.h"
#include "data/promql_ast.h"
#include "data/promql_cursor.h"

#include <cstddef>
#include <optional>
#include <string>

namespace casement::data::promql {

/// What has no value yet stands where only a selector can.
void become_selector(Expr& unknown);

/// `cursor` must outlive the parser and moves with it. Errors: query_invalid.
class ExpressionParser {
  public:
    explicit ExpressionParser(Cursor& cursor) : cursor_(cursor) {}

    /// All that is left of the text, its types checked.
    Result<ExprPtr> whole();
    /// As much as belongs together, its operators of this strength or more.
    Result<ExprPtr> expression(int weakest = 1);
    /// One operand with the range, offset and @ behind it.
    Result<ExprPtr> postfix();

  private:
    Result<ExprPtr> make(Expr::Kind kind, std::size_t at);

    /// The binary operator that stands here, or "".
    [[nodiscard]] std::string binary_operator() const;
    Result<void> matching(Expr& node);
    Result<ExprPtr> unary();

    Result<ExprPtr> range(ExprPtr inner);
    Result<void> offset(Expr& expr);
    Result<void> at_modifier(Expr& expr);

    Result<ExprPtr> primary();
    Result<ExprPtr> parenthesis();
    Result<ExprPtr> word();
    /// The number that the word is, or nullopt when it is none.
    std::optional<Result<ExprPtr>> numeral(const Word& word);
    Result<ExprPtr> selector(std::string name, bool unknown_name);

    Result<ExprPtr> call(const std::string& name);
    Result<void> arguments(Expr& node);
    /// label_replace(vector, label, replacement, label, expression): its texts are not alike.
    Result<ExprPtr> replace_text(std::size_t index);
    Result<ExprPtr> aggregation(const std::string& op);
    Result<bool> grouping(Expr& node);

    Cursor& cursor_;
    std::size_t nodes_ = 0;
    std::size_t recursion_ = 0;
};

}  // namespace casement::data::promql
