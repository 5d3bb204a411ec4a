#include "gateway/cors.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

constexpr const char* kApp = "https://app.example.com";

Cors make_cors() {
  auto cors = Cors::make({kApp, "http://localhost:8080"});
  EXPECT_TRUE(cors);
  return *std::move(cors);
}

http::Request request_from(std::initializer_list<http::Headers::Entry> headers,
                           std::string method = "GET") {
  http::Request request;
  request.method = std::move(method);
  request.headers = headers;
  return request;
}

TEST(CorsMake, TakesOriginsAsBrowsersSendThem) {
  for (const char* origin : {"https://app.example.com", "http://localhost:8080",
                             "http://127.0.0.1:8080", "http://[::1]:8080", "https://[2001:db8::1]",
                             "https://xn--bcher-kva.example", "http://a"}) {
    SCOPED_TRACE(origin);
    EXPECT_TRUE(Cors::make({origin}));
  }
  EXPECT_TRUE(Cors::make({}));
}

TEST(CorsMake, RefusesWhatNoBrowserSends) {
  for (const char* origin : {"",
                             "*",
                             "null",
                             "app.example.com",
                             "//app.example.com",
                             "ftp://app.example.com",
                             "https://",
                             "https:///",
                             "https://app.example.com/",
                             "https://app.example.com/path",
                             "https://app.example.com?x",
                             "https://app.example.com#x",
                             "https://user@app.example.com",
                             "https://App.example.com",
                             "HTTPS://app.example.com",
                             "https://*.example.com",
                             "https://app.example.com:443",
                             "http://app.example.com:80",
                             "https://app.example.com:",
                             "https://app.example.com:0",
                             "https://app.example.com:65536",
                             "https://app.example.com:08",
                             "https://app.example.com:8a",
                             "https://app.example.com,https://b.example",
                             "https://app.example.com https://b.example",
                             "https://b\xc3\xbc"
                             "cher.example",
                             "http://[::1",
                             "http://[]",
                             "http://[localhost]",
                             "http://a\r\nX: y"}) {
    SCOPED_TRACE(origin);
    const auto cors = Cors::make({kApp, origin});
    ASSERT_FALSE(cors);
    EXPECT_EQ(cors.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Cors, GivesHeadersToListedOriginsOnly) {
  const struct {
    const char* name;
    std::initializer_list<http::Headers::Entry> headers;
    const char* allowed;
  } cases[] = {
      {"the app", {{"Origin", kApp}}, kApp},
      {"the second one", {{"origin", "http://localhost:8080"}}, "http://localhost:8080"},
      {"none", {}, "(none)"},
      {"null", {{"Origin", "null"}}, "(none)"},
      {"empty", {{"Origin", ""}}, "(none)"},
      {"a stranger", {{"Origin", "https://evil.example"}}, "(none)"},
      {"another scheme", {{"Origin", "http://app.example.com"}}, "(none)"},
      {"another port", {{"Origin", "https://app.example.com:8443"}}, "(none)"},
      {"ours as a prefix", {{"Origin", "https://app.example.com.evil.example"}}, "(none)"},
      {"ours as a suffix", {{"Origin", "https://evil.example/https://app.example.com"}}, "(none)"},
      {"a parent", {{"Origin", "https://example.com"}}, "(none)"},
      {"a child", {{"Origin", "https://x.app.example.com"}}, "(none)"},
      {"another case", {{"Origin", "https://APP.example.com"}}, "(none)"},
      {"ours and a stranger", {{"Origin", kApp}, {"Origin", "https://evil.example"}}, "(none)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    http::Response response;
    make_cors().add_headers(request_from(c.headers), response);
    EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin").value_or("(none)"), c.allowed);
    EXPECT_EQ(response.headers.find("Vary").value_or("(none)"), "Origin");
    EXPECT_FALSE(response.headers.has("Access-Control-Allow-Credentials"));
  }
}

TEST(Cors, IsTheOneOwner) {
  http::Response response;
  response.headers = {{"access-control-allow-origin", "*"},
                      {"Access-Control-Allow-Credentials", "true"},
                      {"Vary", "Accept"},
                      {"Vary", "Accept-Encoding, origin"}};

  make_cors().add_headers(request_from({{"Origin", "https://evil.example"}}), response);

  EXPECT_FALSE(response.headers.has("Access-Control-Allow-Origin"));
  EXPECT_FALSE(response.headers.has("Access-Control-Allow-Credentials"));
  EXPECT_EQ(response.headers.find_all("Vary").size(), 2U);
}

TEST(CorsPreflight, IsToldFromAnOrdinaryOptions) {
  EXPECT_TRUE(Cors::is_preflight(
      request_from({{"Origin", kApp}, {"Access-Control-Request-Method", "POST"}}, "OPTIONS")));
  EXPECT_FALSE(Cors::is_preflight(request_from({{"Origin", kApp}}, "OPTIONS")));
  EXPECT_FALSE(
      Cors::is_preflight(request_from({{"Access-Control-Request-Method", "POST"}}, "OPTIONS")));
  EXPECT_FALSE(Cors::is_preflight(
      request_from({{"Origin", kApp}, {"Access-Control-Request-Method", "POST"}}, "GET")));
}

TEST(CorsPreflight, ReflectsNothing) {
  const auto response =
      make_cors().preflight(request_from({{"Origin", kApp},
                                          {"Access-Control-Request-Method", "EVIL"},
                                          {"Access-Control-Request-Headers", "x-evil"}},
                                         "OPTIONS"),
                            "OPTIONS, POST");

  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Methods"), "OPTIONS, POST");
  EXPECT_EQ(response.headers.find("Access-Control-Max-Age"), "7200");
  const auto headers = response.headers.find("Access-Control-Allow-Headers").value_or("");
  EXPECT_NE(headers.find("authorization"), std::string_view::npos);
  EXPECT_EQ(headers.find("evil"), std::string_view::npos);
}

TEST(CorsPreflight, GivesAStrangerNothing) {
  const auto response = make_cors().preflight(
      request_from({{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}},
                   "OPTIONS"),
      "OPTIONS, POST");

  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.count(), 1U);  // Vary.
}

TEST(Cors, LetsListedPagesSendTheCookieToAuthAlone) {
  const Cors cors = make_cors();
  const struct {
    const char* origin;
    const char* path;
    bool allowed;
  } cases[] = {
      {kApp, "/auth/refresh", true},
      {"https://evil.example", "/auth/refresh", false},
      {kApp, "/api/profile", false},
      {kApp, "/authors", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.path);
    auto request = request_from({{"Origin", c.origin}});
    request.path = c.path;
    http::Response response;
    cors.add_headers(request, response);
    EXPECT_EQ(response.headers.has("Access-Control-Allow-Credentials"), c.allowed);
  }
}

}  // namespace
}  // namespace tintype::gateway
