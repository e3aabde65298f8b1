#include "access/snapshot_frames.h"

#include "base/clock.h"
#include "data/json_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kLongestName = 1024;
constexpr std::size_t kMostLabels = 64;

Error wrong(const std::string& path, std::string_view reason) {
    return invalid("invalid_frames", fmt::format("\"{}\" {}.", path, reason), path);
}

enum class Kind { time, number, boolean, text };

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::time:
            return "time";
        case Kind::number:
            return "number";
        case Kind::boolean:
            return "boolean";
        case Kind::text:
            break;
    }
    return "string";
}

/// What the viewer calls it.
std::string_view column_type(std::string_view field_type) {
    return field_type == "string" ? "text" : field_type;
}

const json::value* member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_null() ? nullptr : value;
}

std::string_view text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    const auto& text = value->get_string();
    return {text.data(), text.size()};
}

/// A name that is too long to be one is cut, between characters.
std::string short_text(std::string_view text) {
    if (text.size() <= kLongestName) return std::string(text);
    auto end = kLongestName;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return std::string(text.substr(0, end));
}

/// Numbers and words that say how values are written; never a link, a query or an expression.
json::object read_config(const json::object& field) {
    static constexpr std::array kTexts = {"displayName", "displayNameFromDS", "unit", "noValue",
                                          "description"};
    static constexpr std::array kNumbers = {"decimals", "min", "max", "interval"};
    json::object kept;
    const auto* config = member(field, "config");
    if (config == nullptr || !config->is_object()) return kept;
    for (const auto* name : kTexts) {
        const auto text = text_in(config->get_object(), name);
        if (!text.empty()) kept[name] = short_text(text);
    }
    for (const auto* name : kNumbers) {
        const auto* value = config->get_object().if_contains(name);
        if (value != nullptr && value->is_number()) kept[name] = *value;
    }
    return kept;
}

json::object read_labels(const json::object& field) {
    json::object kept;
    const auto* labels = member(field, "labels");
    if (labels == nullptr || !labels->is_object()) return kept;
    for (const auto& [name, value] : labels->get_object()) {
        if (!value.is_string() || kept.size() >= kMostLabels) continue;
        kept[short_text({name.data(), name.size()})] =
            short_text({value.get_string().data(), value.get_string().size()});
    }
    return kept;
}

/// nullopt: a value that this kind of field does not have.
std::optional<json::value> read_value(Kind kind, const json::value& value) {
    if (value.is_null()) return json::value(nullptr);
    switch (kind) {
        case Kind::time: {
            if (value.is_number()) return value;
            if (!value.is_string()) return std::nullopt;
            const auto& text = value.get_string();
            const auto time = parse_rfc3339({text.data(), text.size()});
            if (!time) return std::nullopt;
            return json::value(to_unix_millis(*time));
        }
        case Kind::number:
            if (value.is_number()) return value;
            // How JSON without numbers for them writes "NaN", "+Inf" and the like.
            if (value.is_string()) return json::value(nullptr);
            return std::nullopt;
        case Kind::boolean:
            if (value.is_bool()) return value;
            return std::nullopt;
        case Kind::text:
            break;
    }
    if (value.is_string()) return value;
    if (value.is_number() || value.is_bool()) return json::value(json::serialize(value));
    // An object has no text that anybody chose to show.
    return json::value(nullptr);
}

/// nullopt: a field that is not shown (a frame inside of a frame).
std::optional<Kind> kind_of(std::string_view type) {
    if (type == "time") return Kind::time;
    if (type == "number") return Kind::number;
    if (type == "boolean") return Kind::boolean;
    if (type == "frame" || type == "nestedFrames") return std::nullopt;
    return Kind::text;
}

/// A frame on its way from the one form to the other.
class FrameReader {
  public:
    explicit FrameReader(std::string path) : path_(std::move(path)) {}

