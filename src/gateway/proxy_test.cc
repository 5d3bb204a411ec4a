#include "gateway/proxy.h"

#include <gtest/gtest.h>

#include <future>

#include "gateway/test_gateway.h"
#include "http/imposter.h"
#include "http/server_fixture.h"

namespace tintype::gateway {
namespace {

using namespace std::chrono_literals;
using http::test::answer_with;
using http::test::Imposter;
using http::test::RawClient;
using http::test::status_of;

ProxyOptions options_of(const std::string& url) {
  return {.url = url, .route_path = "/{proxy+}", .head_max = 20s};
}

/// A real server in front of `options.url`.
class Front {
 public:
  explicit Front(ProxyOptions options, http::UpstreamClient::Limits limits = {})
      : client_(std::make_shared<http::UpstreamClient>(limits)) {
    auto integration = proxy_integration(std::move(options), client_);
    EXPECT_TRUE(integration) << integration.error().message;
    server_ = http::test::serve(
        [run = *std::move(integration)](http::Request& request) {
          return run(request, nullptr, {{"proxy", request.path}});
        },
        {.body_bytes_max = 64U << 20});
  }
  RawClient connect(int receive_buffer_bytes = 0) {
    return RawClient(server_->addresses()[0], receive_buffer_bytes);
  }
  /// One request on a connection of its own: the whole response.
  std::string ask(std::string_view request) {
    RawClient client = connect();
    client.send(request);
    return client.read_response();
  }
  http::UpstreamClient& client() { return *client_; }

 private:
  std::shared_ptr<http::UpstreamClient> client_;
  std::unique_ptr<http::Server> server_;
};

constexpr std::string_view kGet = "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(Proxy, PassesRequestsAndAnswersOn) {
  Imposter server([](Imposter::Peer& peer, int) {
    std::string head;
    while (!(head = peer.read_head()).empty()) {
      EXPECT_TRUE(head.starts_with("GET /a?b=c HTTP/1.1\r\n")) << head;
      peer.send(answer_with("hello", "X-Own: 1\r\nAccess-Control-Allow-Origin: *\r\n"));
    }
  });
  Front front(options_of(server.url()));
  RawClient client = front.connect();
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    const std::string response = client.read_response();
    EXPECT_EQ(status_of(response), 200);
    EXPECT_TRUE(response.ends_with("\r\n\r\nhello"));
    EXPECT_NE(response.find("\r\nX-Own: 1\r\n"), std::string::npos);
    EXPECT_EQ(response.find("Access-Control"), std::string::npos);
  }
  EXPECT_EQ(server.accepted(), 1);
}

TEST(Proxy, AnswersForAnUpstreamThatDoesNot) {
  const struct {
    const char* name;
    std::string answer;
    bool waits;
    int status;
    const char* code;
  } cases[] = {
      {"closes at once", "", false, 502, "bad_gateway"},
      {"garbage", "garbage\r\n\r\n", false, 502, "bad_gateway"},
      {"cut head", "HTTP/1.1 200 OK\r\nCont", false, 502, "bad_gateway"},
      {"huge head", "HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'a'), false, 502,
       "bad_gateway"},
      {"two framings",
       "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false,
       502, "bad_gateway"},
      {"never answers", "", true, 504, "gateway_timeout"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(c.answer);
      if (c.waits) peer.wait_for_end();
    });
    ProxyOptions options = options_of(server.url());
    if (c.waits) options.head_max = 50ms;
    Front front(options);
    const std::string response = front.ask(kGet);
    EXPECT_EQ(status_of(response), c.status);
    EXPECT_NE(response.find(c.code), std::string::npos);
    EXPECT_EQ(response.find(std::to_string(server.port())), std::string::npos);
    EXPECT_EQ(front.client().connections(), 0U);
  }
}

TEST(Proxy, NobodyThere) {
  std::string url;
  {
    Imposter gone([](Imposter::Peer&, int) {});
    url = gone.url();
  }
  Front front(options_of(url));
  EXPECT_EQ(status_of(front.ask(kGet)), 502);
}

TEST(Proxy, CutBodiesBreakTheClientsConnection) {
  const struct {
    const char* name;
    const char* answer;
    const char* complete;  // What the end of a whole answer would be.
  } cases[] = {
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", nullptr},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
       "0\r\n\r\n"},
      {"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
       "0\r\n\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(c.answer);
    });
    Front front(options_of(server.url()));
    RawClient client = front.connect();
    client.send(kGet);
    const std::string all = client.read_to_end();  // It ends, though it was to be kept.
    EXPECT_EQ(status_of(all), 200);
    if (c.complete == nullptr)
      EXPECT_NE(all.find("Content-Length: 100\r\n"), std::string::npos);
    else
      EXPECT_FALSE(all.ends_with(c.complete));
  }
}

