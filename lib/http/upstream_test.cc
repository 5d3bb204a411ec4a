// How a server is named, and found.
#include "http/upstream.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "http/upstream_fixture.h"

namespace tintype::http {
namespace {

using test::answer_with;
using test::Imposter;
using test::Outcome;
using test::UpstreamFixture;

TEST(UpstreamUrl, ParsesWhatMakesSense) {
  const struct {
    const char* text;
    bool secure;
    const char* host;
    int port;
    const char* path;
    const char* authority;
  } cases[] = {
      {"http://127.0.0.1:4567", false, "127.0.0.1", 4567, "", "127.0.0.1:4567"},
      {"http://127.0.0.1", false, "127.0.0.1", 80, "", "127.0.0.1"},
      {"https://API.example.com/v1/", true, "api.example.com", 443, "/v1", "api.example.com"},
      {"https://h:80/", true, "h", 80, "", "h:80"},
      {"http://[::1]:8080/a/{proxy}", false, "::1", 8080, "/a/{proxy}", "[::1]:8080"},
      {"http://[::1]", false, "::1", 80, "", "[::1]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto url = UpstreamUrl::parse(c.text);
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->origin.secure, c.secure);
    EXPECT_EQ(url->origin.host, c.host);
    EXPECT_EQ(url->origin.port, c.port);
    EXPECT_EQ(url->path, c.path);
    EXPECT_EQ(url->origin.authority(), c.authority);
  }
}

TEST(UpstreamUrl, RefusesTheRest) {
  for (const char* const text : {"",
                                 "127.0.0.1:80",
                                 "ftp://h",
                                 "HTTP://h",
                                 "http://",
                                 "http:///a",
                                 "http://h:0",
                                 "http://h:",
                                 "http://h:65536",
                                 "http://h:+1",
                                 "http://a b",
                                 "http://u:p@h",
                                 "http://h?x",
                                 "http://h/#f",
                                 "http://h/\x01",
                                 "http://h/\xc3\xa4",
                                 "http://[::1",
                                 "http://::1",
                                 "http://h_/\\a",
                                 "http://[h]",
                                 "http://h*"}) {
    SCOPED_TRACE(text);
    const auto url = UpstreamUrl::parse(text);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().code, ErrorCode::invalid_argument);
  }
}

TEST(UpstreamExchange, NobodyThere) {
  std::uint16_t port = 0;
  {
    Imposter gone([](Imposter::Peer&, int) {});
    port = gone.port();
  }
  UpstreamFixture fixture(port);
  const Outcome outcome = fixture.get();
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->fault, UpstreamFault::unreachable);
}

TEST(UpstreamExchange, FindsNames) {
  Imposter server([](Imposter::Peer& peer, int) {
    peer.read_head();
    peer.send(answer_with("found"));
  });
  UpstreamFixture fixture(server.port());
  for (const bool known : {true, false}) {
    const auto upstream = *fixture.client().upstream(
        {.secure = false, .host = known ? "localhost" : "nowhere.invalid", .port = server.port()});
    std::promise<bool> answered;
    const UpstreamRequest request{.method = "GET", .target = "/", .headers = {{"Host", "h"}}};
    const auto exchange = std::make_shared<std::shared_ptr<UpstreamExchange>>();
    fixture.loop().post([&] {
      *exchange = upstream->exchange();
      start((*exchange)->send(request), [&](const auto& head) {
        const bool got = head.has_value();
        start((*exchange)->finish(), [&, got] { answered.set_value(got); });
      });
    });
    EXPECT_EQ(answered.get_future().get(), known);
  }
}

TEST(UpstreamRequestHead, RefusesWhatWouldBreakIt) {
  const struct {
    const char* name;
    const char* method;
    std::string target;
    Headers headers;
  } cases[] = {
      {"method with a space", "GET /x", "/", {}},
      {"no method", "", "/", {}},
      {"no target", "GET", "", {}},
      {"target with a space", "GET", "/a b", {}},
      {"target with a line end", "GET", "/\r\nX: y", {}},
      {"name with a space", "GET", "/", {{"A B", "c"}}},
      {"name with a colon", "GET", "/", {{"A:", "c"}}},
      {"value with CR", "GET", "/", {{"A", "b\rc"}}},
      {"value with LF", "GET", "/", {{"A", "b\nc"}}},
      {"value with NUL", "GET", "/", {{"A", std::string("b\0c", 3)}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(format_upstream_head(
        {.method = c.method, .target = c.target, .headers = c.headers, .content_length = {}}));
  }
}

}  // namespace
}  // namespace tintype::http
