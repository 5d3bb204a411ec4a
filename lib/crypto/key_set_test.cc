#include <gtest/gtest.h>

#include "crypto/jose.h"
#include "crypto/rfc7515.h"

namespace tintype::crypto {
namespace {

TEST(KeySetParse, LeavesOutWhatCannotVerify) {
  const std::string good(kA2Key);
  const auto with = [&](const std::string& more) {
    return good.substr(0, good.size() - 1) + "," + more + "}";
  };
  const auto rsa_with_exponent = [&](const std::string& exponent) {
    return good.substr(0, good.size() - 6) + exponent + "\"}";
  };
  const struct {
    const char* name;
    std::string key;
    bool kept;
  } cases[] = {
      {"as it is", good, true},
      {"use sig", with(R"("use":"sig")"), true},
      {"key_ops verify", with(R"("key_ops":["verify"])"), true},
      {"its alg", with(R"("alg":"PS512")"), true},
      {"unknown members", with(R"("x5c":["AA"],"issuer":"x")"), true},
      {"use enc", with(R"("use":"enc")"), false},
      {"use is a number", with(R"("use":1)"), false},
      {"key_ops encrypt", with(R"("key_ops":["encrypt"])"), false},
      {"alg of encryption", with(R"("alg":"RSA-OAEP")"), false},
      {"alg of HMAC", with(R"("alg":"HS256")"), false},
      {"alg of another kind", with(R"("alg":"ES256")"), false},
      {"no modulus", R"({"kty":"RSA","e":"AQAB"})", false},
      {"a modulus of 512 bits",
       R"({"kty":"RSA","e":"AQAB","n":"vkjk3qQ8TXwXdX2MjLtFgPZ3zVXjmq)"
       R"(jVj4cQ1Vv3nQ0f6mQmHj5o7W2s8b1xUq9dRz0k3vLJbq2yT4cA8n5eZw"})",
       false},
      {"a secret", R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"})", false},
      {"a modulus of 1024 bits",
       R"({"kty":"RSA","e":"AQAB","n":"5_eL77drSc4I4FPWU3ks-2kGJ9-gPM6ImN4nVYVKQWqTek1Wr-sPe_Gj4tYgpGdXqtjn5oe8X7hzP6eN)"
       R"(YIF5riokY_xjfqLg7h8XViLqOvL_C6SHVW00xXRKepXFu40Ep3Uda3LIMQ9osolh6B0tUjKzzPpSVAoc3kvfVH7fJfE"})",
       false},
      {"an exponent of 1", rsa_with_exponent("AQ"), false},
      {"an exponent of 1 with a zero", rsa_with_exponent("AAE"), false},
      {"an even exponent", rsa_with_exponent("AQAA"), false},
      {"an exponent of 8 bytes", rsa_with_exponent("gAAAAAAAAAE"), true},
      {"an exponent of 9 bytes", rsa_with_exponent("gAAAAAAAAAAB"), false},
      {"Ed25519", std::string(kEdKey), true},
      {"Ed25519 for ES256",
       R"({"kty":"OKP","crv":"Ed25519","alg":"ES256",)"
       R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
       false},
      {"a short Ed25519", R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg"})", false},
      {"a curve for exchanging keys",
       R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})", false},
      {"a curve that JOSE does not sign with",
       R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})", false},
      {"not on its curve",
       R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
       R"("y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})",
       false},
      {"not an object", "7", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto keys = KeySet::parse(jwks(c.key + "," + std::string(kA3Key)));
    ASSERT_TRUE(keys);
    EXPECT_EQ(keys->count(), c.kept ? 2U : 1U);
  }
}

TEST(KeySetParse, RejectsWithTheRightCode) {
  const struct {
    const char* name;
    std::string text;
    ErrorCode code;
  } cases[] = {
      {"empty", "", ErrorCode::invalid_argument},
      {"no JSON", "<html>", ErrorCode::invalid_argument},
      {"an array", "[]", ErrorCode::invalid_argument},
      {"no keys", "{}", ErrorCode::invalid_argument},
      {"keys is a text", R"({"keys":"none"})", ErrorCode::invalid_argument},
      {"an empty set", jwks(""), ErrorCode::invalid_argument},
      {"only a secret", jwks(R"({"kty":"oct","k":"AAAA"})"), ErrorCode::invalid_argument},
      {"too large", jwks(kA3Key) + std::string(KeySet::kSizeMax, ' '), ErrorCode::too_large},
      {"too many",
       jwks(std::string(kA3Key) +
            [] {
              std::string more;
              for (std::size_t i = 0; i < KeySet::kCountMax; ++i) more += ",0";
              return more;
            }()),
       ErrorCode::too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto keys = KeySet::parse(c.text);
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().code, c.code);
  }
}

}  // namespace
}  // namespace tintype::crypto
