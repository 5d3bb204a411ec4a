#include "gateway/function_payload.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

namespace tintype::gateway {
namespace {

namespace json = boost::json;

constexpr Instant kNow{std::chrono::milliseconds(1'583'348'638'390)};

struct Sent {
  http::Request request;
  std::string body;
  std::optional<Identity> identity;
  Parameters parameters;
  std::string route_key = "$default";

  json::object payload() const {
    const std::string text = write_payload({.account_id = "123456789012", .api_id = "api-id"},
                                           {.request = request,
                                            .body = body,
                                            .identity = identity ? &*identity : nullptr,
                                            .parameters = parameters,
                                            .route_key = route_key,
                                            .now = kNow});
    return json::parse(text).as_object();
  }
};

Sent post(http::Headers headers, std::string body = {}) {
  Sent sent;
  sent.request.method = "POST";
  sent.request.path = "/my/path";
  sent.request.headers = std::move(headers);
  sent.request.remote_address = "192.0.2.1";
  sent.request.id = "id";
  sent.body = std::move(body);
  return sent;
}

// The example of the page, as far as it is of this gateway:
// docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
TEST(FunctionPayload, IsFormatTwoAsAwsShowsIt) {
  Sent sent = post({{"Header1", "value1"},
                    {"Header2", "value1"},
                    {"header2", "value2"},
                    {"Cookie", "cookie1; cookie2"},
                    {"Host", "id.execute-api.us-east-1.amazonaws.com"},
                    {"User-Agent", "agent"}},
                   "Hello from Lambda");
  sent.request.query_text = "parameter1=value1&parameter1=value2&parameter2=value";
  sent.parameters = {{"parameter1", "value1"}};
  sent.identity = Identity{
      .subject = "ada",
      .issuer = "https://id.example",
      .scopes = {"scope1", "scope2"},
      .claims_json = R"({"claim1":"value1","exp":1583348638,"groups":["a","b"],"ok":true})",
      .expires_at = kNow};

  EXPECT_EQ(json::value(sent.payload()), json::parse(R"({
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/my/path",
    "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
    "cookies": ["cookie1", "cookie2"],
    "headers": {
      "header1": "value1",
      "header2": "value1,value2",
      "host": "id.execute-api.us-east-1.amazonaws.com",
      "user-agent": "agent",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-proto": "http",
      "x-request-id": "id"
    },
    "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
    "requestContext": {
      "accountId": "123456789012",
      "apiId": "api-id",
      "authorizer": {
        "jwt": {
          "claims": {"claim1": "value1", "exp": "1583348638", "groups": "[a b]", "ok": "true"},
          "scopes": ["scope1", "scope2"]
        }
      },
      "domainName": "id.execute-api.us-east-1.amazonaws.com",
      "domainPrefix": "id",
      "http": {
        "method": "POST",
        "path": "/my/path",
        "protocol": "HTTP/1.1",
        "sourceIp": "192.0.2.1",
        "userAgent": "agent"
      },
      "requestId": "id",
      "routeKey": "$default",
      "stage": "$default",
      "time": "04/Mar/2020:19:03:58 +0000",
      "timeEpoch": 1583348638390
    },
    "body": "Hello from Lambda",
    "pathParameters": {"parameter1": "value1"},
    "isBase64Encoded": false
  })"));
}

TEST(FunctionPayload, LeavesOutWhatIsEmpty) {
  const json::object payload = post({}).payload();
  for (const char* absent : {"cookies", "queryStringParameters", "pathParameters", "body"})
    EXPECT_FALSE(payload.contains(absent)) << absent;
  EXPECT_EQ(payload.at("rawQueryString"), json::value(""));
  EXPECT_EQ(payload.at("isBase64Encoded"), json::value(false));
  EXPECT_FALSE(payload.at("requestContext").as_object().contains("authorizer"));
}

TEST(FunctionPayload, HandsOnWhatAnAuthorizerSaid) {
  Sent sent = post({});
  sent.identity = Identity{.subject = "key-1",
                           .issuer = "keys",
                           .context = {{"plan", "gold"}, {"limit", "7"}},
                           .expires_at = kNow};
  EXPECT_EQ(sent.payload().at("requestContext").at("authorizer"),
            json::parse(R"({"lambda": {"plan": "gold", "limit": "7"}})"));
  sent.identity = Identity{
      .subject = "ada", .issuer = "x", .claims_json = R"({"sub":"ada"})", .expires_at = kNow};
  EXPECT_EQ(sent.payload().at("requestContext").at("authorizer"),
            json::parse(R"({"jwt": {"claims": {"sub": "ada"}, "scopes": null}})"));
}

TEST(FunctionPayload, DropsForgedForwarding) {
  const json::object payload = post({{"X-Forwarded-For", "203.0.113.9"},
                                     {"X-FORWARDED-HOST", "evil.example"},
                                     {"Forwarded", "for=203.0.113.9"},
                                     {"X_Forwarded_For", "203.0.113.9"},
                                     {"X-Tintype-Sub", "root"},
                                     {"x_tintype_sub", "root"},
                                     {"X-Request-Id", "forged"}})
                                   .payload();
  EXPECT_EQ(payload.at("headers"),
            json::parse(R"({"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "http",
                            "x-request-id": "id"})"));
}

TEST(FunctionPayload, DecodesParametersAsFormsAre) {
  Sent sent = post({});
  sent.request.query_text = "a+b=c%2Bd&empty=&alone&&%C3%A9=%E2%82%AC&q=1=2&bad=%ff";
  EXPECT_EQ(sent.payload().at("queryStringParameters"),
            json::parse(R"({"a b": "c+d", "empty": "", "alone": "", "é": "€", "q": "1=2",
                            "bad": "ÿ"})"));
}

TEST(FunctionPayload, PutsWhatIsNoTextInBase64) {
  const struct {
    const char* name;
    http::Headers headers;
    std::string body;
    bool in_base64;
  } cases[] = {
      {"text", {{"Content-Type", "text/plain; charset=utf-8"}}, "hi", false},
      {"JSON", {{"Content-Type", "application/json"}}, "{}", false},
      {"JSON of a kind", {{"Content-Type", "application/problem+json"}}, "{}", false},
      {"XML", {{"content-type", "APPLICATION/XML"}}, "<a/>", false},
      {"nothing said", {}, "hi", false},
      {"a form", {{"Content-Type", "application/x-www-form-urlencoded"}}, "a=b", true},
      {"a picture", {{"Content-Type", "image/jpeg"}}, "\xff\xd8", true},
      {"text that is none", {{"Content-Type", "text/plain"}}, "\xff\xfe", true},
      {"packed text", {{"Content-Type", "text/plain"}, {"Content-Encoding", "gzip"}}, "hi", true},
      {"nothing said of bytes", {}, std::string("\x80\0", 2), true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const json::object payload = post(c.headers, c.body).payload();
    EXPECT_EQ(payload.at("isBase64Encoded"), json::value(c.in_base64));
    if (!c.in_base64) {
      EXPECT_EQ(payload.at("body"), json::value(c.body));
    }
  }
  EXPECT_EQ(
      post({{"Content-Type", "image/png"}}, std::string("\0\x01\xff", 3)).payload().at("body"),
      json::value("AAH/"));
}

TEST(FunctionPayload, IsUnicodeWhateverTheHeadersAre) {
  const json::object payload = post({{"X-Name", "caf\xe9"}}).payload();
  EXPECT_EQ(payload.at("headers").at("x-name"), json::value("caf\xc3\xa9"));
}

TEST(FunctionPayload, NamesTheDomainWithoutItsPort) {
  const struct {
    const char* host;
    const char* domain;
  } cases[] = {
      {"localhost:8080", "localhost"}, {"[::1]:8080", "[::1]"}, {"[::1]", "[::1]"}, {"a.b", "a.b"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.host);
    const json::object payload = post({{"Host", c.host}}).payload();
    EXPECT_EQ(payload.at("requestContext").at("domainName"), json::value(c.domain));
  }
}

}  // namespace
}  // namespace tintype::gateway
