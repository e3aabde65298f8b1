// What a variable's picker offers of what its query, or the list of sources, gave.
#pragma once

#include "base/error.h"
#include "dashboards/dashboard.h"

#include <memory>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// Which choices stay and what of them, as dashboards commonly write it: `/expression/flags` with
/// the flags g, i, m and s, or a bare expression that the whole value must match. Groups called
/// `value` and `text` give those two; else the first group gives both, under `g` once for each
/// match; without groups the choice stays as it is. Runs in time linear in the value: the
/// expression knows no back references, and of look-around only `(?!…)` at the beginning of the
/// whole value.
class ChoicePattern {
  public:
    /// Errors: invalid "invalid_expression", in words that go behind the name of a field.
    [[nodiscard]] static Result<ChoicePattern> create(std::string_view text);
    ChoicePattern(ChoicePattern&&) noexcept;
    ChoicePattern& operator=(ChoicePattern&&) noexcept;
    ~ChoicePattern();

    [[nodiscard]] std::vector<Choice> apply(const std::vector<Choice>& choices) const;

  private:
    struct Parts;
    explicit ChoicePattern(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// By the variable's expression and order, each value once, at most kMaxChoices. Errors: as above.
[[nodiscard]] Result<std::vector<Choice>> offered_choices(const Variable& variable,
                                                          std::vector<Choice> choices);

inline constexpr std::size_t kMaxChoices = 10'000;

}  // namespace casement::dashboards
