// The fences: SQL of ours, in which names are quoted and values are bound.
#include "base/encoding.h"
#include "data/postgres_scope.h"
#include "data/postgres_scope_walk.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace casement::data {
namespace {

using namespace postgres_type;

// Beyond this a list belongs into a table of the source.
constexpr std::size_t kMaxValues = 2000;
constexpr std::size_t kMostDigits = 1000;

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

/// "-012.50" is good; "1e3" is a number too, and none that is compared with.
struct Decimal {
    bool plain = true;
    bool whole = true;  ///< nothing but zeros behind the point
    std::size_t digits = 0;
};

std::optional<Decimal> read_decimal(std::string_view text) {
    Decimal out;
    const auto digits = [&](bool must_be_zero) {
        std::size_t count = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++count) {
            if (must_be_zero && text.front() != '0') out.whole = false;
            text.remove_prefix(1);
        }
        return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    out.digits = digits(false);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        out.digits += digits(true);
    }
    if (out.digits == 0) return std::nullopt;
    if (text.starts_with('e') || text.starts_with('E')) {
        out.plain = false;
        text.remove_prefix(1);
        if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
        if (digits(false) == 0) return std::nullopt;
    }
    if (!text.empty()) return std::nullopt;
    return out;
}

enum class Family { text, uuid, integer, numeric, floating, date, timestamp, timestamptz, other };

