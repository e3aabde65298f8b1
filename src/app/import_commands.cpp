// `casement import grafana` brings dashboards of Grafana's to a server and says what became of
// them; `casement export grafana` writes one that came from there as it came.
#include "app/commands.h"
#include "app/exit_code.h"
#include "app/grafana_source.h"
#include "app/http_post.h"
#include "app/process.h"
#include "app/secret_input.h"
#include "base/encoding.h"
#include "dashboards/importers/grafana.h"

#include <memory>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

namespace casement::app {
namespace {

constexpr std::string_view kNative = "/api/casement/v1/dashboards";

std::string_view word_of(dashboards::ImportNote::Kind kind) {
    return kind == dashboards::ImportNote::Kind::taken     ? "taken"
           : kind == dashboards::ImportNote::Kind::changed ? "changed"
                                                           : "left_out";
}

std::string text_or_empty(const json::object& object, std::string_view name) {
    return text_at(object, name).value_or("");
}

/// The reason in an answer of ours, or one that says where the answer came from.
Error refusal(const PostAnswer& answer) {
    const auto body = parse_json(answer.body);
    const auto* object = body ? body->if_object() : nullptr;
    std::string reason = "The answer is not Casement's. Check --server.";
    if (object != nullptr) {
        const auto* error = object->if_contains("error");
        if (error != nullptr && error->is_object()) {
            reason = text_at(error->get_object(), "message").value_or(reason);
        } else {
            reason = text_at(*object, "message").value_or(reason);
        }
    }
    return invalid("refused", fmt::format("({}) {}", answer.status, reason));
}

void trim_slashes(std::string& address) {
    while (address.ends_with('/'))
        address.pop_back();
}

struct Import {
    std::string what;
    std::string server;
    std::string token_file;
    std::string grafana_token_file;
    GrafanaChoice choice;
    std::vector<std::string> inputs;
    bool dry_run = false;
    bool overwrite = false;
    bool quiet = false;

    int run() {
        harden_process();
        trim_slashes(server);
        trim_slashes(what);
        if (!dry_run && server.empty()) {
            return fail_usage("--server says where the dashboards go; --dry-run needs none.");
        }
        if (!server.empty() && !is_address(server)) {
            return fail_usage("--server must be a URL such as https://dashboards.example.com");
        }
        for (const auto& input : inputs) {
            const auto at = input.find('=');
            if (at == 0 || at == std::string::npos || at + 1 == input.size()) {
                return fail_usage(fmt::format("--input {}: write NAME=SOURCE.", input));
            }
            chosen_[input.substr(0, at)] = input.substr(at + 1);
        }
        auto found = find();
        if (!found) return fail(found.error());
        for (auto& one : *found)
            one.document = dashboards::bare_grafana(std::move(one.document));
        if (!server.empty()) {
            auto token =
                need_secret({token_file, "--token-file", "CASEMENT_TOKEN", "service token"});
            if (!token) return fail(token.error());
            token_ = std::move(*token);
        }
        int failed = 0;
        for (auto& one : *found) {
            auto done = bring(one);
            if (done) continue;
            fmt::print(stderr, "casement: {}: {}\n", one.name, done.error().message);
            ++failed;
        }
        return failed == 0 ? kOk : kFailed;
    }

  private:
    Result<std::vector<FoundDashboard>> find() const {
        const bool chooses = choice.all || !choice.folder.empty() || !choice.uids.empty();
        if (!is_address(what)) {
            if (chooses) {
                return invalid("invalid_flag",
                               "--uid, --folder and --all choose dashboards of a running Grafana; "
                               "a file is one dashboard.");
            }
            auto file = dashboard_of_file(what);
            if (!file) return file.error();
            return std::vector<FoundDashboard>{std::move(*file)};
        }
        if (!chooses) {
            return invalid("invalid_flag", "Choose dashboards with --uid, --folder or --all.");
        }
        auto token = need_secret(
            {grafana_token_file, "--grafana-token-file", "GRAFANA_TOKEN", "token of that Grafana"});
        if (!token) return token.error();
        return dashboards_of_grafana(what, *token, choice);
    }

