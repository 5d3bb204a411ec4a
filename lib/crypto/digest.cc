#include "crypto/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "base/assert.h"
#include "base/text.h"
#include "crypto/uchar.h"

namespace tintype::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Looked up once: EVP_sha256() and its like leave that to each use of them, which takes longer
/// than to digest a token. Never freed.
const EVP_MD* method_of(DigestKind kind) {
  static const EVP_MD* const kMd5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  static const EVP_MD* const kSha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  switch (kind) {
    case DigestKind::md5: return kMd5;
    case DigestKind::sha1: return kSha1;
    case DigestKind::sha256: return kSha256;
  }
  __builtin_unreachable();
}

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Mac = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

/// HMAC with a digest, ready for a key. To look both up takes longer than to use them.
Mac make_hmac(std::string digest) {
  EVP_MAC* const method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  ASSERT(method != nullptr);
  Mac context(EVP_MAC_CTX_new(method));
  EVP_MAC_free(method);  // The context has its own reference.
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  ASSERT(context != nullptr);
  ASSERT(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1);
  return context;
}

std::string run_hmac(EVP_MAC_CTX* mac, std::string_view key, Bytes bytes) {
  std::string code(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  // A null pointer would mean the key of before.
  const std::string_view present = key.empty() ? std::string_view("") : key;
  ASSERT(EVP_MAC_init(mac, as_uchar(as_bytes(present)), present.size(), nullptr) == 1);
  ASSERT(EVP_MAC_update(mac, as_uchar(bytes), bytes.size()) == 1);
  ASSERT(EVP_MAC_final(mac, as_uchar(code), &size, code.size()) == 1);
  code.resize(size);
  return code;
}

}  // namespace

struct Digest::State {
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>()) {
  ASSERT(EVP_DigestInit_ex(state_->context.get(), method_of(kind), nullptr) == 1);
}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(Bytes bytes) {
  ASSERT(state_ != nullptr);
  ASSERT(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Digest::finish() {
  ASSERT(state_ != nullptr);
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  ASSERT(EVP_DigestFinal_ex(state_->context.get(), as_uchar(digest), &size) == 1);
  digest.resize(size);
  state_.reset();
  return digest;
}

std::string sha256(Bytes bytes) {
  Digest digest(DigestKind::sha256);
  digest.update(bytes);
  return digest.finish();
}

std::string sha256_hex(Bytes bytes) { return to_hex(as_bytes(sha256(bytes))); }

std::string hmac_sha256(std::string_view key, Bytes bytes) {
  thread_local const Mac kMac = make_hmac("SHA256");
  return run_hmac(kMac.get(), key, bytes);
}

std::string hmac_sha1(std::string_view key, Bytes bytes) {
  thread_local const Mac kMac = make_hmac("SHA1");
  return run_hmac(kMac.get(), key, bytes);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tintype::crypto
