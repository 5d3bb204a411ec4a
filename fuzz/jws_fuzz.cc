// Nothing verifies that our key did not sign.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crypto/jose.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  static const tintype::crypto::KeySet kKeys = [] {
    const auto key = tintype::crypto::SigningKey::generate_es256();
    const tintype::crypto::SigningKey keys[] = {*key};
    return *tintype::crypto::KeySet::parse(tintype::crypto::public_jwks_json(keys));
  }();
  if (tintype::crypto::verify_jws(text, kKeys)) std::abort();
  static_cast<void>(tintype::crypto::KeySet::parse(text));
  return 0;
}
