#include "dialects/grafana/query.h"

#include "base/encoding.h"
#include "base/printable.h"
#include "base/url_query.h"
#include "dialects/grafana/reasons.h"
#include "dialects/grafana/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

constexpr std::array<std::string_view, 2> kProofPrefixes = {"aliyun_", "casement_"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Calls `each` with every name=value pair as it stands, the empty ones too.
template <class Each>
void for_each_pair(std::string_view query, Each each) {
    while (true) {
        const auto end = query.find('&');
        each(query.substr(0, end));
        if (end == std::string_view::npos) return;
        query.remove_prefix(end + 1);
    }
}

std::string_view name_of(std::string_view pair) {
    return pair.substr(0, pair.find('='));
}

bool is_raw_proof(std::string_view pair) {
    return is_proof(percent_decode_leniently(name_of(pair)));
}

}  // namespace

std::string_view path_of(std::string_view target) noexcept {
    return target.substr(0, target.find('?'));
}

std::string_view query_of(std::string_view target) noexcept {
    const auto question = target.find('?');
    return question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
}

bool is_proof(std::string_view name) noexcept {
    return std::ranges::any_of(kProofPrefixes, [&](std::string_view prefix) {
        return name.size() >= prefix.size() &&
               std::ranges::equal(name.substr(0, prefix.size()), prefix, {}, lower);
    });
}

bool has_proof(std::string_view target) {
    bool found = false;
    for_each_pair(query_of(target),
                  [&](std::string_view pair) { found = found || is_raw_proof(pair); });
    return found;
}

std::string clean_target(std::string_view target) {
    const auto query = query_of(target);
    std::string kept;
    bool is_first = true;
    bool has_taken = false;
    for_each_pair(query, [&](std::string_view pair) {
        if (is_raw_proof(pair)) {
            has_taken = true;
            return;
        }
        if (!is_first) kept.push_back('&');
        is_first = false;
        kept.append(pair);
    });
    if (!has_taken) return std::string(target);
    std::string out(path_of(target));
    if (!kept.empty()) out.append("?").append(kept);
    return out;
}

Result<std::vector<Parameter>> read_query(std::string_view target) {
    if (target.size() > kMaxLinkLength) {
        return refusal(kLinkMalformed, "The link is longer than 16384 bytes.");
    }
    const bool is_clean = std::ranges::all_of(
        target, [](char c) { return c > ' ' && c < '\x7f' && c != '#' && c != '\\'; });
    if (!is_clean) {
        return refusal(kLinkMalformed,
                       "The link has a space, a '#', a '\\' or a character outside ASCII in it. "
                       "Each of them must be percent-encoded.");
    }
    std::vector<Parameter> parameters;
    std::optional<Error> error;
    for_each_pair(query_of(target), [&](std::string_view pair) {
        if (pair.empty() || error) return;
        const auto raw_name = name_of(pair);
        const auto raw_value = pair.substr(std::min(raw_name.size() + 1, pair.size()));
        auto name = form_decode(raw_name);
        auto value = form_decode(raw_value);
        if (!name || !value) {
            error = refusal(kLinkMalformed,
                            "The link has a broken percent escape in it. Write %25 for a '%'.");
        } else if (name->empty() || !is_plain_text(*name, kMaxParameterName)) {
            error = refusal(kLinkMalformed,
                            "A parameter of the link has no name, one of more than 255 bytes, or "
                            "one with a control character in it or not in UTF-8.");
        } else if (!is_plain_text(*value, kMaxParameterValue)) {
            error = refusal(kParameterInvalid,
                            fmt::format("'{}' has more than 4096 bytes, a control character in it, "
                                        "or is not UTF-8.",
                                        printable(*name, 64)),
                            utf8_head(*name, 64));
        } else if (parameters.size() == kMaxParameters) {
            error = refusal(kLinkMalformed, "The link has more than 256 parameters.");
        } else {
            parameters.push_back({std::move(*name), std::move(*value), raw_value});
        }
    });
    if (error) return *error;
    return parameters;
}

}  // namespace casement::grafana
