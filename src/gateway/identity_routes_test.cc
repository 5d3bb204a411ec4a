#include "gateway/identity_routes.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "gateway/jwt.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using test::header;

class IdentityRoutesTest : public ::testing::Test {
 protected:
  IdentityRoutesTest() {
    database_ = test::open_database(folder_);
    issuer_ = *Issuer::open({.key_file = folder_.path() / "issuer.json",
                             .url = test::kIssuer,
                             .audience = test::kAudience});
    EXPECT_TRUE(save_person(*database_, "sub-ada", "ada", Secret("right"), test::kNow));
    served_ = std::make_unique<test::Served>(
        *gateway_handler(identity_routes(*issuer_, *database_, pool_, clock_),
                         *Cors::make({test::kOrigin}), clock_));
  }

  http::ClientResponse sign_in(const std::string& body) {
    return served_->send("POST", "/auth/sign_in", {{"Content-Type", "application/json"}}, body);
  }
  http::ClientResponse sign_in(const std::string& name, const std::string& password) {
    return sign_in(
        boost::json::serialize(boost::json::object{{"name", name}, {"password", password}}));
  }

  test::Folder folder_;
  FixedClock clock_{test::kNow};
  BlockingPool pool_{{.threads = 4, .waiting_max = 64}};
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Issuer> issuer_;
  std::unique_ptr<test::Served> served_;  // Last: ends before what it uses.
};

TEST_F(IdentityRoutesTest, SignsIn) {
  const auto response = sign_in("ada", "right");

  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  const auto answer = *parse_json_object(response.body);
  EXPECT_EQ(answer.at("token_type").as_string(), "Bearer");
  EXPECT_EQ(answer.at("sub").as_string(), "sub-ada");
  EXPECT_EQ(answer.at("expires_in").as_int64(), 3600);
  const auto identity =
      verify_jwt(std::string_view(answer.at("access_token").as_string()),
                 *crypto::KeySet::parse(issuer_->jwks_json()),
                 {.issuer = test::kIssuer, .audiences = {test::kAudience}}, test::kNow);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->subject, "sub-ada");
}

TEST_F(IdentityRoutesTest, TellsNobodyWhichPartWasWrong) {
  const auto wrong = sign_in("ada", "wrong");
  const auto unknown = sign_in("bob", "right");

  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_NE(header(wrong, "WWW-Authenticate"), "(none)");
  const auto public_part = [](const http::ClientResponse& response) {
    auto problem = *parse_json_object(response.body);
    problem.erase("request_id");
    return boost::json::serialize(problem);
  };
  EXPECT_EQ(public_part(wrong), public_part(unknown));
  EXPECT_NE(wrong.body.find("wrong_credentials"), std::string::npos);
}

TEST_F(IdentityRoutesTest, RefusesWhatIsNoSignIn) {
  const struct {
    const char* name;
    std::string body;
    int status;
  } cases[] = {
      {"nothing", "", 400},
      {"a form", "name=ada&password=right", 400},
      {"a list", R"(["ada","right"])", 400},
      {"no password", R"({"name":"ada"})", 400},
      {"no name", R"({"password":"right"})", 400},
      {"a number", R"({"name":"ada","password":1})", 400},
      {"null", R"({"name":null,"password":"right"})", 400},
      {"two passwords", R"({"name":"ada","password":"wrong","password":"right"})", 400},
      {"cut", R"({"name":"ada","password":"right")", 400},
      {"over 4 KiB", R"({"name":"ada","password":")" + std::string(4096, 'x') + "\"}", 413},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = sign_in(c.body);
    EXPECT_EQ(response.status, c.status) << response.body;
    EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
  }
}

TEST_F(IdentityRoutesTest, SlowsDownWhoGuesses) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_in("bob", "guess").status, 401);

  const auto refused = sign_in("bob", "guess");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "Retry-After"), "300");
  EXPECT_NE(refused.body.find("too_many_attempts"), std::string::npos);
  EXPECT_EQ(sign_in("ada", "right").status, 200) << "others are not locked out";

  clock_.advance(std::chrono::seconds(300));
  EXPECT_EQ(sign_in("bob", "guess").status, 401);
}

TEST_F(IdentityRoutesTest, PublishesItsKeys) {
  const auto jwks = served_->send("GET", "/.well-known/jwks.json");
  EXPECT_EQ(jwks.status, 200);
  EXPECT_EQ(jwks.body, issuer_->jwks_json());
  EXPECT_EQ(header(jwks, "Cache-Control"), "public, max-age=300");
  const auto discovery = served_->send("GET", "/.well-known/openid-configuration");
  EXPECT_EQ(discovery.status, 200);
  EXPECT_EQ(discovery.body, issuer_->discovery_json());
  EXPECT_EQ(served_->send("GET", "/auth/sign_in").status, 405);
}

}  // namespace
}  // namespace tintype::gateway
