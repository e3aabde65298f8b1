// Encryption at rest: AES-256-GCM under the master key. What is sealed is bound to its place, so a
// sealed value copied into another row does not open.
#pragma once

#include "base/error.h"
#include "crypto/random.h"
#include "crypto/secret.h"

#include <string>
#include <string_view>

namespace casement::store {

class SecretBox {
  public:
    /// `master_key` is 32 raw bytes. Errors: "master_key_invalid".
    [[nodiscard]] static Result<SecretBox> create(const Secret& master_key, crypto::Random& random);
    /// Reads DIR/master.key (43 characters of base64url), or creates it with mode 0600. Refuses a
    /// file that others may read. Errors name the path and the fix.
    [[nodiscard]] static Result<Secret> load_or_create_key(const std::string& data_dir,
                                                           crypto::Random& random);

    /// base64url of version, nonce, ciphertext and tag. `place` ("credential:17") is authenticated.
    [[nodiscard]] std::string seal(const Secret& secret, std::string_view place) const;
    /// Error internal "unseal_failed" when key, place or bytes are not the ones sealed.
    [[nodiscard]] Result<Secret> open(std::string_view sealed, std::string_view place) const;
    /// A 32-byte key for another purpose ("access-token"), derived from the master key (HKDF).
    [[nodiscard]] Secret derive(std::string_view purpose) const;

  private:
    SecretBox(Secret key, crypto::Random& random);
    Secret key_;
    Secret sealing_key_;  ///< never the master key itself, which also derives other keys
    crypto::Random* random_;
};

}  // namespace casement::store
