#include "data/duckdb_scope_text.h"

#include "base/encoding.h"
#include "data/duckdb_scope_filter.h"

#include <algorithm>

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

/// Inside of a narrowed relation its rows are called so; no column's alias can take their place.
constexpr std::string_view kRows = "casement_scope_rows";

const ScopeCatalog::Column* find_column(const ScopeCatalog::Relation& relation,
                                        std::string_view name) {
    const auto wanted = lower_name(name);
    const auto found =
        std::find_if(relation.columns.begin(), relation.columns.end(),
                     [&](const auto& column) { return lower_name(column.name) == wanted; });
    return found == relation.columns.end() ? nullptr : &*found;
}

const CoveredColumn* cover_of(const ScopedRelation& scoped, std::string_view column) {
    const auto name = lower_name(column);
    const auto found = std::find_if(scoped.covered.begin(), scoped.covered.end(),
                                    [&](const auto& one) { return lower_name(one.name) == name; });
    return found == scoped.covered.end() ? nullptr : &*found;
}

bool is_hidden(const CoveredColumn* cover) {
    return cover != nullptr && cover->how == CoveredColumn::How::hidden;
}

/// One column as this viewer sees it.
std::string shown(const ScopeCatalog::Column& column, const CoveredColumn* cover) {
    const auto name = quoted(column.name);
    const auto whole = fmt::format("{}.{}", kRows, name);
    if (cover != nullptr && cover->how == CoveredColumn::How::as_null) {
        return fmt::format("CAST(NULL AS {}) AS {}", seen_type(column), name);
    }
    if (cover != nullptr) {
        return fmt::format("CASE WHEN {} IS NULL THEN NULL ELSE '***' END AS {}", whole, name);
    }
    if (holds_values(column.type)) return fmt::format("CAST({} AS VARCHAR) AS {}", whole, name);
    return fmt::format("{} AS {}", whole, name);
}

/// What stands between SELECT and FROM. Where anything is covered it is a list of what is open, and
/// never a star: what a file gains meanwhile is not in it.
std::string columns_of(const ScopeTarget& target) {
    const auto& columns = target.relation->columns;
    const bool plain = target.scoped->covered.empty() &&
                       std::none_of(columns.begin(), columns.end(),
                                    [](const auto& column) { return holds_values(column.type); });
    if (plain) return "*";
    std::string list;
    for (const auto& column : columns) {
        const auto* cover = cover_of(*target.scoped, column.name);
        if (is_hidden(cover)) continue;
        list += (list.empty() ? "" : ", ") + shown(column, cover);
    }
    return list;
}

std::string_view filter_word(const RowFilter& filter) {
    switch (filter.type) {
        case RowFilter::Type::number:
            return "number";
        case RowFilter::Type::time:
            return "time";
        case RowFilter::Type::text:
            break;
    }
    return "text";
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
            with += fmt::format("{}{} AS {} (SELECT {} FROM {}.{}.{} AS {}{})",
                                with.empty() ? "WITH " : ", ", quoted(relation.name), how,
                                columns_of(target), quoted(relation.catalog),
                                quoted(relation.schema), quoted(relation.name), kRows, *where);
        }
        scoped_.text = fmt::format("{} SELECT * FROM (\n{}\n) AS {}", with, text, kScopePrefix);
        scoped_.key.assign(1, '\0');
        scoped_.key += scoped_.text;
        return std::move(scoped_);
    }

  private:
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
            const auto left = fmt::format("{}.{}", kRows, quoted(column->name));
            auto one = filter_condition(filter, column->type, left,
                                        [this](Scalar value) { return bound(std::move(value)); });
            if (!one) {
                return model_unusable(
                    model_,
                    fmt::format("the column \"{}\" is of type {}, and its row filter of type {}",
                                column->name, utf8_head(column->type, 64), filter_word(filter)));
            }
            where += (where.empty() ? " WHERE " : " AND ") + *one;
        }
        return where;
    }

    std::string bound(Scalar value) {
        const auto name = fmt::format("{}_{}", kScopePrefix, scoped_.values.size());
        scoped_.values.emplace(name, std::move(value));
        return "$" + name;
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
            const auto* cover = cover_of(*target.scoped, column.name);
            if (is_hidden(cover)) continue;
            const bool stars = cover != nullptr && cover->how == CoveredColumn::How::as_text;
            columns += fmt::format("{}CAST(NULL AS {}) AS {}", columns.empty() ? "" : ", ",
                                   stars ? "VARCHAR" : seen_type(column), quoted(column.name));
        }
        with += fmt::format("{}{} AS NOT MATERIALIZED (SELECT {})", with.empty() ? "WITH " : ", ",
                            quoted(target.relation->name), columns);
    }
    return fmt::format("{} SELECT * FROM (\n{}\n) AS {}", with, text, kScopePrefix);
}

Result<void> check_covers(const ScopeTarget& target, const std::string& model) {
    std::size_t hidden = 0;
    for (const auto& cover : target.scoped->covered) {
        // Misspelled, it would cover nothing.
        if (find_column(*target.relation, cover.name) == nullptr) {
            return model_unusable(
                model, fmt::format("\"{}\" has no column \"{}\"", target.scoped->name, cover.name));
        }
        if (cover.how == CoveredColumn::How::hidden) ++hidden;
    }
    if (hidden < target.relation->columns.size()) return {};
    return model_unusable(model,
                          fmt::format("every column of \"{}\" is hidden", target.scoped->name));
}

Error model_unusable(const std::string& model, const std::string& reason) {
    return {ErrorKind::unprocessable,
            "model_unusable",
            fmt::format("The model \"{}\" does not go with its source: {}.", model, reason),
            {}};
}

}  // namespace casement::data