    Result<void> bring(FoundDashboard& one) {
        if (server.empty()) return try_here(one);
        if (overwrite && !dry_run) return replace(one);
        json::object inputs_of;
        for (const auto& [name, source] : chosen_)
            inputs_of[name] = source;
        json::object body{{"document", std::move(one.document)}, {"dry_run", dry_run}};
        if (!inputs_of.empty()) body["inputs"] = std::move(inputs_of);
        auto answer =
            post_json(server + std::string(kNative) + "/import", token_, json::serialize(body));
        if (!answer) return answer.error();
        const auto parsed = parse_json(answer->body);
        const auto* object = parsed ? parsed->if_object() : nullptr;
        if (object == nullptr || (answer->status != 200 && answer->status != 201)) {
            return refusal(*answer);
        }
        const auto* row = object->if_contains("dashboard");
        const auto uid = row != nullptr && row->is_object()
                             ? text_or_empty(row->get_object(), "uid")
                             : std::string();
        report(one.name, uid, *object);
        return {};
    }

    /// In the place of the dashboard that has its uid, through Grafana's own API, which keeps the
    /// versions.
    Result<void> replace(FoundDashboard& one) {
        auto document = dashboards::with_inputs(std::move(one.document), chosen_);
        document["id"] = nullptr;
        const json::object body{{"dashboard", std::move(document)}, {"overwrite", true}};
        auto answer = post_json(server + "/api/dashboards/db", token_, json::serialize(body));
        if (!answer) return answer.error();
        const auto parsed = parse_json(answer->body);
        const auto* object = parsed ? parsed->if_object() : nullptr;
        if (answer->status != 200 || object == nullptr) return refusal(*answer);
        const auto uid = text_or_empty(*object, "uid");
        auto notes = get_json(
            fmt::format("{}{}/{}/import-report", server, kNative, percent_encode(uid)), token_);
        if (!notes) return notes.error();
        const auto told = parse_json(notes->body);
        if (notes->status != 200 || !told || !told->is_object()) return refusal(*notes);
        report(one.name, uid, told->get_object());
        return {};
    }

    Result<void> try_here(FoundDashboard& one) {
        dashboards::ImportReport found;
        auto read = dashboards::import_grafana(
            dashboards::with_inputs(std::move(one.document), chosen_), &found);
        if (!read) return read.error();
        json::array notes;
        for (const auto& note : found) {
            notes.push_back({{"kind", word_of(note.kind)},
                             {"about", note.subject},
                             {"sentence", note.sentence}});
        }
        report(one.name, "", {{"notes", std::move(notes)}});
        return {};
    }

    void report(const std::string& name, const std::string& uid, const json::object& answer) const {
        std::size_t taken = 0;
        std::size_t changed = 0;
        std::size_t left_out = 0;
        const auto* notes = answer.if_contains("notes");
        static const json::array none;
        const auto& list = notes != nullptr && notes->is_array() ? notes->get_array() : none;
        for (const auto& item : list) {
            const auto* note = item.if_object();
            if (note == nullptr) continue;
            const auto kind = text_or_empty(*note, "kind");
            (kind == "taken" ? taken : kind == "changed" ? changed : left_out) += 1;
        }
        fmt::print("{}{}: {} taken, {} changed, {} left out\n", name,
                   uid.empty() ? std::string() : fmt::format(" is now {}", uid), taken, changed,
                   left_out);
        if (quiet) return;
        for (const auto& item : list) {
            const auto* note = item.if_object();
            if (note == nullptr || text_or_empty(*note, "kind") == "taken") continue;
            const auto about = text_or_empty(*note, "about");
            fmt::print("  {:<9}{}{}\n",
                       text_or_empty(*note, "kind") == "changed" ? "changed" : "left out",
                       about.empty() ? about : about + ": ", text_or_empty(*note, "sentence"));
        }
    }

