#include "gateway/jwt_authorizer.h"

#include <gtest/gtest.h>

#include "gateway/test_authorizer.h"

namespace tintype::gateway {
namespace {

using std::chrono::seconds;
using test::kNow;

class JwtAuthorizerTest : public ::testing::Test {
 protected:
  Result<Identity> ask(http::Headers headers, Instant now = kNow) {
    return test::authorize(loop_, authorizer_, test::request_with(std::move(headers)), now);
  }
  std::string bearer(seconds ttl = seconds(900)) { return "Bearer " + test::token_of(key_, ttl); }

  test::TestLoop loop_;
  crypto::SigningKey key_ = test::make_key();
  JwtAuthorizer authorizer_{{.issuer = test::kIssuer, .audiences = {test::kAudience}},
                            std::make_shared<FixedKeys>(test::keys_of(key_))};
};

TEST_F(JwtAuthorizerTest, SaysTheSameOfATokenThatItKnows) {
  const std::string token = bearer();
  for (int i = 0; i < 2; ++i) {
    const auto identity = ask({{"Authorization", token}});
    ASSERT_TRUE(identity) << identity.error().message;
    EXPECT_EQ(identity->subject, "ada");
    EXPECT_EQ(identity->scopes, (std::vector<std::string>{"read", "write"}));
    EXPECT_NE(identity->claims_json.find(R"("sub":"ada")"), std::string::npos);
  }
}

TEST_F(JwtAuthorizerTest, RefusesAnExpiredTokenThatItKnows) {  // PITFALLS.md, 9.
  const std::string token = bearer(seconds(60));
  EXPECT_TRUE(ask({{"Authorization", token}}));
  EXPECT_TRUE(ask({{"Authorization", token}}, kNow + seconds(89)));  // The skew, verified anew.
  EXPECT_FALSE(ask({{"Authorization", token}}, kNow + seconds(90)));
}

TEST_F(JwtAuthorizerTest, TakesOneTokenOfOneHeader) {
  EXPECT_FALSE(ask({}));
  EXPECT_FALSE(ask({{"Authorization", bearer()}, {"authorization", bearer()}}));
  EXPECT_FALSE(ask({{"X-Authorization", bearer()}}));
  EXPECT_FALSE(ask({{"Authorization", "Bearer " + bearer()}}));
}

TEST_F(JwtAuthorizerTest, KnowsNoTokenThatOnlyLooksLikeOneItKnows) {
  const std::string token = bearer();
  ASSERT_TRUE(ask({{"Authorization", token}}));
  for (const std::string& other : {token + "A", token + "=", token.substr(0, token.size() - 1),
                                   token.substr(0, token.rfind('.') + 1)})
    EXPECT_FALSE(ask({{"Authorization", other}})) << other;
}

}  // namespace
}  // namespace tintype::gateway
