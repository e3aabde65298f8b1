// What is right and what is wrong with a sharable link, for the developer who makes it: `casement
// explain`, and the validator of the API. Pure, and more forgiving in reading than the server: it
// goes on after the first fault and tries the mistakes that people make.
#pragma once

#include "base/clock.h"
#include "crypto/secret.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::grafana {

struct Finding {
    std::string name;  ///< what was looked at: "address", "host", a parameter, "window", …
    bool ok = false;
    std::string sentence;
};

struct ExplainOptions {
    /// To check the signature with: the whole key or token, or its hash, 100 hex digits.
    const Secret* key = nullptr;
    /// Name of the token's service account; some sign with it by mistake.
    std::optional<std::string> account;
};

struct Explanation {
    /// In reading order. When all are ok, the link opens as far as can be known here: whether its
    /// key exists, which versions are accepted and whether a nonce was used is the server's
    /// knowledge. Without a key the signature counts as ok.
    std::vector<Finding> findings;
    /// What version 3 signs, line by line with names; empty while a part of it is missing.
    std::vector<std::pair<std::string, std::string>> signed_lines;
};

/// Neither a key, nor its hash, nor a right signature that the link does not have yet appears in
/// it; also not the key that stands in a link of version 1.
[[nodiscard]] Explanation explain(std::string_view url_or_target, const ExplainOptions& options,
                                  Time now);

}  // namespace casement::grafana
