#include "gateway/function_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::gateway {
namespace {

std::string header(const http::Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or("(none)"));
}

// The page's own examples come first:
// docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
TEST(FunctionAnswer, BecomesAResponse) {
  const struct {
    const char* name;
    const char* answer;
    int status;
    const char* content_type;
    const char* body;
  } cases[] = {
      {"a text", R"("Hello from Lambda!")", 200, "application/json", "Hello from Lambda!"},
      {"JSON without a status", R"({"message": "Hello from Lambda!"})", 200, "application/json",
       R"({"message": "Hello from Lambda!"})"},
      {"a whole response",
       R"({"cookies": ["cookie1", "cookie2"], "isBase64Encoded": false, "statusCode": 201,
           "headers": {"headername": "headervalue", "content-type": "text/html"}, "body": "Hello"})",
       201, "text/html", "Hello"},
      {"a status alone", R"({"statusCode": 204})", 204, "(none)", ""},
      {"a status in quotes", R"({"statusCode": "404", "body": "no"})", 404,
       "text/plain; charset=utf-8", "no"},
      {"a status with a fraction of nothing", R"({"statusCode": 200.0})", 200, "(none)", ""},
      {"the highest status", R"({"statusCode": 599})", 599, "(none)", ""},
      {"base64", R"({"statusCode": 200, "body": "AAH/", "isBase64Encoded": true})", 200,
       "text/plain; charset=utf-8", "\x00\x01\xff"},
      {"nulls", R"({"statusCode": 200, "headers": null, "cookies": null, "body": null,
                    "isBase64Encoded": null})",
       200, "(none)", ""},
      {"a number", "42", 200, "application/json", "42"},
      {"a list", R"([1, "two"])", 200, "application/json", R"([1, "two"])"},
      {"null", "null", 200, "application/json", "null"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = parse_answer(c.answer);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, c.status);
    EXPECT_EQ(header(*response, "Content-Type"), c.content_type);
    const auto& body = std::get<std::string>(response->body);
    EXPECT_EQ(body, c.body[0] == '\0' && !body.empty() ? std::string("\x00\x01\xff", 3)
                                                       : std::string(c.body));
  }
}

TEST(FunctionAnswer, EachCookieIsAField) {
  const auto response = parse_answer(R"({"statusCode": 200, "cookies": ["a=1; HttpOnly", "b=2"],
                       "headers": {"X-Count": 3, "X-Yes": true}})");
  ASSERT_TRUE(response);
  const auto cookies = response->headers.find_all("Set-Cookie");
  ASSERT_EQ(cookies.size(), 2U);
  EXPECT_EQ(cookies[0], "a=1; HttpOnly");
  EXPECT_EQ(cookies[1], "b=2");
  EXPECT_EQ(header(*response, "X-Count"), "3");
  EXPECT_EQ(header(*response, "X-Yes"), "true");
}

TEST(FunctionAnswer, RefusesWhatNoResponseCanBe) {
  const struct {
    const char* name;
    std::string answer;
  } cases[] = {
      {"nothing", ""},
      {"blanks", " \n"},
      {"no JSON", "<html>"},
      {"half of it", R"({"statusCode": 200)"},
      {"two", R"({"statusCode": 200} {})"},
      {"a name twice", R"({"statusCode": 200, "statusCode": 500})"},
      {"too deep", std::string(100, '[') + std::string(100, ']')},
      {"an object too deep", R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}"},
      {"a status of words", R"({"statusCode": "OK"})"},
      {"no status", R"({"statusCode": null})"},
      {"a status below", R"({"statusCode": 99})"},
      {"an interim status", R"({"statusCode": 101})"},
      {"a status just below", R"({"statusCode": 199})"},
      {"a status just above", R"({"statusCode": 600})"},
      {"a status with a fraction", R"({"statusCode": 200.5})"},
      {"a huge status", R"({"statusCode": 1e300})"},
      {"a negative status", R"({"statusCode": -200})"},
      {"headers that are a list", R"({"statusCode": 200, "headers": []})"},
      {"a header of several values", R"({"statusCode": 200, "headers": {"a": ["1", "2"]}})"},
      {"a header that ends its line", R"({"statusCode": 200, "headers": {"a": "1\r\nb: 2"}})"},
      {"a header with NUL", R"({"statusCode": 200, "headers": {"a": "\u0000"}})"},
      {"a header without name", R"({"statusCode": 200, "headers": {"": "1"}})"},
      {"a name that ends its line", R"({"statusCode": 200, "headers": {"a: 1\r\nb": "2"}})"},
      {"a name with a space", R"({"statusCode": 200, "headers": {"a b": "2"}})"},
      {"cookies that are a text", R"({"statusCode": 200, "cookies": "a=1"})"},
      {"a cookie that ends its line", R"({"statusCode": 200, "cookies": ["a=1\nb: 2"]})"},
      {"a cookie that is a number", R"({"statusCode": 200, "cookies": [1]})"},
      {"a body that is an object", R"({"statusCode": 200, "body": {"a": 1}})"},
      {"a body that is a number", R"({"statusCode": 200, "body": 1})"},
      {"no base64", R"({"statusCode": 200, "body": "***", "isBase64Encoded": true})"},
      {"a flag that is a text", R"({"statusCode": 200, "isBase64Encoded": "true"})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = parse_answer(c.answer);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::damaged_input);
  }
}

}  // namespace
}  // namespace tintype::gateway
