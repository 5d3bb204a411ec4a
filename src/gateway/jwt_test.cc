#include "gateway/jwt.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <span>
#include <vector>

#include "base/text.h"
#include "crypto/digest.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using test::kAudience;
using test::kIssuer;
using test::kNow;

constexpr std::int64_t kNowSeconds = kNow.time_since_epoch().count() / 1000;

crypto::SigningKey make_key() {
  auto key = crypto::SigningKey::generate_es256();
  EXPECT_TRUE(key) << key.error().message;
  return *std::move(key);
}

const crypto::SigningKey& our_key() {
  static const crypto::SigningKey key = make_key();
  return key;
}

std::string jwks_of(const crypto::SigningKey& key) {
  return crypto::public_jwks_json(std::span(&key, 1));
}

const crypto::KeySet& our_keys() {
  static const crypto::KeySet keys = *crypto::KeySet::parse(jwks_of(our_key()));
  return keys;
}

Result<Identity> verify(std::string_view token, Instant now = kNow, bool id_tokens = false) {
  return verify_jwt(token, our_keys(),
                    {.issuer = kIssuer, .audiences = {"other", kAudience}, .id_tokens = id_tokens},
                    now);
}

/// A good token's claims, whose members a test may replace.
boost::json::object good_claims() {
  return {{"iss", kIssuer},           {"sub", "ada"},
          {"aud", kAudience},         {"iat", kNowSeconds - 10},
          {"exp", kNowSeconds + 900}, {"client_id", "tintype"}};
}

std::string signed_token(const std::string& claims, std::string_view typ = "at+jwt") {
  auto token = our_key().sign(claims, typ);
  EXPECT_TRUE(token) << token.error().message;
  return *token;
}

std::string signed_token(const boost::json::object& claims, std::string_view typ = "at+jwt") {
  return signed_token(boost::json::serialize(claims), typ);
}

/// A token with any header and any signature.
std::string forged(const std::string& header, const std::string& claims,
                   const std::string& signature) {
  return to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(claims)) + '.' +
         to_base64url(as_bytes(signature));
}

TEST(VerifyJwt, KnowsWhoAsks) {
  const auto identity = verify(signed_token(good_claims()), kNow);

  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->subject, "ada");
  EXPECT_EQ(identity->issuer, kIssuer);
  EXPECT_EQ(to_epoch_ms(identity->expires_at), (kNowSeconds + 900) * 1000);
}

TEST(VerifyJwt, AcceptsTheVariantsOfTheStandards) {
  const auto with = [](std::string_view name, boost::json::value value) {
    auto claims = good_claims();
    claims[name] = std::move(value);
    return claims;
  };
  auto cognito = good_claims();
  cognito.erase("aud");
  cognito["client_id"] = kAudience;
  cognito["token_use"] = "access";
  const struct {
    const char* name;
    std::string token;
  } cases[] = {
      {"typ JWT", signed_token(good_claims(), "JWT")},
      {"typ in another case", signed_token(good_claims(), "AT+JWT")},
      {"typ as a media type", signed_token(good_claims(), "application/at+jwt")},
      {"several audiences", signed_token(with("aud", {"a third", kAudience}))},
      {"client_id without aud", signed_token(cognito)},
      {"a fraction of a second", signed_token(with("exp", double(kNowSeconds) + 0.5))},
      {"nbf that has come", signed_token(with("nbf", kNowSeconds))},
      {"128 bytes of sub", signed_token(with("sub", boost::json::string(128, 's')))},
      {"sub of an identity provider", signed_token(with("sub", "auth0|12/34"))},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto identity = verify(c.token, kNow);
    EXPECT_TRUE(identity) << identity.error().message;
  }
}

