// `casement prove`: the certificate of a server's dashboard, or those of a provisioning folder.
#include "access/bundle_proof.h"
#include "access/scope_certificate.h"
#include "app/commands.h"
#include "app/exit_code.h"
#include "app/http_post.h"
#include "app/process.h"
#include "app/provisioning_folder.h"
#include "app/secret_input.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/printable.h"

#include <algorithm>
#include <array>
#include <memory>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::app {
namespace {

constexpr std::size_t kWidestPlace = 48;
constexpr std::size_t kLongestText = 1000;

std::string text_in(const json::object& object, std::string_view name) {
    return printable(text_at(object, name).value_or(""), kLongestText);
}

std::string number_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? std::to_string(value->get_int64()) : "?";
}

std::vector<const json::object*> objects_in(const json::object& object, std::string_view name) {
    std::vector<const json::object*> found;
    const auto* list = object.if_contains(name);
    if (list == nullptr || !list->is_array()) return found;
    for (const auto& item : list->get_array()) {
        if (const auto* one = item.if_object()) found.push_back(one);
    }
    return found;
}

std::string place_of(const json::object& query) {
    if (query.contains("variable")) return "variable " + text_in(query, "variable");
    auto place = fmt::format("panel {}", number_in(query, "panel"));
    if (const auto title = text_in(query, "title"); !title.empty()) place += " " + title;
    return fmt::format("{}, {}", utf8_head(place, kWidestPlace), text_in(query, "query"));
}

/// "orders: tenant in tenant; ssn hidden", or why it was refused.
std::string reads_of(const json::object& query) {
    if (const auto reason = text_in(query, "reason"); !reason.empty()) return reason;
    std::vector<std::string> parts;
    const auto* relations = query.if_contains("relations");
    if (relations == nullptr || !relations->is_array()) return "";
    for (const auto& relation : relations->get_array()) {
        if (!relation.is_string()) continue;
        const std::string name(relation.get_string());
        std::vector<std::string> limits;
        for (const auto* filter : objects_in(query, "filters")) {
            if (text_at(*filter, "relation") != name) continue;
            const bool range = text_at(*filter, "match") == "range";
            limits.push_back(fmt::format("{} {} {} ({})", text_in(*filter, "column"),
                                         range ? "within" : "in", text_in(*filter, "attribute"),
                                         text_in(*filter, "type")));
        }
        for (const auto* column : objects_in(query, "covered")) {
            if (text_at(*column, "relation") != name) continue;
            auto limit = fmt::format("{} {}", text_in(*column, "column"), text_in(*column, "show"));
            if (const auto unless = text_in(*column, "unless"); !unless.empty()) {
                limit += " unless " + unless;
            }
            limits.push_back(std::move(limit));
        }
        parts.push_back(
            fmt::format("{}: {}", printable(name),
                        limits.empty() ? "every row" : fmt::format("{}", fmt::join(limits, ", "))));
    }
    return parts.empty() ? "no relation" : fmt::format("{}", fmt::join(parts, "; "));
}

void print_table(const json::object& certificate) {
    const auto* statement = certificate.if_contains("statement");
    if (statement == nullptr || !statement->is_object()) return;
    const auto& stated = statement->get_object();
    const auto& about = stated.at("dashboard").get_object();
    fmt::print("{} ({}): {} proven, {} unscoped, {} refused\n", text_in(about, "title"),
               text_in(about, "uid"), access::verdicts(stated, "proven"),
               access::verdicts(stated, "unscoped"), access::verdicts(stated, "refused"));
    std::vector<std::array<std::string, 5>> rows{{"WHERE", "SOURCE", "MODEL", "VERDICT", "READS"}};
    for (const auto* query : objects_in(stated, "queries")) {
        auto source = text_in(*query, "source");
        if (const auto kind = text_in(*query, "source_kind"); !kind.empty()) {
            source += " (" + kind + ")";
        }
        rows.push_back({place_of(*query), source.empty() ? "-" : source,
                        text_at(*query, "model") ? text_in(*query, "model") : "-",
                        text_in(*query, "verdict"), reads_of(*query)});
    }
    std::array<std::size_t, 4> widths{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows) {
        fmt::print("  {:<{}}  {:<{}}  {:<{}}  {:<{}}  {}\n", row[0], widths[0], row[1], widths[1],
                   row[2], widths[2], row[3], widths[3], row[4]);
    }
}

