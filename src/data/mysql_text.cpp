#include "data/mysql_text.h"

#include "base/encoding.h"
#include "data/query_errors.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::size_t kMostValues = 65'535;  // of the protocol
constexpr std::size_t kDeepest = 200;        // brackets

// Reserved words: none of them can be a name unless it is quoted.
constexpr std::array kClosedWords = {"into", "procedure", "delete", "update",
                                     "load", "call",      "lock"};

// Native functions are found by their names, quoted ones too.
constexpr std::array kClosedFunctions = {"load_file",
                                         "user",
                                         "current_user",
                                         "session_user",
                                         "system_user",
                                         "current_role",
                                         "connection_id",
                                         "last_insert_id",
                                         "found_rows",
                                         "row_count",
                                         "sleep",
                                         "benchmark",
                                         "get_lock",
                                         "release_lock",
                                         "release_all_locks",
                                         "is_free_lock",
                                         "is_used_lock",
                                         "master_pos_wait",
                                         "master_gtid_wait",
                                         "source_pos_wait",
                                         "wait_for_executed_gtid_set",
                                         "nextval",
                                         "lastval",
                                         "setval",
                                         "sys_exec",
                                         "sys_eval",
                                         "sys_get",
                                         "sys_set",
                                         "ps_current_thread_id",
                                         "ps_thread_id"};

constexpr std::array kBareFunctions = {"current_user", "current_role", "session_user"};

// What they hold of accounts and of other people's queries is nobody's data.
constexpr std::array kClosedSchemas = {"mysql", "information_schema", "performance_schema", "sys"};

