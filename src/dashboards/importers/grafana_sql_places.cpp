#include "dashboards/importers/grafana_sql_places.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using Kind = SqlToken::Kind;
using Clause = SqlPlace::Clause;
using Tokens = std::vector<SqlToken>;
constexpr auto kNothing = SqlPlace::kNothing;

template <std::size_t N>
bool is_one_of(std::string_view word, const std::string_view (&list)[N]) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// An expression may begin behind these.
constexpr std::string_view kBeforeExpression[] = {
    "select",  "distinct", "all",  "where",  "and",      "or",      "not",    "on",     "having",
    "qualify", "when",     "then", "else",   "case",     "between", "like",   "ilike",  "glob",
    "to",      "zone",     "from", "escape", "interval", "limit",   "offset", "regexp", "rlike"};
// And behind these words no function's parenthesis opens.
constexpr std::string_view kKeyWords[] = {
    "select",  "distinct",     "all",     "where",     "and",       "or",        "not",
    "on",      "having",       "qualify", "when",      "then",      "else",      "case",
    "between", "like",         "ilike",   "glob",      "to",        "zone",      "from",
    "escape",  "interval",     "limit",   "offset",    "regexp",    "rlike",     "in",
    "any",     "some",         "exists",  "values",    "over",      "filter",    "using",
    "as",      "join",         "by",      "union",     "intersect", "except",    "with",
    "lateral", "materialized", "is",      "group",     "order",     "partition", "similar",
    "set",     "table",        "into",    "returning", "fetch",     "first",     "next",
    "within",  "end",          "rollup",  "cube",      "sets"};
// What may follow an expression.
constexpr std::string_view kAfterExpression[] = {
    "and",     "or",     "then",    "else",   "end",    "when",  "as",        "from",   "where",
    "group",   "order",  "having",  "limit",  "offset", "union", "intersect", "except", "between",
    "is",      "not",    "in",      "like",   "ilike",  "glob",  "asc",       "desc",   "nulls",
    "on",      "join",   "inner",   "left",   "right",  "full",  "cross",     "window", "qualify",
    "collate", "escape", "similar", "rows",   "row",    "at",    "fetch",     "for",    "separator",
    "using",   "regexp", "rlike",   "percent"};
// A text that is no number makes these fail, so that a name in the place of a number is noticed.
constexpr std::string_view kNumberFunctions[] = {"abs",
                                                 "ceil",
                                                 "ceiling",
                                                 "floor",
                                                 "round",
                                                 "trunc",
                                                 "sqrt",
                                                 "ln",
                                                 "log",
                                                 "exp",
                                                 "mod",
                                                 "pow",
                                                 "power",
                                                 "sign",
                                                 "to_days",
                                                 "to_hours",
                                                 "range",
                                                 "generate_series",
                                                 "to_minutes",
                                                 "to_seconds",
                                                 "to_milliseconds",
                                                 "to_timestamp",
                                                 "to_weeks",
                                                 "to_months",
                                                 "to_years",
                                                 "make_timestamp",
                                                 "make_date",
                                                 "epoch_ms"};
constexpr std::string_view kPredicates[] = {"like", "ilike",   "glob",    "in",     "is",
                                            "not",  "between", "similar", "regexp", "rlike"};

class Walk {
  public:
    explicit Walk(const Tokens& tokens) : tokens_(tokens), places_(tokens.size()) {
        frames_.emplace_back();
    }

    std::vector<SqlPlace> run() {
        for (std::size_t i = 0; i < tokens_.size(); ++i)
            visit(i);
        std::size_t after = kNothing;
        for (std::size_t i = tokens_.size(); i-- > 0;) {
            places_[i].after = after;
            if (is_visible(i)) after = i;
        }
        return std::move(places_);
    }

  private:
    struct Frame {
        SqlPlace place;
        bool open_between = false;
        bool joins = false;  ///< the condition is that of a JOIN: a comma goes on in FROM
    };

    [[nodiscard]] bool is_visible(std::size_t i) const {
        return tokens_[i].kind != Kind::space && tokens_[i].kind != Kind::comment;
    }

