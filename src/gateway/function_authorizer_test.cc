#include "gateway/function_authorizer.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "gateway/test_authorizer.h"

namespace tintype::gateway {
namespace {

using std::chrono::seconds;
using test::kNow;

/// Answers what it is told to, and keeps what it was asked.
class FakeFunction final : public FunctionClient {
 public:
  Task<FunctionAnswer> invoke(Invocation invocation) override {
    asked.push_back(std::move(invocation));
    co_return answer;
  }
  FunctionAnswer answer = R"({"isAuthorized":true,"context":{"sub":"ada","tier":"gold"}})";
  std::vector<Invocation> asked;
};

class FunctionAuthorizerTest : public ::testing::Test {
 protected:
  std::unique_ptr<FunctionAuthorizer> make(std::vector<std::string> sources, seconds ttl) {
    std::vector<IdentitySource> parsed;
    for (const std::string& source : sources) parsed.push_back(*IdentitySource::parse(source));
    return std::make_unique<FunctionAuthorizer>(
        FunctionAuthorizer::Options{.name = "partners",
                                    .api_id = "app",
                                    .region = "eu-west-1",
                                    .sources = std::move(parsed),
                                    .cache_ttl = ttl},
        function_, [](const http::Request&, const RouteContext&, Instant) {
          return std::string(R"({"version":"2.0","body":"secret","isBase64Encoded":false})");
        });
  }
  Result<Identity> ask(const FunctionAuthorizer& authorizer, const http::Request& request,
                       Instant now = kNow, std::string_view route_key = "GET /a") {
    return test::authorize(loop_, authorizer, request, now, route_key);
  }

