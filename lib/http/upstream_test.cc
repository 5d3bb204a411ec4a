#include "http/upstream.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "http/asio_loop.h"
#include "http/imposter.h"

namespace tintype::http {
namespace {

using namespace std::chrono_literals;
using test::answer_with;
using test::Imposter;

/// What became of one request.
struct Outcome {
  std::optional<UpstreamError> error;
  int status = 0;
  Headers headers;
  std::string body;
  std::optional<Error> body_error;
};

/// A body that comes in pieces, and may fail at its end.
class Pieces final : public BodyReader {
 public:
  explicit Pieces(std::vector<std::string> pieces, std::optional<Error> failure = {})
      : pieces_(std::move(pieces)), failure_(std::move(failure)) {}
  Task<Result<Bytes>> read() override {
    if (next_ < pieces_.size()) co_return as_bytes(pieces_[next_++]);
    if (failure_) co_return std::unexpected(*failure_);
    co_return Bytes{};
  }
  std::size_t read_so_far() const { return next_; }

 private:
  std::vector<std::string> pieces_;
  std::optional<Error> failure_;
  std::size_t next_ = 0;
};

/// A loop, a client, and one server.
class Fixture {
 public:
  explicit Fixture(std::uint16_t port, UpstreamClient::Limits limits = {})
      : client_(limits),
        upstream_(*client_.upstream({.secure = false, .host = "127.0.0.1", .port = port})) {
    loop_.run();
  }
  ~Fixture() { loop_.end(); }

  Outcome send(UpstreamRequest request) {
    std::promise<Outcome> promise;
    request.headers.add("Host", "h");
    loop_.post([&] {
      start(run(*upstream_, request),
            [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    });
    return promise.get_future().get();
  }
  Outcome get(std::string_view method = "GET") { return send({.method = method, .target = "/"}); }

  AsioLoop& loop() { return loop_; }
  UpstreamClient& client() { return client_; }
  Upstream& upstream() { return *upstream_; }

 private:
  static Task<Outcome> run(Upstream& upstream, const UpstreamRequest& request) {
    const auto exchange = upstream.exchange();
    Outcome outcome;
    auto head = co_await exchange->send(request);
    if (!head) {
      outcome.error = std::move(head.error());
    } else {
      outcome.status = head->status;
      outcome.headers = std::move(head->headers);
      auto body = co_await read_all(*exchange, 64U << 20);
      if (body)
        outcome.body = *std::move(body);
      else
        outcome.body_error = std::move(body.error());
    }
    co_await exchange->finish();
    co_return outcome;
  }

  AsioLoop loop_;
  UpstreamClient client_;
  std::shared_ptr<Upstream> upstream_;
};

UpstreamRequest::Times short_times() {
  return {.connect_max = 2s, .head_max = 40ms, .idle_max = 40ms, .continue_max = 20ms};
}

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
      Fixture fixture(server.port());
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
    Fixture fixture(server.port());
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
  Fixture fixture(server.port());
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
    Fixture fixture(server.port());
    const Outcome outcome = fixture.get();
    ASSERT_FALSE(outcome.error);
    ASSERT_TRUE(outcome.body_error);
    EXPECT_EQ(outcome.body_error->code, ErrorCode::damaged_input);
  }
}

TEST(UpstreamExchange, KeepsConnections) {
  Imposter server([](Imposter::Peer& peer, int number) {
    while (!peer.read_head().empty()) peer.send(answer_with(std::to_string(number)));
  });
  Fixture fixture(server.port());
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
    Fixture fixture(server.port());
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
    Fixture fixture(server.port());
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
  Fixture fixture(server.port());
  EXPECT_EQ(fixture.get().status, 200);
  const Outcome second = fixture.get();
  ASSERT_TRUE(second.error);
  EXPECT_EQ(second.error->fault, UpstreamFault::lost);
  EXPECT_EQ(server.accepted(), 1);
}

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
    Fixture fixture(server.port());
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
  Fixture fixture(server.port());
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
    Fixture fixture(server.port());
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
    Fixture fixture(server.port());
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
    Fixture fixture(server.port());
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

TEST(UpstreamExchange, NobodyThere) {
  std::uint16_t port = 0;
  {
    Imposter gone([](Imposter::Peer&, int) {});
    port = gone.port();
  }
  Fixture fixture(port);
  const Outcome outcome = fixture.get();
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->fault, UpstreamFault::unreachable);
}

TEST(UpstreamExchange, FindsNames) {
  Imposter server([](Imposter::Peer& peer, int) {
    peer.read_head();
    peer.send(answer_with("found"));
  });
  Fixture fixture(server.port());
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
  Fixture fixture(server.port(), {.connections_max = 1});
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
  Fixture fixture(one.port(), {.connections_max = 1});
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
  Fixture fixture(server.port(), {.kept_max = 30ms});
  EXPECT_EQ(fixture.get().body, "a");
  EXPECT_EQ(closed.get_future().wait_for(20s), std::future_status::ready);
}

TEST(UpstreamExchange, AbortWakesWhoWaits) {
  std::promise<void> arrived;
  Imposter server([&](Imposter::Peer& peer, int) {
    peer.read_head();
    arrived.set_value();
    EXPECT_TRUE(peer.wait_for_end());
  });
  Fixture fixture(server.port());
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
