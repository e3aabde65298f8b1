#include "app/provisioning_folder.h"

#include "app/json_lines.h"
#include "app/yaml_document.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

namespace casement::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 20'000;

Error folder_error(std::string message) {
    return invalid("invalid_folder", std::move(message));
}

struct FoundFile {
    fs::path path;
    std::string name;  ///< "shares/airports.yaml", as messages call it
};

// The files of one subfolder by name. Hidden files and notes are left alone; any other ending is a
// slip that would silently leave something out, so it is said.
Result<std::vector<FoundFile>> files_of(const fs::path& root, const std::string& subfolder,
                                        const std::string& ending) {
    std::vector<FoundFile> found;
    std::error_code failed;
    if (!fs::exists(root / subfolder, failed)) return found;
    fs::directory_iterator entries(root / subfolder, failed);
    if (failed) {
        return folder_error(
            fmt::format("{} cannot be read: {}.", (root / subfolder).string(), failed.message()));
    }
    for (const auto& entry : entries) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.') || name.ends_with('~') || name.ends_with(".md")) continue;
        if (!name.ends_with(ending) || entry.is_directory()) {
            return folder_error(fmt::format(
                "{}/{}: only files whose names end in {} are read here. Rename it or move it away.",
                subfolder, name, ending));
        }
        if (found.size() == kMostFiles) {
            return folder_error(fmt::format("{}: more than {} files", subfolder, kMostFiles));
        }
        found.push_back({entry.path(), fmt::format("{}/{}", subfolder, name)});
    }
    std::ranges::sort(found, {}, &FoundFile::name);
    return found;
}

// One thing per file, or a list of them under `plural`. Gives the path of each thing in the file.
Result<std::vector<std::pair<std::string, json::object>>> things_of(const FoundFile& file,
                                                                    const YamlDocument& document,
                                                                    const std::string& plural) {
    std::vector<std::pair<std::string, json::object>> things;
    if (!document.value.is_object()) {
        return file_error(file.name, 1, fmt::format("the file must begin with \"{}:\"", plural));
    }
    const auto& root = document.value.get_object();
    const auto* list = root.if_contains(plural);
    if (list == nullptr) {
        things.emplace_back("", root);
        return things;
    }
    if (root.size() > 1) {
        for (const auto& [name, value] : root) {
            if (name == plural) continue;
            return file_error(
                file.name, document.line_of(name),
                fmt::format("\"{}\" cannot stand beside \"{}\"", std::string_view(name), plural));
        }
    }
    if (!list->is_array()) {
        return file_error(file.name, document.line_of(plural),
                          fmt::format("\"{}\" must be a list", plural));
    }
    for (std::size_t i = 0; i < list->get_array().size(); ++i) {
        const std::string path = fmt::format("{}[{}]", plural, i);
        if (!list->get_array()[i].is_object()) {
            return file_error(file.name, document.line_of(path),
                              fmt::format("\"{}\" must be an object", path));
        }
        things.emplace_back(path, list->get_array()[i].get_object());
    }
    return things;
}

// An error inside one thing, at its line. Messages name the path inside the thing, which is short
// and enough: the line says which thing.
Error thing_error(const FoundFile& file, const YamlDocument& document, const std::string& path,
                  const Error& error) {
    std::string whole = path;
    if (!error.field.empty()) whole += (path.empty() ? "" : ".") + error.field;
    return file_error(file.name, document.line_of(whole), error.message);
}

struct Readers {
    const fs::path& root;
    const FolderOptions& options;
    access::Bundle& bundle;

    Result<YamlDocument> open_yaml(const FoundFile& file) const {
        const auto text = read_file(file.path.string());
        if (!text) return text.error();
        return read_yaml(*text, file.name);
    }

    Result<void> sources(const FoundFile& file) const {
        const auto document = open_yaml(file);
        if (!document) return document.error();
        const auto things = things_of(file, *document, "sources");
        if (!things) return things.error();
        for (const auto& [path, written] : *things) {
            auto without = written;
            auto secret = take_source_secret(without);
            if (!secret) return thing_error(file, *document, path, secret.error());
            auto spec = access::read_source_spec(without);
            if (!spec) return thing_error(file, *document, path, spec.error());
            spec->origin = fmt::format("{}:{}", file.name, document->line_of(path));
            spec->secret = std::move(*secret);
            if (options.resolve_paths) resolve(*spec);
            bundle.sources.push_back(std::move(*spec));
        }
        return {};
    }

