#include "crypto/password.h"

#include <array>

#include "crypto/sodium.h"

namespace tintype::crypto {

Result<std::string> hash_password(const Secret& password) {
  const std::string_view text = password.reveal();
  if (text.empty()) return fail(ErrorCode::invalid_argument, "password: empty");
  if (text.size() > kPasswordSizeMax) return fail(ErrorCode::too_large, "password: over the limit");
  start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), text.data(), text.size(),
                            crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(ErrorCode::unavailable, "hash password: no memory");
  return std::string(hash.data());
}

bool verify_password(const std::string& hash, const Secret& password) {
  const std::string_view text = password.reveal();
  // A text of another shape could ask for any amount of memory; ours are shorter than the bound.
  if (text.empty() || text.size() > kPasswordSizeMax || hash.size() >= crypto_pwhash_STRBYTES ||
      !hash.starts_with(crypto_pwhash_STRPREFIX))
    return false;
  start_sodium();
  return crypto_pwhash_str_verify(hash.c_str(), text.data(), text.size()) == 0;
}

}  // namespace tintype::crypto
