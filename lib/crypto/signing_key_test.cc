#include <gtest/gtest.h>

#include "crypto/jose.h"
#include "crypto/rfc7515.h"

namespace tintype::crypto {
namespace {

TEST(SigningKey, SignsWhatItsPublicKeyVerifies) {
  const auto key = SigningKey::generate_es256();
  ASSERT_TRUE(key);
  const auto token = key->sign(R"({"sub":"42"})", "at+jwt");
  ASSERT_TRUE(token);

  const auto verified = verify_jws(*token, set_of(*key));

  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->payload_json, R"({"sub":"42"})");
  EXPECT_EQ(verified->kid, key->kid());
  EXPECT_EQ(verified->typ, "at+jwt");
  EXPECT_EQ(verified->algorithm, Algorithm::es256);
}

TEST(SigningKey, SurvivesItsJson) {
  // Often enough to meet numbers with leading zeros, which must keep their width.
  for (int i = 0; i < 300; ++i) {
    const auto key = SigningKey::generate_es256();
    ASSERT_TRUE(key) << key.error().message;
    const auto again = SigningKey::from_json(key->to_json());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->kid(), key->kid());
  }
}

TEST(SigningKey, IsNamedByItsThumbprint) {
  // RFC 7638 over the key of RFC 7515 A.3, computed with Python's hashlib.
  EXPECT_EQ(rfc_key().kid(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

TEST(SigningKey, ShowsNothingPrivateInItsJwks) {
  const SigningKey key = rfc_key();
  const std::string text = public_jwks_json(std::span(&key, 1));
  EXPECT_EQ(text.find("\"d\""), std::string::npos);
  EXPECT_EQ(text.find("jpsQnnGQmL"), std::string::npos);
  EXPECT_NE(std::string(key.to_json().reveal()).find("jpsQnnGQmL"), std::string::npos);
}

TEST(SigningKey, RefusesATokenOverTheLimit) {
  const std::string fits = "{\"a\":\"" + std::string(11'000, 'x') + "\"}";
  EXPECT_TRUE(rfc_key().sign(fits, "JWT"));
  const std::string over = "{\"a\":\"" + std::string(13'000, 'x') + "\"}";
  EXPECT_EQ(rfc_key().sign(over, "JWT").error().code, ErrorCode::too_large);
}

TEST(SigningKeyFromJson, RefusesWhatIsNoKeyOfOurs) {
  const std::string point = R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                            R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")";
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"no JSON", "{"},
      {"an array", "[]"},
      {"RSA", std::string(kA2Key)},
      {"another curve", std::string(kA4Key)},
      {"only public", R"({"kty":"EC","crv":"P-256",)" + point + "}"},
      {"another number", R"({"kty":"EC","crv":"P-256",)" + point +
                             R"(,"d":"kpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})"},
      {"a number of another type", R"({"kty":"EC","crv":"P-256",)" + point + R"(,"d":7})"},
      {"not on the curve",
       R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})"},
      {"too large", std::string(100'000, ' ') + std::string(kA3Key)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto key = SigningKey::from_json(Secret(c.text));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace tintype::crypto