    std::map<std::string, std::string> chosen_;
    Secret token_;
};

struct Export {
    std::string uid;
    std::string server;
    std::string token_file;

    int run() {
        harden_process();
        trim_slashes(server);
        if (!is_address(server)) {
            return fail_usage("--server must be a URL such as https://dashboards.example.com");
        }
        auto token = need_secret({token_file, "--token-file", "CASEMENT_TOKEN", "service token"});
        if (!token) return fail(token.error());
        auto answer = get_json(
            fmt::format("{}{}/{}/export/grafana", server, kNative, percent_encode(uid)), *token);
        if (!answer) return fail(answer.error());
        if (answer->status != 200) return fail(refusal(*answer));
        fmt::print("{}\n", answer->body);
        return kOk;
    }
};

void declare_import_grafana(CLI::App& import, Run& run) {
    auto* command = import.add_subcommand(
        "grafana", "Bring dashboards of Grafana's, from a file or from a running one.");
    auto state = std::make_shared<Import>();
    command->add_option("what", state->what, "A dashboard's JSON, or the address of a Grafana.")
        ->required()
        ->type_name("FILE|URL");
    command->add_option("--server", state->server, "Where the dashboards go.")->type_name("URL");
    command
        ->add_option("--token-file", state->token_file,
                     "File with a service token of an Admin, - for standard input. Else "
                     "CASEMENT_TOKEN.")
        ->type_name("FILE");
    command
        ->add_option("--grafana-token-file", state->grafana_token_file,
                     "File with a token of the Grafana that is read. Else GRAFANA_TOKEN.")
        ->type_name("FILE");
    command->add_option("--uid", state->choice.uids, "A dashboard of the running Grafana.");
    command->add_option("--folder", state->choice.folder,
                        "All dashboards of this folder, by its title or uid.");
    command->add_flag("--all", state->choice.all, "All dashboards of the running Grafana.");
    command
        ->add_option("--input", state->inputs,
                     "A source for an input of the file, or for a source that it calls otherwise.")
        ->type_name("NAME=SOURCE");
    command->add_flag("--overwrite", state->overwrite,
                      "Replace the dashboard that has the same uid.");
    command->add_flag("--dry-run", state->dry_run,
                      "Only say what would become of it. Needs no server.");
    command->add_flag("--quiet", state->quiet, "One line for each dashboard.");
    command->footer(
        "Examples:\n"
        "  casement import grafana node.json --dry-run\n"
        "  casement import grafana node.json --input DS_PROMETHEUS=metrics --server "
        "https://dashboards.example.com --token-file token.txt\n"
        "  casement import grafana https://grafana.example.com --grafana-token-file g.txt --all "
        "--server https://dashboards.example.com --token-file token.txt");
    command->callback([&run, state] { run = [state] { return state->run(); }; });
}

}  // namespace

void declare_import(CLI::App& casement, Run& run) {
    auto* command = casement.add_subcommand("import", "Bring dashboards of another system.");
    command->require_subcommand(1);
    declare_import_grafana(*command, run);
}

void declare_export(CLI::App& casement, Run& run) {
    auto* command = casement.add_subcommand("export", "Write a dashboard for another system.");
    command->require_subcommand(1);
    auto* grafana = command->add_subcommand(
        "grafana", "Print a dashboard that came as one of Grafana's, as it came.");
    auto state = std::make_shared<Export>();
    grafana->add_option("uid", state->uid, "The dashboard's uid.")->required();
    grafana->add_option("--server", state->server, "The server's address.")
        ->required()
        ->type_name("URL");
    grafana
        ->add_option("--token-file", state->token_file,
                     "File with a service token, - for standard input. Else CASEMENT_TOKEN.")
        ->type_name("FILE");
    grafana->callback([&run, state] { run = [state] { return state->run(); }; });
}

}  // namespace casement::app
