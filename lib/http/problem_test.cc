#include "http/problem.h"

#include <gtest/gtest.h>

#include "http/event_stream.h"

namespace tintype::http {
namespace {

constexpr ErrorCode kCodes[] = {
    ErrorCode::invalid_argument, ErrorCode::unauthenticated, ErrorCode::denied,
    ErrorCode::not_found,        ErrorCode::conflict,        ErrorCode::too_large,
    ErrorCode::unsupported,      ErrorCode::unavailable,     ErrorCode::damaged_input,
    ErrorCode::corrupt,          ErrorCode::internal};

TEST(HttpProblem, IsAProblemDocument) {
  Request request;
  request.id = "01abc";
  const Response response = problem_response(
      Problem{.status = 403, .code = "no_owner", .detail = "Not \"yours\"."}, request);

  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.headers.find("content-type"), "application/problem+json");
  EXPECT_EQ(std::get<std::string>(response.body),
            R"({"type":"about:blank","title":"Forbidden","status":403,)"
            R"("detail":"Not \"yours\".","code":"no_owner","request_id":"01abc"})");
}

TEST(HttpProblem, NamesEachFieldThatIsWrong) {
  const Response response =
      problem_response(Problem{.status = 422,
                               .code = "invalid_fields",
                               .detail = "See errors.",
                               .errors = {{.pointer = "#/a", .detail = "is missing"},
                                          {.pointer = "#/b", .detail = "is \"b\""}}},
                       Request{});
  EXPECT_NE(std::get<std::string>(response.body)
                .find(R"("errors":[{"pointer":"#/a","detail":"is missing"},)"
                      R"({"pointer":"#/b","detail":"is \"b\""}])"),
            std::string::npos);
}

TEST(HttpProblem, OfAnErrorNeverShowsItsMessage) {
  for (const ErrorCode code : kCodes) {
    SCOPED_TRACE(to_string(code));
    const Response response = problem_response(Error{code, "open '/var/secret'"}, Request{});
    const auto& body = std::get<std::string>(response.body);
    EXPECT_EQ(body.find("secret"), std::string::npos);
    EXPECT_NE(body.find('"' + std::string(to_string(code)) + '"'), std::string::npos);
    EXPECT_GE(response.status, 400);
    EXPECT_NE(reason_phrase(response.status), "Unknown");
    EXPECT_EQ(response.headers.has("Retry-After"), code == ErrorCode::unavailable);
    EXPECT_EQ(response.headers.has("WWW-Authenticate"), code == ErrorCode::unauthenticated);
  }
}

TEST(HttpProblem, JsonResponseIsJson) {
  const Response response = json_response(201, "{}");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  EXPECT_EQ(std::get<std::string>(response.body), "{}");
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
TEST(HttpEventStream, FormatsEveryLineOfTheData) {
  EXPECT_EQ(format_event("ready", "{}"), "event: ready\ndata: {}\n\n");
  EXPECT_EQ(format_event("", ""), "data: \n\n");
  EXPECT_EQ(format_event("a", "1\n2"), "event: a\ndata: 1\ndata: 2\n\n");
  EXPECT_EQ(format_event("a", "1\r\n2\r3"), "event: a\ndata: 1\ndata: 2\ndata: 3\n\n");
  EXPECT_EQ(format_event("a", "1\n"), "event: a\ndata: 1\ndata: \n\n");
}

}  // namespace
}  // namespace tintype::http
