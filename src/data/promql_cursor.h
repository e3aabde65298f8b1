// Where a parser of PromQL stands in its tokens, and the small things that several rules read.
#pragma once

#include "base/error.h"
#include "data/promql_lexer.h"
#include "data/promql_values.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::data::promql {

/// More labels or matchers in one place than anybody means.
inline constexpr std::size_t kMaxLabels = 200;

/// `values` must outlive the cursor. Errors: query_invalid, with the place in the text.
class Cursor {
  public:
    Cursor(std::vector<Token> tokens, const Values& values)
        : tokens_(std::move(tokens)), values_(values) {}

    /// Behind the last token there is its end, as often as one looks.
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    void advance(std::size_t tokens = 1) { at_ += tokens; }
    bool take(std::string_view sign) {
        if (!peek().is(sign)) return false;
        advance();
        return true;
    }
    /// A keyword, in upper or lower case.
    [[nodiscard]] bool at_word(std::string_view word, std::size_t ahead = 0) const;
    bool take_word(std::string_view word);

    /// The token here with its values in it; the cursor stays.
    [[nodiscard]] Result<Word> word_here() const { return values_.word(peek()); }
    [[nodiscard]] Result<Text> text_here(TextUse use, bool in_matcher) const {
        return values_.text(peek(), use, in_matcher);
    }

    /// Milliseconds.
    Result<std::int64_t> duration();
    /// `(job, instance)`; a value may name several between commas.
    Result<std::vector<std::string>> label_list();

    [[nodiscard]] Error unexpected() const;
    [[nodiscard]] Error wrong_here(std::string_view reason) const {
        return wrong_promql(peek().at, reason);
    }

  private:
    std::vector<Token> tokens_;
    Interpolation values_;
    std::size_t at_ = 0;
};

}  // namespace casement::data::promql
