// Certificates and what may be spoken with them: TLS 1.2 with forward secrecy, and 1.3.
#pragma once

#include "base/error.h"
#include "http/server.h"

#include <memory>
#include <mutex>

#include <boost/asio/ssl/context.hpp>

namespace casement::http {

using TlsContext = std::shared_ptr<asio::ssl::context>;

/// Reads both files. Error "tls_failed" names the file, what is wrong with it and what to do.
[[nodiscard]] Result<TlsContext> load_tls(const TlsFiles& files);

/// The context for new connections; replaced while the server runs. Any thread.
class TlsHolder {
  public:
    [[nodiscard]] TlsContext get() const {
        const std::lock_guard lock(mutex_);
        return context_;
    }
    void set(TlsContext context) {
        const std::lock_guard lock(mutex_);
        context_ = std::move(context);
    }

  private:
    mutable std::mutex mutex_;
    TlsContext context_;
};

}  // namespace casement::http
