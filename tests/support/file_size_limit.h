// A disk that is full, as far as this process can tell: no file may grow beyond a size.
#pragma once

#include <stdexcept>

#include <signal.h>
#include <sys/resource.h>

namespace casement::test {

class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        // Writing beyond the limit shall fail, not kill.
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) throw std::runtime_error("setrlimit failed");
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
};

}  // namespace casement::test
