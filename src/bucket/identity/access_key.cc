#include "bucket/identity/access_key.h"

#include <algorithm>

#include "base/random.h"
#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kIdSizeMin = 3;
constexpr std::size_t kSecretSizeMin = 8;
constexpr std::size_t kSizeMax = 128;

}  // namespace

bool is_access_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

AccessKey make_access_key() {
  // Like AWS's, so that no client chokes on it.
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = "TINT";
  for (const char byte : random_bytes(16)) id += kAlphabet[static_cast<unsigned char>(byte) & 31U];
  return {.id = std::move(id), .secret = Secret(to_base64url(as_bytes(random_bytes(30))))};
}

Status check_access_key(std::string_view id, const Secret& secret) {
  if (id.size() < kIdSizeMin || id.size() > kSizeMax ||
      !std::ranges::all_of(id, is_access_key_character))
    return fail(ErrorCode::invalid_argument,
                "access key '" + std::string(id) + "': must be 3 to 128 of A-Z a-z 0-9 . _ -");
  const std::string_view text = secret.reveal();
  if (text.size() < kSecretSizeMin || text.size() > kSizeMax ||
      !std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; }))
    return fail(ErrorCode::invalid_argument,
                "secret of access key '" + std::string(id) +
                    "': must be 8 to 128 printable ASCII characters without spaces");
  return {};
}

}  // namespace tintype::bucket
