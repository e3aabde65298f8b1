// Files that only their owner may read: the master key and the databases.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <boost/system/result.hpp>

namespace casement::store {

/// An open file, closed when dropped.
class File {
  public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    File& operator=(File&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File();
    explicit operator bool() const { return descriptor_ >= 0; }
    [[nodiscard]] int get() const { return descriptor_; }

  private:
    int descriptor_;
};

enum class Creation { made, existed };

/// Makes `path` with mode 0600 and `content`, on disk when it returns. The file appears whole or
/// not at all; one that exists stays as it is. `unique` names the temporary file beside it.
[[nodiscard]] boost::system::result<Creation> create_private_file(const std::string& path,
                                                                  std::string_view content,
                                                                  const std::string& unique);

/// For a database: makes it empty when it does not exist, and takes away what others may do.
[[nodiscard]] boost::system::result<void> make_private(const std::string& path);

/// Overwrites in a way that the compiler does not drop.
void wipe(void* data, std::size_t size) noexcept;

}  // namespace casement::store
