#include "crypto/seal.h"

#include <utility>

#include "base/random.h"
#include "crypto/sodium.h"
#include "crypto/uchar.h"

namespace tintype::crypto {

namespace {

constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kSealKeySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

}  // namespace

Secret make_seal_key() { return Secret(random_bytes(kSealKeySize)); }

std::string seal(const Secret& key, const Secret& plain, std::string_view context) {
  ASSERT(key.reveal().size() == kSealKeySize);
  start_sodium();
  const std::string nonce = random_bytes(kNonceSize);
  std::string sealed(plain.reveal().size() + kTagSize, '\0');
  unsigned long long size = 0;
  ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(as_uchar(sealed), &size,
                                                    as_uchar(plain.reveal()), plain.reveal().size(),
                                                    as_uchar(context), context.size(), nullptr,
                                                    as_uchar(nonce), as_uchar(key.reveal())) == 0);
  return nonce + sealed;
}

Result<Secret> unseal(const Secret& key, std::string_view sealed, std::string_view context) {
  ASSERT(key.reveal().size() == kSealKeySize);
  if (sealed.size() < kNonceSize + kTagSize) return fail(ErrorCode::corrupt, "unseal: too short");
  start_sodium();
  const std::string_view nonce = sealed.substr(0, kNonceSize);
  sealed.remove_prefix(kNonceSize);
  std::string plain(sealed.size() - kTagSize, '\0');
  unsigned long long size = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(as_uchar(plain), &size, nullptr, as_uchar(sealed),
                                                 sealed.size(), as_uchar(context), context.size(),
                                                 as_uchar(nonce), as_uchar(key.reveal())) != 0)
    return fail(ErrorCode::corrupt, "unseal: another key, or changed since it was sealed");
  return Secret(std::move(plain));
}

}  // namespace tintype::crypto
