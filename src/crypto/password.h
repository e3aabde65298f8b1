// Passwords people choose: kept as scrypt (RFC 7914), which costs a guesser memory as well as time.
// A check takes tens of milliseconds and 32 MiB: call it on a BlockingPool, after a rate limiter.
#pragma once

#include "crypto/random.h"
#include "crypto/secret.h"

#include <string>
#include <string_view>

namespace casement::crypto {

struct PasswordCost {
    unsigned log2_rounds = 15;     ///< scrypt's N is two to this power; memory is 128·N·r bytes
    unsigned block_size = 8;       ///< r
    unsigned parallelization = 3;  ///< p
};

/// "$scrypt$ln=15,r=8,p=3$SALT$HASH": the PHC string format, fields in base64 without padding.
[[nodiscard]] std::string hash_password(const Secret& password, Random& random,
                                        const PasswordCost& cost = {});

/// Whether `password` is the one that `phc` was made from; compared in constant time. An empty or
/// malformed string costs as much as a real check and is false: pass "" for an unknown user, so
/// that the time it takes does not tell who exists.
[[nodiscard]] bool verify_password(const Secret& password, std::string_view phc);

/// Whether `phc` was made with less than today's cost (or cannot be read): hash the password anew
/// the next time it is at hand.
[[nodiscard]] bool password_needs_rehash(std::string_view phc, const PasswordCost& cost = {});

}  // namespace casement::crypto
