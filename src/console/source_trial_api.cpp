// Whether a source answers: one that is kept, or one that is about to be.
#include "console/listing.h"
#include "console/source_api.h"
#include "console/source_body.h"
#include "data/common_settings.h"
#include "data/engine.h"
#include "data/source_types.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using http::Method;
using http::Response;

/// What is tried.
struct Trial {
    std::optional<store::Source> kept;
    std::string type;
    json::object settings;
    Secret secret;
    bool is_draft = false;  ///< `settings` and `secret` in place of those that are kept
};

asio::awaitable<Result<Trial>> read_trial(Context& console, const Call& call) {
    Trial trial;
    if (const auto name = text_at(call.body, "name")) {
        auto row = find_source(console, call, *name);
        if (!row) co_return row.error();
        trial.type = row->type;
        trial.kept = std::move(*row);
    }
    trial.is_draft = call.body.contains("settings");
    if (!trial.is_draft && !trial.kept) {
        co_return invalid("invalid_source", "Name a source, or give a type and settings to try.",
                          "settings");
    }
    if (!trial.is_draft) co_return trial;
    if (trial.kept) {
        if (auto own = check_writable(*trial.kept); !own) co_return own.error();
    } else {
        trial.type = text_at(call.body, "type").value_or("");
    }
    auto checking = read_settings(console, call, "new", trial.type);
    auto settings = co_await std::move(checking);
    if (!settings) co_return settings.error();
    auto secret =
        read_secret(call.body, trial.type, *settings, trial.kept ? &*trial.kept : nullptr);
    if (!secret) co_return secret.error();
    trial.settings = std::move(*settings);
    trial.secret = std::move(*secret);
    co_return trial;
}

/// Where the server went, for the trail.
std::string address_of(const json::object& settings) {
    for (const auto* name : {"url", "host", "database"}) {
        if (auto text = text_at(settings, name)) return *text;
    }
    return {};
}

Answered test_source(Context& console, Call& call) {
    auto trial = co_await read_trial(console, call);
    if (!trial) co_return trial.error();
    const auto org = call.principal.org;
    const auto object =
        trial->kept ? fmt::format("source:{}", trial->kept->id) : std::string("source:new");
    const auto address = trial->is_draft ? address_of(trial->settings) : std::string();
    const auto begun = std::chrono::steady_clock::now();
    Result<void> answered;
    if (trial->is_draft) {
        data::SourceSettings settings{data::without_common(trial->settings), trial->secret, ""};
        answered = co_await console.trials.ask(trial->type, std::move(settings));
    } else {
        auto asked = console.parts.engine.check(org, trial->kept->name);
        answered = co_await std::move(asked);
    }
    if (!answered && answered.error().kind == ErrorKind::rate_limited) co_return answered.error();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun);
    json::object detail{{"type", trial->type}, {"answers", answered.has_value()}};
    if (trial->kept) detail["name"] = trial->kept->name;
    if (!address.empty()) detail["address"] = address;
    console.catalog_parts().record(call.principal, "source.tested", object, std::move(detail));
    json::value message;
    if (!answered) message = access::without_paths(answered.error()).message;
    co_return Response::json(200, json::object{{"answers", answered.has_value()},
                                               {"message", std::move(message)},
                                               {"milliseconds", took.count()}});
}

}  // namespace

std::vector<Operation> source_trial_operations() {
    auto settings = settings_member();
    settings.is_required = false;
    settings.shape.description = "To try in place of those that are kept.";
    auto secret = secret_member();
    secret.shape.description =
        "Password or token to try. Absent: the one that is kept, if it goes where it always went.";
    const Shape answer = Shape::object(
        {required("answers", Shape::boolean()),
         required("message", Shape::text().or_null().described("What to look at, if it does not.")),
         required("milliseconds", Shape::integer(0, kAnyId))});
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::post,
         .path = "/sources/test",
         .id = "testSource",
         .tag = "Sources",
         .summary = "Whether a source answers, before it is saved too",
         .description = "`name`: one that is kept, with `settings` as they might become. Without "
                        "it: a new one. Nothing is kept.",
         .permission = access::Permission::sources_write,
         .body = Shape::object({optional("name", Shape::text(1, 128)),
                                optional("type", Shape::text(1, 64)), std::move(settings),
                                std::move(secret)}),
         .answers = {{200, "Also when it does not answer.", answer}},
         .refusals = {{400, "invalid_source (field: the place in the body), secret_needed"},
                      {403, "folder_not_allowed, source_read_only"},
                      {404, "source_not_found"},
                      {429, "too_busy"}},
         .handle = test_source});
    return all;
}

}  // namespace casement::console
