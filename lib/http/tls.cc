#include "http/tls.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <string_view>

#include "http/tls_context.h"

namespace tintype::http {
namespace {

using ErrorOfAsio = boost::system::error_code;
namespace ssl = boost::asio::ssl;

constexpr std::string_view kProtocol("\x08http/1.1", 9);  // As ALPN spells a list.

/// RFC 7301: a client that offers protocols, but not ours, is told so.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
  unsigned char* chosen = nullptr;
  const auto* const ours = reinterpret_cast<const unsigned char*>(kProtocol.data());
  if (SSL_select_next_proto(&chosen, out_size, ours, kProtocol.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Of TLS 1.2; those of 1.3 are all fine. Constant texts: a failure would be a bug of ours.
  ASSERT(SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

/// Which files these are, or nothing where one is missing.
std::string stamp_of(const ServerTls::Files& files) {
  std::string stamp;
  for (const auto& path : {files.certificate, files.key}) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return {};
    stamp += std::to_string(status.st_ino) + "," + std::to_string(status.st_size) + "," +
             std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) +
             ";";
  }
  return stamp;
}

/// Why the certificate does not count at `now`, or nothing.
std::string_view fault_of_time(const X509* certificate, Instant now) {
  std::time_t time = std::chrono::system_clock::to_time_t(now);
  if (X509_cmp_time(X509_get0_notAfter(certificate), &time) <= 0) return "it has expired";
  if (X509_cmp_time(X509_get0_notBefore(certificate), &time) > 0) return "it is not valid yet";
  return {};
}

Result<std::shared_ptr<ServerContext>> read_pair(const ServerTls::Files& files, Instant now) {
  const auto wrong = [](const char* setting, const std::filesystem::path& path,
                        std::string_view why) {
    return fail(ErrorCode::invalid_argument,
                std::string(setting) + " '" + path.string() + "': " + std::string(why));
  };
  auto made = std::make_shared<ServerContext>();
  SSL_CTX* const native = made->ssl.native_handle();
  harden(native);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  ErrorOfAsio error;
  // An encrypted key must not ask on the terminal.
  made->ssl.set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; });
  if (made->ssl.use_certificate_chain_file(files.certificate.string(), error))
    return wrong("tls_certificate", files.certificate, error.message());
  if (made->ssl.use_private_key_file(files.key.string(), ssl::context::pem, error))
    return wrong("tls_key", files.key, error.message() + "; is it the certificate's?");
  if (SSL_CTX_check_private_key(native) != 1)
    return wrong("tls_key", files.key, "it is not the certificate's");
  const auto fault = fault_of_time(SSL_CTX_get0_certificate(native), now);
  if (!fault.empty()) return wrong("tls_certificate", files.certificate, fault);
  return made;
}

}  // namespace

Result<std::shared_ptr<ServerTls>> ServerTls::load(Files files, Instant now) {
  std::shared_ptr<ServerTls> tls(new ServerTls(std::move(files)));
  tls->stamp_ = stamp_of(tls->files_);
  TRY_LET(tls->context_, read_pair(tls->files_, now));
  return tls;
}

Result<bool> ServerTls::reload_if_changed(Instant now) {
  std::string stamp = stamp_of(files_);
  {
    const std::lock_guard lock(mutex_);
    if (stamp == stamp_) return false;
    stamp_ = std::move(stamp);
  }
  TRY_LET(auto context, read_pair(files_, now));
  const std::lock_guard lock(mutex_);
  context_ = std::move(context);
  return true;
}

std::shared_ptr<ServerContext> ServerTls::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

Result<std::shared_ptr<ClientContext>> ClientContext::make(const std::string& ca_file) {
  auto made = std::make_shared<ClientContext>();
  SSL_CTX* const native = made->ssl.native_handle();
  harden(native);
  const auto* const protocols = reinterpret_cast<const unsigned char*>(kProtocol.data());
  ASSERT(SSL_CTX_set_alpn_protos(native, protocols, kProtocol.size()) == 0);  // 0 is success.
  ErrorOfAsio error;
  if (ca_file.empty())
    made->ssl.set_default_verify_paths(error);
  else
    made->ssl.load_verify_file(ca_file, error);
  if (error)
    return fail(ErrorCode::invalid_argument,
                "certificate authorities '" + ca_file + "': " + error.message());
  made->ssl.set_verify_mode(ssl::verify_peer);
  return made;
}

}  // namespace tintype::http
