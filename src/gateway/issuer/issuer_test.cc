#include "gateway/issuer/issuer.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/test_loop.h"
#include "gateway/jwt.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using test::kNow;

Issuer::Options options_in(const test::Folder& folder) {
  return {
      .key_file = folder.path() / "issuer.json", .url = test::kIssuer, .audience = test::kAudience};
}

TEST(IssuerIssue, MakesAnAccessTokenOfRfc9068) {
  const test::Folder folder;
  const auto issuer = *Issuer::open(options_in(folder), kNow);
  const auto token = issuer->issue("ada", "desk", std::chrono::minutes(15), kNow);
  ASSERT_TRUE(token) << token.error().message;

  const auto keys = crypto::KeySet::parse(issuer->jwks_json());
  ASSERT_TRUE(keys) << keys.error().message;
  const auto verified = crypto::verify_jws(token->reveal(), *keys);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->typ, "at+jwt");
  EXPECT_EQ(verified->algorithm, crypto::Algorithm::es256);
  EXPECT_FALSE(verified->kid.empty());
  const auto claims = *parse_json_object(verified->payload_json);
  EXPECT_EQ(claims.at("iss").as_string(), test::kIssuer);
  EXPECT_EQ(claims.at("aud").as_string(), test::kAudience);
  EXPECT_EQ(claims.at("sub").as_string(), "ada");
  EXPECT_EQ(claims.at("client_id").as_string(), "desk");
  EXPECT_EQ(claims.at("iat").as_int64(), to_epoch_ms(kNow) / 1000);
  EXPECT_EQ(claims.at("exp").as_int64(), to_epoch_ms(kNow) / 1000 + 900);
  EXPECT_EQ(claims.at("jti").as_string().size(), 26U);

  EXPECT_TRUE(verify_jwt(token->reveal(), *keys,
                         {.issuer = test::kIssuer, .audiences = {test::kAudience}}, kNow));
  const auto again = issuer->issue("ada", "desk", std::chrono::minutes(15), kNow);
  EXPECT_NE(again->reveal(), token->reveal());
}

TEST(IssuerIssue, RefusesATokenForNobodyOrNoTime) {
  const test::Folder folder;
  const auto issuer = *Issuer::open(options_in(folder), kNow);
  EXPECT_FALSE(issuer->issue("", "desk", std::chrono::minutes(15), kNow));
  EXPECT_FALSE(issuer->issue("ada", "desk", std::chrono::seconds(0), kNow));
  EXPECT_FALSE(issuer->issue("ada", "desk", std::chrono::seconds(-1), kNow));
}

TEST(IssuerDocuments, TellNoSecret) {
  const test::Folder folder;
  const auto issuer = *Issuer::open(options_in(folder), kNow);
  const auto jwks = parse_json_object(issuer->jwks_json());
  ASSERT_TRUE(jwks);
  ASSERT_EQ(jwks->at("keys").as_array().size(), 1U);
  EXPECT_FALSE(jwks->at("keys").as_array()[0].as_object().contains("d"));

  const auto discovery = parse_json_object(issuer->metadata_json());
  ASSERT_TRUE(discovery);
  EXPECT_EQ(discovery->at("issuer").as_string(), test::kIssuer);
  EXPECT_EQ(discovery->at("jwks_uri").as_string(),
            std::string(test::kIssuer) + "/.well-known/jwks.json");
  for (const char* list :
       {"response_types_supported", "response_modes_supported", "grant_types_supported",
        "code_challenge_methods_supported", "token_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_methods_supported", "subject_types_supported",
        "id_token_signing_alg_values_supported", "claims_supported"}) {
    ASSERT_TRUE(discovery->at(list).is_array()) << list;
    EXPECT_FALSE(discovery->at(list).as_array().empty()) << list;
  }
  EXPECT_EQ(discovery->at("code_challenge_methods_supported").as_array().size(), 1U);
}

TEST(RingKeys, AreThoseOfTheRing) {
  const test::Folder folder;
  const auto issuer = *Issuer::open(options_in(folder), kNow);
  tintype::test::TestLoop loop;
  RingKeys keys(*issuer);
  const auto before = loop.run(keys.keys(kNow));
  ASSERT_TRUE(before);
  EXPECT_TRUE(*before == *loop.run(keys.keys(kNow))) << "what is remembered of it stays";
  ASSERT_TRUE(issuer->keys().rotate(KeyRing::Reason::routine, kNow));
  EXPECT_EQ(loop.run(keys.keys(kNow))->count(), 2U);
  EXPECT_EQ(loop.run(keys.newer_keys("x", *before, kNow))->count(), 2U);
}

}  // namespace
}  // namespace tintype::gateway
