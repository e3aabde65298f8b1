#include "data/duckdb_scope_text.h"

#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace casement::data {
namespace {

// Beyond this a list belongs into a table of the source.
constexpr std::size_t kMaxValues = 2000;

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

/// An ENUM's type lists all of its values, those of foreign rows among them.
bool holds_values(const std::string& type) {
    return type.find("ENUM") != std::string::npos;
}

std::string seen_type(const ScopeCatalog::Column& column) {
    return holds_values(column.type) ? "VARCHAR" : column.type;
}

const ScopeCatalog::Column* find_column(const ScopeCatalog::Relation& relation,
                                        std::string_view name) {
    const auto wanted = lower_name(name);
    const auto found =
        std::find_if(relation.columns.begin(), relation.columns.end(),
                     [&](const auto& column) { return lower_name(column.name) == wanted; });
    return found == relation.columns.end() ? nullptr : &*found;
}

/// A decimal number apart: "-012.50" is negative, "12", "5".
struct Decimal {
    bool negative = false;
    std::string whole;
    std::string fraction;
    bool plain = true;  ///< without an exponent
};

std::optional<Decimal> read_decimal(std::string_view text) {
    Decimal out;
    const auto digits = [&] {
        const auto end =
            std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
        const std::string taken(text.begin(), end);
        text.remove_prefix(taken.size());
        return taken;
    };
    if (text.starts_with('-')) {
        out.negative = true;
        text.remove_prefix(1);
    }
    out.whole = digits();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        out.fraction = digits();
    }
    if (out.whole.empty() && out.fraction.empty()) return std::nullopt;
    if (text.starts_with('e') || text.starts_with('E')) {
        out.plain = false;
        text.remove_prefix(1);
        if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
        if (digits().empty()) return std::nullopt;
    }
    if (!text.empty()) return std::nullopt;
    out.whole.erase(0, std::min(out.whole.find_first_not_of('0'), out.whole.size()));
    while (out.fraction.ends_with('0'))
        out.fraction.pop_back();
    return out;
}

/// How values of one column's type are compared.
struct NumberType {
    enum class Family { integer, decimal, floating } family = Family::integer;
    std::size_t width = 38;  ///< decimal: digits
    std::size_t scale = 0;   ///< decimal: of them behind the point
};

std::optional<NumberType> number_type(const std::string& type) {
    static constexpr std::array<std::string_view, 10> kIntegers = {
        "TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT",  "HUGEINT",
        "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"};
    if (std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end()) return NumberType{};
    if (type == "DOUBLE" || type == "FLOAT") {
        return NumberType{NumberType::Family::floating, 0, 0};
    }
    if (!type.starts_with("DECIMAL(") || !type.ends_with(')')) return std::nullopt;
    NumberType out{NumberType::Family::decimal, 0, 0};
    const char* end = type.data() + type.size() - 1;
    const auto width = std::from_chars(type.data() + 8, end, out.width);
    if (width.ec != std::errc{} || width.ptr == end || *width.ptr != ',') return std::nullopt;
    const auto scale = std::from_chars(width.ptr + 1, end, out.scale);
    if (scale.ec != std::errc{} || scale.ptr != end || out.scale > out.width) return std::nullopt;
    return out;
}

/// The value as text that converts to the column's type without being rounded, or nothing: then no
/// row can have it.
std::optional<std::string> exact_number(std::string_view written, const NumberType& type) {
    constexpr std::string_view kLargestExact = "9007199254740992";  // 2^53
    const auto number = read_decimal(written);
    if (!number) return std::nullopt;
    if (type.family == NumberType::Family::floating) {
        const bool fits =
            number->whole.size() < kLargestExact.size() ||
            (number->whole.size() == kLargestExact.size() && number->whole <= kLargestExact);
        if (!number->plain || !fits) return std::nullopt;
        return std::string(written);
    }
    if (!number->plain || number->fraction.size() > type.scale ||
        number->whole.size() > type.width - type.scale) {
        return std::nullopt;
    }
    std::string out = number->negative ? "-" : "";
    out += number->whole.empty() ? "0" : number->whole;
    if (!number->fraction.empty()) out += "." + number->fraction;
    return out;
}

/// Builds one statement and numbers its parameters.
class Writer {
  public:
    Writer(const std::string& model, bool once) : model_(model), once_(once) {}

    Result<ScopedText> write(const std::string& text, const std::vector<ScopeTarget>& targets) {
        // Read in one place, a relation becomes a part of the query's plan, and the query's own
        // filters and columns reach its files. DuckDB 1.4 loses parameters when it copies a part of
        // a plan, so what is read in several places is worked out first.
        const std::string_view how = once_ ? "NOT MATERIALIZED" : "MATERIALIZED";
        std::string with;
        for (const auto& target : targets) {
            auto where = filters(target);
            if (!where) return where.error();
            const auto& relation = *target.relation;
            with += fmt::format("{}{} AS {} (SELECT *{} FROM {}.{}.{}{})",
                                with.empty() ? "WITH " : ", ", quoted(relation.name), how,
                                replaced(relation), quoted(relation.catalog),
                                quoted(relation.schema), quoted(relation.name), *where);
        }
        scoped_.text = fmt::format("{} SELECT * FROM (\n{}\n) AS {}", with, text, kScopePrefix);
        scoped_.key.assign(1, '\0');
        scoped_.key += scoped_.text;
        return std::move(scoped_);
    }