template <class List>
bool is_one_of(std::string_view word, const List& list) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view one) { return one == word; });
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool starts_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
/// `$` stands inside of names here, as it does for the server.
bool continues_word(char c) {
    return starts_name(c) || is_digit(c) || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

Error not_one() {
    return query_refused("A query must be one SELECT statement.");
}

Error closed(std::string_view what) {
    return query_refused(fmt::format("{} is closed to queries.", utf8_head(what, 64)));
}

class Reader {
  public:
    explicit Reader(const std::string& text) : text_(text) {}

    Result<MysqlText> read() {
        while (at_ < text_.size()) {
            if (auto ok = step(); !ok) return ok.error();
        }
        end_list_member(false);
        if (!begun_) return query_invalid("The query is empty.");
        if (!brackets_.empty()) return query_invalid("The query has a bracket that is not closed.");
        if (pending_) {
            if (auto ok = end_name('\0'); !ok) return ok.error();
        }
        read_.parts.push_back(text_.substr(from_, end() - from_));
        read_.end = end();
        return std::move(read_);
    }

  private:
    enum class Kind { none, word, quoted, open, comma, other };

    std::size_t end() const { return end_ == std::string::npos ? text_.size() : end_; }

    Result<void> step() {
        const char c = text_[at_];
        if (is_space(c)) {
            ++at_;
            return {};
        }
        if (is_comment()) return skip_comment();
        if (end_ != std::string::npos) {
            if (c != ';') return not_one();  // something follows the semicolon
            ++at_;
            return {};
        }
        if (c == ';') {
            end_list_member(false);
            if (auto ok = end_name(c); !ok) return ok;
            end_ = at_++;
            return {};
        }
        if (c == '$') return take_parameter();
        const bool ends_member = c == ',' || c == ')';
        end_list_member(ends_member);
        if (auto ok = end_name(c); !ok) return ok;
        if (c == '\'' || c == '"') return skip_string(c);
        if (c == '`') return take_quoted();
        if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
            return take_number();
        }
        if (continues_word(c)) return take_word();
        if (c == '?') {
            return query_refused("A query names its values as $name; \"?\" is not taken.");
        }
        if (c == '@') return closed("A variable (@name, @@name)");
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') return not_one();
        ++at_;
        if (c == '(') {
            if (brackets_.size() >= kDeepest) return query_invalid("Brackets are nested too deep.");
            brackets_.push_back(last_ == Kind::word && last_word_ == "in");
            last_ = Kind::open;
            return {};
        }
        if (!begun_) return not_one();
        if (c == ')') {
            if (brackets_.empty()) return query_invalid("The query closes a bracket too many.");
            brackets_.pop_back();
        }
        last_ = c == ',' ? Kind::comma : Kind::other;
        return {};
    }

    bool looking_at(std::string_view what) const {
        return std::string_view(text_).substr(at_).starts_with(what);
    }

    bool is_comment() const {
        if (text_[at_] == '#' || looking_at("/*")) return true;
        // Two dashes are a comment only before a space; "1--1" is a number less a negative one.
        if (!looking_at("--")) return false;
        const auto next = at_ + 2;
        return next >= text_.size() || static_cast<unsigned char>(text_[next]) <= 0x20;
    }

    Result<void> skip_comment() {
        if (!looking_at("/*")) {
            const auto line_end = text_.find('\n', at_);
            at_ = line_end == std::string::npos ? text_.size() : line_end + 1;
            return {};
        }
        // "/*!" and "/*M!" are run, "/*+" are orders to the planner.
        if (looking_at("/*!") || looking_at("/*+") || looking_at("/*M!") || looking_at("/*m!")) {
            return query_refused(
                "A comment that the server acts on (/*! … */, /*+ … */) is not taken.");
        }
        const auto stop = text_.find("*/", at_ + 2);
        if (stop == std::string::npos) {
            return query_invalid("The query has a comment that is not closed.");
        }
        if (text_.find("/*", at_ + 2) < stop) {
            return query_refused("A comment inside of a comment is not taken.");
        }
        at_ = stop + 2;
        return {};
    }

    Result<void> skip_string(char quote) {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == quote) {
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote) {
                    ++at_;
                    if (!begun_) return not_one();
                    last_ = Kind::other;
                    return {};
                }
                ++at_;
            }
        }
        return query_invalid("The query has a string that is not closed.");
    }

    Result<void> take_quoted() {
        std::string name;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '`') {
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != '`') {
                    ++at_;
                    if (!begun_) return not_one();
                    name_ = lower(name);
                    pending_ = true;
                    quoted_ = true;
                    last_ = Kind::quoted;
                    return {};
                }
                ++at_;
            }
            name += text_[at_];
        }
        return query_invalid("The query has a quoted name that is not closed.");
    }

    /// The server ends a number where it cannot go on, and reads a word from there ("1e5into"):
    /// what could be cut in two places is not taken.
    Result<void> take_number() {
        if (!begun_) return not_one();
        const auto digits = [this](auto is_one) {
            while (at_ < text_.size() && is_one(text_[at_]))
                ++at_;
        };
        if (looking_at("0x") || looking_at("0b")) {
            at_ += 2;
            digits([](char c) {
                return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            });
        } else {
            digits(is_digit);
            if (looking_at(".")) ++at_;
            digits(is_digit);
            if (looking_at("e") || looking_at("E")) {
                ++at_;
                if (looking_at("+") || looking_at("-")) ++at_;
                if (at_ >= text_.size() || !is_digit(text_[at_])) return wrong_number();
                digits(is_digit);
            }
        }
        if (at_ < text_.size() && (continues_word(text_[at_]) || text_[at_] == '.')) {
            return wrong_number();
        }
        last_ = Kind::other;
        return {};
    }

    static Error wrong_number() {
        return query_refused(
            "A number must not touch the word behind it: put a space between them. A name that "
            "begins with a digit stands in `…`.");
    }

    Result<void> take_word() {
        const auto start = at_;
        while (at_ < text_.size() && continues_word(text_[at_]))
            ++at_;
        const auto word = lower(std::string_view(text_).substr(start, at_ - start));
        if (!begun_) {
            if (word != "select" && word != "with") return not_one();
            begun_ = true;
        }
        const bool after_for = last_ == Kind::word && last_word_ == "for";
        const bool after_next = last_ == Kind::word && last_word_ == "value";
        if (after_for && (word == "update" || word == "share")) return closed("FOR UPDATE");
        if (after_next && word == "for") return closed("NEXT VALUE FOR");
        last_ = Kind::word;
        last_word_ = word;
        name_ = word;
        pending_ = true;
        quoted_ = false;
        return {};
    }

    /// Now that it is seen what follows a word: `next` is the first sign behind it.
    Result<void> end_name(char next) {
        if (!std::exchange(pending_, false)) return {};
        if (next == '(') {
            if (is_one_of(name_, kClosedFunctions)) return closed(fmt::format("{}()", name_));
            return {};
        }
        if (next == '.' && is_one_of(name_, kClosedSchemas)) {
            return closed(fmt::format("The schema {}", name_));
        }
        if (quoted_) return {};
        if (is_one_of(name_, kClosedWords)) return closed(name_);
        // These need no brackets.
        if (is_one_of(name_, kBareFunctions)) return closed(name_);
        return {};
    }

    Result<void> take_parameter() {
        if (!begun_) return not_one();
        end_list_member(false);
        if (auto ok = end_name('$'); !ok) return ok;
        const auto start = at_++;
        if (at_ >= text_.size() || !starts_name(text_[at_])) return wrong_name();
        while (at_ < text_.size() && (starts_name(text_[at_]) || is_digit(text_[at_])))
            ++at_;
        // "$a$b" and the like are one name to the server.
        if (at_ < text_.size() && continues_word(text_[at_])) return wrong_name();
        read_.parts.push_back(text_.substr(from_, start - from_));
        from_ = at_;
        const bool alone_before =
            (last_ == Kind::open || last_ == Kind::comma) && !brackets_.empty() && brackets_.back();
        read_.places.push_back({text_.substr(start + 1, at_ - start - 1), alone_before});
        list_member_ = alone_before;
        last_ = Kind::other;
        return {};
    }

    static Error wrong_name() {
        return query_refused(
            "A query names its values as $name, in plain letters, digits and _, and nothing else "
            "in it begins with $.");
    }

    /// The sign behind a value shows whether it stands alone in its place of a list.
    void end_list_member(bool ended) {
        if (std::exchange(list_member_, false) && !ended) read_.places.back().in_list = false;
    }

    const std::string& text_;
    MysqlText read_;
    std::size_t at_ = 0;
    std::size_t from_ = 0;
    std::size_t end_ = std::string::npos;  ///< of the semicolon
    bool begun_ = false;
    std::vector<bool> brackets_;  ///< whether each was opened behind IN
    Kind last_ = Kind::none;
    std::string last_word_;
    std::string name_;
    bool pending_ = false;  ///< a name was read, what follows it not yet
    bool quoted_ = false;
    bool list_member_ = false;
};

