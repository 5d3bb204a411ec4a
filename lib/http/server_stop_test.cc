// How a server ends.
#include <gtest/gtest.h>

#include <thread>

#include "http/event_stream.h"
#include "http/server_fixture.h"

namespace tintype::http::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{20'000};

/// What a handler waits for, and what it tells.
struct Gate {
  Signal opened;
  Reports reports;
};

Task<Response> wait_at(Gate& gate, Request& /*request*/) {
  const auto seen = gate.opened.version();
  gate.reports.add("waiting");
  co_await gate.opened.wait(seen, kLong);
  co_return text_response("done");
}

TEST(HttpServerStop, LetsRequestsFinishAndClosesIdleConnections) {
  Gate gate;
  // One loop: once it has closed the idle connection, it has told the busy one too.
  const auto server = serve(
      [&gate](Request& request) {
        return request.path == "/idle" ? ignore_body(request) : wait_at(gate, request);
      },
      {}, {.loops = 1});
  RawClient idle(server->addresses()[0]);
  idle.send("GET /idle HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(status_of(idle.read_response()), 200);
  RawClient silent(server->addresses()[0]);
  RawClient busy(server->addresses()[0]);
  busy.send(std::string(kGet) + std::string(kGet));
  gate.reports.wait_for(1);

  std::jthread stopper([&server] { server->stop(); });
  EXPECT_TRUE(idle.ended_cleanly());
  EXPECT_EQ(silent.read_to_end(), "");  // Perhaps by a reset: it may never have been accepted.
  gate.opened.notify();
  const std::string response = busy.read_response();
  EXPECT_TRUE(response.ends_with("done"));
  EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_EQ(busy.read_to_end(), "") << "the second request came too late";
  stopper.join();
  EXPECT_FALSE(RawClient(server->addresses()[0]).connected());
  server->stop();  // Once more is nothing.
}

Task<Status> tick_until_stop(Gate& gate, BodyWriter& writer) {
  CO_TRY(co_await writer.write("begin"));
  while (!writer.stopping()) co_await gate.opened.wait(gate.opened.version(), milliseconds(5));
  co_return co_await writer.write("end");
}

Task<Response> stream_until_stop(Gate& gate, Request& /*request*/) {
  co_return event_stream([&gate](BodyWriter& writer) { return tick_until_stop(gate, writer); });
}

TEST(HttpServerStop, TellsStreamsToEnd) {
  Gate gate;
  const auto server = serve([&gate](Request& r) { return stream_until_stop(gate, r); });
  RawClient client(server->addresses()[0]);
  client.send(kGet);
  client.read_until("begin\r\n");
  server->stop();
  EXPECT_EQ(client.read_to_end(), "3\r\nend\r\n0\r\n\r\n");
}

Task<Response> report_end_of_body(Gate& gate, Request& request) {
  gate.reports.add("reading");
  const auto body = co_await read_all(*request.body, 100);
  gate.reports.add(body ? "whole" : std::string(to_string(body.error().code)));
  co_return text_response("");
}

TEST(HttpServerStop, CutsOffWhatTakesTooLong) {
  Gate gate;
  const auto server = serve([&gate](Request& r) { return report_end_of_body(gate, r); }, {},
                            {.shutdown_max = milliseconds(30)});
  RawClient client(server->addresses()[0]);
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
  gate.reports.wait_for(1);
  server->stop();
  EXPECT_EQ(gate.reports.wait_for(2).back(), "damaged_input");
  EXPECT_EQ(status_of(client.read_to_end()), 0);
}

Task<Response> wait_uncuttably(Gate& gate, Signal& cut, Request& /*request*/) {
  const auto seen = gate.opened.version();
  gate.reports.add("waiting");
  co_await gate.opened.wait(seen, kLong);
  gate.reports.add("ended");
  cut.notify();
  co_return text_response("too late");
}

TEST(HttpServerStop, WaitsForHandlersThatCannotBeCut) {
  Gate gate;
  Signal cut;
  const auto server = serve([&](Request& r) { return wait_uncuttably(gate, cut, r); }, {},
                            {.shutdown_max = milliseconds(1)});
  RawClient client(server->addresses()[0]);
  client.send(kGet);
  gate.reports.wait_for(1);
  std::jthread stopper([&server] { server->stop(); });
  EXPECT_EQ(client.read_to_end(), "");  // The connection is gone, the handler is not.
  EXPECT_EQ(gate.reports.wait_for(1).size(), 1U);
  gate.opened.notify();
  stopper.join();
  EXPECT_EQ(gate.reports.wait_for(2).size(), 2U);
}

TEST(HttpServerStop, LeavesTheLoopsRunning) {
  const auto server = serve(ignore_body);
  server->stop();
  std::promise<void> ran;
  server->loop().post([&ran] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(kLong), std::future_status::ready);
}

}  // namespace
}  // namespace tintype::http::test
