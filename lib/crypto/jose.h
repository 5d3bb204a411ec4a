// JSON Web Signatures (RFC 7515) with JSON Web Keys (RFC 7517): what the embedded issuer signs and
// the authorizer verifies. The attacks that are refused, whatever a token's header says:
//
//   alg "none" and every HMAC: no such Algorithm exists, so a public key can never serve as a
//   secret. jwk, jku, x5u, x5c: a token does not bring its own key; keys come from a KeySet alone.
//   crit (and with it b64, RFC 7797): we understand no extension, so we must refuse (4.1.11).
//
// What a token says (issuer, audience, times) is for the caller to judge, after its signature
// holds.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace tintype::crypto {

enum class Algorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, eddsa };

/// As a header's `alg` spells it: "ES256"; EdDSA (RFC 8037) is with Ed25519.
std::string_view to_string(Algorithm algorithm);

/// What is verified unless the caller wants fewer. RS256 is what OpenID Connect prescribes.
inline constexpr std::array<Algorithm, 10> kAllAlgorithms = {
    Algorithm::rs256, Algorithm::rs384, Algorithm::rs512, Algorithm::ps256, Algorithm::ps384,
    Algorithm::ps512, Algorithm::es256, Algorithm::es384, Algorithm::es512, Algorithm::eddsa};

/// A token over this is refused before it is read.
inline constexpr std::size_t kTokenSizeMax = std::size_t{16} * 1024;

/// The private key of the embedded issuer: ECDSA on P-256. Immutable, thread-safe, cheap to copy.
class SigningKey {
 public:
  static Result<SigningKey> generate_es256();
  /// Reads what to_json() wrote. `corrupt` for anything else, also if the private number does not
  /// belong to the public point.
  static Result<SigningKey> from_json(const Secret& jwk_json);

  /// The private JWK, to be kept with mode 0600.
  Secret to_json() const;
  /// The key's RFC 7638 thumbprint: the same key has the same id wherever it is loaded.
  const std::string& kid() const;

  /// A compact JWS over `claims_json`, with `alg`, `kid` and `typ` ("JWT", "at+jwt") in its header.
  /// `too_large` if the token would be over kTokenSizeMax.
  Result<std::string> sign(std::string_view claims_json, std::string_view typ) const;

 private:
  friend std::string public_jwks_json(std::span<const SigningKey> keys);
  struct State;
  explicit SigningKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;  // Shared by copies; a key is never changed.
};

/// The JWK Set that others verify with: public members only.
std::string public_jwks_json(std::span<const SigningKey> keys);

struct Verified;

/// The public keys of an issuer. Immutable, thread-safe, cheap to copy.
class KeySet {
 public:
  static constexpr std::size_t kSizeMax = std::size_t{256} * 1024;
  static constexpr std::size_t kCountMax = 100;
  static constexpr std::size_t kRsaBitsMin = 2048;  // RFC 7518, 3.3.

  /// Reads a JWK Set. Keys that are not for verifying signatures, of a kind that we do not know, or
  /// too weak are left out (RFC 7517, 5); private members are not read. `invalid_argument` if no
  /// key is left or the text is no JWK Set, `too_large` over a limit above.
  static Result<KeySet> parse(std::string_view jwks_json);

  /// How many keys can verify.
  std::size_t count() const;
  /// True if one of them is called `kid`.
  bool has(std::string_view kid) const;
  /// True for copies of one another, not for sets that were read twice.
  friend bool operator==(const KeySet&, const KeySet&) = default;

 private:
  friend Result<Verified> verify_jws(std::string_view compact, const KeySet& keys,
                                     std::span<const Algorithm> allowed);
  struct State;
  explicit KeySet(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;  // Shared by copies; a set is never changed.
};

/// Exists only after the signature held.
struct Verified {
  Algorithm algorithm;
  std::string kid;           ///< Empty if the header had none.
  std::string typ;           ///< Empty if the header had none.
  std::string payload_json;  ///< The bytes that were signed; not yet known to be JSON.
};

/// Checks the signature of a compact JWS. The header's `kid` selects the key; a token without one
/// is accepted only by a set of one key. `not_found` if no key has that `kid`: its issuer may have
/// a newer set. Every other failure is `unauthenticated`, with a message that names the fault; the
/// client sees only a 401. Thread-safe. Takes about 0.1 ms of CPU.
Result<Verified> verify_jws(std::string_view compact, const KeySet& keys,
                            std::span<const Algorithm> allowed = kAllAlgorithms);

/// The `kid` that a compact JWS names, not verified; empty without one. `unauthenticated` for what
/// verify_jws would refuse unseen.
Result<std::string> kid_of(std::string_view compact);

}  // namespace tintype::crypto
