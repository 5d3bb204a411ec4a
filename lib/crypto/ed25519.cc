#include "crypto/ed25519.h"

#include "crypto/uchar.h"

namespace tintype::crypto {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

EvpKey import_ed25519(std::string_view raw) {
  if (raw.size() != kEd25519KeySize) return nullptr;
  return EvpKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, as_uchar(raw), raw.size()));
}

bool ed25519_holds(EVP_PKEY& key, std::string_view message, std::string_view signature) {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, &key) != 1)
    return false;
  return EVP_DigestVerify(context.get(), as_uchar(signature), signature.size(), as_uchar(message),
                          message.size()) == 1;
}

}  // namespace tintype::crypto
