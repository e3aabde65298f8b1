// What is right and what is wrong with a login link, for the developer who signs it: `casement
// explain`, and the validator of the API. Pure, and more forgiving in reading than the server: it
// goes on after the first fault and tries the mistakes that people make.
#pragma once

#include "base/clock.h"
#include "crypto/secret.h"
#include "dialects/looker/signature.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::looker {

struct Finding {
    std::string name;  ///< what was looked at: "address", "host", a parameter, "window", …
    bool ok = false;
    std::string sentence;
};

struct ExplainOptions {
    const Secret* secret = nullptr;  ///< to check the signature with
    /// The secret's algorithm; without it, the one that the signature's length says.
    std::optional<Algorithm> algorithm;
    /// What a browser sends as Host, when the link is only a path or stands behind another name.
    std::optional<std::string> host;
    /// What the developer's own program signed, to find the first line that differs.
    std::optional<std::string> string_to_sign;
};

struct Explanation {
    /// In reading order. When all are ok, the link opens as far as can be known here: whether its
    /// nonce was used, and what its user may see, is the server's knowledge. Without a secret or
    /// a host the signature counts as ok.
    std::vector<Finding> findings;
    /// What the server holds the signature against, line by line with names; empty while a part of
    /// it is missing. Whole and as it is, except that a line with the secret in it is not shown.
    std::vector<std::pair<std::string, std::string>> signed_lines;
};

/// Neither the secret nor a right signature that the link does not have yet appears in it.
[[nodiscard]] Explanation explain(std::string_view url_or_target, const ExplainOptions& options,
                                  Time now);

}  // namespace casement::looker