TEST(VerifyJwt, RefusesClaimsThatAreNotForUs) {
  const auto without = [](std::string_view name) {
    auto claims = good_claims();
    claims.erase(name);
    return boost::json::serialize(claims);
  };
  const auto with = [](std::string_view name, boost::json::value value) {
    auto claims = good_claims();
    claims[name] = std::move(value);
    return boost::json::serialize(claims);
  };
  auto others = good_claims();
  others.erase("aud");
  others["client_id"] = "a third";
  const std::string good = boost::json::serialize(good_claims());
  const auto twice = [&](const std::string& member) { return "{" + member + "," + good.substr(1); };
  const struct {
    const char* name;
    std::string claims;
  } cases[] = {
      {"no iss", without("iss")},
      {"another iss", with("iss", "http://evil.example")},
      {"iss with a slash more", with("iss", boost::json::string(kIssuer + std::string("/")))},
      {"iss as a list", with("iss", {kIssuer})},
      {"no aud, and another client", boost::json::serialize(others)},
      {"another aud", with("aud", "a third")},
      {"aud in another case", with("aud", "Tintype")},
      {"other auds", with("aud", {"a", "b"})},
      {"no auds", with("aud", boost::json::array())},
      {"aud as a number", with("aud", 1)},
      {"aud as null", with("aud", nullptr)},
      {"aud as an object", with("aud", boost::json::object{{kAudience, 1}})},
      {"no exp", without("exp")},
      {"exp as a text", with("exp", boost::json::string(std::to_string(kNowSeconds + 900)))},
      {"exp as null", with("exp", nullptr)},
      {"exp below zero", with("exp", -1)},
      {"exp beyond all time", with("exp", 1e300)},
      {"exp in milliseconds", with("exp", kNowSeconds * 1000)},
      {"nbf as a text", with("nbf", "0")},
      {"iat as true", with("iat", true)},
      {"no sub", without("sub")},
      {"empty sub", with("sub", "")},
      {"sub as a number", with("sub", 1)},
      {"sub as null", with("sub", nullptr)},
      {"sub with a line", with("sub", "ada\nbob")},
      {"sub with NUL", with("sub", boost::json::string("ada\0bob", 7))},
      {"sub over 128 bytes", with("sub", boost::json::string(129, 's'))},
      {"sub twice", twice(R"("sub":"bob")")},
      {"aud twice", twice(R"("aud":"other")")},
      {"exp twice, escaped", twice(R"("\u0065xp":99999999999)")},
      {"Cognito's ID token", with("token_use", "id")},
      {"token_use as null", with("token_use", nullptr)},
      {"an ID token's nonce", with("nonce", "n")},
      {"an ID token's at_hash", with("at_hash", "h")},
      {"an ID token's c_hash", with("c_hash", "h")},
      {"a list", "[" + good + "]"},
      {"a text", "\"ada\""},
      {"nothing", ""},
      {"something behind", good + "{}"},
      {"not UTF-8", "{\"iss\":\"\xff\"," + good.substr(1)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto identity = verify(signed_token(c.claims), kNow);
    ASSERT_FALSE(identity);
    EXPECT_EQ(identity.error().code, ErrorCode::unauthenticated);
  }
}

TEST(VerifyJwt, ToleratesSkewBothWaysAndNoMore) {
  const struct {
    const char* name;
    const char* claim;
    std::int64_t seconds_from_now;
    bool accepted;
  } cases[] = {
      {"ended within the skew", "exp", -29, true}, {"ended at the skew", "exp", -30, false},
      {"ended long ago", "exp", -3600, false},     {"begins within the skew", "nbf", 30, true},
      {"begins after the skew", "nbf", 31, false}, {"issued within the skew", "iat", 30, true},
      {"issued after the skew", "iat", 31, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto claims = good_claims();
    claims[c.claim] = kNowSeconds + c.seconds_from_now;
    const auto identity = verify(signed_token(claims), kNow);
    EXPECT_EQ(identity.has_value(), c.accepted);
  }
}

TEST(VerifyJwt, RefusesAnExpiredTokenThatItAcceptedBefore) {
  const std::string token = signed_token(good_claims());

  EXPECT_TRUE(verify(token, kNow));
  EXPECT_FALSE(verify(token, kNow + std::chrono::seconds(930)));
}

TEST(VerifyJwt, RefusesOtherKindsOfTokens) {
  for (const char* typ : {"id_token", "logout+jwt", "dpop+jwt", "secevent+jwt", "JWE"}) {
    SCOPED_TRACE(typ);
    EXPECT_FALSE(verify(signed_token(good_claims(), typ), kNow));
  }
}

TEST(VerifyJwt, RefusesForgeries) {
  const std::string claims = boost::json::serialize(good_claims());
  const std::string good = signed_token(claims);
  const std::string jwks = jwks_of(our_key());
  const std::string& kid = our_key().kid();
  const auto hmac = [&](const std::string& alg, const std::string& secret) {
    const std::string header = R"({"alg":")" + alg + R"(","typ":"at+jwt","kid":")" + kid + "\"}";
    const std::string input = to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(claims));
    return input + '.' + to_base64url(as_bytes(crypto::hmac_sha256(secret, as_bytes(input))));
  };
  const auto strangers = [&](const std::string& header_kid) {
    // Signed well, by a key that is not ours, under a header that says what we like.
    const crypto::SigningKey stranger = make_key();
    const auto token = stranger.sign(claims, "at+jwt");
    const std::string header = R"({"alg":"ES256","typ":"at+jwt","kid":")" + header_kid + "\"}";
    return to_base64url(as_bytes(header)) + token->substr(token->find('.'));
  };
  const std::size_t last_dot = good.rfind('.');
  const struct {
    const char* name;
    std::string token;
  } cases[] = {
      {"empty", ""},
      {"two dots", ".."},
      {"not a token", "hello"},
      {"alg none", forged(R"({"alg":"none"})", claims, "")},
      {"alg None", forged(R"({"alg":"None","typ":"at+jwt"})", claims, "")},
      {"alg none with our signature",
       forged(R"({"alg":"none"})", claims, *from_base64url(good.substr(last_dot + 1)))},
      {"HMAC with the key set as secret", hmac("HS256", jwks)},
      {"HMAC with the kid as secret", hmac("HS256", kid)},
      {"HMAC with an empty secret", hmac("HS256", "")},
      {"alg missing", forged(R"({"typ":"at+jwt"})", claims, "x")},
      {"no signature", good.substr(0, last_dot + 1)},
      {"two parts", good.substr(0, last_dot)},
      {"four parts", good + ".x"},
      {"claims changed", good.substr(0, good.find('.') + 1) +
                             to_base64url(as_bytes(R"({"sub":"bob"})")) + good.substr(last_dot)},
      {"zeros for a signature",
       forged(R"({"alg":"ES256","kid":")" + kid + "\"}", claims, std::string(64, '\0'))},
      {"a stranger's key under our kid", strangers(kid)},
      {"a stranger's key, empty kid", strangers("")},
      {"huge", std::string(1 << 20, 'a') + "." + std::string(1 << 20, 'b') + ".c"},
      {"one byte over the limit", std::string(crypto::kTokenSizeMax + 1, 'a')},
      {"a space in it", good.substr(0, 10) + " " + good.substr(10)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto identity = verify(c.token, kNow);
    ASSERT_FALSE(identity);
    EXPECT_EQ(identity.error().code, ErrorCode::unauthenticated);
  }
  EXPECT_TRUE(verify(good, kNow));
  // Names of keys that are none of ours; nothing is opened, asked or run to find that out.
  for (const char* name : {"../../../dev/null", "' OR 1=1 --", "https://evil.example/jwks.json"})
    EXPECT_EQ(verify(strangers(name), kNow).error().code, ErrorCode::not_found) << name;
}

