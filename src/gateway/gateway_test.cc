#include "gateway/gateway.h"

#include <gtest/gtest.h>

#include <span>
#include <stdexcept>

#include "gateway/issuer.h"
#include "gateway/jwt_authorizer.h"
#include "gateway/test_gateway.h"
#include "http/problem.h"

namespace tintype::gateway {
namespace {

using test::header;
using test::kOrigin;

Task<http::Response> say(std::string text) { co_return http::json_response(200, std::move(text)); }

Task<http::Response> fail_badly() {
  throw std::runtime_error("secret: /var/lib/x");
  co_return http::Response{};
}

/// Answers who asked, and for what.
Route echo(std::string method, std::string path, std::shared_ptr<const Authorizer> authorizer) {
  return {
      .method = std::move(method),
      .path = std::move(path),
      .authorizer = std::move(authorizer),
      .integration = [](http::Request& request, const Identity* identity, Parameters parameters) {
        std::string text = request.method + " " + (identity ? identity->subject : "(nobody)");
        for (const auto& [name, value] : parameters) text += " " + name + "=" + value;
        return say(std::move(text));
      }};
}

class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest() {
    auto issuer = Issuer::open({.key_file = folder_.path() / "issuer.json",
                                .url = test::kIssuer,
                                .audience = test::kAudience});
    EXPECT_TRUE(issuer) << issuer.error().message;
    issuer_ = *std::move(issuer);
    jwt_ = std::make_shared<const JwtAuthorizer>(
        JwtAuthorizer::Policy{.issuer = test::kIssuer, .audience = test::kAudience},
        *crypto::KeySet::parse(issuer_->jwks_json()));
  }

  Result<http::Handler> handler_of(std::vector<Route> routes) {
    return gateway_handler(std::move(routes), *Cors::make({kOrigin}), clock_);
  }

  std::unique_ptr<test::Served> serve() {
    std::vector<Route> routes;
    routes.push_back(echo("GET", "/open", kOpen));
    routes.push_back(echo("POST", "/closed", jwt_));
    routes.push_back(echo("GET", "/uploads/{id}", kOpen));
    routes.push_back(echo("DELETE", "/uploads/{id}", jwt_));
    routes.push_back(echo("GET", "/uploads/latest", kOpen));
    routes.push_back(echo("GET", "/api/{proxy+}", kOpen));
    routes.push_back(
        {.method = "GET",
         .path = "/broken",
         .authorizer = kOpen,
         .integration = [](http::Request&, const Identity*, Parameters) { return fail_badly(); }});
    auto handler = handler_of(std::move(routes));
    EXPECT_TRUE(handler) << handler.error().message;
    return std::make_unique<test::Served>(*std::move(handler));
  }

  std::string bearer(std::chrono::seconds ttl = std::chrono::minutes(15)) {
    return "Bearer " + std::string(issuer_->issue("ada", ttl, clock_.now())->reveal());
  }

  test::Folder folder_;
  FixedClock clock_{test::kNow};
  std::unique_ptr<Issuer> issuer_;
  std::shared_ptr<const Authorizer> jwt_;
};

TEST_F(GatewayTest, FindsTheRoute) {
  const auto served = serve();
  const struct {
    const char* method;
    const char* path;
    int status;
    const char* body;
  } cases[] = {
      {"GET", "/open", 200, "GET (nobody)"},
      {"GET", "/open?x=1", 200, "GET (nobody)"},
      {"GET", "/uploads/7%20x", 200, "GET (nobody) id=7 x"},
      {"GET", "/uploads/latest", 200, "GET (nobody)"},
      {"GET", "/api/a/b/", 200, "GET (nobody) proxy=a/b/"},
      {"GET", "/", 404, "not_found"},
      {"GET", "/open/", 404, "not_found"},
      {"GET", "/Open", 404, "not_found"},
      {"GET", "/uploads/", 404, "not_found"},
      {"GET", "/uploads/a/b", 404, "not_found"},
      {"GET", "/api", 404, "not_found"},
      {"POST", "/nothing", 404, "not_found"},
      {"GET", "/uploads/%2e%2e", 400, "invalid_path"},
      {"GET", "/uploads/a%2fb", 400, "invalid_path"},
      {"GET", "/uploads/%00", 400, "invalid_path"},
      {"POST", "/open", 405, "method_not_allowed"},
      {"get", "/open", 405, "method_not_allowed"},
      {"PUT", "/uploads/latest", 405, "method_not_allowed"},
      {"POST", "/closed", 401, "missing_token"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.method) + " " + c.path);
    const auto response = served->send(c.method, c.path, {{"Origin", kOrigin}});
    EXPECT_EQ(response.status, c.status);
    EXPECT_NE(response.body.find(c.body), std::string::npos) << response.body;
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), kOrigin);
    EXPECT_EQ(header(response, "Vary"), "Origin");
    if (c.status >= 400) {
      EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
    }
  }
}

