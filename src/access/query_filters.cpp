#include "access/query_filters.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace casement::access {
namespace {

using dashboards::Filter;
using Operator = Filter::Operator;

Error not_applicable(std::string_view why) {
    return {ErrorKind::unprocessable,
            "filter_not_applicable",
            fmt::format("This panel cannot be filtered like that: {}.", why),
            {}};
}

bool is_mysql(std::string_view source_type) {
    return source_type == "mysql" || source_type == "mariadb";
}

std::string quoted(std::string_view name, std::string_view source_type) {
    const char mark = is_mysql(source_type) ? '`' : '"';
    std::string text(1, mark);
    for (const char c : name) {
        text += c;
        if (c == mark) text += c;
    }
    return text + mark;
}

std::string as_text(const std::string& column, std::string_view source_type) {
    const std::string_view type = is_mysql(source_type)     ? "CHAR"
                                  : source_type == "sqlite" ? "TEXT"
                                                            : "VARCHAR";
    return fmt::format("CAST({} AS {})", column, type);
}

/// The query as a relation. The line breaks end a comment.
std::string as_relation(const data::Source::Description& described) {
    return fmt::format("SELECT * FROM (\n{}\n) AS filtered_rows", described.statement);
}

class Writer {
  public:
    Writer(data::Query& query, std::string_view source_type)
        : query_(query), source_type_(source_type), named_(data::named_parameters(query.text)) {}

    Result<std::string> write(const data::Column& column, const Filter& filter) {
        const auto name = quoted(column.name, source_type_);
        const bool is_text = column.type == data::ColumnType::text;
        const auto left = is_text ? as_text(name, source_type_) : name;
        std::vector<std::string> values;
        for (const auto& value : filter.values) {
            auto scalar = read(column.type, value);
            if (!scalar) return scalar.error();
            values.push_back(bind(std::move(*scalar)));
        }
        const auto joined = fmt::format("{}", fmt::join(values, ", "));
        switch (filter.operation) {
            case Operator::equal:
                return fmt::format("{} = {}", left, joined);
            case Operator::not_equal:
                return fmt::format("({} IS NULL OR {} <> {})", name, left, joined);
            case Operator::less:
                return fmt::format("{} < {}", left, joined);
            case Operator::more:
                return fmt::format("{} > {}", left, joined);
            case Operator::one_of:
                return fmt::format("{} IN ({})", left, joined);
            case Operator::none_of:
                return fmt::format("({} IS NULL OR {} NOT IN ({}))", name, left, joined);
            case Operator::matches:
            case Operator::not_matches:
                break;
        }
        // Other engines' expressions can take time without bound.
        if (source_type_ != "duckdb" || !is_text) {
            return not_applicable("it knows no regular expressions here");
        }
        if (filter.operation == Operator::matches) {
            return fmt::format("regexp_full_match({}, {})", left, joined);
        }
        return fmt::format("({} IS NULL OR NOT regexp_full_match({}, {}))", name, left, joined);
    }

  private:
    static Result<data::Scalar> read(data::ColumnType type, const std::string& value) {
        switch (type) {
            case data::ColumnType::text:
                return data::Scalar{value};
            case data::ColumnType::boolean:
                if (value == "true") return data::Scalar{true};
                if (value == "false") return data::Scalar{false};
                return not_applicable("the column holds true and false");
            case data::ColumnType::time: {
                const auto time = parse_rfc3339(value);
                if (!time) return not_applicable("the column holds times");
                return data::Scalar{*time};
            }
            case data::ColumnType::number:
                break;
        }
        const char* const end = value.data() + value.size();
        std::int64_t whole = 0;
        const auto as_whole = std::from_chars(value.data(), end, whole);
        if (as_whole.ec == std::errc() && as_whole.ptr == end) return data::Scalar{whole};
        double number = 0;
        const auto as_number = std::from_chars(value.data(), end, number);
        if (as_number.ec == std::errc() && as_number.ptr == end) return data::Scalar{number};
        return not_applicable("the column holds numbers");
    }

    /// Under a name that neither the text nor a variable has.
    std::string bind(data::Scalar scalar) {
        std::string name;
        do {
            name = fmt::format("casement_filter_{}", ++count_);
        } while (named_.contains(name) || query_.parameters.contains(name));
        query_.parameters[name] = std::move(scalar);
        return "$" + name;
    }

    data::Query& query_;
    std::string_view source_type_;
    std::set<std::string, std::less<>> named_;
    int count_ = 0;
};

}  // namespace

bool has_column(const std::vector<data::Column>& columns, std::string_view name) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const data::Column& column) { return column.name == name; });
}

Result<void> narrow(data::Query& query, std::string_view source_type,
                    const data::Source::Description& described,
                    const std::vector<Filter>& filters) {
    Writer writer(query, source_type);
    std::string conditions;
    for (const auto& filter : filters) {
        const auto column =
            std::find_if(described.columns.begin(), described.columns.end(),
                         [&](const data::Column& known) { return known.name == filter.key; });
        if (column == described.columns.end()) return not_applicable("it has no such column");
        auto condition = writer.write(*column, filter);
        if (!condition) return condition.error();
        conditions += conditions.empty() ? " WHERE " : " AND ";
        conditions += *condition;
    }
    query.text = as_relation(described) + conditions;
    return {};
}

void ask_for_values(data::Query& query, std::string_view source_type,
                    const data::Source::Description& described, std::string_view column) {
    const auto name = quoted(column, source_type);
    auto relation = as_relation(described);
    relation.replace(0, std::string_view("SELECT *").size(),
                     fmt::format("SELECT DISTINCT {} AS value", as_text(name, source_type)));
    query.text = fmt::format("{} WHERE {} IS NOT NULL ORDER BY 1 LIMIT 1000", relation, name);
}

}  // namespace casement::access