  test::TestLoop loop_;
  std::shared_ptr<FakeFunction> function_ = std::make_shared<FakeFunction>();
};

const std::vector<std::string> kAuthorization = {"$request.header.Authorization"};

TEST_F(FunctionAuthorizerTest, TellsTheFunctionAndHandsItsContextOn) {
  const auto authorizer = make({"$request.header.X-Key", "$request.querystring.k"}, seconds(0));
  const auto identity = ask(*authorizer, test::request_with({{"x-key", "K"}}, "k=v%20w"));
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->subject, "ada");
  EXPECT_EQ(identity->issuer, "partners");
  EXPECT_EQ(identity->context.at("tier"), "gold");
  ASSERT_EQ(function_->asked.size(), 1U);
  EXPECT_EQ(function_->asked[0].request_id, "request-1");
  const auto payload = *parse_json_object(function_->asked[0].payload);
  EXPECT_EQ(payload.at("version").as_string(), "2.0");
  EXPECT_EQ(payload.at("type").as_string(), "REQUEST");
  EXPECT_EQ(payload.at("routeArn").as_string(),
            "arn:aws:execute-api:eu-west-1:000000000000:app/$default/GET/a");
  EXPECT_EQ(payload.at("identitySource"), boost::json::array({"K", "v w"}));
  EXPECT_FALSE(payload.contains("body"));
}

TEST_F(FunctionAuthorizerTest, AsksNobodyWithoutAnIdentitySource) {
  const auto authorizer = make({"$request.header.X-Key", "$request.querystring.k"}, seconds(60));
  const struct {
    const char* name;
    http::Request request;
  } cases[] = {
      {"neither", test::request_with({})},
      {"no header", test::request_with({}, "k=v")},
      {"no parameter", test::request_with({{"x-key", "K"}})},
      {"an empty header", test::request_with({{"x-key", ""}}, "k=v")},
      {"an empty parameter", test::request_with({{"x-key", "K"}}, "k=")},
      {"a header twice", test::request_with({{"x-key", "K"}, {"X-Key", "K"}}, "k=v")},
      {"a parameter twice", test::request_with({{"x-key", "K"}}, "k=v&k=w")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(ask(*authorizer, c.request).error().code, ErrorCode::unauthenticated);
  }
  EXPECT_TRUE(function_->asked.empty());
}

TEST_F(FunctionAuthorizerTest, LetsNobodyPassIfTheFunctionFails) {
  const struct {
    const char* name;
    FunctionAnswer answer;
    ErrorCode code;
  } cases[] = {
      {"denied", R"({"isAuthorized":false})", ErrorCode::denied},
      {"no answer of an authorizer", R"({"statusCode":200})", ErrorCode::internal},
      {"nothing", "", ErrorCode::internal},
      {"failed", std::unexpected(FunctionFailure{FunctionFailure::Fault::failed, "x"}),
       ErrorCode::internal},
      {"too late", std::unexpected(FunctionFailure{FunctionFailure::Fault::timed_out, "x"}),
       ErrorCode::unavailable},
      {"not there", std::unexpected(FunctionFailure{FunctionFailure::Fault::unavailable, "x"}),
       ErrorCode::unavailable},
      {"too large", std::unexpected(FunctionFailure{FunctionFailure::Fault::too_large, "x"}),
       ErrorCode::internal},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    function_->answer = c.answer;
    const auto authorizer = make(kAuthorization, seconds(60));
    EXPECT_EQ(ask(*authorizer, test::request_with({{"Authorization", "x"}})).error().code, c.code);
  }
}

TEST_F(FunctionAuthorizerTest, KeepsAnAnswerForItsTime) {
  const auto authorizer = make(kAuthorization, seconds(60));
  const auto request = test::request_with({{"Authorization", "x"}});
  EXPECT_TRUE(ask(*authorizer, request));
  EXPECT_TRUE(ask(*authorizer, request, kNow + std::chrono::milliseconds(59'999)));
  EXPECT_EQ(function_->asked.size(), 1U);
  EXPECT_TRUE(ask(*authorizer, request, kNow + seconds(60)));
  EXPECT_EQ(function_->asked.size(), 2U);
  EXPECT_TRUE(ask(*authorizer, test::request_with({{"Authorization", "y"}})));
  EXPECT_EQ(function_->asked.size(), 3U);
  // What it said of one route says nothing of another.
  EXPECT_TRUE(ask(*authorizer, request, kNow + seconds(60), "DELETE /a"));
  EXPECT_EQ(function_->asked.size(), 4U);
}

TEST_F(FunctionAuthorizerTest, KeepsARefusalToo) {
  const auto authorizer = make(kAuthorization, seconds(60));
  function_->answer = R"({"isAuthorized":false})";
  const auto request = test::request_with({{"Authorization", "x"}});
  EXPECT_FALSE(ask(*authorizer, request));
  function_->answer = R"({"isAuthorized":true})";
  EXPECT_FALSE(ask(*authorizer, request));
  EXPECT_TRUE(ask(*authorizer, request, kNow + seconds(60)));
}

TEST_F(FunctionAuthorizerTest, KeepsNoFailure) {
  const auto authorizer = make(kAuthorization, seconds(60));
  const auto request = test::request_with({{"Authorization", "x"}});
  function_->answer = std::unexpected(FunctionFailure{FunctionFailure::Fault::failed, "x"});
  EXPECT_FALSE(ask(*authorizer, request));
  function_->answer = R"({"isAuthorized":true})";
  EXPECT_TRUE(ask(*authorizer, request));
}

TEST_F(FunctionAuthorizerTest, KeepsNothingBeyondTheEndOfAToken) {  // PITFALLS.md, 9.
  const auto authorizer = make(kAuthorization, seconds(300));
  const std::string token = test::token_of(test::make_key(), seconds(60));
  for (const std::string& value : {"Bearer " + token, token}) {
    function_->asked.clear();
    const auto request = test::request_with({{"Authorization", value}});
    const auto identity = ask(*authorizer, request);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->expires_at, kNow + seconds(60));
    ask(*authorizer, request, kNow + seconds(59));
    EXPECT_EQ(function_->asked.size(), 1U);
    ask(*authorizer, request, kNow + seconds(60));
    EXPECT_EQ(function_->asked.size(), 2U);
  }
}

TEST(IdentitySourceParse, RefusesAllElse) {
  for (const char* text : {"", "$request.header.", "$request.querystring.", "$request.body.x",
                           "request.header.x", "$request.header.a b", "$request.header.a:b",
                           "$context.identity.sourceIp", "$stageVariables.x", "Authorization"})
    EXPECT_FALSE(IdentitySource::parse(text)) << text;
}

}  // namespace
}  // namespace tintype::gateway