    Result<void> models(const FoundFile& file) const {
        const auto document = open_yaml(file);
        if (!document) return document.error();
        const auto things = things_of(file, *document, "models");
        if (!things) return things.error();
        for (const auto& [path, written] : *things) {
            auto spec = access::read_model_spec(written);
            if (!spec) return thing_error(file, *document, path, spec.error());
            spec->origin = fmt::format("{}:{}", file.name, document->line_of(path));
            bundle.models.push_back(std::move(*spec));
        }
        return {};
    }

    Result<void> dashboards(const FoundFile& file) const {
        const auto text = read_file(file.path.string());
        if (!text) return text.error();
        const auto document = read_json(*text, file.name);
        if (!document) return document.error();
        auto spec = access::read_dashboard_spec(*document);
        if (!spec) return json_file_error(file.name, *text, spec.error());
        spec->origin = file.name;
        bundle.dashboards.push_back(std::move(*spec));
        return {};
    }

    Result<void> shares(const FoundFile& file) const {
        const auto document = open_yaml(file);
        if (!document) return document.error();
        const auto things = things_of(file, *document, "shares");
        if (!things) return things.error();
        for (const auto& [path, written] : *things) {
            auto without = written;
            const auto credential = take_credential(without);
            if (!credential) return thing_error(file, *document, path, credential.error());
            auto spec = access::read_share_spec(without);
            if (!spec) return thing_error(file, *document, path, spec.error());
            spec->origin = fmt::format("{}:{}", file.name, document->line_of(path));
            spec->credential = *credential;
            bundle.shares.push_back(std::move(*spec));
        }
        return {};
    }

  private:
    void resolve(access::SourceSpec& spec) const {
        const auto* given = spec.settings.if_contains("folder");
        const fs::path folder = given != nullptr && given->is_string()
                                    ? root / std::string_view(given->get_string())
                                    : root;
        spec.settings["folder"] = folder.lexically_normal().string();
    }

    // A secret that is named and not there is a mistake: the source would only fail later.
    Result<Secret> take_source_secret(json::object& written) const {
        const bool named = written.contains("secret_env") || written.contains("secret_file");
        const std::string field = written.contains("secret_env") ? "secret_env" : "secret_file";
        auto text = take_named(written, "secret");
        if (!text) return text.error();
        if (!named) return Secret();
        if (!*text || (*text)->empty()) {
            return invalid("invalid_bundle",
                           fmt::format("what \"{}\" names is not there, or empty", field), field);
        }
        return Secret(std::move(**text));
    }

    // Takes `<what>_env` and `<what>_file`, which only a folder knows, out of the thing, and gives
    // the text that they name.
    Result<std::optional<std::string>> take_named(json::object& written,
                                                  const std::string& what) const {
        if (written.contains(what)) {
            return invalid("invalid_bundle",
                           fmt::format("a {0} does not belong in this file: name an environment "
                                       "variable ({0}_env) or another file ({0}_file)",
                                       what),
                           what);
        }
        const auto name = take_text(written, what + "_env");
        if (!name) return name.error();
        const auto path = take_text(written, what + "_file");
        if (!path) return path.error();
        if (*name && *path) {
            return invalid("invalid_bundle",
                           fmt::format("give either \"{0}_env\" or \"{0}_file\", not both", what),
                           what + "_file");
        }
        std::optional<std::string> text;
        if (*name) text = options.environment ? options.environment(**name) : std::nullopt;
        if (*path) {
            const fs::path file = root / **path;
            std::error_code failed;
            if (fs::exists(file, failed)) {
                auto read = read_file(file.string());
                if (!read) return invalid("invalid_bundle", read.error().message, what + "_file");
                text = std::move(*read);
            }
        }
        while (text && (text->ends_with('\n') || text->ends_with('\r')))
            text->pop_back();
        return text;
    }

