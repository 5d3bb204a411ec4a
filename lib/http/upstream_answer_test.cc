// What comes back from a server: framing, and what has no one meaning.
#include "http/upstream.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "http/upstream_fixture.h"

namespace tintype::http {
namespace {

using test::Imposter;
using test::Outcome;
using test::UpstreamFixture;

TEST(UpstreamExchange, ReadsEveryFraming) {
  const struct {
    const char* name;
    const char* answer;
    const char* body;
    const char* method = "GET";
  } cases[] = {
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"},
      {"empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
      {"chunked",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n"
       "0\r\nT: x\r\n\r\n",
       "hello"},
      {"until close", "HTTP/1.1 200 OK\r\n\r\nhello", "hello"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello", "hello"},
      {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "", "HEAD"},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", ""},
      {"304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", ""},
      {"after 1xx",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
       "a"},
  };
  for (const auto& c : cases) {
    for (const bool byte_by_byte : {false, true}) {
      SCOPED_TRACE(c.name);
      Imposter server([&](Imposter::Peer& peer, int) {
        peer.read_head();
        const std::string_view text(c.answer);
        const std::size_t step = byte_by_byte ? 1 : text.size();
        for (std::size_t at = 0; at < text.size(); at += step) peer.send(text.substr(at, step));
      });
      UpstreamFixture fixture(server.port());
      const Outcome outcome = fixture.get(c.method);
      ASSERT_FALSE(outcome.error) << outcome.error->cause.message;
      EXPECT_FALSE(outcome.body_error);
      EXPECT_EQ(outcome.body, c.body);
    }
  }
}

TEST(UpstreamExchange, RefusesAnswersThatHaveNoOneMeaning) {
  const std::string many(200, 'x');
  const struct {
    const char* name;
    std::string answer;
    UpstreamFault fault = UpstreamFault::malformed;
  } cases[] = {
      {"garbage", "garbage\r\n\r\n"},
      {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
      {"HTTP/2", "HTTP/2 200 OK\r\n\r\n"},
      {"status of two digits", "HTTP/1.1 20 OK\r\n\r\n"},
      {"status 700", "HTTP/1.1 700 What\r\n\r\n"},
      {"length twice", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello"},
      {"length with a sign", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello"},
      {"negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"},
      {"length and chunked",
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n"},
      {"gzip, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"},
      {"chunked twice",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n"},
      {"chunked in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"folded", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"},
      {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
      {"space before colon", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"},
      {"no colon", "HTTP/1.1 200 OK\r\nContent-Length\r\n\r\n"},
      {"unasked 101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
      {"head too large", "HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'a') + "\r\n\r\n"},
      {"cut in the head", "HTTP/1.1 200 OK\r\nContent-Le", UpstreamFault::lost},
      {"closed at once", "", UpstreamFault::lost},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(c.answer);
    });
    UpstreamFixture fixture(server.port());
    const Outcome outcome = fixture.get();
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->fault, c.fault) << outcome.error->cause.message;
    EXPECT_EQ(fixture.client().connections(), 0U);
  }
}

TEST(UpstreamExchange, EndlessInterimAnswersEnd) {
  Imposter server([](Imposter::Peer& peer, int) {
    peer.read_head();
    while (peer.send("HTTP/1.1 100 Continue\r\n\r\n")) {
    }
  });
  UpstreamFixture fixture(server.port());
  const Outcome outcome = fixture.get();
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->fault, UpstreamFault::malformed);
}

TEST(UpstreamExchange, CutBodiesAreErrors) {
  for (const char* const answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    SCOPED_TRACE(answer);
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(answer);
    });
    UpstreamFixture fixture(server.port());
    const Outcome outcome = fixture.get();
    ASSERT_FALSE(outcome.error);
    ASSERT_TRUE(outcome.body_error);
    EXPECT_EQ(outcome.body_error->code, ErrorCode::damaged_input);
  }
}

}  // namespace
}  // namespace tintype::http
