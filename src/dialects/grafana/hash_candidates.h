// What people take for the hash of a key when they sign with it.
#pragma once

#include "dialects/grafana/sign.h"

#include <string>
#include <string_view>
#include <vector>

#include <openssl/types.h>

namespace casement::grafana {

/// A text that may have been used, and what was wrong with using it; empty when nothing was.
struct Candidate {
    std::string text;
    std::string fault;
};

/// The right hash first, then the usual mistakes, single ones before two at once. `key_name` is the
/// one in the link, `account` the name of the token's service account, or empty.
[[nodiscard]] std::vector<Candidate> hash_candidates(std::string_view key_name,
                                                     std::string_view account,
                                                     const SigningKey& key);

/// "one, and two"; only one of them when the other is empty.
[[nodiscard]] std::string both(const std::string& one, const std::string& two);

/// Raw bytes of a digest of any kind.
[[nodiscard]] std::string digest_with(const EVP_MD* method, std::string_view data);

}  // namespace casement::grafana
