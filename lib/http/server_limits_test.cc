// What clients see that send too much, too slowly, or nonsense.
#include <gtest/gtest.h>

#include "http/server_fixture.h"

namespace tintype::http::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShort{30};

std::string put(std::size_t size, const std::string& fields = {}) {
  return "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n" + fields +
         "\r\n";
}

TEST(HttpServerLimits, RefuseSmugglingAndClose) {
  const auto server = serve(echo);
  // One row for each way in which the connection learns of it; request_parser_test has them all.
  const struct {
    const char* name;
    std::string text;
    int status;
  } cases[] = {
      {"length and coding",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       400},
      {"lone LF", "GET / HTTP/1.1\nHost: h\n\n", 400},
      {"folded", "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"TRACE", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 405},
      {"CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: h\r\n\r\n", 501},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 \n", 13), 400},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    RawClient client(server->addresses()[0]);
    client.send(c.text + std::string(kGet));
    const std::string response = client.read_response();
    EXPECT_EQ(status_of(response), c.status) << response;
    EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_NE(response.find("application/problem+json"), std::string::npos);
    EXPECT_EQ(response.find("\r\nAllow: ") != std::string::npos, c.status == 405);
    EXPECT_TRUE(client.ended_cleanly());  // The second request is never seen.
  }
}

TEST(HttpServerLimits, HoldTheHeadersSize) {
  constexpr std::size_t kMax = 6000;  // Over the buffer's first size: it has to grow.
  const auto server = serve(ignore_body, {.header_bytes_max = kMax});
  const std::string prefix = "GET /ok HTTP/1.1\r\nHost: h\r\nX: ";
  const auto head = [&prefix](std::size_t size) {
    return prefix + std::string(size - prefix.size() - 4, 'x') + "\r\n\r\n";
  };
  RawClient under(server->addresses()[0]);
  under.send(head(kMax) + head(kMax));
  EXPECT_EQ(status_of(under.read_response()), 200);
  EXPECT_EQ(status_of(under.read_response()), 200);
  under.send(head(kMax + 1));
  EXPECT_EQ(status_of(under.read_response()), 431);
  EXPECT_TRUE(under.ended_cleanly());

  RawClient endless(server->addresses()[0]);
  endless.send(prefix + std::string(kMax, 'x'));
  EXPECT_EQ(status_of(endless.read_response()), 431);
}

TEST(HttpServerLimits, HoldTheBodysSize) {
  const auto server = serve(echo, {.body_bytes_max = 10});
  const std::string chunked = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const struct {
    const char* name;
    std::string text;
    int status;
  } cases[] = {
      {"at the limit", put(10) + "0123456789", 200},
      {"announced over", put(11), 413},
      {"announced far over", put(999'999'999), 413},
      {"chunked at the limit", chunked + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", 200},
      {"chunked over", chunked + "5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n", 413},
      {"chunked over at once", chunked + "ffffff\r\n01234567890", 413},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    RawClient client(server->addresses()[0]);
    client.send(c.text);
    const std::string response = client.read_response();
    EXPECT_EQ(status_of(response), c.status);
  }
}

TEST(HttpServerLimits, LetTheAnswerArriveWhileTheClientStillSends) {
  const auto server = serve(echo, {.body_bytes_max = 10});
  RawClient client(server->addresses()[0]);
  client.send(put(50'000'000));
  client.send(std::string(3'000'000, 'x'));  // Never read by anybody; no reset either.
  EXPECT_EQ(status_of(client.read_response()), 413);
  EXPECT_TRUE(client.ended_cleanly());
}

TEST(HttpServerLimits, CutASlowHeadWith408) {
  const auto server = serve(echo, {.header_time_max = kShort});
  RawClient slow(server->addresses()[0]);
  slow.send("GET / HT");
  const std::string response = slow.read_response();
  EXPECT_EQ(status_of(response), 408);
  EXPECT_TRUE(slow.ended_cleanly());

  RawClient silent(server->addresses()[0]);
  EXPECT_TRUE(silent.ended_cleanly());  // Nobody asked anything: nothing to answer.
}

TEST(HttpServerLimits, CutASlowBody) {
  const auto server = serve(echo, {.body_idle_max = kShort});
  for (const std::string& head :
       {put(5),
        std::string("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n")}) {
    RawClient client(server->addresses()[0]);
    client.send(head + "abc");
    const std::string response = client.read_response();
    EXPECT_EQ(status_of(response), 503);
    EXPECT_TRUE(response.ends_with("unavailable"));
    EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
  }
}

TEST(HttpServerLimits, CloseIdleConnections) {
  const auto server = serve(echo, {.keep_alive_max = kShort});
  RawClient client(server->addresses()[0]);
  client.send(kGet);
  EXPECT_EQ(status_of(client.read_response()), 200);
  EXPECT_TRUE(client.ended_cleanly());
}

Task<Response> large(Request& /*request*/) { co_return text_response(std::string(64U << 20, 'x')); }

TEST(HttpServerLimits, CutAClientThatTakesNothing) {
  Reports reports;
  Server::Options options;
  options.observer = [&reports](const Exchange& exchange) {
    reports.add(exchange.body_bytes_sent < (64U << 20) ? "cut" : "whole");
  };
  const auto server = serve(large, {.write_idle_max = kShort}, std::move(options));
  RawClient client(server->addresses()[0], 4096);
  client.send(kGet);
  EXPECT_EQ(reports.wait_for(1), std::vector<std::string>{"cut"});
}

TEST(HttpServerLimits, TurnAwayConnectionsOverTheLimit) {
  const auto server = serve(echo, {.connections_max = 2});
  RawClient first(server->addresses()[0]);
  first.send(kGet);
  EXPECT_EQ(status_of(first.read_response()), 200);
  {
    RawClient second(server->addresses()[0]);
    second.send(kGet);
    EXPECT_EQ(status_of(second.read_response()), 200);

    RawClient third(server->addresses()[0]);
    third.send(kGet);
    const std::string response = third.read_response();
    EXPECT_EQ(status_of(response), 503);
    EXPECT_NE(response.find("\r\nRetry-After: "), std::string::npos);
    EXPECT_TRUE(third.ended_cleanly());
  }
  int status = 503;  // The server learns in its own time that the second has left.
  for (int tries = 0; status == 503 && tries < 1000; ++tries) {
    RawClient fourth(server->addresses()[0]);
    fourth.send(kGet);
    status = status_of(fourth.read_response());
  }
  EXPECT_EQ(status, 200);
}

TEST(HttpServerLimits, RefuseBadChunksInTheHandler) {
  const auto server = serve(echo);
  RawClient client(server->addresses()[0]);
  client.send(
      "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n");
  const std::string response = client.read_response();
  EXPECT_EQ(status_of(response), 400);
  EXPECT_TRUE(response.ends_with("damaged_input"));
  EXPECT_TRUE(client.ended_cleanly());
}

Task<Response> report_body(Reports& reports, Request& request) {
  for (;;) {
    const auto piece = co_await request.body->read();
    if (!piece || piece->empty()) break;
    reports.add(std::string(as_text(*piece)));
  }
  // Whatever ended it stays: nothing can be read behind it.
  const auto again = co_await request.body->read();
  reports.add(again ? "end" : std::string(to_string(again.error().code)));
  co_return text_response("");
}

TEST(HttpServerLimits, TellTheHandlerThatTheClientLeft) {
  Reports reports;
  const auto server = serve([&reports](Request& r) { return report_body(reports, r); });
  RawClient left(server->addresses()[0]);
  left.send(put(10) + "left");
  left.end_writing();
  EXPECT_EQ(reports.wait_for(2).back(), "damaged_input");

  RawClient broken(server->addresses()[0]);
  broken.send(put(10) + "broken");
  reports.wait_for(3);  // A connection that is reset before it is accepted never was one.
  broken.reset();
  EXPECT_EQ(reports.wait_for(4).back(), "damaged_input");

  RawClient whole(server->addresses()[0]);
  whole.send(put(5) + "whole");
  EXPECT_EQ(reports.wait_for(6).back(), "end");
}

TEST(HttpServerLimits, SendContinueWhenTheBodyIsWanted) {
  const auto reader = serve(echo);
  RawClient wanted(reader->addresses()[0]);
  wanted.send(put(3, "Expect: 100-continue\r\n"));
  EXPECT_EQ(wanted.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wanted.send("abc" + std::string(kGet));
  EXPECT_TRUE(wanted.read_response().ends_with("PUT / abc"));
  EXPECT_EQ(status_of(wanted.read_response()), 200);

  // It did not wait: no need to tell.
  RawClient impatient(reader->addresses()[0]);
  impatient.send(put(3, "Expect: 100-continue\r\n") + "abc");
  EXPECT_TRUE(impatient.read_response().ends_with("PUT / abc"));

  const auto server = serve(ignore_body);
  RawClient unwanted(server->addresses()[0]);
  unwanted.send(put(3, "Expect: 100-continue\r\n"));
  const std::string response = unwanted.read_response();
  EXPECT_EQ(status_of(response), 200);
  EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_TRUE(unwanted.ended_cleanly());
}

TEST(HttpServerLimits, DropASmallUnreadBodyAndCloseOnALargeOne) {
  const auto server = serve(ignore_body, {.body_bytes_max = 64U << 20});
  constexpr std::size_t kMax = 256 * 1024;
  RawClient client(server->addresses()[0]);
  client.send(put(kMax) + std::string(kMax, 'x') + std::string(kGet));
  EXPECT_EQ(status_of(client.read_response()), 200);
  EXPECT_EQ(status_of(client.read_response()), 200);
  client.send(
      "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
      std::string(kGet));
  EXPECT_EQ(status_of(client.read_response()), 200);
  EXPECT_EQ(status_of(client.read_response()), 200);

  client.send(put(kMax + 1) + std::string(kMax + 1, 'x') + std::string(kGet));
  const std::string response = client.read_response();
  EXPECT_EQ(status_of(response), 200);
  EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_TRUE(client.ended_cleanly());
}

}  // namespace
}  // namespace tintype::http::test
