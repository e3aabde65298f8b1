// Reading what people write about sources, models and shares, one thing at a time.
#include "access/model.h"
#include "access/provisioning.h"
#include "access/share_settings.h"
#include "dashboards/dashboard.h"
#include "data/source_types.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kName = "[A-Za-z0-9_-]{1,64}";
constexpr std::string_view kToken = "[A-Za-z0-9_-]{8,64}";
constexpr std::size_t kShortestCredential = 32;
constexpr std::size_t kLongestCredential = 256;

Shape values_shape() {
    return Shape::list(Shape::text(1, 1024), 1000);
}

const Shape& variable_shape() {
    static const Shape shape = Shape::object({
        optional("values",
                 Shape::any().described("The values a viewer may pick, or \"*\" for every one.")),
        optional("default", Shape::any().described("A value or a list of them, or \"*\".")),
        optional("prefix", Shape::text(0, 256)),
    });
    return shape;
}

const Shape& template_variable_shape() {
    static const Shape shape = Shape::object({
        required("name", Shape::text(1, 64)),
        optional("prefix", Shape::text(0, 256)),
        optional("type", Shape::text(0, 64)),
        optional("default_values", values_shape()),
        optional("visible_tags", values_shape()),
    });
    return shape;
}

// "ATL", ["ATL", "ORD"] or "*": one or many are written as people think of them.
Result<json::array> read_values(const json::value& value, const std::string& field) {
    if (value.is_string() && !value.get_string().empty()) return json::array{value};
    if (auto wrong = check(value, values_shape(), field)) return *wrong;
    return value.get_array();
}

Result<json::object> read_variable(const std::string& name, const json::value& written) {
    const std::string field = "variables." + name;
    json::object out{{"name", name}};
    // `airport: ATL` locks the variable to that value.
    if (!written.is_object()) {
        const auto locked = read_values(written, field);
        if (!locked) return locked.error();
        out["default_values"] = *locked;
        out["visible_tags"] = *locked;
        return out;
    }
    if (auto wrong = check(written, variable_shape(), field)) return *wrong;
    const auto& object = written.get_object();
    if (const auto prefix = text_at(object, "prefix")) out["prefix"] = *prefix;
    if (const auto* values = object.if_contains("values")) {
        const auto read = read_values(*values, field + ".values");
        if (!read) return read.error();
        out["visible_tags"] = *read;
    }
    if (const auto* chosen = object.if_contains("default")) {
        const auto read = read_values(*chosen, field + ".default");
        if (!read) return read.error();
        out["default_values"] = *read;
    }
    if (!out.contains("default_values")) {
        return invalid("invalid_bundle",
                       fmt::format("\"{}\" needs a default: what the viewer sees first.", field),
                       field);
    }
    const auto* visible = out.if_contains("visible_tags");
    if (visible == nullptr) return out;
    const auto& allowed = visible->get_array();
    const bool any = std::ranges::find(allowed, json::value("*")) != allowed.end();
    for (const auto& value : out["default_values"].get_array()) {
        if (any || std::ranges::find(allowed, value) != allowed.end()) continue;
        return invalid(
            "invalid_bundle",
            fmt::format("\"{}.default\" is not among the values that are allowed.", field),
            field + ".default");
    }
    return out;
}

Result<void> read_time(const json::object& written, json::object& settings) {
    const auto* time = written.if_contains("time");
    if (time == nullptr) return {};
    const auto& object = time->get_object();
    if (const auto span = text_at(object, "span")) {
        if (!dashboards::span_length(*span)) {
            return invalid("invalid_bundle",
                           "\"time.span\" is not a known span: 15m, 1h, 4h, 1d, 2d, 1w, 1mo, 3mo, "
                           "6mo or 1y.",
                           "time.span");
        }
        settings["global_time"] = json::object{{"live_span", *span}};
    }
    if (const auto* selectable = object.if_contains("selectable")) {
        settings["global_time_selectable"] = selectable->get_bool();
    }
    return {};
}

Result<void> read_framing(const json::object& written, json::object& settings) {
    const auto* origins = written.if_contains("allowed_origins");
    if (origins == nullptr) return {};
    json::array read;
    for (std::size_t i = 0; i < origins->get_array().size(); ++i) {
        const auto origin = check_origin(std::string_view(origins->get_array()[i].get_string()));
        if (!origin) {
            const std::string field = fmt::format("allowed_origins[{}]", i);
            return invalid("invalid_bundle",
                           fmt::format("\"{}\": {}", field, origin.error().message), field);
        }
        read.emplace_back(*origin);
    }
    settings["allowed_origins"] = std::move(read);
    return {};
}

