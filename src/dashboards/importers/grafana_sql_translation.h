// A query's text on its way to one of our own: the state that the parts of the translation share.
// Of no use outside of this folder.
#pragma once

#include "base/error.h"
#include "dashboards/importers/grafana_sql.h"
#include "dashboards/importers/grafana_sql_lexer.h"
#include "dashboards/importers/grafana_sql_places.h"
#include "dashboards/importers/grafana_sql_values.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

class SqlTranslation {
  public:
    SqlTranslation(std::string_view raw, std::span<const SqlVariable> variables,
                   SqlFlavour flavour);
    SqlTranslation(const SqlTranslation&) = delete;
    SqlTranslation& operator=(const SqlTranslation&) = delete;

    [[nodiscard]] Result<ImportedSql> run();

  private:
    /// Tokens from `first` up to, and without, `end`.
    struct Range {
        std::size_t first = 0;
        std::size_t end = 0;
    };
    /// What a quoted literal is made of.
    struct Piece {
        std::string text;  ///< of a literal as it stands between the quotes, or an expression
        bool is_literal = false;
        bool is_interval = false;
        const SqlVariable* list = nullptr;  ///< the variable with several values, or null
    };

    // grafana_sql.cpp: the text token by token, and variables outside of quotes.
    Result<void> translate(Range range, std::string& out);
    Result<void> without_values(std::size_t i) const;
    Result<void> reference(std::size_t i, Range range, std::string& out);
    Result<void> single(std::size_t i, const SqlVariable& variable, std::string& out) const;
    Result<void> list(std::size_t i, const SqlVariable& variable, Range range, std::string& out);

    // grafana_sql_literals.cpp: what stands in quotes.
    Result<std::vector<Piece>> pieces(std::size_t i, std::string_view inner) const;
    Result<Piece> built_in_piece(std::size_t i, const SqlReference& reference,
                                 std::string_view& rest) const;
    Result<void> literal(std::size_t i, Range range, std::string& out);
    [[nodiscard]] std::string joined(const std::vector<Piece>& pieces, char quote) const;
    /// A column's name, quotes included, without the values that stand in it.
    [[nodiscard]] std::optional<std::string> without_references(std::size_t i);

    // grafana_sql_macros.cpp
    Result<void> macro(std::size_t i, std::string& out);
    Result<void> of_column(std::size_t i, const std::vector<Range>& list, std::size_t close,
                           const std::string& column, std::string& out);
    Result<void> group(std::size_t i, const std::vector<Range>& list, std::size_t close,
                       const std::string& column, std::string& out);
    /// The arguments of the call whose parenthesis is token `open`, without the spaces around them.
    [[nodiscard]] std::optional<std::vector<Range>> arguments(std::size_t open,
                                                              std::size_t& close) const;
    /// The width of a bucket in seconds.
    Result<std::string> bucket(Range range) const;

    [[nodiscard]] const SqlVariable* find(std::string_view name) const;
    [[nodiscard]] IsVariable is_variable() const;
    /// The token's text, in lower case; empty for SqlPlace::kNothing.
    [[nodiscard]] std::string word_at(std::size_t i) const;
    /// Does a name begin directly behind this token? What is put there instead would run into it.
    [[nodiscard]] bool touches_name(std::size_t i) const;
    [[nodiscard]] std::size_t line_of(std::size_t index) const;
    [[nodiscard]] Error refused(std::size_t index, std::string_view what,
                                std::string_view why) const;
    [[nodiscard]] Error refused(std::size_t index, std::string_view why) const;
    void note(std::size_t index, std::string_view what);

    std::span<const SqlVariable> variables_;
    SqlValues values_;
    SqlFlavour flavour_;
    std::vector<SqlToken> tokens_;
    std::vector<SqlPlace> places_;
    std::vector<std::size_t> starts_;  ///< where in the result a token began
    std::size_t skip_to_ = 0;          ///< the last token of what was replaced at once
    int depth_ = 0;                    ///< of macros whose argument is being translated
    std::vector<std::string> changes_;
    std::vector<ImportedSql::Renamed> renamed_;
};

/// Why a variable's name cannot be bound: it is one of ours, or no plain name.
inline constexpr std::string_view kUnbindable = "has a name that means something else here";
inline constexpr std::string_view kMissing = "was left out of the dashboard's variables";
[[nodiscard]] bool is_bindable(const SqlVariable& variable);
/// "day", "hours", …
[[nodiscard]] bool is_interval_unit(std::string_view lower_word);

}  // namespace casement::dashboards
