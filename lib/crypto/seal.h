#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace tintype::crypto {

inline constexpr std::size_t kSealKeySize = 32;

/// A new key for seal(): kSealKeySize raw random bytes.
Secret make_seal_key();

/// Encrypts and authenticates (XChaCha20-Poly1305, libsodium's "combined mode"): a random nonce of
/// 24 bytes, the ciphertext, a tag of 16 bytes; raw. `context` is authenticated with it and not
/// stored: what was sealed for one place does not open in another.
std::string seal(const Secret& key, const Secret& plain, std::string_view context);

/// `corrupt` if it was not made by seal() with that key for that context.
Result<Secret> unseal(const Secret& key, std::string_view sealed, std::string_view context);

}  // namespace tintype::crypto
