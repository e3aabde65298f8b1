#include "console/find_verifier.h"

#include <algorithm>

namespace casement::console {

const access::LinkVerifier* find_verifier(const std::vector<const access::LinkVerifier*>& verifiers,
                                          std::string_view target) {
    const bool printable =
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!target.starts_with('/') || !printable || target.find('#') != std::string_view::npos) {
        return nullptr;
    }
    for (const auto* verifier : verifiers) {
        if (verifier->recognizes(target)) return verifier;
    }
    return nullptr;
}

}  // namespace casement::console
