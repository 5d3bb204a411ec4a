#include "gateway/api_key_authorizer.h"

#include <gtest/gtest.h>

#include "gateway/test_authorizer.h"

namespace tintype::gateway {
namespace {

class ApiKeyAuthorizerTest : public ::testing::Test {
 protected:
  Result<Identity> ask(http::Headers headers) {
    return test::authorize(loop_, authorizer_, test::request_with(std::move(headers)));
  }

  test::TestLoop loop_;
  const std::string key_{make_api_key().reveal()};
  const std::string next_{make_api_key().reveal()};
  ApiKeyAuthorizer authorizer_{{{.owner = "ci", .sha256 = api_key_digest(key_), .scopes = {"read"}},
                                {.owner = "ci", .sha256 = api_key_digest(next_)}}};
};

TEST_F(ApiKeyAuthorizerTest, KnowsTheOwnerByAnyOfHisKeys) {
  const auto identity = ask({{"X-API-Key", key_}});
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->subject, "ci");
  EXPECT_EQ(identity->issuer, "api-key");
  EXPECT_EQ(identity->scopes, std::vector<std::string>{"read"});
  const auto rotated = ask({{"x-api-key", next_}});
  ASSERT_TRUE(rotated);
  EXPECT_EQ(rotated->subject, "ci");
  EXPECT_TRUE(rotated->scopes.empty());
}

TEST_F(ApiKeyAuthorizerTest, RefusesAllElse) {
  const struct {
    const char* name;
    http::Headers headers;
  } cases[] = {
      {"none", {}},
      {"empty", {{"x-api-key", ""}}},
      {"another one", {{"x-api-key", std::string(make_api_key().reveal())}}},
      {"one character less", {{"x-api-key", key_.substr(1)}}},
      {"one character more", {{"x-api-key", key_ + "A"}}},
      {"twice", {{"x-api-key", key_}, {"x-api-key", key_}}},
      {"a good and a bad one", {{"x-api-key", key_}, {"x-api-key", "x"}}},
      {"its digest", {{"x-api-key", to_hex(as_bytes(api_key_digest(key_)))}}},
      {"as a bearer token", {{"Authorization", "Bearer " + key_}}},
      {"too large", {{"x-api-key", std::string(ApiKeyAuthorizer::kKeySizeMax + 1, 'k')}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto identity = ask(c.headers);
    ASSERT_FALSE(identity);
    EXPECT_EQ(identity.error().code, ErrorCode::unauthenticated);
    EXPECT_EQ(identity.error().message.find(key_), std::string::npos);
  }
}

TEST(MakeApiKey, MakesAnotherOneEachTime) {
  const Secret a = make_api_key();
  EXPECT_EQ(a.reveal().size(), 3U + 43U);
  EXPECT_TRUE(a.reveal().starts_with("tt_"));
  EXPECT_NE(a.reveal(), make_api_key().reveal());
}

}  // namespace
}  // namespace tintype::gateway
