#include "data/postgres_parse.h"

#include "base/encoding.h"
#include "data/query_errors.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <pg_query.h>

namespace casement::data {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxMessage = 500;
// Each level of a tree takes some levels of JSON.
constexpr std::size_t kMaxDepth = 2000;
constexpr int kSqlComment = 275;
constexpr int kBlockComment = 276;

/// Frees what libpg_query has handed out.
template <class Answer, auto release>
class Owned {
  public:
    explicit Owned(Answer answer) : answer_(answer) {}
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() { release(answer_); }
    const Answer* operator->() const { return &answer_; }

  private:
    Answer answer_;
};

Error failed(const PgQueryError& error, const std::string& text) {
    std::string message(
        utf8_head(error.message == nullptr ? "syntax error" : error.message, kMaxMessage));
    // The parser quotes bytes, and so may cut a character into pieces.
    if (!is_utf8(message)) message = "syntax error at a character that has no place in SQL";
    if (error.cursorpos > 0) {
        const auto end = std::min(static_cast<std::size_t>(error.cursorpos), text.size());
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
        message += fmt::format(" (line {})", line);
    }
    return query_invalid(std::move(message));
}

/// The little of Protocol Buffers that a scan's result is made of: numbers and nested messages.
class Wire {
  public:
    explicit Wire(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] bool done() const { return bytes_.empty() || broken_; }
    [[nodiscard]] bool broken() const { return broken_; }

    struct Field {
        std::uint64_t number = 0;
        std::uint64_t value = 0;
        std::string_view message;
    };
    Field next() {
        constexpr std::uint64_t kNumber = 0;
        constexpr std::uint64_t kMessage = 2;
        const auto tag = varint();
        Field field{tag >> 3U, 0, {}};
        if ((tag & 7U) == kNumber) {
            field.value = varint();
        } else if ((tag & 7U) == kMessage) {
            const auto size = varint();
            if (size > bytes_.size()) {
                broken_ = true;
                return field;
            }
            field.message = bytes_.substr(0, size);
            bytes_.remove_prefix(size);
        } else {
            broken_ = true;
        }
        return field;
    }

  private:
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (bytes_.empty()) break;
            const auto byte = static_cast<unsigned char>(bytes_.front());
            bytes_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
            if ((byte & 0x80U) == 0) return value;
        }
        broken_ = true;
        return 0;
    }

    std::string_view bytes_;
    bool broken_ = false;
};

std::optional<PostgresToken> read_token(std::string_view bytes, std::size_t text_size) {
    PostgresToken token;
    Wire wire(bytes);
    while (!wire.done()) {
        const auto field = wire.next();
        if (field.number == 1) token.start = field.value;
        if (field.number == 2) token.end = field.value;
        if (field.number == 4) token.kind = static_cast<int>(field.value);
    }
    if (wire.broken() || token.end > text_size || token.start > token.end) return std::nullopt;
    return token;
}

}  // namespace

Result<std::vector<PostgresToken>> postgres_tokens(const std::string& text) {
    const Owned<PgQueryScanResult, pg_query_free_scan_result> scan(pg_query_scan(text.c_str()));
    if (scan->error != nullptr) return failed(*scan->error, text);
    std::vector<PostgresToken> tokens;
    Wire wire({scan->pbuf.data, scan->pbuf.len});
    while (!wire.done()) {
        const auto field = wire.next();
        if (field.number != 2) continue;
        const auto token = read_token(field.message, text.size());
        if (!token) return query_refused("The query cannot be read.");
        if (token->kind != kSqlComment && token->kind != kBlockComment) tokens.push_back(*token);
    }
    if (wire.broken()) return query_refused("The query cannot be read.");
    return tokens;
}

Result<PostgresSelect> parse_postgres_select(const std::string& text) {
    const Owned<PgQueryParseResult, pg_query_free_parse_result> parsed(
        pg_query_parse(text.c_str()));
    if (parsed->error != nullptr) return failed(*parsed->error, text);
    json::parse_options options;
    options.max_depth = kMaxDepth;
    json::error_code broken;
    auto tree = json::parse(parsed->parse_tree, broken, {}, options);
    if (broken == json::error::too_deep) {
        return query_refused("The query is nested too deeply.");
    }
    const auto* root = broken ? nullptr : tree.if_object();
    auto* statements = root == nullptr ? nullptr : tree.get_object().if_contains("stmts");
    if (statements == nullptr || !statements->is_array()) {
        return query_refused("The query cannot be read.");
    }
    const auto one_select = [] { return query_refused("A query must be one SELECT statement."); };
    if (statements->get_array().size() != 1) return one_select();
    auto* raw = statements->get_array()[0].if_object();
    auto* statement = raw == nullptr ? nullptr : raw->if_contains("stmt");
    if (statement == nullptr || !statement->is_object()) return one_select();
    auto* select = statement->get_object().if_contains("SelectStmt");
    if (select == nullptr || !select->is_object()) return one_select();

    PostgresSelect out;
    out.node = std::move(select->get_object());
    const auto place = [&](std::string_view name) {
        const auto* value = raw->if_contains(name);
        const bool good = value != nullptr && value->is_int64() && value->get_int64() > 0;
        return good ? static_cast<std::size_t>(value->get_int64()) : std::size_t{0};
    };
    const auto start = std::min(place("stmt_location"), text.size());
    const auto length = place("stmt_len");
    out.text = length == 0 ? text.substr(start) : text.substr(start, length);
    return out;
}

}  // namespace casement::data
