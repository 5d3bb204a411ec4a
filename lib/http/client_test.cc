#include "http/client.h"

#include <gtest/gtest.h>

#include <thread>

#include "http/server_fixture.h"

namespace tintype::http::test {
namespace {

Task<Response> mirror(Request& request) {
  const auto body = co_await read_all(*request.body, 1 << 20);
  Response response;
  response.status = request.path == "/moved" ? 302 : 201;
  if (request.path == "/moved") response.headers.add("Location", "/elsewhere");
  for (const auto& [name, value] : request.headers) response.headers.add("seen-" + name, value);
  response.headers.add("Twice", "1");
  response.headers.add("Twice", "2");
  response.body = request.method + " " + request.target + " " + body.value_or("?");
  co_return response;
}

std::string url_of(const Server& server, const std::string& target) {
  return "http://" + server.addresses()[0] + target;
}

TEST(HttpClient, SendsWhatItIsTold) {
  const auto server = serve(mirror);
  Client client;
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "PURGE"}) {
    for (const char* body : {"", "a=b"}) {
      SCOPED_TRACE(std::string(method) + " " + body);
      const auto response = client.send({.method = method,
                                         .url = url_of(*server, "/a/../b%2f?c"),
                                         .headers = {{"X-A", "1"}, {"X-Empty", ""}},
                                         .body = body});
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->status, 201);
      EXPECT_EQ(response->body, std::string(method) + " /a/../b%2f?c " + body);
      EXPECT_EQ(response->headers.find("Seen-X-A"), "1");
      EXPECT_EQ(response->headers.find("Seen-X-Empty"), "");
      EXPECT_EQ(response->headers.find_all("twice").size(), 2U);
      EXPECT_FALSE(response->headers.has("Seen-Expect"));
      EXPECT_FALSE(response->headers.has("Seen-Content-Type"));
    }
  }
}

TEST(HttpClient, AsksForTheHeadAlone) {
  const auto server = serve(mirror);
  const auto response = Client().send({.method = "HEAD", .url = url_of(*server, "/a")});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(response->headers.find("content-length"), "8");
}

TEST(HttpClient, FollowsNoRedirect) {
  const auto server = serve(mirror);
  const auto response = Client().send({.url = url_of(*server, "/moved")});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(response->headers.find("location"), "/elsewhere");
}

TEST(HttpClient, KeepsToTheLimitOfTheAnswer) {
  const auto server = serve(mirror);
  Client client;
  const auto limited = [&](std::uint64_t size_max) {
    return client.send({.url = url_of(*server, "/"),  // Answers "GET / ".
                        .headers = {},
                        .body_bytes_max = size_max});
  };
  EXPECT_TRUE(limited(6));
  const auto over = limited(5);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::too_large);
  EXPECT_TRUE(limited(6)) << "after a failure it still works";
}

Task<Response> never(Signal& release, Request& /*request*/) {
  co_await release.wait(release.version(), std::chrono::seconds(20));
  co_return Response{};
}

TEST(HttpClient, SaysWhyNoAnswerCame) {
  Signal release;
  const auto server = serve([&release](Request& r) { return never(release, r); });
  std::string gone;
  {
    const auto ended = serve(mirror);
    gone = url_of(*ended, "/");
  }
  const struct {
    const char* name;
    ClientRequest request;
    ErrorCode code;
  } cases[] = {
      {"refused", {.url = gone}, ErrorCode::unavailable},
      {"unknown host", {.url = "http://name.invalid/"}, ErrorCode::unavailable},
      {"too late",
       {.url = url_of(*server, "/"), .time_max = std::chrono::milliseconds(30)},
       ErrorCode::unavailable},
      {"file", {.url = "file:///etc/passwd"}, ErrorCode::invalid_argument},
      {"gopher", {.url = "gopher://a/"}, ErrorCode::invalid_argument},
      {"no URL", {.url = ""}, ErrorCode::invalid_argument},
      {"line in the URL", {.url = url_of(*server, "/a\r\nX: y")}, ErrorCode::invalid_argument},
      {"line in a value",
       {.url = url_of(*server, "/"), .headers = {{"A", "b\r\nC: d"}}},
       ErrorCode::invalid_argument},
      {"line in a name",
       {.url = url_of(*server, "/"), .headers = {{"A\r\nB", "c"}}},
       ErrorCode::invalid_argument},
      {"colon in a name",
       {.url = url_of(*server, "/"), .headers = {{"A:B", "c"}}},
       ErrorCode::invalid_argument},
      {"line in the method",
       {.method = "GET / HTTP/1.1\r\nA:", .url = url_of(*server, "/")},
       ErrorCode::invalid_argument},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = Client().send(c.request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, c.code) << response.error().message;
  }
  release.notify();
}

TEST(HttpClient, NeverPutsTheQueryIntoItsMessage) {
  const auto response = Client().send({.url = "http://name.invalid/a?X-Amz-Signature=secret"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message.find("secret"), std::string::npos);
  EXPECT_NE(response.error().message.find("name.invalid/a"), std::string::npos);
}

TEST(HttpClient, IsSharedByThreads) {
  const auto server = serve(mirror);
  Client client;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&client, &server] {
      for (int i = 0; i < 20; ++i) {
        const auto response =
            client.send({.method = "PUT", .url = url_of(*server, "/"), .body = "x"});
        EXPECT_TRUE(response && response->body == "PUT / x");
      }
    });
  }
}

}  // namespace
}  // namespace tintype::http::test
