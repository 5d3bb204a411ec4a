#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/assert.h"

namespace tintype::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_MD* method_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5: return EVP_md5();
    case DigestKind::sha1: return EVP_sha1();
    case DigestKind::sha256: return EVP_sha256();
  }
  __builtin_unreachable();
}

unsigned char* as_uchar(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* as_uchar(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
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
  std::string code(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_uchar(bytes), bytes.size(),
              as_uchar(code), &size) != nullptr);
  code.resize(size);
  return code;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tintype::crypto
