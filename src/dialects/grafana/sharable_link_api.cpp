// Sharable links of versions 2 and 3, signed with what is kept of a key, for somebody at the
// console. A link of version 1 has the key in it, which is not kept: the browser makes those.
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/sign.h"
#include "dialects/grafana/signature.h"
#include "dialects/grafana/verifier.h"

#include <limits>
#include <utility>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kUsualSeconds = 600;

std::vector<std::string> names_at(const json::object& body, std::string_view member) {
    std::vector<std::string> names;
    const auto* list = body.if_contains(member);
    if (list == nullptr) return names;
    for (const auto& name : list->get_array())
        names.emplace_back(name.get_string());
    return names;
}

/// The key, when it counts and gives nobody more than he has. What is wrong with it is no reason to
/// doubt who asks, so none of it answers 401.
Result<const store::AccountKey*> usable_key(const AccountParts& parts,
                                            const store::Snapshot& snapshot, const Call& call) {
    const auto id = call.id_part(0);
    const auto* key = id ? snapshot.find<store::AccountKey>(*id) : nullptr;
    if (key == nullptr || key->org != call.who().org) {
        return not_found("key_not_found", "There is no such key.");
    }
    if (!access::may_grant(call.who().permissions, access::role_of(snapshot, *key))) {
        return forbidden("role_forbidden", "This key may do more than you may yourself.");
    }
    const auto counts = access::check_account_key(snapshot, key->org, key->id, parts.now());
    if (!counts) {
        return conflict("key_unusable",
                        "Nothing opens with this key: it is expired or revoked, or "
                        "its service account is switched off.");
    }
    return key;
}

Answered make_link(const AccountParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto key = usable_key(parts, *snapshot, call);
    if (!key) co_return key.error();
    const auto& row = **key;
    const auto version = static_cast<int>(number_or_zero(call.body, "version"));
    LinkParts link;
    link.url = text_or_empty(call.body, "url");
    link.key_name = row.name;
    link.org = row.org;
    const auto now = to_unix_seconds(parts.now());
    if (call.body.contains("session_seconds")) {
        link.session = number_or_zero(call.body, "session_seconds");
    }
    auto until = now + kValidFor.count();
    if (version == 2) {
        link.time = now;
    } else {
        const auto valid = call.body.contains("valid_seconds")
                               ? number_or_zero(call.body, "valid_seconds")
                               : kUsualSeconds;
        until = now + valid;
        link.time = until;
        link.nonce = parts.catalog.random.id();
        link.locked = names_at(call.body, "locked");
        link.bounded = names_at(call.body, "bounded");
    }
    if (const auto problem = signing_problem(version, link)) {
        co_return invalid("link_malformed", *problem, "url");
    }
    const auto target = target_of(link.url);
    parts.catalog.record(call.who(), "account_key.link_signed", access::object_of(row),
                         {{"version", version}, {"path", target.substr(0, target.find('?'))}});
    co_return Response::json(
        200, json::object{
                 {"url", version == 2 ? make_v2_url(link, row.hash) : make_v3_url(link, row.hash)},
                 {"valid_until", seconds_text(from_unix_seconds(until))}});
}

Handle describe_sharing(const SharingOptions& sharing) {
    json::array versions;
    if (sharing.version_1) versions.emplace_back(1);
    if (sharing.version_2) versions.emplace_back(2);
    if (sharing.version_3) versions.emplace_back(3);
    const json::object body{{"enabled", sharing.enabled},
                            {"versions", std::move(versions)},
                            {"longest_session_seconds", sharing.longest_session.count()}};
    return [body](Call&) -> Answered { co_return Response::json(200, body); };
}

}  // namespace

void add_sharable_link_operations(Operations& operations, const AccountPartsPtr& parts,
                                  const SharingOptions& sharing) {
    const auto names = [] {
        return Shape::list(Shape::text(1, static_cast<std::int64_t>(kMaxVariableName)),
                           static_cast<std::int64_t>(kMaxLockedNames));
    };
    const auto whole = [](std::int64_t most) { return Shape::integer(1, most); };
    operations.add(
        {.method = Method::get,
         .path = "/sharable-links",
         .shapes = Shapes::own,
         .permission = Permission::org_manage,
         .handle = describe_sharing(sharing),
         .text = {.id = "getSharableLinks",
                  .summary = "Which sharable links this server opens",
                  .answer_text = "As its operator has set it.",
                  .answer = Shape::object(
                      {required("enabled", Shape::boolean()),
                       required("versions", Shape::list(Shape::integer(1, 3), 3)),
                       required("longest_session_seconds",
                                Shape::integer(0, std::numeric_limits<std::int64_t>::max()))})}});
    operations.add(
        {.method = Method::post,
         .path = "/account-keys/{id}/sharable-link",
         .shapes = Shapes::own,
         .permission = Permission::org_manage,
         .body = Shape::object(
             {required("url", Shape::text(1, 8192).described("A dashboard's or a panel's, with the "
                                                             "values of its variables.")),
              required("version", Shape::integer(2, 3)),
              optional("session_seconds", whole(kLongestSession.count())),
              optional("valid_seconds", whole(kMostAhead.count())), optional("locked", names()),
              optional("bounded", names())}),
         .handle = on(parts, make_link),
         .text = {.id = "makeSharableLink",
                  .summary = "A sharable link of version 2 or 3",
                  .description =
                      "valid_seconds, locked and bounded count for version 3 only; one of "
                      "version 2 is good for a minute.",
                  .answer_text = "The link, and until when it opens.",
                  .answer = Shape::object({required("url", Shape::text(1, 16'384)),
                                           required("valid_until", Shape::text(20, 20))}),
                  .refusals = {{400, "link_malformed"},
                               {403, "role_forbidden"},
                               {404, "key_not_found"},
                               {409, "key_unusable"}}}});
}

}  // namespace casement::grafana