    Result<json::object> read(const json::value& sent) {
        if (!sent.is_object()) return wrong(path_, "must be a frame, an object with \"fields\"");
        const auto& frame = sent.get_object();
        const auto* schema = member(frame, "schema");
        const bool is_split = schema != nullptr && schema->is_object();
        const auto& head = is_split ? schema->get_object() : frame;
        const auto* fields = member(head, "fields");
        if (fields == nullptr || !fields->is_array()) {
            return wrong(path_ + ".fields",
                         "is required: the fields of a frame, with their values");
        }
        const json::array* columns = nullptr;
        if (is_split) {
            const auto* data = member(frame, "data");
            const auto* values = data != nullptr && data->is_object()
                                     ? member(data->get_object(), "values")
                                     : nullptr;
            if (values == nullptr || !values->is_array()) {
                return wrong(path_ + ".data.values", "is required beside a schema");
            }
            columns = &values->get_array();
        }
        auto kept = read_fields(fields->get_array(), columns);
        if (!kept) return kept.error();
        json::object read;
        for (const auto* name : {"name", "refId"}) {
            const auto text = text_in(head, name);
            if (!text.empty()) read[name] = short_text(text);
        }
        read["fields"] = std::move(*kept);
        return read;
    }

  private:
    Result<json::array> read_fields(const json::array& fields, const json::array* columns) {
        if (fields.size() > kMostSnapshotFields) {
            return wrong(path_ + ".fields", "has more fields than a snapshot keeps");
        }
        json::array kept;
        std::optional<std::size_t> rows;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const auto path = fmt::format("{}.fields[{}]", path_, i);
            if (!fields[i].is_object()) return wrong(path, "must be an object");
            const auto& field = fields[i].get_object();
            const auto kind = kind_of(text_in(field, "type"));
            if (!kind) continue;
            const auto* values = columns != nullptr
                                     ? (i < columns->size() ? &(*columns)[i] : nullptr)
                                     : member(field, "values");
            if (values == nullptr || !values->is_array()) {
                return wrong(path + ".values", "is required, a list");
            }
            const auto& cells = values->get_array();
            if (rows.value_or(cells.size()) != cells.size()) {
                return wrong(path + ".values", "has another length than the field before");
            }
            rows = cells.size();
            json::array read;
            read.reserve(cells.size());
            for (std::size_t row = 0; row < cells.size(); ++row) {
                auto value = read_value(*kind, cells[row]);
                if (!value) {
                    return wrong(fmt::format("{}.values[{}]", path, row),
                                 fmt::format("is no {}", name_of(*kind)));
                }
                read.push_back(std::move(*value));
            }
            json::object written{{"name", short_text(text_in(field, "name"))},
                                 {"type", name_of(*kind)},
                                 {"config", read_config(field)},
                                 {"values", std::move(read)}};
            if (auto labels = read_labels(field); !labels.empty()) {
                written["labels"] = std::move(labels);
            }
            kept.push_back(std::move(written));
        }
        return kept;
    }

    const std::string path_;
};

/// As the vendor names a series: by what its author called it, else by name and labels.
std::string column_name(const json::object& field) {
    const auto& config = field.at("config").as_object();
    for (const auto* name : {"displayName", "displayNameFromDS"}) {
        const auto text = text_in(config, name);
        if (!text.empty()) return std::string(text);
    }
    const auto name = text_in(field, "name");
    const auto* labels = field.if_contains("labels");
    if (labels == nullptr) return std::string(name);
    const auto& all = labels->as_object();
    const bool is_nameless = name.empty() || name == "Value";
    if (is_nameless && all.size() == 1) return std::string(all.begin()->value().as_string());
    std::string written;
    for (const auto& [label, value] : all) {
        const std::string_view text = value.as_string();
        written +=
            fmt::format("{}{}=\"{}\"", written.empty() ? "" : ", ", std::string_view(label), text);
    }
    return is_nameless ? fmt::format("{{{}}}", written) : fmt::format("{} {{{}}}", name, written);
}

void append_cell(std::string& out, const json::value& cell) {
    if (cell.is_string()) {
        const auto& text = cell.get_string();
        data::append_text(out, {text.data(), text.size()});
    } else if (cell.is_double()) {
        data::append_number(out, cell.get_double());
    } else if (cell.is_int64()) {
        data::append_integer(out, cell.get_int64());
    } else if (cell.is_bool()) {
        out += cell.get_bool() ? "true" : "false";
    } else if (cell.is_uint64()) {
        data::append_number(out, static_cast<double>(cell.get_uint64()));
    } else {
        out += "null";
    }
}

