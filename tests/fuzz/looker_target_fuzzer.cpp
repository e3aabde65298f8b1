// Any bytes as a path and query below /embed/: the inner part of a login link, and naked pages.
#include "base/encoding.h"
#include "dialects/looker/reasons.h"
#include "dialects/looker/signature.h"
#include "dialects/looker/target.h"
#include "fuzz/promise.h"

#include <algorithm>
#include <string>

using namespace casement;
using fuzz::promise;

namespace {

void check_target(std::string_view text) {
    const auto target = looker::read_target(text);
    if (!target) {
        const auto code = target.error().code;
        promise(code == looker::kTargetRefused || code == looker::kParameterDuplicate ||
                    code == looker::kParameterInvalid,
                "a refusal has a reason of this part");
        promise(is_utf8(target.error().message), "a refusal can be shown");
        return;
    }
    const auto location = looker::to_location(*target);
    promise(location.starts_with("/embed/"), "it leads below /embed/");
    promise(location.find("//") == std::string::npos, "it stays on this origin");
    promise((target->path + "/").find("/../") == std::string::npos, "it does not climb");
    promise(!(target->path + "/").starts_with("/embed/login/"),
            "it does not lead back to the login");
    promise(std::all_of(location.begin(), location.end(),
                        [](char c) { return c > ' ' && c < '\x7f' && c != '#' && c != '\\'; }),
            "it fits into a header");
    const auto again = looker::read_target(location);
    promise(again.has_value(), "what was written can be read");
    promise(looker::to_location(*again) == location, "and is the same");
    promise(again->kind == target->kind && again->id == target->id, "the same content");
    promise(again->filters == target->filters && again->hide_filter == target->hide_filter,
            "the same filters");
    promise(!again->was_renamed, "and in its new spelling");
    const auto stored = looker::read_target(looker::to_location(*target, looker::Tokens::left_out));
    promise(stored && !stored->embed_navigation_token, "no token is in what is stored");
    for (const auto& [name, value] : target->filters)
        promise(is_utf8(name) && is_utf8(value), "a filter is text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    check_target(text);
    check_target("/embed/" + std::string(text));
    check_target("/embed/dashboards/1?" + std::string(text));
    return 0;
}
