#include "dashboards/importers/grafana_sql_translation.h"
#include "dashboards/importers/grafana_sql_values.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

bool is_type_word(std::string_view word) {
    return word == "interval" || word == "date" || word == "timestamp" || word == "timestamptz" ||
           word == "time";
}

std::string_view wrong_in_quotes(const SqlVariable& variable) {
    return variable.multi ? "may have several values, and stands inside of quotes in a format "
                            "that cannot be bound there"
                          : "is in a format that cannot be bound";
}

}  // namespace

Result<std::vector<SqlTranslation::Piece>> SqlTranslation::pieces(std::size_t i,
                                                                  std::string_view inner) const {
    const auto known = is_variable();
    std::vector<Piece> found;
    std::string literal;
    const auto finish = [&] {
        if (!literal.empty()) found.push_back({std::exchange(literal, {}), true, false, {}});
    };
    while (!inner.empty()) {
        const auto reference = reference_at(inner, known);
        const auto length = std::max<std::size_t>(1, reference.text.size());
        const auto whole = inner.substr(0, length);
        inner.remove_prefix(length);
        const auto* variable = reference.text.empty() ? nullptr : find(reference.name);
        if (variable == nullptr && (reference.text.empty() || !is_built_in_name(reference.name))) {
            literal += whole;
            continue;
        }
        finish();
        if (variable != nullptr) {
            if (variable->missing) return refused(i, whole, kMissing);
            if (!is_bindable(*variable)) return refused(i, whole, kUnbindable);
            const auto text = reference.path.empty() ? values_.text_of(*variable, reference.format)
                                                     : std::nullopt;
            if (!text) return refused(i, whole, wrong_in_quotes(*variable));
            found.push_back({*text, false, false, variable->multi ? variable : nullptr});
            continue;
        }
        auto piece = built_in_piece(i, reference, inner);
        if (!piece) return piece.error();
        found.push_back(std::move(*piece));
    }
    finish();
    return found;
}

Result<SqlTranslation::Piece> SqlTranslation::built_in_piece(std::size_t i,
                                                             const SqlReference& reference,
                                                             std::string_view& rest) const {
    std::optional<BuiltIn> value;
    if (!rest.starts_with('(')) {
        value = values_.built_in(reference);
    } else if (const auto seconds = values_.epoch_moment(reference.name);
               seconds && rest.starts_with("()")) {
        value = BuiltIn{BuiltIn::Type::number, *seconds};
        rest.remove_prefix(2);
    }
    if (!value) return refused(i, reference.text, "cannot be bound inside of quotes");
    return Piece{value->expression, false, value->type == BuiltIn::Type::interval, nullptr};
}

std::string SqlTranslation::joined(const std::vector<Piece>& pieces, char quote) const {
    std::vector<std::string> parts;
    parts.reserve(pieces.size());
    for (const auto& piece : pieces)
        parts.push_back(piece.is_literal ? fmt::format("{0}{1}{0}", quote, piece.text)
                                         : piece.text);
    return values_.joined(parts);
}

std::optional<std::string> SqlTranslation::without_references(std::size_t i) {
    const auto whole = tokens_[i].text;
    const auto before = word_at(places_[i].before);
    if (before != "as" || whole.size() < 2) return std::nullopt;
    auto inner = whole.substr(1, whole.size() - 2);
    std::string name;
    bool has_value = false;
    while (!inner.empty()) {
        const auto reference = reference_at(inner, is_variable());
        const auto length = std::max<std::size_t>(1, reference.text.size());
        const bool stands = !reference.text.empty() && find(reference.name) != nullptr;
        name += stands ? reference.name : inner.substr(0, length);
        has_value = has_value || stands;
        inner.remove_prefix(length);
    }
    if (!has_value) return std::nullopt;
    renamed_.push_back({name, std::string(whole.substr(1, whole.size() - 2))});
    note(i,
         "A column is named by a variable's value: it has the variable's name until it is "
         "shown.");
    return fmt::format("{0}{1}{0}", whole.front(), name);
}

Result<void> SqlTranslation::literal(std::size_t i, Range range, std::string& out) {
    const auto whole = tokens_[i].text;
    if (const auto name = without_references(i)) {
        out += *name;
        return {};
    }
    auto parts = pieces(i, whole.substr(1, whole.size() - 2));
    if (!parts) return parts.error();
    const auto has_value = [](const Piece& piece) { return !piece.is_literal; };
    if (std::none_of(parts->begin(), parts->end(), has_value)) {
        out += whole;
        return {};
    }
    const bool sole = parts->size() == 1;
    for (const auto& piece : *parts) {
        if (piece.is_interval && !sole) {
            return refused(i, "$__interval", "cannot be bound inside of a longer text");
        }
    }
    const auto& place = places_[i];
    const auto type = word_at(place.before);
    const bool typed = is_type_word(type) && place.before >= range.first;
    const bool with_unit = type == "interval" && is_interval_unit(word_at(place.after));
    const auto from = typed ? place.before : i;
    if (with_unit) {
        out += fmt::format("({})", joined(*parts, whole.front()));
        return {};
    }
    if (const auto why = cannot_bind(tokens_, places_, from, i, Pasted::quoted)) {
        return refused(i, *why);
    }
    if (typed) out.resize(starts_[from]);
    if (parts->size() == 3 && parts->at(0).text == "{" && parts->at(2).text == "}" &&
        parts->at(1).list != nullptr) {
        out += parameter_of(*parts->at(1).list);
    } else if (typed && !parts->front().is_interval) {
        out += fmt::format("CAST({} AS {})", joined(*parts, whole.front()), type);
    } else {
        out += joined(*parts, whole.front());
    }
    return {};
}

}  // namespace casement::dashboards
