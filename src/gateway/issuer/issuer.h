// The embedded issuer: for who has no identity provider yet. Signs ES256 access tokens; everything
// else sees it as any OAuth 2 authorization server, through its metadata and its JWK Set.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "gateway/issuer/key_ring.h"
#include "gateway/key_source.h"

namespace tintype::gateway {

/// `aud` of the tokens that the embedded issuer makes for the gateway.
inline constexpr std::string_view kAudience = "tintype";
/// `client_id` of those for the app that comes with it, and for `tintype token`.
inline constexpr std::string_view kOwnClient = "tintype";

/// Thread-safe.
class Issuer {
 public:
  struct Options {
    std::filesystem::path key_file;  ///< See KeyRing.
    std::string url;                 ///< `iss`: the gateway as browsers reach it.
    std::string audience;            ///< `aud`.
  };
  /// Blocks.
  static Result<std::unique_ptr<Issuer>> open(Options options, Instant now);

  /// An access token (RFC 9068: typ at+jwt) for `subject` through `client_id`, valid from `now` for
  /// `ttl`.
  Result<Secret> issue(std::string_view subject, std::string_view client_id,
                       std::chrono::seconds ttl, Instant now) const;

  const std::string& url() const { return options_.url; }
  KeyRing& keys() { return *keys_; }
  const KeyRing& keys() const { return *keys_; }
  std::string jwks_json() const { return keys_->keys()->jwks_json; }
  /// What RFC 8414 and OpenID Connect Discovery call the metadata of an issuer: all endpoints that
  /// there are, and nothing else.
  std::string metadata_json() const;

 private:
  Issuer(Options options, std::unique_ptr<KeyRing> keys)
      : options_(std::move(options)), keys_(std::move(keys)) {}
  const Options options_;
  const std::unique_ptr<KeyRing> keys_;
};

/// The issuer's own keys, as the authorizer asks for those of any issuer. `issuer` outlives it.
class RingKeys final : public KeySource {
 public:
  explicit RingKeys(const Issuer& issuer) : issuer_(issuer) {}
  Task<Result<crypto::KeySet>> keys(Instant now) override;
  Task<Result<crypto::KeySet>> newer_keys(std::string_view kid, const crypto::KeySet& seen,
                                          Instant now) override;

 private:
  const Issuer& issuer_;
};

}  // namespace tintype::gateway
