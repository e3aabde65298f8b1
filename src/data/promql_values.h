// Puts a dashboard's values into their places. A value in a text becomes that text's content and
// nothing more; a value outside of one must be exactly one number, duration, metric's name or list
// of labels. Nothing of it is ever read as PromQL.
#pragma once

#include "base/error.h"
#include "data/promql_ast.h"
#include "data/promql_lexer.h"
#include "data/query.h"

#include <map>
#include <string>
#include <vector>

namespace casement::data::promql {

struct Values {
    const std::map<std::string, Value>* named = nullptr;
    /// RE2 expressions that the document's author gave for "All"; may stand in =~ and !~ only.
    std::map<std::string, std::string> patterns;
    std::map<std::string, std::string> built_in;  ///< "__interval": "15s"
    /// The text is only looked at: every value that is not built in is still to come.
    bool are_unknown = false;
};

/// A word with its values in it.
struct Word {
    std::string text;
    std::vector<std::string> list;  ///< instead of text: several values
    bool has_value = false;
    bool is_unknown = false;
};

/// What a text is for: it decides how a value is written into it.
enum class TextUse {
    plain,
    pattern,      ///< an RE2 expression
    replacement,  ///< of label_replace, where `$` is special
};

struct Text {
    std::string text;
    bool is_unknown = false;
};

class Interpolation {
  public:
    explicit Interpolation(const Values& values) : values_(values) {}

    [[nodiscard]] Result<Word> word(const Token& token) const;
    /// `in_matcher`: several values where only one can stand are refused with a hint at =~.
    [[nodiscard]] Result<Text> text(const Token& token, TextUse use, bool in_matcher) const;

  private:
    struct Found {
        std::vector<std::string> texts;
        const std::string* pattern = nullptr;
        bool is_known = true;
        bool exists = true;
    };
    [[nodiscard]] Found find(const std::string& name) const;
    [[nodiscard]] Result<std::string> pattern_of(const Found& found, const Piece& piece,
                                                 std::size_t at) const;

    const Values& values_;
};

/// As PromQL writes it: whole seconds or a decimal for a time, "1m" for an interval.
[[nodiscard]] std::vector<std::string> texts_of(const Value& value);

}  // namespace casement::data::promql