TEST(VerifyJwt, ReadsClientAndScopes) {
  const auto with = [](std::string_view name, boost::json::value value) {
    auto claims = good_claims();
    claims[name] = std::move(value);
    return signed_token(claims);
  };
  using Scopes = std::vector<std::string>;
  EXPECT_EQ(verify(with("scope", "read  write"))->scopes, (Scopes{"read", "write"}));
  EXPECT_EQ(verify(with("scp", {"read", "write all"}))->scopes, (Scopes{"read", "write", "all"}));
  EXPECT_EQ(verify(with("scp", "read"))->scopes, Scopes{"read"});
  EXPECT_EQ(verify(with("scope", ""))->scopes, Scopes{});
  EXPECT_EQ(verify(with("client_id", "app"))->client_id, "app");
  for (const auto& token : {with("scope", {"read"}), with("scope", 1), with("scp", 1),
                            with("scp", {1}), with("scp", boost::json::object{{"a", 1}}),
                            with("client_id", 1), with("client_id", nullptr)})
    EXPECT_EQ(verify(token).error().code, ErrorCode::unauthenticated);
}

TEST(VerifyJwt, TakesIdTokensIfItIsTold) {
  auto claims = good_claims();
  claims["nonce"] = "n";
  claims["token_use"] = "id";
  const std::string token = signed_token(claims, "JWT");
  EXPECT_FALSE(verify(token));
  EXPECT_TRUE(verify(token, kNow, true));
  claims["token_use"] = "refresh";
  EXPECT_FALSE(verify(signed_token(claims), kNow, true));
}

TEST(ClaimedEnd, IsWhatTheTokenSays) {
  EXPECT_EQ(claimed_end(signed_token(good_claims())), kNow + std::chrono::seconds(900));
  // Whoever signed it: it can only shorten what is remembered.
  EXPECT_EQ(claimed_end(forged("{}", R"({"exp":1})", "")), Instant(std::chrono::seconds(1)));
  for (const std::string& token :
       {std::string(), std::string("a"), std::string("a.b.c"), forged("{}", "{}", ""),
        forged("{}", R"({"exp":"1"})", ""), forged("{}", R"({"exp":1,"exp":2})", ""),
        std::string(crypto::kTokenSizeMax + 1, 'a')})
    EXPECT_FALSE(claimed_end(token)) << token.substr(0, 20);
}

}  // namespace
}  // namespace tintype::gateway
