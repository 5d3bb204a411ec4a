// What goes to a server: bodies, and how long is waited.
#include "http/upstream.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "http/upstream_fixture.h"

namespace tintype::http {
namespace {

using namespace std::chrono_literals;
using test::answer_with;
using test::Imposter;
using test::Outcome;
using test::Pieces;
using test::short_times;
using test::UpstreamFixture;

TEST(UpstreamExchange, SendsBodies) {
  const struct {
    const char* name;
    const char* method;
    std::vector<std::string> pieces;  // Empty: `body`.
    std::optional<std::uint64_t> size;
    const char* body;
    const char* wire;
  } cases[] = {
      {"whole", "POST", {}, {}, "hello", "Content-Length: 5\r\n\r\nhello"},
      {"none", "POST", {}, {}, "", "Content-Length: 0\r\n\r\n"},
      {"stream of known size", "PUT", {"he", "llo"}, 5, "", "Content-Length: 5\r\n\r\nhello"},
      {"stream",
       "POST",
       {"he", "llo"},
       {},
       "",
       "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::promise<std::string> seen;
    Imposter server([&](Imposter::Peer& peer, int) {
      seen.set_value(peer.read_until(c.wire));
      peer.send(answer_with("done"));
    });
    UpstreamFixture fixture(server.port());
    Pieces stream(c.pieces);
    const Outcome outcome = fixture.send({.method = c.method,
                                          .target = "/a?b",
                                          .body = c.body,
                                          .stream = c.pieces.empty() ? nullptr : &stream,
                                          .stream_size = c.size});
    EXPECT_EQ(outcome.body, "done");
    const std::string wire = seen.get_future().get();
    EXPECT_TRUE(wire.starts_with(std::string(c.method) + " /a?b HTTP/1.1\r\nHost: h\r\n")) << wire;
    EXPECT_TRUE(wire.ends_with(c.wire)) << wire;
    EXPECT_EQ(fixture.client().connections(), 1U);  // Fit for the next.
  }
}

TEST(UpstreamExchange, AnEarlyAnswerEndsTheBody) {
  Imposter server([](Imposter::Peer& peer, int) {
    peer.read_head();
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
    peer.wait_for_end();
  });
  UpstreamFixture fixture(server.port());
  // More than the sockets hold: the body's writer waits when the answer comes.
  Pieces stream(std::vector<std::string>(400, std::string(256UL * 1024, 'x')));
  const Outcome outcome = fixture.send({.method = "POST", .target = "/", .stream = &stream});
  EXPECT_EQ(outcome.status, 413);
  EXPECT_EQ(outcome.body, "no");
  EXPECT_LT(stream.read_so_far(), 400U);
  EXPECT_EQ(fixture.client().connections(), 0U);
}

TEST(UpstreamExchange, AsksBeforeItSends) {
  const struct {
    const char* name;
    const char* reply;
    int status;
    std::size_t pieces_read;
  } cases[] = {
      {"wanted", "HTTP/1.1 100 Continue\r\n\r\n", 200, 1},
      {"no reply", "", 200, 1},
      {"not wanted", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 401, 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Imposter server([&](Imposter::Peer& peer, int) {
      EXPECT_NE(peer.read_head().find("Expect: 100-continue\r\n"), std::string::npos);
      peer.send(c.reply);
      if (c.status == 200) {
        EXPECT_EQ(peer.read_exactly(4), "body");
        peer.send(answer_with(""));
      }
      peer.wait_for_end();
    });
    UpstreamFixture fixture(server.port());
    Pieces stream({"body"});
    const Outcome outcome = fixture.send({.method = "PUT",
                                          .target = "/",
                                          .stream = &stream,
                                          .stream_size = 4,
                                          .expects_continue = true,
                                          .times = {.continue_max = 20ms}});
    EXPECT_EQ(outcome.status, c.status);
    EXPECT_EQ(stream.read_so_far(), c.pieces_read);
  }
}

TEST(UpstreamExchange, ABodyThatFailsIsTheClients) {
  Imposter server([](Imposter::Peer& peer, int) { EXPECT_TRUE(peer.wait_for_end()); });
  const struct {
    const char* name;
    std::optional<Error> failure;
    std::uint64_t size_max;
    ErrorCode code;
  } cases[] = {
      {"client left", Error{ErrorCode::damaged_input, "left"}, 100, ErrorCode::damaged_input},
      {"over its limit", {}, 3, ErrorCode::too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    UpstreamFixture fixture(server.port());
    Pieces stream({"body"}, c.failure);
    const Outcome outcome = fixture.send(
        {.method = "POST", .target = "/", .stream = &stream, .stream_size_max = c.size_max});
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->fault, UpstreamFault::client);
    EXPECT_EQ(outcome.error->cause.code, c.code);
  }
}

TEST(UpstreamExchange, TimesOut) {
  const struct {
    const char* name;
    const char* answer;
    bool in_body;
  } cases[] = {
      {"no answer", "", false},
      {"half a head", "HTTP/1.1 200 OK\r\nContent-", false},
      {"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(c.answer);
      peer.wait_for_end();
    });
    UpstreamFixture fixture(server.port());
    const Outcome outcome = fixture.send({.method = "GET", .target = "/", .times = short_times()});
    if (c.in_body) {
      ASSERT_TRUE(outcome.body_error);
      EXPECT_EQ(outcome.body_error->code, ErrorCode::unavailable);
    } else {
      ASSERT_TRUE(outcome.error);
      EXPECT_EQ(outcome.error->fault, UpstreamFault::timed_out);
    }
    EXPECT_EQ(fixture.client().connections(), 0U);
  }
}

TEST(UpstreamExchange, AbortWakesWhoWaits) {
  std::promise<void> arrived;
  Imposter server([&](Imposter::Peer& peer, int) {
    peer.read_head();
    arrived.set_value();
    EXPECT_TRUE(peer.wait_for_end());
  });
  UpstreamFixture fixture(server.port());
  const UpstreamRequest request{.method = "GET", .target = "/", .headers = {{"Host", "h"}}};
  std::promise<UpstreamFault> fault;
  std::shared_ptr<UpstreamExchange> exchange;
  fixture.loop().post([&] {
    exchange = fixture.upstream().exchange();
    start(exchange->send(request), [&](const auto& head) {
      fault.set_value(head ? UpstreamFault::full : head.error().fault);
    });
  });
  arrived.get_future().wait();
  fixture.loop().post([&] { exchange->abort(); });
  EXPECT_EQ(fault.get_future().get(), UpstreamFault::client);
}

}  // namespace
}  // namespace tintype::http