    Result<std::optional<Secret>> take_credential(json::object& written) const {
        const std::string field =
            written.contains("credential_env") ? "credential_env" : "credential_file";
        const std::string given = text_at_or_empty(written, field);
        auto named = take_named(written, "credential");
        if (!named) return named.error();
        auto& text = *named;
        if (!text) return std::optional<Secret>();
        if (text->empty()) return std::optional<Secret>();
        Secret secret(std::move(*text));
        if (const auto good = access::check_credential_text(secret); !good) {
            return invalid("invalid_bundle", fmt::format("{} ({})", good.error().message, given),
                           field);
        }
        return std::optional<Secret>(std::move(secret));
    }

    static std::string text_at_or_empty(const json::object& written, std::string_view name) {
        const auto* value = written.if_contains(name);
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
    }

    static Result<std::optional<std::string>> take_text(json::object& written,
                                                        std::string_view name) {
        const auto* value = written.if_contains(name);
        if (value == nullptr) return std::optional<std::string>();
        if (!value->is_string() || value->get_string().empty()) {
            return invalid("invalid_bundle", fmt::format("\"{}\" must be text", name),
                           std::string(name));
        }
        std::optional<std::string> text(std::in_place, value->get_string());
        written.erase(name);
        return text;
    }
};

}  // namespace

Result<access::Bundle> read_provisioning_folder(const std::string& folder,
                                                const FolderOptions& options) {
    std::error_code failed;
    const fs::path root = fs::absolute(folder, failed).lexically_normal();
    if (failed || !fs::is_directory(root, failed)) {
        return folder_error(fmt::format("{} is not a folder. Check the path.", folder));
    }
    // A folder that is not mounted looks empty, and must not take everything out of the catalog.
    static constexpr std::array kSubfolders = {"sources", "models", "dashboards", "shares"};
    if (std::ranges::none_of(kSubfolders, [&](const char* name) {
            std::error_code ignored;
            return fs::is_directory(root / name, ignored);
        })) {
        return folder_error(
            fmt::format("{} has none of the folders sources, models, dashboards and shares in it. "
                        "Is it the right one?",
                        folder));
    }

    access::Bundle bundle;
    const Readers readers{root, options, bundle};
    const auto each = [&](const char* subfolder, const char* ending,
                          Result<void> (Readers::*read)(const FoundFile&) const) -> Result<void> {
        const auto files = files_of(root, subfolder, ending);
        if (!files) return files.error();
        for (const auto& file : *files) {
            if (auto done = (readers.*read)(file); !done) return done;
        }
        return {};
    };
    if (auto done = each("sources", ".yaml", &Readers::sources); !done) return done.error();
    if (auto done = each("models", ".yaml", &Readers::models); !done) return done.error();
    if (auto done = each("dashboards", ".json", &Readers::dashboards); !done) return done.error();
    if (auto done = each("shares", ".yaml", &Readers::shares); !done) return done.error();
    return bundle;
}

json::object provisioning_body(const access::Bundle& bundle, bool prune) {
    json::array sources, models, dashboards, shares;
    for (const auto& spec : bundle.sources) {
        json::object written{{"name", spec.name},
                             {"type", spec.type},
                             {"settings", spec.settings},
                             {"origin", spec.origin}};
        if (!spec.secret.empty()) written["secret"] = spec.secret.reveal();
        sources.push_back(std::move(written));
    }
    for (const auto& spec : bundle.models) {
        auto written = access::write_model_spec(spec);
        written["origin"] = spec.origin;
        models.push_back(std::move(written));
    }
    for (const auto& spec : bundle.dashboards) {
        dashboards.push_back({{"document", spec.document}, {"origin", spec.origin}});
    }
    for (const auto& spec : bundle.shares) {
        auto written = access::write_share_spec(spec);
        written["origin"] = spec.origin;
        shares.push_back(std::move(written));
    }
    return {{"sources", std::move(sources)},
            {"models", std::move(models)},
            {"dashboards", std::move(dashboards)},
            {"shares", std::move(shares)},
            {"prune", prune}};
}

std::optional<std::string> environment_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
}

}  // namespace casement::app
