#include "gateway/issuer/browser.h"

#include <gtest/gtest.h>

#include <vector>

namespace tintype::gateway {
namespace {

http::Request request_with(http::Headers headers) {
  http::Request request;
  request.headers = std::move(headers);
  return request;
}

TEST(CookieOf, FindsTheOneOfThatName) {
  const struct {
    const char* name;
    http::Headers headers;
    std::optional<std::string> value;
  } cases[] = {
      {"alone", {{"Cookie", "a=1"}}, "1"},
      {"among others", {{"Cookie", "b=2; a=1; c=3"}}, "1"},
      {"of two fields", {{"Cookie", "b=2"}, {"Cookie", "a=1"}}, "1"},
      {"with an equals sign", {{"Cookie", "a=1=2"}}, "1=2"},
      {"empty", {{"Cookie", "a="}}, ""},
      {"no field", {}, std::nullopt},
      {"another name", {{"Cookie", "aa=1; A=2"}}, std::nullopt},
      {"no pair", {{"Cookie", "a"}}, std::nullopt},
      {"twice", {{"Cookie", "a=1; a=2"}}, std::nullopt},
      {"twice in two fields", {{"Cookie", "a=1"}, {"Cookie", "a=1"}}, std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(cookie_of(request_with(c.headers), "a"), c.value);
  }
}

TEST(WriteCookie, IsForNoScriptAndNoOtherSite) {
  EXPECT_EQ(write_cookie(
                {.name = "a", .path = "/auth", .secure = true, .lifetime = std::chrono::minutes(1)},
                Secret("x")),
            "a=x; Path=/auth; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(
      write_cookie(
          {.name = "a", .path = "/auth", .secure = false, .lifetime = std::chrono::seconds(0)},
          Secret("")),
      "a=; Path=/auth; Max-Age=0; HttpOnly; SameSite=Strict");
}

TEST(IsForeign, SeesPagesOfOthers) {
  const std::vector<std::string> origins = {"https://app.example.com"};
  const struct {
    const char* name;
    http::Headers headers;
    bool foreign;
  } cases[] = {
      {"a listed page", {{"Origin", "https://app.example.com"}, {"Host", "api"}}, false},
      {"our own page", {{"Origin", "http://localhost:8080"}, {"Host", "localhost:8080"}}, false},
      {"no browser", {{"Host", "localhost:8080"}}, false},
      {"another site", {{"Origin", "https://evil.example"}, {"Host", "localhost:8080"}}, true},
      {"another port", {{"Origin", "http://localhost:9"}, {"Host", "localhost:8080"}}, true},
      {"a part of it", {{"Origin", "https://app.example.com.evil.example"}, {"Host", "a"}}, true},
      {"a page in a sandbox", {{"Origin", "null"}, {"Host", "null"}}, true},
      {"nothing", {{"Origin", ""}, {"Host", ""}}, true},
      {"two", {{"Origin", "https://app.example.com"}, {"Origin", "https://evil.example"}}, true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_foreign(request_with(c.headers), origins), c.foreign);
  }
}

}  // namespace
}  // namespace tintype::gateway
