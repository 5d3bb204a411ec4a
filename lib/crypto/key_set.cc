#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "crypto/cjose_handle.h"
#include "crypto/ed25519.h"
#include "crypto/jose.h"

namespace tintype::crypto {

namespace json = boost::json;

namespace {

enum class KeyKind { rsa, p256, p384, p521, ed25519 };

/// What an algorithm wants of its key and its signature.
struct AlgorithmTraits {
  Algorithm algorithm;
  std::string_view name;
  KeyKind kind;
  std::size_t signature_size;  // 0: that of the key's modulus, which OpenSSL checks.
};

constexpr std::array<AlgorithmTraits, 10> kTraits = {{
    {Algorithm::rs256, "RS256", KeyKind::rsa, 0},
    {Algorithm::rs384, "RS384", KeyKind::rsa, 0},
    {Algorithm::rs512, "RS512", KeyKind::rsa, 0},
    {Algorithm::ps256, "PS256", KeyKind::rsa, 0},
    {Algorithm::ps384, "PS384", KeyKind::rsa, 0},
    {Algorithm::ps512, "PS512", KeyKind::rsa, 0},
    {Algorithm::es256, "ES256", KeyKind::p256, 64},
    {Algorithm::es384, "ES384", KeyKind::p384, 96},
    {Algorithm::es512, "ES512", KeyKind::p521, 132},
    {Algorithm::eddsa, "EdDSA", KeyKind::ed25519, kEd25519SignatureSize},
}};

const AlgorithmTraits* find_traits(std::string_view name) {
  const auto* found = std::ranges::find(kTraits, name, &AlgorithmTraits::name);
  return found == kTraits.end() ? nullptr : found;
}

struct PublicKey {
  Jwk jwk;         // Null of an ed25519, which cjose does not know.
  EvpKey ed25519;  // Null of all others.
  KeyKind kind;
  std::string kid;
  std::optional<Algorithm> only;  // Its `alg`, if it has one.
};

/// A text member; empty if it is absent or something else.
std::string_view member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

bool is_for_verifying(const json::object& key) {
  if (key.contains("use") && member(key, "use") != "sig") return false;
  const json::value* operations = key.if_contains("key_ops");
  if (operations == nullptr) return true;
  return operations->is_array() &&
         std::ranges::find(operations->get_array(), json::value("verify")) !=
             operations->get_array().end();
}

std::optional<KeyKind> kind_of(const json::object& key) {
  const std::string_view type = member(key, "kty");
  const std::string_view curve = member(key, "crv");
  if (type == "RSA") return KeyKind::rsa;
  if (type == "OKP" && curve == "Ed25519") return KeyKind::ed25519;  // RFC 8037, 2.
  if (type != "EC") return std::nullopt;
  if (curve == "P-256") return KeyKind::p256;
  if (curve == "P-384") return KeyKind::p384;
  if (curve == "P-521") return KeyKind::p521;
  return std::nullopt;
}

/// Imports the public members alone.
Jwk import_public(const json::object& key, KeyKind kind) {
  json::object fields{{"kty", member(key, "kty")}};
  const auto copy = [&](std::string_view name) { fields[name] = member(key, name); };
  if (kind == KeyKind::rsa) {
    copy("n");
    copy("e");
  } else {
    copy("crv");
    copy("x");
    copy("y");
  }
  const std::string text = json::serialize(fields);
  cjose_err error{};
  return Jwk(cjose_jwk_import(text.data(), text.size(), &error));
}

/// Whether an RSA key is strong enough to trust and small enough not to be an attack: each
/// verification takes the longer the larger modulus and exponent are. With an exponent of 1 anybody
/// could sign.
bool is_fit_rsa(const Jwk& jwk, std::string_view exponent) {
  constexpr std::size_t kRsaBitsMax = 8192;
  constexpr std::size_t kExponentBytesMax = 8;
  cjose_err error{};
  const std::size_t bits = cjose_jwk_get_keysize(jwk.get(), &error);
  if (bits < KeySet::kRsaBitsMin || bits > kRsaBitsMax) return false;
  const auto e = from_base64url(exponent);
  return e && e->size() <= kExponentBytesMax && e->find_first_not_of('\0') != e->npos &&
         (e->back() & 1) == 1 && *e != std::string(e->size() - 1, '\0') + '\1';
}

std::optional<PublicKey> parse_key(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const auto kind = kind_of(object);
  if (!kind || !is_for_verifying(object)) return std::nullopt;
  std::optional<Algorithm> only;
  if (object.contains("alg")) {
    const AlgorithmTraits* traits = find_traits(member(object, "alg"));
    if (traits == nullptr || traits->kind != *kind) return std::nullopt;
    only = traits->algorithm;
  }
  PublicKey key{.jwk = {},
                .ed25519 = {},
                .kind = *kind,
                .kid = std::string(member(object, "kid")),
                .only = only};
  if (*kind == KeyKind::ed25519) {
    key.ed25519 = import_ed25519(from_base64url(member(object, "x")).value_or(""));
    if (!key.ed25519) return std::nullopt;
    return key;
  }
  key.jwk = import_public(object, *kind);
  if (!key.jwk) return std::nullopt;
  if (*kind == KeyKind::rsa && !is_fit_rsa(key.jwk, member(object, "e"))) return std::nullopt;
  return key;
}

std::unexpected<Error> refused(std::string_view why) {
  return fail(ErrorCode::unauthenticated, "verify token: " + std::string(why));
}

/// A compact JWS taken apart; the views are into the token.
struct Parts {
  std::string_view input;  // What was signed: the first two segments.
  std::string signature;   // Decoded.
  const AlgorithmTraits* traits = nullptr;
  std::string kid;
  std::string typ;
  std::string payload;
};

Result<Parts> take_apart(std::string_view compact) {
  if (compact.size() > kTokenSizeMax) return refused("over the limit");
  const auto segments = split(compact, '.');
  if (segments.size() != 3) return refused("not three segments");
  // Strict decoding first: cjose's is lenient, and two spellings of a token must not both hold.
  const auto header_text = from_base64url(segments[0]);
  auto payload = from_base64url(segments[1]);
  auto signature = from_base64url(segments[2]);
  if (!header_text || !payload || !signature) return refused("not base64url");

  // RFC 7515, 4: names must be unique, or two readers see two headers.
  const auto parsed = parse_json_object(*header_text);
  if (!parsed) return refused("header is not a JSON object with unique names");
  const json::object& header = *parsed;
  for (const std::string_view name : {"alg", "kid", "typ"})
    if (header.contains(name) && !header.at(name).is_string())
      return refused(std::string(name) + " is not a text");
  if (header.contains("crit")) return refused("crit names extensions that we do not know");
  const AlgorithmTraits* traits = find_traits(member(header, "alg"));
  if (traits == nullptr) return refused("alg is not one we verify");
  // cjose halves whatever it gets; RFC 7518, 3.4 fixes the size.
  if (traits->signature_size != 0 && signature->size() != traits->signature_size)
    return refused("signature of another size");
  return Parts{.input = compact.substr(0, segments[0].size() + 1 + segments[1].size()),
               .signature = *std::move(signature),
               .traits = traits,
               .kid = std::string(member(header, "kid")),
               .typ = std::string(member(header, "typ")),
               .payload = *std::move(payload)};
}

/// The signature itself. Takes no decision but this one.
bool signature_holds(std::string_view compact, const Parts& parts, const PublicKey& key) {
  if (key.kind == KeyKind::ed25519)
    return ed25519_holds(*key.ed25519, parts.input, parts.signature);
  cjose_err error{};
  const Jws jws(cjose_jws_import(compact.data(), compact.size(), &error));
  if (!jws) return false;
  // cjose read the header by itself: it must have found the algorithm that we judged.
  const char* seen = cjose_header_get(cjose_jws_get_protected(jws.get()), "alg", &error);
  if (seen == nullptr || parts.traits->name != seen) return false;
  return cjose_jws_verify(jws.get(), key.jwk.get(), &error);
}

}  // namespace

struct KeySet::State {
  std::vector<PublicKey> keys;

