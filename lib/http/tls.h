// TLS of a listener. What OpenSSL and Asio have to do with it is inside (tls_context.h).
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace tintype::http {

struct ServerContext;

/// A certificate with its key, taken anew when the files change; connections that are open keep
/// what they began with. TLS 1.2 and 1.3, suites with forward secrecy, HTTP/1.1 by ALPN.
/// Thread-safe.
class ServerTls {
 public:
  struct Files {
    std::filesystem::path certificate;  ///< PEM: the certificate, then its chain.
    std::filesystem::path key;          ///< PEM, not encrypted.
  };
  /// `invalid_argument` naming file and fault: it cannot be read, is no PEM, the two do not match,
  /// the certificate is not valid at `now`.
  static Result<std::shared_ptr<ServerTls>> load(Files files, Instant now);

  /// Takes the files anew if one of them is another than before (time, inode, size), and says so.
  /// On an error the old pair stays; the same bad files are not tried again. Reads files.
  Result<bool> reload_if_changed(Instant now);

  /// For new connections.
  std::shared_ptr<ServerContext> context() const;

 private:
  explicit ServerTls(Files files) : files_(std::move(files)) {}

  const Files files_;
  mutable std::mutex mutex_;  // Guards all below.
  std::string stamp_;         // Of the files that were looked at last.
  std::shared_ptr<ServerContext> context_;
};

}  // namespace tintype::http
