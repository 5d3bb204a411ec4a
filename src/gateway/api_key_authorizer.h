#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "gateway/authorizer.h"

namespace tintype::gateway {

/// Lets pass who brings a key that was made for him: a program, not a person. Its subject is the
/// key's owner, its issuer kIssuer. Kept are digests alone. Immutable.
class ApiKeyAuthorizer final : public Authorizer {
 public:
  static constexpr std::string_view kIssuer = "api-key";
  static constexpr std::string_view kHeader = "x-api-key";
  static constexpr std::size_t kKeySizeMax = 256;
  static constexpr std::size_t kCountMax = 1'000;

  struct Key {
    std::string owner;   ///< Whoever has several keys can change one after the other.
    std::string sha256;  ///< Raw, 32 bytes. Its key is random, so nothing slower is needed.
    std::vector<std::string> scopes = {};
  };

  /// At most kCountMax keys, no digest twice; more is a bug of whoever read them.
  explicit ApiKeyAuthorizer(std::vector<Key> keys);

  Task<Result<Identity>> authorize(const http::Request& request, const RouteContext& route,
                                   Instant now) const override;
  Challenge challenge() const override { return {.scheme = "ApiKey", .header = kHeader}; }

 private:
  const std::vector<Key> keys_;
};

/// A new key: "tt_" and 256 random bits in base64url.
Secret make_api_key();
/// What the stack file keeps of it: its SHA-256, raw.
std::string api_key_digest(std::string_view key);

}  // namespace tintype::gateway
