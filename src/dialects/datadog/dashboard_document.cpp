#include "dialects/datadog/dashboard_document.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

namespace casement::datadog {
namespace {

constexpr std::int64_t kLongestName = 512;
constexpr std::int64_t kLongestText = std::int64_t{64} * 1024;
constexpr std::int64_t kMostWidgets = 1000;
constexpr std::int64_t kMostEntries = 1000;
constexpr std::size_t kMostTags = 5;
constexpr std::int64_t kFarthest = 1'000'000;

/// Members that the server makes; what a client sends for them is not kept.
constexpr std::string_view kReadOnly[] = {
    "id", "url", "author_handle", "author_name", "created_at", "modified_at", "deleted_at"};

Error wrong(std::string field, std::string message) {
    return invalid("invalid_dashboard", std::move(message), std::move(field));
}

Shape widget_shape() {
    const auto at = Shape::integer(0, kFarthest);
    const auto size = Shape::integer(1, kFarthest);
    return Shape::object(
               {optional("id", Shape::integer(0, std::numeric_limits<std::int64_t>::max())),
                required("definition",
                         Shape::object({required("type", Shape::text(1, kLongestName))}).open()),
                optional("layout", Shape::object({required("x", at), required("y", at),
                                                  required("width", size), required("height", size),
                                                  optional("is_column_break", Shape::boolean())})
                                       .open()
                                       .or_null())})
        .open();
}

Shape variable_shape() {
    const auto name = Shape::text(0, kLongestName);
    return Shape::object(
               {required("name", Shape::text(1, kLongestName)), optional("prefix", name.or_null()),
                optional("type", name.or_null()), optional("default", name.or_null()),
                optional("defaults", Shape::list(Shape::text(1, kLongestName), kMostEntries)),
                optional("available_values", Shape::list(name, kMostEntries).or_null())})
        .open();
}

Shape preset_shape() {
    const auto value = Shape::text(0, kLongestName);
    const auto variable = Shape::object({optional("name", value), optional("value", value),
                                         optional("values", Shape::list(value, kMostEntries))})
                              .open();
    return Shape::object({optional("name", value),
                          optional("template_variables", Shape::list(variable, kMostEntries))})
        .open();
}

Shape tab_shape() {
    return Shape::object({optional("id", Shape::text(1, 64)), required("name", Shape::text(1, 100)),
                          required("widget_ids", Shape::list(Shape::any(), kMostWidgets))})
        .open();
}

// -- rules that look at more than one member -----------------------------------------------------

const json::array* list_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_array();
}

bool has_value(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && !value->is_null();
}

Result<void> check_layouts(const json::object& body) {
    const bool is_free = text_at(body, "layout_type") == "free";
    const auto reflow = text_at(body, "reflow_type");
    if (reflow && is_free) {
        return wrong("reflow_type", "reflow_type is only for dashboards of layout_type ordered.");
    }
    const bool needs = is_free || reflow == "fixed";
    const bool forbids = reflow == "auto";
    const auto& widgets = body.at("widgets").get_array();
    for (std::size_t i = 0; i < widgets.size(); ++i) {
        const bool has = has_value(widgets[i].get_object(), "layout");
        if (needs && !has) {
            return wrong(fmt::format("widgets[{}].layout", i),
                         is_free ? "Every widget of a free dashboard needs a layout."
                                 : "Every widget needs a layout when reflow_type is fixed.");
        }
        if (forbids && has) {
            return wrong(fmt::format("widgets[{}].layout", i),
                         "A widget must have no layout when reflow_type is auto.");
        }
    }
    return {};
}

Result<void> check_tags(const json::object& body) {
    const auto* tags = list_at(body, "tags");
    if (tags == nullptr) return {};
    if (tags->size() > kMostTags) {
        return wrong("tags", fmt::format("A dashboard can have at most {} tags.", kMostTags));
    }
    for (const auto& tag : *tags) {
        const std::string_view text = tag.get_string();
        if (!text.starts_with("team:") || text.size() == 5) {
            return wrong("tags", "Invalid tag format. Valid tag keys are: team.");
        }
    }
    return {};
}

Result<void> check_variables(const json::object& body) {
    if (const auto* variables = list_at(body, "template_variables")) {
        std::set<std::string> names;
        for (std::size_t i = 0; i < variables->size(); ++i) {
            const auto& variable = (*variables)[i].get_object();
            const auto field = fmt::format("template_variables[{}]", i);
            if (has_value(variable, "default") && variable.contains("defaults")) {
                return wrong(
                    field, "'template_variables' is invalid: give defaults or default, not both.");
            }
            if (!names.insert(text_at(variable, "name").value_or("")).second) {
                return wrong(field, "'template_variables' is invalid: two have the same name.");
            }
        }
    }
    if (const auto* presets = list_at(body, "template_variable_presets")) {
        for (std::size_t i = 0; i < presets->size(); ++i) {
            const auto* variables = list_at((*presets)[i].get_object(), "template_variables");
            if (variables == nullptr) continue;
            for (const auto& item : *variables) {
                if (item.get_object().contains("value") && item.get_object().contains("values")) {
                    return wrong(fmt::format("template_variable_presets[{}]", i),
                                 "'template_variable_presets' is invalid: give values or value, "
                                 "not both.");
                }
            }
        }
    }
    return {};
}

// -- ids -----------------------------------------------------------------------------------------

/// Gives out widget ids that JavaScript can hold, none of them twice in a dashboard.
class WidgetIds {
  public:
    explicit WidgetIds(crypto::Random& random) : random_(&random) {}