TEST_F(GatewayTest, NamesTheMethodsOfAPath) {
  const auto served = serve();
  EXPECT_EQ(header(served->send("POST", "/open"), "Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(header(served->send("GET", "/closed"), "Allow"), "OPTIONS, POST");
  EXPECT_EQ(header(served->send("PUT", "/uploads/7"), "Allow"), "DELETE, GET, HEAD, OPTIONS");

  const auto options = served->send("OPTIONS", "/closed");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(header(options, "Allow"), "OPTIONS, POST");
}

TEST_F(GatewayTest, AnswersHeadAsGet) {
  const auto response = serve()->send("HEAD", "/open");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.body.empty());
  EXPECT_EQ(header(response, "Content-Length"), "13");
}

TEST_F(GatewayTest, AnswersPreflightsBeforeTheAuthorizer) {
  const auto served = serve();
  for (const char* authorization : {"", "Bearer expired.or.wrong"}) {
    SCOPED_TRACE(authorization);
    http::Headers headers = {{"Origin", kOrigin},
                             {"Access-Control-Request-Method", "POST"},
                             {"Access-Control-Request-Headers", "authorization,content-type"}};
    if (*authorization != '\0') headers.add("Authorization", authorization);
    const auto response = served->send("OPTIONS", "/closed", headers);
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), kOrigin);
    EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), "OPTIONS, POST");
    EXPECT_NE(header(response, "Access-Control-Allow-Headers").find("authorization"),
              std::string::npos);
  }
  EXPECT_EQ(served
                ->send("OPTIONS", "/nothing",
                       {{"Origin", kOrigin}, {"Access-Control-Request-Method", "POST"}})
                .status,
            404);
}

TEST_F(GatewayTest, LetsInWhoHasAToken) {
  const auto served = serve();
  const auto response = served->send("POST", "/closed", {{"Authorization", bearer()}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "POST ada");

  // The same path, another method, another access.
  EXPECT_EQ(served->send("DELETE", "/uploads/7").status, 401);
  EXPECT_EQ(served->send("DELETE", "/uploads/7", {{"Authorization", bearer()}}).body,
            "DELETE ada id=7");
}

TEST_F(GatewayTest, TellsWhoHasNoneHowToGetIn) {
  const auto served = serve();
  const std::string expired = bearer(std::chrono::seconds(1));
  clock_.advance(std::chrono::minutes(1));
  const struct {
    const char* name;
    http::Headers headers;
    const char* code;
  } cases[] = {
      {"no header", {}, "missing_token"},
      {"another scheme", {{"Authorization", "Basic YTpi"}}, "invalid_token"},
      {"empty", {{"Authorization", "Bearer"}}, "invalid_token"},
      {"garbage", {{"Authorization", "Bearer garbage"}}, "invalid_token"},
      {"the token without its scheme", {{"Authorization", bearer().substr(7)}}, "invalid_token"},
      {"expired", {{"Authorization", expired}}, "invalid_token"},
      {"two headers",
       {{"Authorization", bearer()}, {"Authorization", "Bearer x"}},
       "invalid_token"},
      {"two headers, both good",
       {{"Authorization", bearer()}, {"Authorization", bearer()}},
       "invalid_token"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    http::Headers headers = c.headers;
    headers.add("Origin", kOrigin);
    const auto response = served->send("POST", "/closed", headers);
    EXPECT_EQ(response.status, 401);
    EXPECT_NE(response.body.find(c.code), std::string::npos) << response.body;
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), kOrigin);
    const std::string challenge = header(response, "WWW-Authenticate");
    EXPECT_TRUE(challenge.starts_with("Bearer realm="));
    // RFC 6750, 3.1: no error for who sent nothing.
    EXPECT_EQ(challenge.find("error=\"invalid_token\"") != std::string::npos,
              std::string_view(c.code) == "invalid_token");
  }
}

TEST_F(GatewayTest, HidesWhatBrokeButNotThatItDid) {
  const auto response = serve()->send("GET", "/broken", {{"Origin", kOrigin}});
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), kOrigin);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST_F(GatewayTest, RefusesRoutesThatCannotBeMeant) {
  const auto make = [&](std::vector<Route> routes) { return handler_of(std::move(routes)); };
  const struct {
    const char* name;
    std::vector<Route> routes;
  } cases[] = {
      {"twice", {echo("GET", "/a", kOpen), echo("GET", "/a", jwt_)}},
      {"twice by another parameter", {echo("GET", "/{a}", kOpen), echo("GET", "/{b}", kOpen)}},
      {"a pattern that is none", {echo("GET", "a", kOpen)}},
      {"a slash at the end", {echo("GET", "/a/", kOpen)}},
      {"an unknown method", {echo("FETCH", "/a", kOpen)}},
      {"a method in lower case", {echo("get", "/a", kOpen)}},
      {"HEAD, which GET is", {echo("HEAD", "/a", kOpen)}},
      {"OPTIONS, which is CORS'", {echo("OPTIONS", "/a", kOpen)}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto handler = make(c.routes);
    ASSERT_FALSE(handler);
    EXPECT_EQ(handler.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(make({echo("GET", "/a", kOpen), echo("POST", "/a", kOpen)}));
  Route open_with_scopes = echo("GET", "/a", kOpen);
  open_with_scopes.scopes = {"read"};
  EXPECT_FALSE(make({std::move(open_with_scopes)}));
}

}  // namespace
}  // namespace tintype::gateway