TEST(Proxy, Retries) {
  const struct {
    const char* name;
    const char* request;
    std::vector<int> statuses;
    int status;
    int connections;
  } cases[] = {
      {"GET", "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", {503}, 200, 2},
      {"PUT with a body",
       "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi",
       {503},
       200,
       2},
      {"POST", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", {503}, 503, 1},
      {"not asked for", "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", {}, 503, 1},
      {"another status", "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", {502, 504}, 503, 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Imposter server([](Imposter::Peer& peer, int number) {
      peer.read_head();
      peer.send(number == 0 ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            : answer_with("ok"));
    });
    ProxyOptions options = options_of(server.url());
    options.retry_statuses = c.statuses;
    Front front(options);
    EXPECT_EQ(status_of(front.ask(c.request)), c.status);
    EXPECT_EQ(server.accepted(), c.connections);
  }
}

TEST(Proxy, BodiesPassAndAreLimited) {
  Imposter server([](Imposter::Peer& peer, int) {
    const std::string head = peer.read_head();
    const bool chunked = head.find("Transfer-Encoding: chunked\r\n") != std::string::npos;
    const std::string body = chunked ? peer.read_until("0\r\n\r\n") : peer.read_exactly(100'000);
    peer.send(answer_with(std::to_string(body.size())));
  });
  ProxyOptions options = options_of(server.url());
  options.body_bytes_max = 100'000;
  Front front(options);
  const std::string large(100'000, 'x');
  const auto post = [](const std::string& field, const std::string& body) {
    return "POST /a HTTP/1.1\r\nHost: h\r\n" + field + "\r\n\r\n" + body;
  };
  EXPECT_TRUE(front.ask(post("Content-Length: 100000", large)).ends_with("100000"));
  EXPECT_EQ(status_of(front.ask(post("Content-Length: 100001", large + "x"))), 413);
  const std::string chunk = "186a0\r\n" + large + "\r\n";
  EXPECT_EQ(status_of(front.ask(post("Transfer-Encoding: chunked", chunk + "0\r\n\r\n"))), 200);
  EXPECT_EQ(status_of(front.ask(post("Transfer-Encoding: chunked", chunk + "1\r\nx\r\n0\r\n\r\n"))),
            413);
}

TEST(Proxy, SmuggledRequestsNeverReachTheUpstream) {
  Imposter server([](Imposter::Peer& peer, int) {
    std::string head;
    while (!(head = peer.read_head()).empty()) {
      EXPECT_EQ(head.find("smuggled"), std::string::npos) << head;
      if (head.find("chunked") != std::string::npos) peer.read_until("0\r\n\r\n");
      peer.send(answer_with("ok"));
    }
  });
  Front front(options_of(server.url()));
  const std::string hidden = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
  const struct {
    const char* name;
    std::string request;
    int status;
  } cases[] = {
      {"CL.TE",
       "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n" +
           hidden,
       400},
      {"TE.CL",
       "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: "
       "3\r\n\r\n1\r\nx\r\n0\r\n\r\n" +
           hidden,
       400},
      {"space before colon",
       "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : "
       "chunked\r\n\r\n0\r\n\r\n" +
           hidden,
       400},
      {"two lengths",
       "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: "
       "50\r\n\r\n" +
           hidden,
       400},
      {"xchunked", "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n" + hidden,
       501},
      {"obs-fold", "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n chunked\r\n\r\n" + hidden,
       400},
      {"bare LF in a chunk's line",
       "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
       "chunked\r\n\r\n1\n" +
           hidden,
       400},
      {"chunk extension with a line end",
       "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
       "chunked\r\n\r\n1;a=\"\n\"\r\nx\r\n" +
           hidden,
       400},
      {"size over 64 bits",
       "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
       "10000000000000001\r\nx\r\n" +
           hidden,
       400},
      {"extension that is fine",
       "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
       "chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n",
       200},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(status_of(front.ask(c.request)), c.status);
  }
}

TEST(Proxy, AClientThatLeavesEndsTheUpstreamsRequest) {
  const struct {
    const char* name;
    std::string answer;
  } cases[] = {
      {"before an answer", ""},
      {"within its body", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::promise<void> arrived;
    std::promise<bool> ended;
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(c.answer);
      arrived.set_value();
      ended.set_value(peer.wait_for_end());
    });
    Front front(options_of(server.url()));
    {
      RawClient client = front.connect();
      client.send(kGet);
      arrived.get_future().wait();
    }
    EXPECT_TRUE(ended.get_future().get());
  }
}

TEST(Proxy, ASlowClientHoldsTheUpstreamBack) {
  constexpr std::size_t kSize = 64UL << 20;
  std::promise<std::size_t> stuck;
  Imposter server([&](Imposter::Peer& peer, int) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    const std::string piece(1UL << 20, 'x');
    std::size_t sent = 0;
    // Until the client has left: far before all was sent, since nobody in between keeps it.
    while (sent < kSize && peer.send(piece)) sent += piece.size();
    stuck.set_value(sent);
  });
  Front front(options_of(server.url()));
  {
    RawClient client = front.connect(4096);
    client.send(kGet);
    client.read_exactly(1000);
  }
  EXPECT_LT(stuck.get_future().get(), kSize / 2);
}

TEST(Proxy, AnEndlessStreamComesPieceByPiece) {
  std::promise<void> read_first;
  Imposter server([&](Imposter::Peer& peer, int) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
    read_first.get_future().wait();
    peer.send("data: 2\n\n");
  });
  Front front(options_of(server.url()));
  RawClient client = front.connect();
  client.send(kGet);
  EXPECT_NE(client.read_until("data: 1\n\n").find("Transfer-Encoding: chunked"), std::string::npos);
  read_first.set_value();
  EXPECT_NE(client.read_until("data: 2\n\n").find("data: 2"), std::string::npos);
}

TEST(Proxy, FullMeans503) {
  std::promise<void> arrived;
  std::promise<void> release;
  const auto released = release.get_future().share();
  Imposter server([&](Imposter::Peer& peer, int) {
    peer.read_head();
    arrived.set_value();
    released.wait();
    peer.send(answer_with("ok"));
  });
  Front front(options_of(server.url()), {.connections_max = 1});
  RawClient first = front.connect();
  first.send(kGet);
  arrived.get_future().wait();
  const std::string second = front.ask(kGet);
  EXPECT_EQ(status_of(second), 503);
  EXPECT_NE(second.find("\r\nRetry-After: 1\r\n"), std::string::npos);
  release.set_value();
  EXPECT_EQ(status_of(first.read_response()), 200);
}

constexpr std::string_view kHandshake =
    "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr std::string_view kAccepted =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

TEST(ProxyWebSocket, PassesBytesBothWays) {
  std::promise<bool> ended;
  Imposter server([&](Imposter::Peer& peer, int) {
    EXPECT_NE(peer.read_head().find("Sec-WebSocket-Key: dGhl"), std::string::npos);
    peer.send(std::string(kAccepted) + "first");
    EXPECT_EQ(peer.read_exactly(4), "ping");
    peer.send("pong");
    ended.set_value(peer.wait_for_end());
  });
  Front front(options_of(server.url()));
  {
    RawClient client = front.connect();
    client.send(kHandshake);
    EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 101);
    EXPECT_EQ(client.read_exactly(5), "first");
    client.send("ping");
    EXPECT_EQ(client.read_exactly(4), "pong");
  }
  EXPECT_TRUE(ended.get_future().get());  // Closed with the client's side.
}

