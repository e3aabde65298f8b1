// `casement apply DIR`: sends a provisioning folder to a server.
#include "app/commands.h"
#include "app/exit_code.h"
#include "app/http_post.h"
#include "app/process.h"
#include "app/provisioning_folder.h"
#include "app/secret_input.h"

#include <memory>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

namespace casement::app {
namespace {

struct Apply {
    std::string folder;
    std::string server;
    std::string token_file;
    bool prune = false;

    int run() {
        harden_process();
        while (server.ends_with('/'))
            server.pop_back();
        if (!server.starts_with("http://") && !server.starts_with("https://")) {
            return fail_usage("--server must be a URL such as https://dashboards.example.com");
        }
        auto token = need_secret({token_file, "--token-file", "CASEMENT_TOKEN", "service token"});
        if (!token) return fail(token.error());
        FolderOptions options;
        options.resolve_paths = false;
        options.environment = environment_variable;
        auto bundle = read_provisioning_folder(folder, options);
        if (!bundle) return fail(bundle.error());
        auto answer = post_json(server + "/api/casement/v1/apply", *token,
                                json::serialize(provisioning_body(*bundle, prune)));
        if (!answer) return fail(answer.error());
        return report(*answer);
    }

  private:
    static int report(const PostAnswer& answer) {
        const auto body = parse_json(answer.body);
        const json::object* object = body ? body->if_object() : nullptr;
        if (answer.status != 200 || object == nullptr) {
            std::string reason = "The answer is not Casement's. Check --server.";
            if (object != nullptr) {
                if (const auto* error = object->if_contains("error"); error && error->is_object()) {
                    reason = text_at(error->get_object(), "message").value_or(reason);
                }
            }
            if (answer.status == 413) {
                reason += " Split the folder, and apply its parts without --prune.";
            }
            fmt::print(stderr, "casement: nothing was applied ({}): {}\n", answer.status, reason);
            return kFailed;
        }
        const auto number = [&](std::string_view name) {
            const auto* value = object->if_contains(name);
            return value != nullptr && value->is_int64() ? value->get_int64() : 0;
        };
        fmt::print("{} added, {} changed, {} unchanged, {} removed\n", number("added"),
                   number("changed"), number("unchanged"), number("removed"));
        if (const auto* notes = object->if_contains("notes"); notes && notes->is_array()) {
            for (const auto& note : notes->get_array()) {
                if (note.is_string()) fmt::print(stderr, "note: {}\n", note.get_string().c_str());
            }
        }
        return kOk;
    }
};

}  // namespace

void declare_apply(CLI::App& casement, Run& run) {
    auto* command = casement.add_subcommand(
        "apply", "Send a folder of sources, models, dashboards and shares to a running server.");
    auto apply = std::make_shared<Apply>();
    command->add_option("folder", apply->folder, "The provisioning folder.")
        ->required()
        ->type_name("DIR");
    command->add_option("--server", apply->server, "The server's address.")
        ->required()
        ->type_name("URL");
    command
        ->add_option("--token-file", apply->token_file,
                     "File with a service token of an Admin, - for standard input. Else "
                     "CASEMENT_TOKEN.")
        ->type_name("FILE");
    command->add_flag("--prune", apply->prune,
                      "Take out what was provisioned before and is not in the folder.");
    command->footer(
        "Example:\n  casement apply ./dashboards --server https://dashboards.example.com "
        "--token-file token.txt\n"
        "Everything is applied, or nothing. Sources may read files only in folders that the "
        "server's setting data.allowed_folders names.");
    command->callback([&run, apply] { run = [apply] { return apply->run(); }; });
}

}  // namespace casement::app