Result<void> add_value(MysqlStatement& statement, const std::string& name, const Scalar& value) {
    if (const auto* text = std::get_if<std::string>(&value); text != nullptr && !is_utf8(*text)) {
        return invalid("invalid_parameter",
                       fmt::format("The value of ${} is not well-formed UTF-8.", name), name);
    }
    if (statement.values.size() >= kMostValues) {
        return query_too_large("The query binds more values than a statement takes.");
    }
    statement.text += '?';
    statement.values.push_back(value);
    return {};
}

}  // namespace

Result<MysqlText> MysqlText::read(const std::string& text) {
    if (auto ok = check_query_text(text); !ok) return ok.error();
    return Reader(text).read();
}

Result<MysqlStatement> render(const MysqlText& text, const std::map<std::string, Value>& values) {
    MysqlStatement statement;
    for (std::size_t i = 0; i < text.places.size(); ++i) {
        const auto& [name, in_list] = text.places[i];
        statement.text += text.parts[i];
        const auto found = values.find(name);
        if (found == values.end()) {
            return query_invalid(
                fmt::format("The query names ${}, which is neither a variable of the dashboard nor "
                            "one of $from, $to, $interval, $timezone.",
                            name));
        }
        const auto* list = std::get_if<std::vector<Scalar>>(&found->second);
        if (list == nullptr) {
            if (auto ok = add_value(statement, name, std::get<Scalar>(found->second)); !ok) {
                return ok.error();
            }
            continue;
        }
        if (!in_list) {
            return query_invalid(fmt::format(
                "${} has several values, which can only stand in IN (${}).", name, name));
        }
        if (list->empty()) statement.text += "NULL";
        for (std::size_t entry = 0; entry < list->size(); ++entry) {
            if (entry > 0) statement.text += ',';
            if (auto ok = add_value(statement, name, (*list)[entry]); !ok) return ok.error();
        }
    }
    statement.text += text.parts.back();
    return statement;
}

}  // namespace casement::data