Family family_of(const PostgresRelation::Column& column) {
    if (column.is_enum) return Family::text;
    switch (column.base) {
        case kText:
        case kVarchar:
        case kBpchar:
        case kName:
            return Family::text;
        case kUuid:
            return Family::uuid;
        case kInt2:
        case kInt4:
        case kInt8:
            return Family::integer;
        case kNumeric:
            return Family::numeric;
        case kFloat4:
        case kFloat8:
            return Family::floating;
        case kDate:
            return Family::date;
        case kTimestamp:
            return Family::timestamp;
        case kTimestamptz:
            return Family::timestamptz;
        default:
            return Family::other;
    }
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

/// How one filter compares.
struct Comparison {
    std::string left;  ///< SQL
    std::string type;  ///< SQL: what values are read as
    unsigned one = 0;
    unsigned list = 0;
};

class Writer {
  public:
    Writer(std::size_t first, const std::string& model) : next_(first), model_(model) {}

    Result<PostgresFences> write(const std::vector<PostgresFence>& fences) {
        for (std::size_t i = 0; i < fences.size(); ++i) {
            const auto columns = visible(fences[i]);
            if (!columns) return columns.error();
            const auto where = conditions(fences[i]);
            if (!where) return where.error();
            const auto& relation = *fences[i].relation;
            out_.with += fmt::format("{}\"{}_{}\" AS MATERIALIZED (SELECT {} FROM {}.{}{})",
                                     i == 0 ? "WITH " : ", ", kPostgresScopePrefix, i, *columns,
                                     quoted(relation.schema), quoted(relation.name), *where);
        }
        if (!out_.with.empty()) out_.with += ' ';
        return std::move(out_);
    }

  private:
    Result<const PostgresRelation::Column*> find(const PostgresFence& fence,
                                                 const std::string& name) const {
        const auto& columns = fence.relation->columns;
        const auto found = std::find_if(columns.begin(), columns.end(),
                                        [&](const auto& column) { return column.name == name; });
        if (found == columns.end()) {
            return postgres_model_unusable(
                model_, fmt::format("\"{}\" has no column \"{}\"", fence.scoped->name, name));
        }
        return &*found;
    }

    Result<std::string> visible(const PostgresFence& fence) const {
        // A covered column that is not there may be misspelled, and then shows what it should not.
        for (const auto& covered : fence.scoped->covered) {
            if (auto found = find(fence, covered.name); !found) return found.error();
        }
        std::string list;
        for (const auto& column : fence.relation->columns) {
            const auto name = quoted(column.name);
            std::string shown = name;
            // The strictest, should a column be named twice.
            std::optional<CoveredColumn::How> how;
            for (const auto& covered : fence.scoped->covered) {
                if (covered.name == column.name && (!how || covered.how < *how)) how = covered.how;
            }
            if (how == CoveredColumn::How::hidden) continue;
            if (how == CoveredColumn::How::as_null) {
                shown = fmt::format("CAST(NULL AS {}) AS {}", column.type, name);
            } else if (how == CoveredColumn::How::as_text) {
                shown = fmt::format("CASE WHEN {} IS NULL THEN NULL ELSE '***'::text END AS {}",
                                    name, name);
            }
            list += (list.empty() ? "" : ", ") + shown;
        }
        return list;
    }

    Result<std::string> conditions(const PostgresFence& fence) {
        std::string where;
        for (const auto& filter : fence.scoped->filters) {
            const auto column = find(fence, filter.column);
            if (!column) return column.error();
            if (filter.values.size() > kMaxValues) {
                return postgres_model_unusable(
                    model_, fmt::format("there are more than {} values for \"{}\"", kMaxValues,
                                        filter.column));
            }
            auto one = condition(filter, **column);
            if (!one) return one.error();
            where += (where.empty() ? " WHERE " : " AND ") + *one;
        }
        return where;
    }

    Result<std::string> condition(const RowFilter& filter, const PostgresRelation::Column& column) {
        const auto how = comparison(filter, column);
        if (!how) return how.error();
        const auto family = family_of(column);
        if (filter.kind == RowFilter::Kind::range) return range(filter, family, *how);
        std::vector<std::optional<std::string>> items;
        for (const auto& value : filter.values) {
            if (value.empty()) continue;
            const auto read = value_of(value, filter, family);
            // One that cannot be read makes the whole list a mistake.
            if (!read.good) return std::string("false");
            if (read.text) items.push_back(read.text);
        }
        if (items.empty()) return std::string("false");
        return fmt::format("{} = ANY(${}::{}[])", how->left,
                           bound({how->list, postgres_array(items)}), how->type);
    }

    Result<std::string> range(const RowFilter& filter, Family family, const Comparison& how) {
        if (filter.values.size() != 2) return std::string("false");
        std::string out = how.left + " IS NOT NULL";
        // PostgreSQL holds NaN to be larger than every number.
        if (family == Family::floating || family == Family::numeric) {
            out += fmt::format(" AND {} <> 'NaN'::{}", how.left, how.type);
        }
        for (std::size_t i = 0; i < 2; ++i) {
            if (filter.values[i].empty()) continue;
            const auto read = value_of(filter.values[i], filter, family, true);
            if (!read.good || !read.text) return std::string("false");
            out += fmt::format(" AND {} {} ${}::{}", how.left,
                               i == 0 ? ">=" : "<=", bound({how.one, *read.text}), how.type);
        }
        return out;
    }

    Result<Comparison> comparison(const RowFilter& filter,
                                  const PostgresRelation::Column& column) const {
        const auto name = quoted(column.name);
        const auto family = family_of(column);
        const bool is_range = filter.kind == RowFilter::Kind::range;
        if (filter.type == RowFilter::Type::text && family == Family::text) {
            auto left = column.base == kText && !column.is_enum ? name : name + "::text";
            // A collation of one's own could take "a" for "A"; and an order is that of the bytes.
            if (is_range || !column.plain_collation) left = "(" + left + ") COLLATE \"C\"";
            return Comparison{left, "text", kText, kTextArray};
        }
        if (filter.type == RowFilter::Type::text && family == Family::uuid && !is_range) {
            return Comparison{name, "uuid", kUuid, kUuidArray};
        }
        if (filter.type == RowFilter::Type::number) {
            // A range may be given in fractions of a column of whole numbers.
            if (family == Family::integer && !is_range) {
                return Comparison{name, "int8", kInt8, kInt8Array};
            }
            if (family == Family::integer || family == Family::numeric) {
                return Comparison{name, "numeric", kNumeric, kNumericArray};
            }
            if (family == Family::floating) {
                return Comparison{column.base == kFloat4 ? name + "::float8" : name, "float8",
                                  kFloat8, kFloat8Array};
            }
        }
        if (filter.type == RowFilter::Type::time) {
            if (family == Family::timestamptz) {
                return Comparison{name, "timestamptz", kTimestamptz, kTimestamptzArray};
            }
            // Without a zone: UTC, as results show them.
            if (family == Family::timestamp || family == Family::date) {
                return Comparison{name, "timestamp", kTimestamp, kTimestampArray};
            }
        }
        static constexpr std::array<std::string_view, 3> kNames = {"text", "number", "time"};
        return postgres_model_unusable(
            model_, fmt::format("the column \"{}\" is of type {}, and its row filter of type {}",
                                column.name, utf8_head(column.type, 64),
                                kNames[static_cast<std::size_t>(filter.type)]));
    }

    struct Read {
        bool good = false;
        std::optional<std::string> text;  ///< nothing: no row can have this value
    };

    static Read value_of(const std::string& written, const RowFilter& filter, Family family,
                         bool in_range = false) {
        if (!is_utf8(written) || written.find('\0') != std::string::npos) return {};
        switch (filter.type) {
            case RowFilter::Type::text:
                if (family != Family::uuid) return {true, written};
                return {true, is_uuid(written) ? std::optional(written) : std::nullopt};
            case RowFilter::Type::time: {
                const auto time = parse_rfc3339(written);
                if (!time) return {};
                return {true, to_rfc3339(*time)};
            }
            case RowFilter::Type::number:
                return number(written, family, in_range);
        }
        return {};
    }

    static Read number(const std::string& written, Family family, bool in_range) {
        constexpr double kLargestExact = 9007199254740992.0;  // 2^53
        const auto decimal = read_decimal(written);
        if (!decimal) return {};
        if (!decimal->plain || decimal->digits > kMostDigits) return {true, std::nullopt};
        if (family == Family::numeric || (family == Family::integer && in_range)) {
            return {true, written};
        }
        if (family == Family::floating) {
            double value = 0;
            std::from_chars(written.data(), written.data() + written.size(), value);
            const bool exact = value <= kLargestExact && value >= -kLargestExact;
            return {true, exact ? std::optional(written) : std::nullopt};
        }
        if (!decimal->whole) return {true, std::nullopt};
        const auto digits = written.substr(0, written.find('.'));
        std::int64_t value = 0;
        const auto* end = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), end, value);
        if (parsed.ec != std::errc{} || parsed.ptr != end) return {true, std::nullopt};
        return {true, std::to_string(value)};
    }

    std::size_t bound(PostgresValue value) {
        out_.values.push_back(std::move(value));
        return next_++;
    }

    std::size_t next_;
    const std::string& model_;
    PostgresFences out_;
};

}  // namespace

Result<PostgresFences> postgres_fences(const std::vector<PostgresFence>& fences, std::size_t first,
                                       const std::string& model) {
    return Writer(first, model).write(fences);
}

Error postgres_model_unusable(const std::string& model, const std::string& reason) {
    return {ErrorKind::unprocessable,
            "model_unusable",
            fmt::format("The model \"{}\" does not go with its source: {}.", model, reason),
            {}};
}

}  // namespace casement::data
