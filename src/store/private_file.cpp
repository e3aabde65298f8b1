#include "store/private_file.h"

#include "crypto/random.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

namespace casement::store {
namespace {

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

bool write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t count = ::write(descriptor, content.data(), content.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

File::~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

boost::system::result<Creation> create_private_file(const std::string& path,
                                                    std::string_view content,
                                                    const std::string& unique) {
    const std::string temporary = path + "." + unique + ".new";
    {
        const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!file) return last_error();
        // fchmod: a umask may only take away, but what is left of it must be exactly this.
        if (::fchmod(file.get(), 0600) != 0 || !write_all(file.get(), content) ||
            ::fsync(file.get()) != 0) {
            const auto failed = last_error();
            ::unlink(temporary.c_str());
            return failed;
        }
    }
    // link, not rename: it fails when the name is taken, and the file has its content from the
    // first moment that anybody can see it. It is also closed by now: closing any descriptor of a
    // database drops the locks that SQLite holds on it elsewhere in this process.
    const bool made = ::link(temporary.c_str(), path.c_str()) == 0;
    const auto failed = last_error();
    ::unlink(temporary.c_str());
    if (!made) {
        if (failed.value() == EEXIST) return Creation::existed;
        return failed;
    }
    const auto folder = std::filesystem::path(path).parent_path();
    const File directory(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) return last_error();
    return Creation::made;
}

boost::system::result<void> make_private(const std::string& path) {
    crypto::SystemRandom random;
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        const auto made = create_private_file(path, "", random.id());
        if (!made) return made.error();
        if (::stat(path.c_str(), &status) != 0) return last_error();
    }
    if ((status.st_mode & 077U) != 0 && ::chmod(path.c_str(), 0600) != 0) return last_error();
    return {};
}

void wipe(void* data, std::size_t size) noexcept {
    OPENSSL_cleanse(data, size);
}

}  // namespace casement::store
