// What a handler may do with a connection beyond a whole answer: streams of known size, upgrades,
// work that goes on beside the answer.
#include <gtest/gtest.h>

#include "base/beside.h"
#include "http/server_fixture.h"

namespace tintype::http {
namespace {

using namespace std::chrono_literals;
using test::RawClient;
using test::Reports;
using test::serve;

Task<Status> write_hello(BodyWriter& writer) {
  CO_TRY(co_await writer.write("he"));
  co_return co_await writer.write("llo");
}

Response stream_of(std::uint64_t size) {
  Response response;
  response.body = StreamBody{write_hello};
  response.content_length = size;
  return response;
}

Task<Response> five(Request&) { co_return stream_of(5); }
Task<Response> six(Request&) { co_return stream_of(6); }
Task<Response> four(Request&) { co_return stream_of(4); }

TEST(ServerStream, OfKnownSizeKeepsTheConnection) {
  const auto server = serve(five);
  RawClient client(server->addresses()[0]);
  for (int i = 0; i < 2; ++i) {
    client.send(test::kGet);
    const std::string response = client.read_response();
    EXPECT_NE(response.find("\r\nContent-Length: 5\r\n"), std::string::npos);
    EXPECT_EQ(response.find("Transfer-Encoding"), std::string::npos);
    EXPECT_TRUE(response.ends_with("\r\n\r\nhello"));
  }
}

TEST(ServerStream, OfAnotherSizeThanAnnouncedBreaksOff) {
  for (const Handler& handler : {Handler(six), Handler(four)}) {
    const auto server = serve(handler);
    RawClient client(server->addresses()[0]);
    client.send(test::kGet);
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_NE(head.find("Content-Length"), std::string::npos);
    EXPECT_TRUE(std::string_view("hello").starts_with(client.read_to_end()));
  }
}

Task<void> echo_pieces(Duplex& duplex) {
  for (;;) {
    const auto piece = co_await duplex.read(20s);
    if (!piece || piece->empty()) co_return;
    if (!co_await duplex.write(*piece)) co_return;
  }
}

Task<Response> upgrade(Request& request) {
  Response response;
  if (!request.headers.has("Upgrade")) co_return response;
  response.status = 101;
  response.body = UpgradeBody{.protocol = "echo", .run = echo_pieces};
  co_return response;
}

constexpr std::string_view kUpgrade =
    "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

TEST(ServerUpgrade, HandsTheConnectionOver) {
  const auto server = serve(upgrade);
  RawClient client(server->addresses()[0]);
  client.send(std::string(kUpgrade) + "early");  // Some of it comes with the head.
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_NE(head.find("\r\nConnection: Upgrade\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nUpgrade: echo\r\n"), std::string::npos);
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  EXPECT_EQ(client.read_exactly(5), "early");
  client.send("late");
  EXPECT_EQ(client.read_exactly(4), "late");
  client.end_writing();
  EXPECT_TRUE(client.ended_cleanly());
}

TEST(ServerUpgrade, EndsWhenTheServerStops) {
  const auto server = serve(upgrade);
  RawClient client(server->addresses()[0]);
  client.send(kUpgrade);
  client.read_until("\r\n\r\n");
  server->stop();
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(ServerUpgrade, IsNotForHttp10) {
  const auto server = serve(upgrade);
  RawClient client(server->addresses()[0]);
  client.send("GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
  EXPECT_EQ(test::status_of(client.read_response()), 200);
}

/// Reads the request's body beside the answer.
struct Reader {
  Beside beside;
  std::string all;
  std::string end;

  Task<void> read(Request& request) {
    for (;;) {
      const auto piece = co_await request.body->read();
      if (!piece) {
        end = to_string(piece.error().code);
        co_return;
      }
      if (piece->empty()) co_return;
      all += as_text(*piece);
    }
  }
};

Task<void> finish(std::shared_ptr<Reader> reader, Request& request, Reports& reports) {
  request.body->cancel();
  co_await reader->beside.end();
  reports.add(reader->all + "|" + reader->end);
}

TEST(ServerBeside, WorkEndsBeforeTheRequestDoes) {
  Reports reports;
  const auto server = serve([&](Request& request) -> Task<Response> {
    return [](Request& asked, Reports& told) -> Task<Response> {
      const auto reader = std::make_shared<Reader>();
      asked.at_end = [reader, &asked, &told] { return finish(reader, asked, told); };
      reader->beside.run(reader->read(asked));
      co_return test::text_response("early");
    }(request, reports);
  });
  RawClient client(server->addresses()[0]);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello");
  EXPECT_TRUE(client.read_response().ends_with("early"));
  EXPECT_EQ(reports.wait_for(1).front(), "hello|unavailable");
  // The cancelled reading broke nothing: the rest is dropped, and the connection goes on.
  client.send("world");
  client.send(test::kGet);
  EXPECT_TRUE(client.read_response().ends_with("early"));
}

Task<Response> wait_for_leaving(Request& request, Signal& left, Reports& reports) {
  const auto seen = left.version();
  request.body->watch([&left] { left.notify(); });
  reports.add("waits");
  const bool told = co_await left.wait(seen, 20s);
  reports.add(told ? "left" : "stayed");
  co_return Response{};
}

TEST(ServerWatch, TellsWhenTheClientLeaves) {
  Reports reports;
  Signal left;
  const auto server =
      serve([&](Request& request) { return wait_for_leaving(request, left, reports); });
  RawClient client(server->addresses()[0]);
  client.send(test::kGet);
  reports.wait_for(1);
  client.end_writing();
  EXPECT_EQ(reports.wait_for(2).back(), "left");
}

TEST(ServerWatch, TellsWhenTheServerCuts) {
  Reports reports;
  Signal left;
  const auto server =
      serve([&](Request& request) { return wait_for_leaving(request, left, reports); }, {},
            {.shutdown_max = 10ms});
  RawClient client(server->addresses()[0]);
  client.send(test::kGet);
  reports.wait_for(1);
  server->stop();
  EXPECT_EQ(reports.wait_for(2).back(), "left");
}

}  // namespace
}  // namespace tintype::http