TEST(ProxyWebSocket, EndsWithTheUpstreamOrWhenIdle) {
  for (const bool idle : {false, true}) {
    SCOPED_TRACE(idle);
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(kAccepted);
      if (idle) peer.wait_for_end();
    });
    ProxyOptions options = options_of(server.url());
    if (idle) options.websocket_idle_max = 50ms;
    Front front(options);
    RawClient client = front.connect();
    client.send(kHandshake);
    EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 101);
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST(ProxyWebSocket, BadHandshakesAreRefused) {
  const struct {
    const char* name;
    std::string_view answer;
    std::string request;
    int status;
    std::size_t websockets_max = 10;
  } cases[] = {
      {"another accept",
       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
       std::string(kHandshake), 502},
      {"refused", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", std::string(kHandshake),
       403},
      {"old version", "",
       "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
       426},
      {"no key", "",
       "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Version: 13\r\n\r\n",
       400},
      {"too many", kAccepted, std::string(kHandshake), 503, 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Imposter server([&](Imposter::Peer& peer, int) {
      peer.read_head();
      peer.send(c.answer);
    });
    ProxyOptions options = options_of(server.url());
    options.websockets_max = c.websockets_max;
    Front front(options);
    EXPECT_EQ(status_of(front.ask(c.request)), c.status);
  }
}

TEST(ProxyOptions, WrongOnesAreErrors) {
  const auto client = std::make_shared<http::UpstreamClient>(http::UpstreamClient::Limits{});
  const struct {
    const char* name;
    void (*spoil)(ProxyOptions&);
  } cases[] = {
      {"no URL", [](ProxyOptions& o) { o.url = ""; }},
      {"another scheme", [](ProxyOptions& o) { o.url = "ftp://h"; }},
      {"unknown parameter", [](ProxyOptions& o) { o.url = "http://h/{id}"; }},
      {"no attempt", [](ProxyOptions& o) { o.attempts_max = 0; }},
      {"too many attempts", [](ProxyOptions& o) { o.attempts_max = 11; }},
      {"retry 500", [](ProxyOptions& o) { o.retry_statuses = {500}; }},
      {"no time", [](ProxyOptions& o) { o.head_max = 0ms; }},
      {"no body", [](ProxyOptions& o) { o.body_bytes_max = 0; }},
  };
  EXPECT_TRUE(proxy_integration(options_of("http://127.0.0.1:1/x"), client));
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ProxyOptions options = options_of("http://127.0.0.1:1");
    c.spoil(options);
    const auto integration = proxy_integration(options, client);
    ASSERT_FALSE(integration);
    EXPECT_EQ(integration.error().code, ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace tintype::gateway