  private:
    static std::string replaced(const ScopeCatalog::Relation& relation) {
        std::string list;
        for (const auto& column : relation.columns) {
            if (!holds_values(column.type)) continue;
            const auto name = quoted(column.name);
            list +=
                fmt::format("{}CAST({} AS VARCHAR) AS {}", list.empty() ? "" : ", ", name, name);
        }
        return list.empty() ? "" : " REPLACE (" + list + ")";
    }

    Result<std::string> filters(const ScopeTarget& target) {
        std::string where;
        for (const auto& filter : target.scoped->filters) {
            const auto* column = find_column(*target.relation, filter.column);
            if (column == nullptr) {
                return model_unusable(model_, fmt::format("\"{}\" has no column \"{}\"",
                                                          target.scoped->name, filter.column));
            }
            if (filter.values.size() > kMaxValues) {
                return model_unusable(
                    model_, fmt::format("there are more than {} values for \"{}\"", kMaxValues,
                                        filter.column));
            }
            auto one = filter.type == RowFilter::Type::number ? number(filter, *column)
                                                              : text(filter, *column);
            if (!one) return one.error();
            where += (where.empty() ? " WHERE " : " AND ") + *one;
        }
        return where;
    }

    Result<std::string> text(const RowFilter& filter, const ScopeCatalog::Column& column) {
        std::string left = quoted(column.name);
        if (column.type == "UUID" || column.type.starts_with("ENUM(")) {
            left = fmt::format("CAST({} AS VARCHAR)", left);
        } else if (column.type != "VARCHAR") {
            return mismatch(column, "text");
        }
        std::string list;
        for (const auto& value : filter.values) {
            if (value.empty() || !is_utf8(value)) continue;
            list += (list.empty() ? "" : ", ") + bound(value);
        }
        // A column's own collation could take "a" for "A".
        return condition(left + " COLLATE \"C\"", list);
    }

    Result<std::string> number(const RowFilter& filter, const ScopeCatalog::Column& column) {
        const auto type = number_type(column.type);
        if (!type) return mismatch(column, "number");
        const bool single = column.type == "FLOAT";
        const std::string compared = single ? "DOUBLE" : column.type;
        std::string list;
        for (const auto& value : filter.values) {
            const auto exact = exact_number(value, *type);
            // One value that is no number makes the whole list a mistake.
            if (!exact && !read_decimal(value)) return std::string("false");
            if (!exact) continue;
            list += fmt::format("{}TRY_CAST({} AS {})", list.empty() ? "" : ", ", bound(*exact),
                                compared);
        }
        const auto name = quoted(column.name);
        return condition(single ? fmt::format("CAST({} AS DOUBLE)", name) : name, list);
    }

    static std::string condition(const std::string& left, const std::string& list) {
        return list.empty() ? "false" : fmt::format("{} IN ({})", left, list);
    }

    std::string bound(std::string value) {
        const auto name = fmt::format("{}_{}", kScopePrefix, scoped_.values.size());
        scoped_.values.emplace(name, Scalar(std::move(value)));
        return "$" + name;
    }

    Error mismatch(const ScopeCatalog::Column& column, std::string_view filter) const {
        return model_unusable(
            model_, fmt::format("the column \"{}\" is of type {}, and its row filter of type {}",
                                column.name, utf8_head(column.type, 64), filter));
    }

    const std::string& model_;
    const bool once_;
    ScopedText scoped_;
};

}  // namespace

Result<ScopedText> narrowed(const std::string& text, const std::vector<ScopeTarget>& targets,
                            bool once, const std::string& model) {
    return Writer(model, once).write(text, targets);
}

std::string stubbed(const std::string& text, const std::vector<ScopeTarget>& targets) {
    std::string with;
    for (const auto& target : targets) {
        std::string columns;
        for (const auto& column : target.relation->columns) {
            columns += fmt::format("{}CAST(NULL AS {}) AS {}", columns.empty() ? "" : ", ",
                                   seen_type(column), quoted(column.name));
        }
        with += fmt::format("{}{} AS NOT MATERIALIZED (SELECT {})", with.empty() ? "WITH " : ", ",
                            quoted(target.relation->name), columns);
    }
    return fmt::format("{} SELECT * FROM (\n{}\n) AS {}", with, text, kScopePrefix);
}

std::string without_end(const std::string& text) {
    const auto last = text.find_last_not_of(" \t\r\n\f\v;");
    return text.substr(0, last == std::string::npos ? 0 : last + 1);
}

Error model_unusable(const std::string& model, const std::string& reason) {
    return {ErrorKind::unprocessable,
            "model_unusable",
            fmt::format("The model \"{}\" does not go with its source: {}.", model, reason),
            {}};
}

}  // namespace casement::data