    void visit(std::size_t i) {
        auto& place = places_[i] = frames_.back().place;
        place.before = before_;
        place.ends_between = ends_between_;
        if (!is_visible(i)) return;
        ends_between_ = false;
        const auto& token = tokens_[i];
        if (token.kind == Kind::word) word(lower_word(token.text));
        if (token.kind == Kind::symbol) symbol(token.text.front(), i);
        before_ = i;
        before_that_ = token.kind == Kind::word ? lower_word(token.text) : std::string(token.text);
    }

    void word(const std::string& word) {
        auto& frame = frames_.back();
        auto& clause = frame.place.clause;
        if (word == "select") {
            clause = Clause::select;
            frame.place.in_call = false;
        }
        // IS [NOT] DISTINCT FROM is an operator.
        if (word == "from" && before_that_ != "distinct") clause = Clause::from;
        if (word == "join" || word == "into" || word == "table") clause = Clause::from;
        if (word == "where" || word == "having" || word == "qualify" || word == "on" ||
            word == "when") {
            if (word != "when") clause = Clause::condition;
            frame.joins = word == "on";
        }
        if (word == "by") clause = Clause::by;
        if (word == "limit" || word == "offset" || word == "fetch") clause = Clause::limit;
        if (word == "values") clause = Clause::values;
        if (word == "using" || word == "with") clause = Clause::names;
        if (word == "union" || word == "intersect" || word == "except") clause = Clause::none;
        if (word == "between") frame.open_between = true;
        if (word == "and" && frame.open_between) {
            frame.open_between = false;
            ends_between_ = true;
        }
    }

    void symbol(char c, std::size_t i) {
        if (c == '(' || c == '[') {
            open(c, i);
        } else if ((c == ')' || c == ']') && frames_.size() > 1) {
            frames_.pop_back();
        } else if (c == ',' && frames_.back().joins) {
            frames_.back().place.clause = Clause::from;
            frames_.back().joins = false;
        }
    }

    void open(char c, std::size_t i) {
        Frame frame;
        frame.place.clause = frames_.back().place.clause;
        frame.place.open = i;
        frame.place.in_bracket = c == '[';
        if (before_ != kNothing) {
            const auto& token = tokens_[before_];
            frame.place.opener = before_that_;
            frame.place.in_call =
                c == '(' && ((token.kind == Kind::word && !is_one_of(before_that_, kKeyWords)) ||
                             token.kind == Kind::reference || token.kind == Kind::quoted_name);
        }
        frames_.push_back(std::move(frame));
    }

    const Tokens& tokens_;
    std::vector<SqlPlace> places_;
    std::vector<Frame> frames_;
    std::size_t before_ = kNothing;
    std::string before_that_;  ///< its text; a word in lower case
    bool ends_between_ = false;
};

std::string text_at(const Tokens& tokens, std::size_t i) {
    if (i == kNothing) return {};
    return tokens[i].kind == Kind::word ? lower_word(tokens[i].text) : std::string(tokens[i].text);
}

bool is_symbol(const Tokens& tokens, std::size_t i, std::string_view characters) {
    return i != kNothing && tokens[i].kind == Kind::symbol && tokens[i].text.size() == 1 &&
           characters.find(tokens[i].text.front()) != std::string_view::npos;
}

bool is_word(const Tokens& tokens, std::size_t i) {
    return i != kNothing && tokens[i].kind == Kind::word;
}

/// Touching something that makes the two one name.
bool is_part_of_name(const Tokens& tokens, std::size_t first, std::size_t last) {
    const auto joins = [&](std::size_t i) {
        const auto kind = tokens[i].kind;
        return kind == Kind::word || kind == Kind::number || kind == Kind::quoted_name ||
               kind == Kind::reference || kind == Kind::string || kind == Kind::dollar_text;
    };
    return (first > 0 && joins(first - 1)) || (last + 1 < tokens.size() && joins(last + 1));
}

