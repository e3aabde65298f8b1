#include "store/secret_box.h"

#include "base/encoding.h"
#include "crypto/aead.h"
#include "crypto/hkdf.h"
#include "store/private_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace casement::store {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kLongestKeyFile = 64;

Error bad_key(std::string message) {
    return invalid("master_key_invalid", std::move(message), "master_key");
}

/// The version stands in front, so that a later format cannot be passed off as this one.
std::string bound_to(std::string_view place) {
    return fmt::format("casement\n{:d}\n{}", kVersion, place);
}

Result<Secret> read_key(const std::string& path) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        return bad_key(fmt::format("The master key {} cannot be read: {}.", path,
                                   std::generic_category().message(errno)));
    }
    struct stat status{};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return bad_key(fmt::format("The master key {} is not a plain file.", path));
    }
    if ((status.st_mode & 077U) != 0) {
        return bad_key(
            fmt::format("Others than its owner may read the master key {} (mode {:04o}). "
                        "Run: chmod 600 '{}'",
                        path, status.st_mode & 07777U, path));
    }
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        return bad_key(
            fmt::format("The master key {} belongs to another user (uid {}), who could "
                        "replace it. Make the user that runs the server its owner.",
                        path, status.st_uid));
    }
    std::array<char, kLongestKeyFile + 1> buffer{};
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    const Secret text(std::string(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0));
    wipe(buffer.data(), buffer.size());
    std::string_view trimmed = text.reveal();
    while (trimmed.ends_with('\n') || trimmed.ends_with('\r'))
        trimmed.remove_suffix(1);
    auto decoded = from_base64url(trimmed);
    Secret key(decoded ? std::move(*decoded) : std::string());
    if (key.reveal().size() != kKeySize) {
        return bad_key(
            fmt::format("The master key {} is not 43 characters of base64url (32 bytes). "
                        "Put back the file that this data folder was made with.",
                        path));
    }
    return key;
}

}  // namespace

Result<SecretBox> SecretBox::create(const Secret& master_key, crypto::Random& random) {
    const std::string_view bytes = master_key.reveal();
    if (bytes.size() != kKeySize) {
        return bad_key(
            fmt::format("The master key has {} bytes; it must have {}.", bytes.size(), kKeySize));
    }
    // What a template or an empty buffer gives. A key that was drawn never looks like this.
    if (std::adjacent_find(bytes.begin(), bytes.end(), std::not_equal_to<>()) == bytes.end()) {
        return bad_key("The master key is one byte repeated. Draw a random one.");
    }
    return SecretBox(master_key, random);
}

SecretBox::SecretBox(Secret key, crypto::Random& random)
    : key_(std::move(key)),
      sealing_key_(crypto::hkdf_sha256(key_, "", "casement seal 1", crypto::kAeadKeySize)),
      random_(&random) {}

Result<Secret> SecretBox::load_or_create_key(const std::string& data_dir, crypto::Random& random) {
    const std::string path = data_dir + "/master.key";
    if (::access(path.c_str(), F_OK) != 0) {
        if (::mkdir(data_dir.c_str(), 0700) != 0 && errno != EEXIST) {
            return bad_key(fmt::format("The data folder {} cannot be made: {}.", data_dir,
                                       std::generic_category().message(errno)));
        }
        const Secret line(random.token() + "\n");
        // Another process may win; then its key is the key.
        const auto made = create_private_file(path, line.reveal(), random.id());
        if (!made) {
            return bad_key(fmt::format("The master key {} cannot be written: {}.", path,
                                       made.error().message()));
        }
    }
    return read_key(path);
}

std::string SecretBox::seal(const Secret& secret, std::string_view place) const {
    const std::string nonce = random_->bytes(crypto::kAeadNonceSize);
    return to_base64url(
        std::string(1, kVersion) + nonce +
        crypto::aes_256_gcm_seal(sealing_key_, nonce, secret.reveal(), bound_to(place)));
}

Result<Secret> SecretBox::open(std::string_view sealed, std::string_view place) const {
    const auto bytes = from_base64url(sealed);
    if (bytes && bytes->size() >= 1 + crypto::kAeadNonceSize && bytes->front() == kVersion) {
        const std::string_view all = *bytes;
        auto secret =
            crypto::aes_256_gcm_open(sealing_key_, all.substr(1, crypto::kAeadNonceSize),
                                     all.substr(1 + crypto::kAeadNonceSize), bound_to(place));
        if (secret) return std::move(*secret);
    }
    return Error{ErrorKind::internal,
                 "unseal_failed",
                 fmt::format("The sealed value of {} does not open with this master key.", place),
                 {}};
}

Secret SecretBox::derive(std::string_view purpose) const {
    return crypto::hkdf_sha256(key_, "", fmt::format("casement key\n{}", purpose), kKeySize);
}

}  // namespace casement::store