Result<void> read_variables(const json::object& written, json::object& settings) {
    const auto* raw = written.if_contains("selectable_template_vars");
    const auto* named = written.if_contains("variables");
    if (raw != nullptr && named != nullptr) {
        return invalid("invalid_bundle",
                       "Give either \"variables\" or \"selectable_template_vars\", not both.",
                       "variables");
    }
    if (raw != nullptr) settings["selectable_template_vars"] = *raw;
    if (named == nullptr) return {};
    json::array read;
    for (const auto& [name, value] : named->get_object()) {
        auto variable = read_variable(std::string(name), value);
        if (!variable) return variable.error();
        read.push_back(std::move(*variable));
    }
    settings["selectable_template_vars"] = std::move(read);
    return {};
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

const Shape& source_spec_shape() {
    static const Shape shape = Shape::object({
        required("name", Shape::text(1, 64).matching(std::string(kName))),
        required("type", Shape::text(1, 64)),
        required("settings", Shape::map(Shape::any(), 64)),
        optional("secret", Shape::text(1, 4096).described(
                               "Password or token of the connection; never shown again.")),
    });
    return shape;
}

const Shape& model_spec_shape() {
    static const Shape shape = [] {
        std::vector<ShapeMember> members = {
            required("name", Shape::text(1, 64).matching(std::string(kName))),
            optional("label", Shape::text(1, 200).described("For people. Default: the name.")),
            required("source", Shape::text(1, 64).described("The source's name.")),
        };
        for (const auto& member : model_shape().members)
            members.push_back(member);
        return Shape::object(std::move(members));
    }();
    return shape;
}

const Shape& share_spec_shape() {
    static const Shape shape = Shape::object({
        required("token", Shape::text(8, 64)
                              .matching(std::string(kToken))
                              .described("Public; part of the share's URL.")),
        required("dashboard", Shape::text(1, 64).described("The dashboard's uid.")),
        optional("type", Shape::one_of({"secure_embed"})),
        optional("status", Shape::one_of({"active", "paused"})),
        optional("title", Shape::text(0, 400)),
        optional("variables", Shape::map(Shape::any(), 64)),
        optional("selectable_template_vars", Shape::list(template_variable_shape(), 64)),
        optional("time", Shape::object({
                             optional("span", Shape::text(1, 16)),
                             optional("selectable", Shape::boolean()),
                         })),
        optional("theme", Shape::one_of({"system", "light", "dark"})),
        optional("high_density", Shape::boolean()),
        optional("allowed_origins", Shape::list(Shape::text(1, 300), 100)),
        optional("download", Shape::boolean()),
        optional("require_scope",
                 Shape::boolean().described("Every query of the dashboard must name a model.")),
        optional("session_days", Shape::integer(1, 30)),
        optional("expires_at", Shape::text(10, 40)),
        optional("credential", Shape::text(1, 256).described(
                                   "Signs links. At least 32 characters; never shown again.")),
    });
    return shape;
}

Result<SourceSpec> read_source_spec(const json::object& written) {
    if (auto wrong = check(json::value(written), source_spec_shape())) return *wrong;
    SourceSpec out;
    out.name = *text_at(written, "name");
    out.type = *text_at(written, "type");
    out.settings = written.at("settings").get_object();
    if (out.settings.contains("grafana")) {
        return invalid("invalid_source",
                       "Only sources that are made through Grafana's API have this member.",
                       "settings.grafana");
    }
    if (const auto checked = data::check_source(out.type, out.settings); !checked) {
        return checked.error();
    }
    if (auto secret = text_at(written, "secret")) out.secret = Secret(std::move(*secret));
    return out;
}

Result<ModelSpec> read_model_spec(const json::object& written) {
    if (auto wrong = check(json::value(written), model_spec_shape())) return *wrong;
    ModelSpec out;
    out.name = *text_at(written, "name");
    out.label = text_at(written, "label").value_or(out.name);
    out.source = *text_at(written, "source");
    for (const auto& [name, value] : written) {
        if (name != "name" && name != "label" && name != "source") out.document[name] = value;
    }
    if (const auto model = read_model(row_of(out)); !model) return model.error();
    return out;
}

store::Model row_of(const ModelSpec& spec) {
    store::Model row;
    row.name = spec.name;
    row.label = spec.label;
    row.source = spec.source;
    row.document = spec.document;
    return row;
}

json::object write_model_spec(const ModelSpec& spec) {
    json::object out = spec.document;
    out["name"] = spec.name;
    out["label"] = spec.label;
    out["source"] = spec.source;
    return out;
}

Result<DashboardSpec> read_dashboard_spec(const json::value& document) {
    auto read = dashboards::read_dashboard(document);
    if (!read) return read.error();
    DashboardSpec out;
    out.uid = read->uid;
    out.title = read->title;
    out.read = std::move(*read);
    out.document = document.get_object();
    if (out.uid.empty()) {
        return invalid("invalid_bundle",
                       "\"uid\" is required: it is how the dashboard is found again.", "uid");
    }
    return out;
}

Result<ShareSpec> read_share_spec(const json::object& written) {
    if (auto wrong = check(json::value(written), share_spec_shape())) return *wrong;
    ShareSpec out;
    out.token = *text_at(written, "token");
    out.dashboard = *text_at(written, "dashboard");
    out.status = text_at(written, "status");
    out.title = text_at(written, "title").value_or("");
    // Nothing is selectable unless it says so.
    out.settings["global_time"] = json::object{};
    out.settings["global_time_selectable"] = false;
    out.settings["selectable_template_vars"] = json::array{};
    for (const auto read : {read_variables, read_time, read_framing}) {
        if (const auto done = read(written, out.settings); !done) return done.error();
    }
    json::object preferences;
    if (const auto theme = text_at(written, "theme")) preferences["theme"] = *theme;
    if (const auto* dense = written.if_contains("high_density"))
        preferences["high_density"] = *dense;
    out.settings["viewing_preferences"] = std::move(preferences);
    if (const auto* download = written.if_contains("download"))
        out.settings["download"] = *download;
    if (const auto* scope = written.if_contains("require_scope"))
        out.settings["require_scope"] = *scope;
    if (const auto* days = written.if_contains("session_days")) {
        out.settings["session_length_seconds"] = days->get_int64() * 86'400;
    }
    if (const auto expires = text_at(written, "expires_at")) {
        const auto time = parse_rfc3339(*expires);
        if (!time) {
            return invalid("invalid_bundle",
                           "\"expires_at\" must be a date (2027-01-31) or a time "
                           "(2027-01-31T12:00:00Z).",
                           "expires_at");
        }
        out.settings["expires_at"] = to_rfc3339(*time);
    }
    if (const auto credential = text_at(written, "credential")) {
        out.credential = Secret(*credential);
        if (auto good = check_credential_text(*out.credential); !good) {
            Error error = good.error();
            error.field = "credential";
            return error;
        }
    }
    return out;
}

json::object write_share_spec(const ShareSpec& spec) {
    json::object out{{"token", spec.token},
                     {"dashboard", spec.dashboard},
                     {"type", spec.type},
                     {"title", spec.title}};
    if (spec.status) out["status"] = *spec.status;
    const auto& settings = spec.settings;
    out["selectable_template_vars"] = settings.at("selectable_template_vars");
    json::object time{{"selectable", settings.at("global_time_selectable")}};
    const auto& span = settings.at("global_time").get_object();
    if (const auto* name = span.if_contains("live_span")) time["span"] = *name;
    out["time"] = std::move(time);
    for (const auto& [name, value] : settings.at("viewing_preferences").get_object()) {
        out[name] = value;
    }
    for (const std::string_view same :
         {"allowed_origins", "download", "expires_at", "require_scope"}) {
        if (const auto* value = settings.if_contains(same)) out[same] = *value;
    }
    if (const auto* length = settings.if_contains("session_length_seconds")) {
        out["session_days"] = length->get_int64() / 86'400;
    }
    if (spec.credential) out["credential"] = spec.credential->reveal();
    return out;
}

Result<void> check_credential_text(const Secret& secret) {
    const auto weak = [](std::string_view why) {
        return invalid(
            "weak_credential",
            fmt::format("The credential {}. Make a good one with: openssl rand -hex 32", why));
    };
    const std::string_view text = secret.reveal();
    if (text.size() < kShortestCredential) {
        return weak(fmt::format("is too short: at least {} characters", kShortestCredential));
    }
    if (text.size() > kLongestCredential) return weak("is longer than 256 characters");
    if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; })) {
        return weak("has a space, a control character or a letter outside ASCII in it");
    }
    static constexpr std::array<std::string_view, 8> kLeftIn = {
        "changeme",    "change-me", "change_me", "password",
        "placeholder", "replace-",  "replace_",  "your-"};
    const std::string small = lower(text);
    for (const auto word : kLeftIn) {
        if (small.find(word) != std::string::npos)
            return weak("looks like one left in from an example");
    }
    if (std::set<char>(text.begin(), text.end()).size() < 8)
        return weak("has too few different characters");
    for (std::size_t period = 1; period <= 8; ++period) {
        if (text.substr(period) == text.substr(0, text.size() - period))
            return weak("repeats itself");
    }
    return {};
}

}  // namespace casement::access