std::optional<std::string> wrong_neighbours(const Tokens& tokens, const SqlPlace& place) {
    const auto before = text_at(tokens, place.before);
    if (is_symbol(tokens, place.after, "(")) return "stands where a function is named";
    if (is_symbol(tokens, place.after, ".") || before == ".") {
        return "is part of a name";
    }
    if (place.before == kNothing) return "begins the query";
    if (is_word(tokens, place.before)) {
        if (before == "as") return "stands where a column is named";
        if (!is_one_of(before, kBeforeExpression)) {
            return fmt::format("stands behind \"{}\", where no value is expected",
                               tokens[place.before].text.substr(0, 40));
        }
    } else if (!is_symbol(tokens, place.before, "=<>!+-*/%|&^~#(,[:@?")) {
        return "stands where no value is expected";
    }
    if (is_word(tokens, place.after) &&
        !is_one_of(text_at(tokens, place.after), kAfterExpression)) {
        return fmt::format("stands before \"{}\", where no value is expected",
                           tokens[place.after].text.substr(0, 40));
    }
    return std::nullopt;
}

bool begins_item(const Tokens& tokens, const SqlPlace& place) {
    const auto before = text_at(tokens, place.before);
    return before == "," || before == "select" || before == "by" || before == "distinct" ||
           before == "all";
}

std::optional<std::string> wrong_clause(const Tokens& tokens, const SqlPlace& place,
                                        Pasted pasted) {
    if (place.in_call || place.in_bracket) return std::nullopt;
    const bool item = begins_item(tokens, place);
    switch (place.clause) {
        case Clause::from:
            return "stands where a table is named";
        case Clause::names:
        case Clause::none:
            return "stands where a name is expected";
        case Clause::by:
            if (item) return "stands where a column to order or group by is named";
            break;
        case Clause::select:
            if (item && pasted == Pasted::bare && !in_arithmetic(tokens, place)) {
                return "stands where a column is chosen";
            }
            break;
        default:
            break;
    }
    return std::nullopt;
}

/// A bare value is a number, or it is no value at all but a name or a piece of SQL. Where the two
/// cannot be told apart by what happens to a text there, it is not bound.
std::optional<std::string> no_number(const Tokens& tokens, const SqlPlace& place) {
    const auto before = text_at(tokens, place.before);
    const auto after = text_at(tokens, place.after);
    if (is_word(tokens, place.after) && is_one_of(after, kPredicates)) {
        return "stands where a column is named";
    }
    if (is_symbol(tokens, place.after, "~|") || before == "|") {
        return "stands where a text is expected, and has no quotes around it";
    }
    if (before == "distinct" || before == "then" || before == "else" || before == "case") {
        return "stands where a column is named";
    }
    if (place.in_call && before == "(" && !is_one_of(place.opener, kNumberFunctions)) {
        return "stands where a column is named";
    }
    if (after == "::") return "stands before \"::\" without quotes around it";
    std::size_t next = place.after;
    const bool compared = is_symbol(tokens, next, "=<>!");
    while (is_symbol(tokens, next, "=<>!"))
        ++next;
    while (next < tokens.size() && tokens[next].kind == Kind::space)
        ++next;
    if (compared && next < tokens.size() && tokens[next].kind == Kind::string) {
        return "stands where a column is named";
    }
    const bool opens = before == "where" || before == "or" || before == "not" || before == "on" ||
                       before == "having" || before == "qualify" || before == "when" ||
                       (before == "and" && !place.ends_between) ||
                       (before == "(" &&
                        (place.opener == "where" || place.opener == "and" || place.opener == "or" ||
                         place.opener == "not" || place.opener == "on" || place.opener == "("));
    if (opens && !compared && !in_arithmetic(tokens, place)) return "stands for a whole condition";
    return std::nullopt;
}

}  // namespace

std::string lower_word(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

std::vector<SqlPlace> sql_places(const Tokens& tokens) {
    return Walk(tokens).run();
}

bool in_arithmetic(const Tokens& tokens, const SqlPlace& place) {
    return is_symbol(tokens, place.before, "+-*/%") || is_symbol(tokens, place.after, "+-*/%");
}

std::optional<std::string> cannot_bind(const Tokens& tokens, const std::vector<SqlPlace>& places,
                                       std::size_t first, std::size_t last, Pasted pasted) {
    if (is_part_of_name(tokens, first, last)) return "is part of a name";
    auto place = places[first];
    place.after = places[last].after;
    if (auto wrong = wrong_neighbours(tokens, place)) return wrong;
    if (auto wrong = wrong_clause(tokens, place, pasted)) return wrong;
    if (pasted == Pasted::bare) return no_number(tokens, place);
    return std::nullopt;
}

}  // namespace casement::dashboards