  bool has(std::string_view kid) const {
    return std::ranges::find(keys, kid, &PublicKey::kid) != keys.end();
  }

  Result<const PublicKey*> find(const Parts& parts) const {
    const auto fits = [&](const PublicKey& key) {
      return key.kind == parts.traits->kind && (!key.only || *key.only == parts.traits->algorithm);
    };
    if (parts.kid.empty()) {
      if (keys.size() != 1) return refused("kid is missing, and there are several keys");
      if (!fits(keys[0])) return refused("alg is not that of the key");
      return keys.data();
    }
    const auto found = std::ranges::find_if(
        keys, [&](const PublicKey& key) { return key.kid == parts.kid && fits(key); });
    if (found != keys.end()) return &*found;
    if (has(parts.kid)) return refused("alg is not that of the key");
    return fail(ErrorCode::not_found, "verify token: no key of that kid");
  }
};

std::string_view to_string(Algorithm algorithm) {
  return std::ranges::find(kTraits, algorithm, &AlgorithmTraits::algorithm)->name;
}

Result<KeySet> KeySet::parse(std::string_view jwks_json) {
  if (jwks_json.size() > kSizeMax) return fail(ErrorCode::too_large, "key set: over the limit");
  boost::system::error_code error;
  const json::value value = json::parse(jwks_json, error);
  const json::value* list = nullptr;
  if (!error && value.is_object()) list = value.get_object().if_contains("keys");
  if (list == nullptr || !list->is_array())
    return fail(ErrorCode::invalid_argument, "key set: not a JWK Set");
  if (list->get_array().size() > kCountMax)
    return fail(ErrorCode::too_large, "key set: too many keys");
  auto state = std::make_shared<State>();
  for (const json::value& element : list->get_array())
    if (auto key = parse_key(element)) state->keys.push_back(*std::move(key));
  if (state->keys.empty())
    return fail(ErrorCode::invalid_argument, "key set: no key that we can verify with");
  return KeySet(std::move(state));
}

std::size_t KeySet::count() const { return state_->keys.size(); }

bool KeySet::has(std::string_view kid) const { return state_->has(kid); }

Result<Verified> verify_jws(std::string_view compact, const KeySet& keys,
                            std::span<const Algorithm> allowed) {
  TRY_LET(Parts parts, take_apart(compact));
  const Algorithm algorithm = parts.traits->algorithm;
  if (std::ranges::find(allowed, algorithm) == allowed.end()) return refused("alg is not allowed");
  TRY_LET(const PublicKey* key, keys.state_->find(parts));
  if (!signature_holds(compact, parts, *key)) return refused("signature does not hold");
  return Verified{.algorithm = algorithm,
                  .kid = std::move(parts.kid),
                  .typ = std::move(parts.typ),
                  .payload_json = std::move(parts.payload)};
}

Result<std::string> kid_of(std::string_view compact) {
  TRY_LET(Parts parts, take_apart(compact));
  return std::move(parts.kid);
}

}  // namespace tintype::crypto
