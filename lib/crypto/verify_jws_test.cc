#include "crypto/jose.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/text.h"
#include "crypto/cjose_handle.h"
#include "crypto/digest.h"
#include "crypto/rfc7515.h"
#include "crypto/rfc7520.h"

namespace tintype::crypto {
namespace {

/// The three parts of a token, to change one of them.
struct Token {
  std::string header;
  std::string payload;
  std::string signature;

  explicit Token(const std::string& compact) {
    const auto parts = split(compact, '.');
    header = parts.at(0);
    payload = parts.at(1);
    signature = parts.at(2);
  }
  std::string str() const { return header + '.' + payload + '.' + signature; }
};

TEST(VerifyJws, AgreesWithPublishedVectors) {
  const struct {
    const char* name;
    std::string_view key;
    std::string_view token;
    Algorithm algorithm;
    std::string_view payload;
  } cases[] = {
      {"A.2", kA2Key, kA2Token, Algorithm::rs256, kRfcPayload},
      {"A.3", kA3Key, kA3Token, Algorithm::es256, kRfcPayload},
      {"A.4", kA4Key, kA4Token, Algorithm::es512, "Payload"},
      {"RFC 8037 A.4", kEdKey, kEdToken, Algorithm::eddsa, "Example of Ed25519 signing"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto keys = KeySet::parse(jwks(c.key));
    ASSERT_TRUE(keys);
    const auto verified = verify_jws(c.token, *keys);
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->algorithm, c.algorithm);
    EXPECT_EQ(verified->payload_json, c.payload);
    EXPECT_EQ(verified->kid, "");
  }
}

TEST(VerifyJws, AgreesWithRfc7520) {
  const auto keys =
      KeySet::parse(jwks(std::string(kCookbookRsaKey) + "," + std::string(kCookbookEcKey)));
  ASSERT_TRUE(keys);
  // 4.1 and 4.2 name one key, and 4.3 another one.
  for (const std::string_view token : {kCookbookRs256, kCookbookPs384, kCookbookEs512}) {
    const auto verified = verify_jws(token, *keys);
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_TRUE(verified->payload_json.starts_with("It\xe2\x80\x99s a dangerous business, Frodo"));
    EXPECT_EQ(verified->kid, "bilbo.baggins@hobbiton.example");
  }
  EXPECT_FALSE(verify_jws(kCookbookHs256, *keys));
}

TEST(VerifyJws, RefusesEveryFlippedBitOfASignature) {
  const auto keys = KeySet::parse(jwks(kA3Key));
  const Token token{std::string(kA3Token)};
  const std::string signature = *from_base64url(token.signature);
  for (std::size_t i = 0; i < signature.size(); ++i) {
    SCOPED_TRACE(i);
    std::string flipped = signature;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    Token changed = token;
    changed.signature = base64url(flipped);
    EXPECT_EQ(verify_jws(changed.str(), *keys).error().code, ErrorCode::unauthenticated);
  }
}

TEST(VerifyJws, RefusesEveryOtherToken) {
  const SigningKey key = rfc_key();
  const SigningKey other = *SigningKey::generate_es256();
  const Token good(*key.sign(R"({"sub":"42"})", "JWT"));
  const std::string key_text = public_jwks_json(std::span(&key, 1));

  const auto with_header = [&](const std::string& header) {
    Token token = good;
    token.header = base64url(header);
    return token.str();
  };
  const auto hmac = [&](std::string_view secret) {
    Token token = good;
    token.header = base64url(R"({"alg":"HS256","kid":")" + key.kid() + "\"}");
    token.signature =
        to_base64url(as_bytes(hmac_sha256(secret, as_bytes(token.header + "." + token.payload))));
    return token.str();
  };
  const std::string kid = R"(,"kid":")" + key.kid() + "\"";
  const std::string signature = *from_base64url(good.signature);
  const Token foreign(*other.sign(R"({"sub":"42"})", "JWT"));

