#include "gateway/gateway.h"

#include <gtest/gtest.h>

#include <span>
#include <stdexcept>

#include "gateway/jwt_authorizer.h"
#include "gateway/test_authorizer.h"
#include "http/problem.h"

namespace tintype::gateway {
namespace {

using test::header;
using test::kOrigin;

Task<http::Response> say(std::string text) { co_return http::json_response(200, std::move(text)); }

Task<http::Response> read_back(http::Request& request) {
  auto body = co_await http::read_all(*request.body, 100);
  if (!body) co_return http::problem_response(body.error(), request);
  co_return http::json_response(200, *std::move(body));
}

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
    jwt_ = std::make_shared<const JwtAuthorizer>(
        JwtPolicy{.issuer = test::kIssuer, .audiences = {test::kAudience}},
        std::make_shared<FixedKeys>(test::keys_of(key_)));
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
    routes.push_back(echo("ANY", "/any/{proxy+}", kOpen));
    routes.push_back(echo("POST", "/any/x", kOpen));
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
    return "Bearer " + test::token_of(key_, ttl);
  }

  FixedClock clock_{test::kNow};
  const crypto::SigningKey key_ = test::make_key();
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
      {"GET", "/uploads/..;/x", 400, "invalid_path"},
      {"GET", "/api/a;x=1/b", 400, "invalid_path"},
      {"GET", "/api/a%5cb", 400, "invalid_path"},
      {"GET", "/api/%c0%ae%c0%ae/x", 400, "invalid_path"},
      {"GET", "/any/a", 200, "GET (nobody) proxy=a"},
      {"DELETE", "/any/a", 200, "DELETE (nobody) proxy=a"},
      {"POST", "/any/x", 200, "POST (nobody)"},
      {"PUT", "/any/x", 200, "PUT (nobody) proxy=x"},
      {"PURGE", "/any/x", 405, "method_not_allowed"},
      {"POST", "/any", 404, "not_found"},
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

TEST_F(GatewayTest, AnyPathHasADefault) {
  auto handler = handler_of({echo("ANY", "$default", jwt_), echo("GET", "/open", kOpen)});
  ASSERT_TRUE(handler) << handler.error().message;
  test::Served served(*std::move(handler));
  EXPECT_EQ(served.send("GET", "/open").body, "GET (nobody)");
  EXPECT_EQ(served.send("PUT", "/", {{"Authorization", bearer()}}).body, "PUT ada");
  EXPECT_EQ(served.send("POST", "/open", {{"Authorization", bearer()}}).body, "POST ada");
  EXPECT_EQ(served.send("HEAD", "/x/y", {{"Authorization", bearer()}}).status, 200);
  EXPECT_EQ(served.send("GET", "/x/y").status, 401);
  // Never an authorizer's, never an integration's.
  const auto preflight = served.send(
      "OPTIONS", "/x/y", {{"Origin", kOrigin}, {"Access-Control-Request-Method", "PUT"}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(header(preflight, "Access-Control-Allow-Methods"),
            "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
  EXPECT_EQ(served.send("OPTIONS", "/x/y").status, 204);
}

TEST_F(GatewayTest, TakesNoOrdersAboutMethodAndPath) {
  auto handler =
      handler_of({{.method = "POST",
                   .path = "/headers",
                   .authorizer = kOpen,
                   .integration = [](http::Request& request, const Identity*, Parameters) {
                     std::string names;
                     for (const auto& [name, value] : request.headers)
                       if (name.starts_with("X-")) names += name + " ";
                     return say(request.method + " " + names);
                   }}});
  ASSERT_TRUE(handler);
  test::Served served(*std::move(handler));
  const auto response = served.send("POST", "/headers",
                                    {{"X-HTTP-Method-Override", "DELETE"},
                                     {"x-http-method", "DELETE"},
                                     {"X-Method-Override", "DELETE"},
                                     {"X-Original-URL", "/closed"},
                                     {"X-Rewrite-URL", "/closed"},
                                     {"X-Other", "1"}});
  EXPECT_EQ(response.body, "POST X-Other ");
}

TEST_F(GatewayTest, ThrottlesAndSaysSo) {
  const Rate two{.count = 2, .per = std::chrono::seconds(60), .burst = 2};
  Route route = echo("GET", "/a", kOpen);
  route.throttle.everybody = two;
  Route other = echo("GET", "/b", jwt_);
  other.throttle.identity = two;
  auto handler = handler_of({std::move(route), std::move(other)});
  ASSERT_TRUE(handler);
  test::Served served(*std::move(handler));

  const auto first = served.send("GET", "/a");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(header(first, "RateLimit-Policy"), R"("route-everybody";q=2;w=60)");
  EXPECT_EQ(header(first, "RateLimit"), R"("route-everybody";r=1;t=30)");
  EXPECT_EQ(served.send("GET", "/a").status, 200);
  const auto refused = served.send("GET", "/a", {{"Origin", kOrigin}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.body.find("too_many_requests"), std::string::npos);
  EXPECT_EQ(header(refused, "Retry-After"), "30");
  EXPECT_EQ(header(refused, "Access-Control-Allow-Origin"), kOrigin);
  EXPECT_NE(header(refused, "Access-Control-Expose-Headers").find("ratelimit"), std::string::npos);
  clock_.advance(std::chrono::seconds(30));
  EXPECT_EQ(served.send("GET", "/a").status, 200);

  // Who is not let in has nothing taken from him.
  for (int i = 0; i < 5; ++i) EXPECT_EQ(served.send("GET", "/b").status, 401);
  EXPECT_EQ(served.send("GET", "/b", {{"Authorization", bearer()}}).status, 200);
  EXPECT_EQ(served.send("GET", "/b", {{"Authorization", bearer()}}).status, 200);
  EXPECT_EQ(served.send("GET", "/b", {{"Authorization", bearer()}}).status, 429);
}

TEST_F(GatewayTest, ThrottlesAnAddressOverAllRoutes) {
  auto handler = gateway_handler(
      {echo("GET", "/a", kOpen), echo("POST", "/b", kOpen)}, *Cors::make({kOrigin}), clock_,
      {.everybody = {},
       .identity = {},
       .address = Rate{.count = 3, .per = std::chrono::seconds(60), .burst = 3}});
  ASSERT_TRUE(handler);
  test::Served served(*std::move(handler));
  EXPECT_EQ(served.send("GET", "/a").status, 200);
  EXPECT_EQ(served.send("POST", "/b").status, 200);
  EXPECT_EQ(served.send("GET", "/nothing").status, 404) << "who looks for holes is counted";
  EXPECT_EQ(served.send("GET", "/a").status, 429);
  EXPECT_EQ(served.send("GET", "/%2e%2e").status, 429);
  EXPECT_EQ(
      served.send("OPTIONS", "/a", {{"Origin", kOrigin}, {"Access-Control-Request-Method", "GET"}})
          .status,
      204)
      << "a preflight is not";
}

TEST_F(GatewayTest, LimitsBodiesByRoute) {
  Route route = echo("POST", "/small", kOpen);
  route.body_bytes_max = 4;
  route.integration = [](http::Request& request, const Identity*, Parameters) {
    return read_back(request);
  };
  auto handler = handler_of({std::move(route)});
  ASSERT_TRUE(handler);
  test::Served served(*std::move(handler));
  EXPECT_EQ(served.send("POST", "/small", {}, "1234").body, "1234");
  EXPECT_EQ(served.send("POST", "/small", {}, "12345").status, 413);
  EXPECT_EQ(served.send("POST", "/small", {{"Transfer-Encoding", "chunked"}}, "1234").body, "1234");
  EXPECT_EQ(served.send("POST", "/small", {{"Transfer-Encoding", "chunked"}}, "12345").status, 413);
}

TEST_F(GatewayTest, RefusesARouteThatTakesFromABuiltInOne) {
  const auto of_stack = [](Route route) {
    route.place = "tintype.toml:7: route[0].match";
    return route;
  };
  const struct {
    const char* method;
    const char* path;
    bool fits;
  } cases[] = {
      {"GET", "/uploads/{other}", false},  // The same one.
      {"ANY", "/uploads/{other}", true},   // All methods but the built-in one's.
      {"POST", "/uploads/{other}", true},
      {"GET", "/uploads/latest", false},  // Before the parameter.
      {"ANY", "/uploads/latest", false},
      {"POST", "/uploads/latest", true},
      {"GET", "/uploads/{id}/more", true},
      {"ANY", "/uploads/{proxy+}", true},
      {"ANY", "$default", true},
      {"ANY", "/{a}/{b}", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.method) + " " + c.path);
    const auto handler =
        handler_of({echo("GET", "/uploads/{id}", kOpen), of_stack(echo(c.method, c.path, kOpen))});
    EXPECT_EQ(handler.has_value(), c.fits);
    if (!handler) {
      EXPECT_TRUE(handler.error().message.starts_with("tintype.toml:7: route[0].match: "));
      EXPECT_NE(handler.error().message.find("GET /uploads/{id}"), std::string::npos);
    }
  }
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
