// Ed25519 (RFC 8032), which cjose does not know; included by the .cc files of this folder only.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string_view>

namespace tintype::crypto {

struct FreeEvpKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using EvpKey = std::unique_ptr<EVP_PKEY, FreeEvpKey>;

inline constexpr std::size_t kEd25519KeySize = 32;
inline constexpr std::size_t kEd25519SignatureSize = 64;

/// Null unless `raw` is kEd25519KeySize bytes.
EvpKey import_ed25519(std::string_view raw);

/// Thread-safe.
bool ed25519_holds(EVP_PKEY& key, std::string_view message, std::string_view signature);

}  // namespace tintype::crypto
