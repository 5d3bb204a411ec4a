// Connections to a server: kept, stale, limited.
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
using test::UpstreamFixture;

TEST(UpstreamExchange, KeepsConnections) {
  Imposter server([](Imposter::Peer& peer, int number) {
    while (!peer.read_head().empty()) peer.send(answer_with(std::to_string(number)));
  });
  UpstreamFixture fixture(server.port());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fixture.get().body, "0");
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_EQ(fixture.client().connections(), 1U);
}

TEST(UpstreamExchange, KeepsNoneThatMayHaveMore) {
  const struct {
    const char* name;
    std::string answer;
  } cases[] = {
      {"close", answer_with("a", "Connection: close\r\n")},
      {"more than announced", answer_with("a") + "HTTP/1.1 200 OK\r\n"},
      {"until close", "HTTP/1.0 200 OK\r\n\r\na"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(c.answer);
    });
    UpstreamFixture fixture(server.port());
    EXPECT_EQ(fixture.get().body, "a");
    EXPECT_EQ(fixture.client().connections(), 0U);
    EXPECT_EQ(fixture.get().body, "a");
    EXPECT_EQ(server.accepted(), 2);
  }
}

// The first connection is closed while a second request is on its way: the moment no look at the
// kept connection could foresee.
TEST(UpstreamExchange, RepeatsOnlyWhatIsSafeOnAStaleConnection) {
  const struct {
    const char* method;
    bool repeated;
  } cases[] = {{"GET", true},    {"HEAD", true},  {"PUT", true},
               {"DELETE", true}, {"POST", false}, {"PATCH", false}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.method);
    Imposter server([](Imposter::Peer& peer, int number) {
      peer.read_head();
      peer.send(answer_with(""));
      peer.read_head();
      if (number > 0) peer.send(answer_with(""));
    });
    UpstreamFixture fixture(server.port());
    EXPECT_EQ(fixture.get().status, 200);
    const Outcome second = fixture.get(c.method);
    EXPECT_EQ(second.status, c.repeated ? 200 : 0);
    if (!c.repeated) {
      ASSERT_TRUE(second.error);
      EXPECT_EQ(second.error->fault, UpstreamFault::lost);
    }
  }
}

TEST(UpstreamExchange, DoesNotRepeatOnceAnAnswerBegan) {
  Imposter server([](Imposter::Peer& peer, int) {
    peer.read_head();
    peer.send(answer_with(""));
    peer.read_head();
    peer.send("HTTP/1.1 200");
  });
  UpstreamFixture fixture(server.port());
  EXPECT_EQ(fixture.get().status, 200);
  const Outcome second = fixture.get();
  ASSERT_TRUE(second.error);
  EXPECT_EQ(second.error->fault, UpstreamFault::lost);
  EXPECT_EQ(server.accepted(), 1);
}

TEST(UpstreamExchange, ConnectionsAreLimited) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::promise<void> arrived;
  Imposter server([&](Imposter::Peer& peer, int) {
    peer.read_head();
    arrived.set_value();
    released.wait();
    peer.send(answer_with("first"));
    peer.wait_for_end();
  });
  UpstreamFixture fixture(server.port(), {.connections_max = 1});
  auto first = std::async(std::launch::async, [&] { return fixture.get(); });
  arrived.get_future().wait();
  const Outcome second = fixture.get();
  ASSERT_TRUE(second.error);
  EXPECT_EQ(second.error->fault, UpstreamFault::full);
  release.set_value();
  EXPECT_EQ(first.get().body, "first");
}

TEST(UpstreamExchange, KeptConnectionsGiveWay) {
  const auto script = [](Imposter::Peer& peer, int) {
    while (!peer.read_head().empty()) peer.send(answer_with("a"));
  };
  Imposter one(script);
  Imposter two(script);
  UpstreamFixture fixture(one.port(), {.connections_max = 1});
  EXPECT_EQ(fixture.get().body, "a");
  const auto other =
      *fixture.client().upstream({.secure = false, .host = "127.0.0.1", .port = two.port()});
  std::promise<int> status;
  const UpstreamRequest request{.method = "GET", .target = "/", .headers = {{"Host", "h"}}};
  std::shared_ptr<UpstreamExchange> exchange;
  fixture.loop().post([&] {
    exchange = other->exchange();
    start(exchange->send(request),
          [&](const auto& head) { status.set_value(head ? head->status : 0); });
  });
  EXPECT_EQ(status.get_future().get(), 200);
  std::promise<void> finished;
  fixture.loop().post([&] { start(exchange->finish(), [&] { finished.set_value(); }); });
  finished.get_future().wait();
}

TEST(UpstreamExchange, KeptConnectionsAreClosedInTime) {
  std::promise<void> closed;
  Imposter server([&](Imposter::Peer& peer, int) {
    peer.read_head();
    peer.send(answer_with("a"));
    if (peer.wait_for_end()) closed.set_value();
  });
  UpstreamFixture fixture(server.port(), {.kept_max = 30ms});
  EXPECT_EQ(fixture.get().body, "a");
  EXPECT_EQ(closed.get_future().wait_for(20s), std::future_status::ready);
}

}  // namespace
}  // namespace tintype::http