    void assign(json::array& widgets) {
        for (auto& item : widgets) {
            if (!item.is_object()) continue;
            auto& widget = item.get_object();
            const auto* id = widget.if_contains("id");
            // A second widget of the same id is a copy: the first keeps it.
            if (id == nullptr || !id->is_int64() || !used_.insert(id->get_int64()).second) {
                widget["id"] = fresh();
            }
            auto* definition = widget.if_contains("definition");
            if (definition == nullptr || !definition->is_object()) continue;
            auto* inner = definition->get_object().if_contains("widgets");
            if (inner != nullptr && inner->is_array()) assign(inner->get_array());
        }
    }

  private:
    std::int64_t fresh() {
        for (;;) {
            std::uint64_t bits = 0;
            for (const char byte : random_->bytes(7)) {
                bits = bits << 8U | static_cast<unsigned char>(byte);
            }
            const auto id = static_cast<std::int64_t>(bits >> 3U);  // 53 bits
            if (id > 0 && used_.insert(id).second) return id;
        }
    }

    crypto::Random* random_;
    std::set<std::int64_t> used_;
};

std::string uuid(crypto::Random& random) {
    auto hex = random.hex(32);
    hex[12] = '4';
    hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                       hex.substr(16, 4), hex.substr(20));
}

/// A widget id, or "@N": the Nth widget of this dashboard, from 1.
Result<std::int64_t> widget_reference(const json::value& value, const json::array& widgets,
                                      const std::string& field) {
    if (value.is_int64()) {
        const bool known = std::any_of(widgets.begin(), widgets.end(), [&](const auto& widget) {
            return widget.get_object().at("id") == value;
        });
        if (known) return value.get_int64();
        return wrong(field, "A tab names a widget that the dashboard does not have.");
    }
    std::size_t number = 0;
    if (value.is_string()) {
        const std::string_view text = value.get_string();
        const auto* end = text.data() + text.size();
        if (text.starts_with('@')) {
            const auto parsed = std::from_chars(text.data() + 1, end, number);
            if (parsed.ec != std::errc{} || parsed.ptr != end) number = 0;
        }
    }
    if (number >= 1 && number <= widgets.size()) {
        return widgets[number - 1].get_object().at("id").get_int64();
    }
    return wrong(field, "A tab names its widgets by id, or as \"@1\" for the first and so on.");
}

Result<void> resolve_tabs(json::object& document, crypto::Random& random) {
    auto* tabs = document.if_contains("tabs");
    if (tabs == nullptr || !tabs->is_array()) return {};
    const auto& widgets = document.at("widgets").get_array();
    for (std::size_t i = 0; i < tabs->get_array().size(); ++i) {
        auto& tab = tabs->get_array()[i].get_object();
        if (!tab.contains("id")) tab["id"] = uuid(random);
        for (auto& reference : tab.at("widget_ids").get_array()) {
            auto id = widget_reference(reference, widgets, fmt::format("tabs[{}].widget_ids", i));
            if (!id) return id.error();
            reference = *id;
        }
    }
    return {};
}

}  // namespace

const Shape& dashboard_request_shape() {
    static const Shape shape =
        Shape::object(
            {required("title", Shape::text(1, kLongestName)),
             required("layout_type", Shape::one_of({"ordered", "free"})),
             required("widgets", Shape::list(widget_shape(), kMostWidgets)),
             optional("description", Shape::text(0, kLongestText).or_null()),
             optional("template_variables", Shape::list(variable_shape(), kMostEntries).or_null()),
             optional("template_variable_presets",
                      Shape::list(preset_shape(), kMostEntries).or_null()),
             optional("notify_list",
                      Shape::list(Shape::text(0, kLongestName), kMostEntries).or_null()),
             optional("reflow_type", Shape::one_of({"auto", "fixed"}).or_null()),
             optional("restricted_roles",
                      Shape::list(Shape::text(0, kLongestName), kMostEntries).or_null()),
             // Their number and form are check_tags': the vendor's message is looked for.
             optional("tags", Shape::list(Shape::text(0, kLongestName), kMostEntries).or_null()),
             optional("tabs", Shape::list(tab_shape(), 100).or_null()),
             optional("default_timeframe", Shape::object({}).open().or_null()),
             optional("is_read_only", Shape::boolean())})
            .open();
    return shape;
}

const Shape& dashboard_ids_shape() {
    static const Shape shape =
        Shape::object(
            {required("data",
                      Shape::list(Shape::object({required("id", Shape::text(1, 64)),
                                                 required("type", Shape::one_of({"dashboard"}))})
                                      .open(),
                                  kMostEntries, 1))})
            .open();
    return shape;
}

Result<json::object> read_document(const json::object& body, crypto::Random& random) {
    if (auto checked = check_layouts(body); !checked) return checked.error();
    if (auto checked = check_tags(body); !checked) return checked.error();
    if (auto checked = check_variables(body); !checked) return checked.error();

    json::object document;
    for (const auto& [name, value] : body) {
        const bool is_read_only = std::find(std::begin(kReadOnly), std::end(kReadOnly),
                                            std::string_view(name)) != std::end(kReadOnly);
        if (!is_read_only) document.emplace(name, value);
    }
    WidgetIds(random).assign(document.at("widgets").get_array());
    if (auto resolved = resolve_tabs(document, random); !resolved) return resolved.error();
    return document;
}

}  // namespace casement::datadog
