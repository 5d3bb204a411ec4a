// The embedded issuer: for who has no identity provider yet. Signs ES256 access tokens with a key
// made at the first start; everything else sees it as any OIDC issuer, through its JWKS.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/jose.h"
#include "sql/database.h"

namespace tintype::gateway {

/// `aud` of the tokens that the embedded issuer makes for the gateway.
inline constexpr std::string_view kAudience = "tintype";

/// Thread-safe.
class Issuer {
 public:
  struct Options {
    std::filesystem::path key_file;  ///< Private JWK, mode 0600; made if missing.
    std::string url;                 ///< `iss`: the gateway as browsers reach it.
    std::string audience;            ///< `aud`.
  };
  static Result<std::unique_ptr<Issuer>> open(Options options);

  /// An access token (RFC 9068: typ at+jwt) for `subject`, valid from `now` for `ttl`.
  Result<Secret> issue(std::string_view subject, std::chrono::seconds ttl, Instant now) const;
  std::string jwks_json() const;
  /// OpenID Connect Discovery, as far as it goes: issuer, jwks_uri and what is supported.
  std::string discovery_json() const;

 private:
  Issuer(Options options, crypto::SigningKey key);
  const Options options_;
  const crypto::SigningKey key_;
};

/// Makes a person who can sign in; replaces the password of one who is there. Blocks.
Status save_person(sql::Database& database, std::string_view sub, std::string_view name,
                   const Secret& password, Instant now);
/// True if somebody with that `sub` can sign in. Blocks.
Result<bool> person_exists(sql::Database& database, std::string_view sub);
/// The `sub` of the person, or `unauthenticated`, in the same time for an unknown name and a wrong
/// password. Blocks for the tens of milliseconds that Argon2id takes.
Result<std::string> check_password(sql::Database& database, std::string_view name,
                                   const Secret& password);

}  // namespace tintype::gateway