  const struct {
    const char* name;
    std::string token;
  } cases[] = {
      {"empty", ""},
      {"dots", ".."},
      {"no signature", good.header + "." + good.payload},
      {"an empty signature", good.header + "." + good.payload + "."},
      {"another segment", good.str() + ".AA"},
      {"an empty segment more", good.str() + "."},
      {"a line end", good.str() + "\n"},
      {"padding", good.str() + "=="},
      {"spelt differently", good.header + "." + good.payload + "." + good.signature + "A"},
      {"alg none", with_header(R"({"alg":"none")" + kid + "}")},
      {"alg none, no signature", base64url(R"({"alg":"none"})") + "." + good.payload + "."},
      {"alg None", with_header(R"({"alg":"None")" + kid + "}")},
      {"no alg", with_header("{" + kid.substr(1) + "}")},
      {"alg is a number", with_header(R"({"alg":256)" + kid + "}")},
      {"alg in lower case", with_header(R"({"alg":"es256")" + kid + "}")},
      {"HS256 with the public key set", hmac(key_text)},
      {"HS256 with the public x", hmac("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")},
      {"HS256 with nothing", hmac("")},
      {"alg of another kind of key", with_header(R"({"alg":"RS256")" + kid + "}")},
      {"alg of another curve", with_header(R"({"alg":"ES512")" + kid + "}")},
      {"kid is a number", with_header(R"({"alg":"ES256","kid":1})")},
      {"crit", with_header(R"({"alg":"ES256","crit":["b64"],"b64":false)" + kid + "}")},
      {"an empty crit", with_header(R"({"alg":"ES256","crit":[])" + kid + "}")},
      {"another header", with_header(R"({"alg":"ES256","typ":"at+jwt")" + kid + "}")},
      {"header is no object", with_header("[]")},
      {"header is no JSON", with_header("{")},
      {"alg twice", with_header(R"({"alg":"ES256","alg":"none")" + kid + "}")},
      {"a NUL in alg", with_header(R"({"alg":"ES256\u0000")" + kid + "}")},
      {"another payload", good.header + "." + base64url(R"({"sub":"43"})") + "." + good.signature},
      {"another key's signature", good.header + "." + good.payload + "." + foreign.signature},
      {"a short signature",
       good.header + "." + good.payload + "." + base64url(signature.substr(2))},
      {"a long signature", good.header + "." + good.payload + "." +
                               base64url(std::string(1, '\0') + signature.substr(0, 32) +
                                         std::string(1, '\0') + signature.substr(32))},
      // CVE-2022-21449: r = s = 0.
      {"all zero", good.header + "." + good.payload + "." + base64url(std::string(64, '\0'))},
      {"too large", good.header + "." + std::string(kTokenSizeMax, 'A') + "." + good.signature},
  };
  const KeySet keys = set_of(key);
  ASSERT_TRUE(verify_jws(good.str(), keys));
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto verified = verify_jws(c.token, keys);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, ErrorCode::unauthenticated);
  }
}

TEST(VerifyJws, TellsWhenANewerSetMayHaveTheKey) {
  const SigningKey key = rfc_key();
  const std::string foreign = *SigningKey::generate_es256()->sign("{}", "JWT");
  EXPECT_EQ(verify_jws(foreign, set_of(key)).error().code, ErrorCode::not_found);
  // A key of that name that does not fit the alg is no reason to ask for more.
  const std::string same_kid = R"({"alg":"RS256","kid":")" + key.kid() + "\"}";
  Token confused(foreign);
  confused.header = base64url(same_kid);
  EXPECT_EQ(verify_jws(confused.str(), set_of(key)).error().code, ErrorCode::unauthenticated);
}