/// Throws what Boost.JSON does where a frame is not as it was written.
void append_frame(std::string& out, const json::object& frame, const std::string& name) {
    const auto& fields = frame.at("fields").as_array();
    out += R"({"name":)";
    data::append_text(out, name);
    out += R"(,"columns":[)";
    std::size_t rows = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto& field = fields[i].as_object();
        const auto& values = field.at("values").as_array();
        rows = values.size();
        out += i == 0 ? R"({"name":)" : R"(,{"name":)";
        data::append_text(out, column_name(field));
        out += R"(,"type":)";
        data::append_text(out, column_type(std::string_view(field.at("type").as_string())));
        out += R"(,"values":[)";
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (row > 0) out += ',';
            append_cell(out, values[row]);
        }
        out += ']';
        for (const auto* member : {"labels", "exact"}) {
            const auto* texts = field.if_contains(member);
            if (texts == nullptr) continue;
            out += fmt::format(R"(,"{}":)", member) + json::serialize(texts->as_object());
        }
        out += '}';
    }
    const auto* truncated = frame.if_contains("truncated");
    const bool is_cut = truncated != nullptr && truncated->as_bool();
    out += fmt::format(R"(],"rows":{},"truncated":{})", rows, is_cut);
    if (const auto notice = text_in(frame, "notice"); !notice.empty()) {
        out += R"(,"notice":)";
        data::append_text(out, notice);
    }
    out += '}';
}

std::string frame_name(const json::object& frame) {
    for (const auto* name : {"refId", "name"}) {
        const auto text = text_in(frame, name);
        if (!text.empty()) return std::string(text);
    }
    return "A";
}

}  // namespace

Result<json::array> read_frames(const json::value& sent, const std::string& path) {
    if (!sent.is_array()) return wrong(path, "must be a list of frames");
    const auto& frames = sent.get_array();
    if (frames.size() > kMostSnapshotFrames) {
        return wrong(path, "has more frames than a snapshot keeps");
    }
    json::array read;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        auto frame = FrameReader(fmt::format("{}[{}]", path, i)).read(frames[i]);
        if (!frame) return frame.error();
        read.push_back(std::move(*frame));
    }
    return read;
}

json::array frames_of_line(const json::object& line) {
    json::array stored;
    for (const auto& item : line.at("frames").as_array()) {
        const auto& frame = item.as_object();
        json::array fields;
        for (const auto& one : frame.at("columns").as_array()) {
            const auto& column = one.as_object();
            const std::string_view type = column.at("type").as_string();
            json::object field{{"name", column.at("name")},
                               {"type", type == "text" ? "string" : type},
                               {"config", json::object{}},
                               {"values", column.at("values")}};
            if (const auto* labels = column.if_contains("labels")) {
                // The column is called as its query says, whatever its labels are.
                field["config"] = {{"displayName", column.at("name")}};
                field["labels"] = *labels;
            }
            if (const auto* exact = column.if_contains("exact")) field["exact"] = *exact;
            fields.push_back(std::move(field));
        }
        json::object written{{"refId", frame.at("name")}, {"fields", std::move(fields)}};
        if (frame.at("truncated").as_bool()) written["truncated"] = true;
        if (const auto* notice = frame.if_contains("notice")) written["notice"] = *notice;
        stored.push_back(std::move(written));
    }
    return stored;
}

Result<ShownFrames> show_frames(const json::array& stored) {
    ShownFrames shown;
    shown.json = "[";
    try {
        for (const auto& item : stored) {
            const auto& frame = item.as_object();
            const auto name = frame_name(frame);
            if (shown.json.size() > 1) shown.json += ',';
            append_frame(shown.json, frame, name);
            if (std::find(shown.names.begin(), shown.names.end(), name) == shown.names.end()) {
                shown.names.push_back(name);
            }
        }
    } catch (const std::exception&) {
        auto error = internal_error("This snapshot cannot be shown: its stored data is damaged.");
        error.code = "snapshot_unreadable";
        return error;
    }
    shown.json += ']';
    return shown;
}

}  // namespace casement::access
