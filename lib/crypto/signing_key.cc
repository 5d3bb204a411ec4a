#include <boost/json.hpp>

#include "base/assert.h"
#include "base/text.h"
#include "crypto/cjose_handle.h"
#include "crypto/digest.h"
#include "crypto/jose.h"

namespace tintype::crypto {

namespace json = boost::json;

struct SigningKey::State {
  Jwk jwk;
  std::string x;  // Base64url, 43 characters, as in the JWK.
  std::string y;
  std::string kid;
};

namespace {

constexpr std::size_t kJwkSizeMax = 4096;
constexpr std::size_t kCoordinateSize = 43;  // 32 bytes in base64url.

std::string member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// RFC 7638, 3.2: the required members in lexicographic order, without spaces.
std::string thumbprint(const std::string& x, const std::string& y) {
  const std::string text = R"({"crv":"P-256","kty":"EC","x":")" + x + R"(","y":")" + y + R"("})";
  return to_base64url(as_bytes(sha256(as_bytes(text))));
}

std::string private_json(const cjose_jwk_t* jwk) {
  cjose_err error{};
  const OwnedText text(cjose_jwk_to_json(jwk, true, &error));
  ASSERT(text != nullptr);
  return text.get();
}

Result<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return fail(ErrorCode::invalid_argument, "not a JSON object");
  return std::move(value.get_object());
}

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::corrupt, "read signing key: " + std::string(what));
}

}  // namespace

Result<SigningKey> SigningKey::generate_es256() {
  cjose_err error{};
  const Jwk jwk(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error));
  if (!jwk) return fail(ErrorCode::internal, cjose_message("generate signing key", error));
  return from_json(Secret(private_json(jwk.get())));
}

Result<SigningKey> SigningKey::from_json(const Secret& jwk_json) {
  if (jwk_json.reveal().size() > kJwkSizeMax) return corrupt("over the limit");
  const auto object = parse_object(jwk_json.reveal());
  if (!object) return corrupt("not a JSON object");
  if (member(*object, "kty") != "EC" || member(*object, "crv") != "P-256")
    return corrupt("not a key on P-256");
  const std::string d = member(*object, "d");
  auto state = std::make_shared<State>();
  state->x = member(*object, "x");
  state->y = member(*object, "y");
  if (state->x.size() != kCoordinateSize || state->y.size() != kCoordinateSize || d.empty())
    return corrupt("x, y or d is missing or of another size");

  // Only these members go in: whatever else the file says (alg, use, key_ops) changes nothing.
  const std::string text = json::serialize(
      json::object{{"kty", "EC"}, {"crv", "P-256"}, {"x", state->x}, {"y", state->y}, {"d", d}});
  cjose_err error{};
  state->jwk.reset(cjose_jwk_import(text.data(), text.size(), &error));
  if (!state->jwk) return corrupt(cjose_message("import", error));
  state->kid = thumbprint(state->x, state->y);

  // A signature that its own public key refuses would lock every person out; find out now.
  const SigningKey key(std::move(state));
  const auto trial = key.sign("{}", "JWT");
  const auto keys = KeySet::parse(public_jwks_json(std::span(&key, 1)));
  if (!trial || !keys || !verify_jws(*trial, *keys)) return corrupt("d does not belong to x and y");
  return key;
}

Secret SigningKey::to_json() const { return Secret(private_json(state_->jwk.get())); }
const std::string& SigningKey::kid() const { return state_->kid; }

Result<std::string> SigningKey::sign(std::string_view claims_json, std::string_view typ) const {
  cjose_err error{};
  const Header header(cjose_header_new(&error));
  const auto set = [&](const char* name, const std::string& value) {
    return cjose_header_set(header.get(), name, value.c_str(), &error);
  };
  if (!header || !set("alg", "ES256") || !set("kid", state_->kid) || !set("typ", std::string(typ)))
    return fail(ErrorCode::internal, cjose_message("sign token", error));
  const Jws jws(cjose_jws_sign(state_->jwk.get(), header.get(),
                               reinterpret_cast<const std::uint8_t*>(claims_json.data()),
                               claims_json.size(), &error));
  const char* compact = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &compact, &error))
    return fail(ErrorCode::internal, cjose_message("sign token", error));
  std::string token(compact);
  if (token.size() > kTokenSizeMax) return fail(ErrorCode::too_large, "sign token: over the limit");
  return token;
}

std::string public_jwks_json(std::span<const SigningKey> keys) {
  json::array list;
  for (const SigningKey& key : keys)
    list.push_back({{"kty", "EC"},
                    {"crv", "P-256"},
                    {"x", key.state_->x},
                    {"y", key.state_->y},
                    {"kid", key.state_->kid},
                    {"use", "sig"},
                    {"alg", "ES256"}});
  return json::serialize(json::object{{"keys", std::move(list)}});
}

}  // namespace tintype::crypto