TEST(VerifyJws, IgnoresTheKeyThatATokenBrings) {
  const SigningKey attacker = *SigningKey::generate_es256();
  // Signed rightly by the key in its own header, which our set does not have.
  cjose_err error{};
  const std::string text(attacker.to_json().reveal());
  const Jwk jwk(cjose_jwk_import(text.data(), text.size(), &error));
  const Header header(cjose_header_new(&error));
  cjose_header_set(header.get(), "alg", "ES256", &error);
  cjose_header_set_raw(header.get(), "jwk", text.c_str(), &error);
  cjose_header_set(header.get(), "jku", "https://attacker.example/jwks.json", &error);
  cjose_header_set(header.get(), "x5u", "https://attacker.example/x5u.pem", &error);
  const Jws jws(cjose_jws_sign(jwk.get(), header.get(), reinterpret_cast<const std::uint8_t*>("{}"),
                               2, &error));
  const char* compact = nullptr;
  ASSERT_TRUE(cjose_jws_export(jws.get(), &compact, &error));

  EXPECT_FALSE(verify_jws(compact, set_of(rfc_key())));
  EXPECT_TRUE(verify_jws(compact, set_of(attacker)));
}

TEST(VerifyJws, ObeysTheAllowedAlgorithms) {
  const auto keys = KeySet::parse(jwks(kA2Key));
  const std::array<Algorithm, 1> es256 = {Algorithm::es256};
  const std::array<Algorithm, 2> both = {Algorithm::es256, Algorithm::rs256};
  EXPECT_FALSE(verify_jws(kA2Token, *keys, es256));
  EXPECT_FALSE(verify_jws(kA2Token, *keys, {}));
  EXPECT_TRUE(verify_jws(kA2Token, *keys, both));
}

TEST(VerifyJws, KnowsEveryRsaAlgorithm) {
  cjose_err error{};
  const Jwk jwk(cjose_jwk_create_RSA_random(2048, nullptr, 0, &error));
  ASSERT_TRUE(jwk);
  const OwnedText text(cjose_jwk_to_json(jwk.get(), false, &error));
  const auto keys = KeySet::parse(jwks(text.get()));
  ASSERT_TRUE(keys);
  for (const char* name : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) {
    SCOPED_TRACE(name);
    const Header header(cjose_header_new(&error));
    cjose_header_set(header.get(), "alg", name, &error);
    const Jws jws(cjose_jws_sign(jwk.get(), header.get(),
                                 reinterpret_cast<const std::uint8_t*>("{}"), 2, &error));
    const char* compact = nullptr;
    ASSERT_TRUE(cjose_jws_export(jws.get(), &compact, &error));
    const auto verified = verify_jws(compact, *keys);
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(to_string(verified->algorithm), name);
    Token changed{std::string(compact)};
    changed.payload = base64url("{ }");
    EXPECT_FALSE(verify_jws(changed.str(), *keys));
  }
}

TEST(VerifyJws, NeedsAKidWhereThereAreSeveralKeys) {
  const auto one = KeySet::parse(jwks(kA3Key));
  EXPECT_TRUE(verify_jws(kA3Token, *one));
  const auto two = KeySet::parse(jwks(std::string(kA3Key) + "," + std::string(kA2Key)));
  ASSERT_EQ(two->count(), 2U);
  EXPECT_FALSE(verify_jws(kA3Token, *two));
}

TEST(VerifyJws, FindsTheKeyDuringARotation) {
  const std::vector<SigningKey> keys = {*SigningKey::generate_es256(),
                                        *SigningKey::generate_es256()};
  const KeySet set = *KeySet::parse(public_jwks_json(keys));
  for (const SigningKey& key : keys) {
    const auto verified = verify_jws(*key.sign("{}", "JWT"), set);
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->kid, key.kid());
  }
}

TEST(VerifyJws, MayRunOnManyThreads) {
  const SigningKey key = rfc_key();
  const KeySet keys = set_of(key);
  std::vector<std::jthread> threads;
  std::array<int, 4> verified{};
  for (std::size_t t = 0; t < verified.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i)
        if (verify_jws(*key.sign("{}", "JWT"), keys)) ++verified.at(t);
    });
  threads.clear();
  EXPECT_EQ(verified, (std::array<int, 4>{50, 50, 50, 50}));
}

}  // namespace
}  // namespace tintype::crypto