bool is_refused(const json::object& certificate) {
    const auto* statement = certificate.if_contains("statement");
    const auto* stated = statement == nullptr ? nullptr : statement->if_object();
    return stated == nullptr || access::verdicts(*stated, "refused") > 0;
}

struct Prove {
    std::string what;
    std::string url;
    std::string token_file;
    bool as_json = false;

    int run() {
        harden_process();
        return url.empty() ? prove_folder() : ask_server();
    }

  private:
    int ask_server() {
        while (url.ends_with('/'))
            url.pop_back();
        if (!url.starts_with("http://") && !url.starts_with("https://")) {
            return fail_usage("--url must be a URL such as https://dashboards.example.com");
        }
        auto token = need_secret({token_file, "--token-file", "CASEMENT_TOKEN", "service token"});
        if (!token) return fail(token.error());
        auto answer = get_json(fmt::format("{}/api/casement/v1/dashboards/{}/scope-certificate",
                                           url, percent_encode(what)),
                               *token, "--url");
        if (!answer) return fail(answer.error());
        const auto body = parse_json(answer->body);
        const json::object* certificate = body ? body->if_object() : nullptr;
        if (answer->status != 200 || certificate == nullptr) {
            std::string reason = "The answer is not Casement's. Check --url.";
            const auto* error =
                certificate == nullptr ? nullptr : certificate->if_contains("error");
            if (error != nullptr && error->is_object()) {
                reason = text_at(error->get_object(), "message").value_or(reason);
            }
            fmt::print(stderr, "casement: there is no certificate ({}): {}\n", answer->status,
                       printable(reason, kLongestText));
            return kFailed;
        }
        if (as_json) {
            fmt::print("{}\n", json::serialize(*certificate));
        } else {
            print_table(*certificate);
        }
        return is_refused(*certificate) ? kFailed : kOk;
    }

    int prove_folder() const {
        FolderOptions options;
        options.environment = environment_variable;
        const auto bundle = read_provisioning_folder(what, options);
        if (!bundle) return fail(bundle.error());
        const auto proof = access::prove_bundle(*bundle, SystemClock().now());
        bool refused =
            std::any_of(proof.certificates.begin(), proof.certificates.end(), is_refused);
        json::array certificates;
        json::array shares;
        for (const auto& certificate : proof.certificates) {
            if (!as_json) print_table(certificate);
            certificates.push_back(certificate);
        }
        for (const auto& share : proof.shares) {
            const bool good = share.reason.empty();
            refused = refused || !good;
            if (!as_json && !good) {
                fmt::print("share {}: refused: {}\n", share.token,
                           printable(share.reason, kLongestText));
            }
            shares.push_back({{"token", share.token},
                              {"dashboard", share.dashboard},
                              {"verdict", good ? "allowed" : "refused"},
                              {"reason", good ? json::value(nullptr) : json::value(share.reason)}});
        }
        if (as_json) {
            fmt::print("{}\n",
                       json::serialize(json::object{{"certificates", std::move(certificates)},
                                                    {"shares", std::move(shares)}}));
        }
        return refused ? kFailed : kOk;
    }
};

}  // namespace

void declare_prove(CLI::App& casement, Run& run) {
    auto* command = casement.add_subcommand(
        "prove", "Say what every query of a dashboard reads, and whether that is proven.");
    auto prove = std::make_shared<Prove>();
    command
        ->add_option("dashboard", prove->what,
                     "A dashboard's uid on the server at --url; without --url a provisioning "
                     "folder.")
        ->required()
        ->type_name("DASHBOARD|DIR");
    command->add_option("--url", prove->url, "The server's address.")->type_name("URL");
    command
        ->add_option("--token-file", prove->token_file,
                     "File with a service token, - for standard input. Else CASEMENT_TOKEN.")
        ->type_name("FILE");
    command->add_flag("--json", prove->as_json, "Print the certificate itself.");
    command->footer(
        "Examples:\n  casement prove ./dashboards\n"
        "  casement prove orders --url https://dashboards.example.com --token-file token.txt\n"
        "Ends with 1 when something is refused.");
    command->callback([&run, prove] { run = [prove] { return prove->run(); }; });
}

}  // namespace casement::app
