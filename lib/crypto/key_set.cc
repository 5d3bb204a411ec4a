#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "base/text.h"
#include "crypto/cjose_handle.h"
#include "crypto/jose.h"

namespace tintype::crypto {

namespace json = boost::json;

namespace {

enum class KeyKind { rsa, p256, p384, p521 };

/// What an algorithm wants of its key and its signature.
struct AlgorithmTraits {
  Algorithm algorithm;
  std::string_view name;
  KeyKind kind;
  std::size_t signature_size;  // 0: that of the key's modulus, which OpenSSL checks.
};

constexpr std::array<AlgorithmTraits, 9> kTraits = {{
    {Algorithm::rs256, "RS256", KeyKind::rsa, 0},
    {Algorithm::rs384, "RS384", KeyKind::rsa, 0},
    {Algorithm::rs512, "RS512", KeyKind::rsa, 0},
    {Algorithm::ps256, "PS256", KeyKind::rsa, 0},
    {Algorithm::ps384, "PS384", KeyKind::rsa, 0},
    {Algorithm::ps512, "PS512", KeyKind::rsa, 0},
    {Algorithm::es256, "ES256", KeyKind::p256, 64},
    {Algorithm::es384, "ES384", KeyKind::p384, 96},
    {Algorithm::es512, "ES512", KeyKind::p521, 132},
}};

const AlgorithmTraits* find_traits(std::string_view name) {
  const auto* found = std::ranges::find(kTraits, name, &AlgorithmTraits::name);
  return found == kTraits.end() ? nullptr : found;
}

struct PublicKey {
  Jwk jwk;
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

std::optional<PublicKey> parse_key(const json::value& value) {
  // An exponent or modulus beyond this makes each verification slow enough to be an attack.
  constexpr std::size_t kRsaBitsMax = 8192;
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
  Jwk jwk = import_public(object, *kind);
  if (!jwk) return std::nullopt;
  cjose_err error{};
  const std::size_t bits = cjose_jwk_get_keysize(jwk.get(), &error);
  if (*kind == KeyKind::rsa && (bits < KeySet::kRsaBitsMin || bits > kRsaBitsMax))
    return std::nullopt;
  return PublicKey{std::move(jwk), *kind, std::string(member(object, "kid")), only};
}

std::unexpected<Error> refused(std::string_view why) {
  return fail(ErrorCode::unauthenticated, "verify token: " + std::string(why));
}

/// A compact JWS taken apart; the views are into the token.
struct Parts {
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
  const auto signature = from_base64url(segments[2]);
  if (!header_text || !payload || !signature) return refused("not base64url");

  boost::system::error_code error;
  const json::value header_value = json::parse(*header_text, error);
  if (error || !header_value.is_object()) return refused("header is not a JSON object");
  const json::object& header = header_value.get_object();
  for (const std::string_view name : {"alg", "kid", "typ"})
    if (header.contains(name) && !header.at(name).is_string())
      return refused(std::string(name) + " is not a text");
  if (header.contains("crit")) return refused("crit names extensions that we do not know");
  const AlgorithmTraits* traits = find_traits(member(header, "alg"));
  if (traits == nullptr) return refused("alg is not one we verify");
  // cjose halves whatever it gets; RFC 7518, 3.4 fixes the size.
  if (traits->signature_size != 0 && signature->size() != traits->signature_size)
    return refused("signature of another size");
  return Parts{traits, std::string(member(header, "kid")), std::string(member(header, "typ")),
               *std::move(payload)};
}

/// The signature itself. Takes no decision but this one.
bool signature_holds(std::string_view compact, const PublicKey& key, std::string_view algorithm) {
  cjose_err error{};
  const Jws jws(cjose_jws_import(compact.data(), compact.size(), &error));
  if (!jws) return false;
  // cjose read the header by itself: it must have found the algorithm that we judged.
  const char* seen = cjose_header_get(cjose_jws_get_protected(jws.get()), "alg", &error);
  if (seen == nullptr || algorithm != seen) return false;
  return cjose_jws_verify(jws.get(), key.jwk.get(), &error);
}

}  // namespace

struct KeySet::State {
  std::vector<PublicKey> keys;

  const PublicKey* find(const Parts& parts) const {
    const auto fits = [&](const PublicKey& key) {
      return key.kind == parts.traits->kind && (!key.only || *key.only == parts.traits->algorithm);
    };
    if (parts.kid.empty()) return keys.size() == 1 && fits(keys[0]) ? keys.data() : nullptr;
    const auto found = std::ranges::find_if(
        keys, [&](const PublicKey& key) { return key.kid == parts.kid && fits(key); });
    return found == keys.end() ? nullptr : &*found;
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

Result<Verified> verify_jws(std::string_view compact, const KeySet& keys,
                            std::span<const Algorithm> allowed) {
  TRY_LET(Parts parts, take_apart(compact));
  const Algorithm algorithm = parts.traits->algorithm;
  if (std::ranges::find(allowed, algorithm) == allowed.end()) return refused("alg is not allowed");
  const PublicKey* key = keys.state_->find(parts);
  if (key == nullptr) return refused("no key '" + parts.kid + "' for this alg");
  if (!signature_holds(compact, *key, parts.traits->name))
    return refused("signature does not hold");
  return Verified{.algorithm = algorithm,
                  .kid = std::move(parts.kid),
                  .typ = std::move(parts.typ),
                  .payload_json = std::move(parts.payload)};
}

}  // namespace tintype::crypto
