// What well-behaved clients see.
#include "http/server.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "http/server_fixture.h"

namespace tintype::http::test {
namespace {

TEST(HttpServer, AnswersWithTextAndItsOwnFields) {
  const auto server = serve(echo);
  const auto response = get(*server, "/a%20b?x=1", "POST", "hello");

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "POST /a%20b?x=1 hello");
  EXPECT_EQ(response->headers.find("content-length"), "21");
  EXPECT_TRUE(response->headers.has("date"));
  EXPECT_EQ(response->headers.find("x-request-id").value_or("").size(), 26U);
  EXPECT_FALSE(response->headers.has("connection"));
  EXPECT_FALSE(response->headers.has("server"));
}

Task<Response> describe(Request& request) {
  const bool on_a_loop = Loop::current() != nullptr;
  co_return text_response(
      request.path + "|" + request.query_text + "|" +
      std::string(request.query.find("k").value_or("-")) + "|" + request.remote_address + "|" +
      std::string(request.headers.find("x-a").value_or("-")) + "|" + (on_a_loop ? "loop" : "none"));
}

TEST(HttpServer, TellsTheHandlerWhoAsksForWhat) {
  const auto server = serve(describe);
  RawClient client(server->addresses()[0]);
  client.send("GET /p%2F?k=a%20b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n");
  EXPECT_TRUE(client.read_response().ends_with("/p%2F|k=a%20b|a b|127.0.0.1|1|loop"));
}

TEST(HttpServer, KeepsAndPipelinesConnections) {
  const auto server = serve(echo);
  RawClient client(server->addresses()[0]);
  std::string all;
  for (int i = 0; i < 300; ++i)
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab";
  client.send(all);
  for (int i = 0; i < 300; ++i)
    ASSERT_TRUE(client.read_response().ends_with("POST /" + std::to_string(i) + " ab")) << i;
}

TEST(HttpServer, ClosesWhenTheClientWants) {
  const auto server = serve(echo);
  RawClient modern(server->addresses()[0]);
  modern.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(modern.read_response().find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_TRUE(modern.ended_cleanly());

  RawClient old(server->addresses()[0]);
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_NE(old.read_response().find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_TRUE(old.ended_cleanly());

  RawClient kept(server->addresses()[0]);
  for (int i = 0; i < 2; ++i) {
    kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(kept.read_response().find("\r\nConnection: keep-alive\r\n"), std::string::npos);
  }
}

TEST(HttpServer, ForgivesOneEmptyLineBetweenRequests) {
  const auto server = serve(echo);
  RawClient client(server->addresses()[0]);
  client.send(std::string(kGet) + "\r");
  EXPECT_EQ(status_of(client.read_response()), 200);
  client.send("\n" + std::string(kGet) + "\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(status_of(client.read_response()), 200);
  EXPECT_EQ(status_of(client.read_response()), 400);
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  const auto server = serve(echo);
  RawClient client(server->addresses()[0]);
  client.send("HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 10\r\n"), std::string::npos) << head;
  client.send(kGet);  // What follows is the next response at once.
  EXPECT_EQ(status_of(client.read_response()), 200);
}

Task<Response> not_modified(Request& request) {
  Response response = text_response("never sent");
  response.status = request.path == "/204" ? 204 : 304;
  co_return response;
}

TEST(HttpServer, SendsNoBodyWhereNoneBelongs) {
  const auto server = serve(not_modified);
  RawClient client(server->addresses()[0]);
  for (const char* target : {"/204", "/304", "/204"}) {
    client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_EQ(std::to_string(status_of(head)), target + 1);
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  }
}

Task<Response> misbehave(Request& request) {
  if (request.path == "/std") throw std::runtime_error("secret");
  if (request.path == "/other") throw 42;
  Response response;
  response.status = 99;
  co_return response;
}

TEST(HttpServer, MakesAProblemOfAHandlerThatFails) {
  const auto server = serve(misbehave);
  for (const char* target : {"/std", "/other", "/status"}) {
    SCOPED_TRACE(target);
    const auto response = get(*server, target);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 500);
    EXPECT_EQ(response->headers.find("content-type"), "application/problem+json");
    EXPECT_EQ(response->body.find("secret"), std::string::npos);
    EXPECT_NE(response->body.find(response->headers.find("x-request-id").value_or("?")),
              std::string::npos);
  }
}

TEST(HttpServer, TellsTheObserverOfEachExchange) {
  Reports reports;
  Server::Options options;
  options.observer = [&reports](const Exchange& exchange) {
    reports.add(exchange.listener + " " + exchange.request.target + " " +
                std::to_string(exchange.status) + " " + std::to_string(exchange.body_bytes_sent) +
                (exchange.duration.count() >= 0 ? "" : " negative"));
  };
  const auto server = serve(echo, {}, std::move(options));
  RawClient client(server->addresses()[0]);
  client.send("GET /abc HTTP/1.1\r\nHost: h\r\n\r\nHEAD /d HTTP/1.1\r\nHost: h\r\n\r\nbad\r\n\r\n");
  const auto seen = reports.wait_for(3);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0], "test /abc 200 9");
  EXPECT_EQ(seen[1], "test /d 200 0");
  EXPECT_TRUE(seen[2].starts_with("test  400 ")) << seen[2];
}

TEST(HttpServer, LetsTheListenerShapeItsRefusals) {
  std::vector<Listener> listeners;
  listeners.push_back(Listener{.name = "s3",
                               .address = "127.0.0.1:0",
                               .limits = {.body_bytes_max = 3},
                               .handler = echo,
                               .refusal = [](const Problem& problem, const Request& request) {
                                 Response response =
                                     text_response("<" + problem.code + request.path + ">");
                                 response.status = problem.status;
                                 return response;
                               }});
  const auto server = Server::start({}, std::move(listeners));
  ASSERT_TRUE(server);
  RawClient client((*server)->addresses()[0]);
  client.send("PUT /k HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
  const std::string response = client.read_to_end();
  EXPECT_EQ(status_of(response), 413);
  EXPECT_TRUE(response.ends_with("<too_large/k>"));
}

TEST(HttpServer, RunsPostedWorkOnItsLoop) {
  const auto server = serve(echo);
  std::promise<Loop*> now;
  std::promise<Loop*> later;
  server->loop().post([&now] { now.set_value(Loop::current()); });
  server->loop().post_after(std::chrono::milliseconds(1),
                            [&later] { later.set_value(Loop::current()); });
  EXPECT_EQ(now.get_future().get(), &server->loop());
  EXPECT_EQ(later.get_future().get(), &server->loop());
  // Dropped with the loop: what the work owns is freed (ASan would say).
  server->loop().post_after(std::chrono::hours(1), [owned = std::make_unique<int>(1)] {});
}

TEST(HttpServer, NamesTheAddressItCannotBind) {
  const auto server = serve(echo);
  const struct {
    const char* name;
    std::string address;
    ErrorCode code;
  } cases[] = {
      {"taken", server->addresses()[0], ErrorCode::unavailable},
      {"not ours", "192.0.2.1:0", ErrorCode::unavailable},
      {"no port", "127.0.0.1", ErrorCode::invalid_argument},
      {"empty port", "127.0.0.1:", ErrorCode::invalid_argument},
      {"port too large", "127.0.0.1:65536", ErrorCode::invalid_argument},
      {"a name", "localhost:0", ErrorCode::invalid_argument},
      {"no host", ":8080", ErrorCode::invalid_argument},
      {"no brackets", "::1:0", ErrorCode::invalid_argument},
      {"brackets for nothing", "[127.0.0.1]:0", ErrorCode::invalid_argument},
      {"empty", "", ErrorCode::invalid_argument},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<Listener> listeners;
    listeners.push_back(Listener{.name = "test", .address = c.address, .handler = echo});
    const auto second = Server::start({}, std::move(listeners));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, c.code) << second.error().message;
    EXPECT_NE(second.error().message.find(c.address), std::string::npos);
  }
}

TEST(HttpServer, ServesSeveralListenersOnAllLoops) {
  std::vector<Listener> listeners;
  for (const char* name : {"one", "two"})
    listeners.push_back(Listener{.name = name, .address = "127.0.0.1:0", .handler = echo});
  const auto server = Server::start({.loops = 3}, std::move(listeners));
  ASSERT_TRUE(server);
  ASSERT_EQ((*server)->addresses().size(), 2U);
  EXPECT_NE((*server)->addresses()[0], (*server)->addresses()[1]);
  for (const std::string& address : (*server)->addresses()) {
    for (int i = 0; i < 20; ++i) {  // The kernel spreads connections over the loops.
      RawClient client(address);
      client.send(kGet);
      EXPECT_EQ(status_of(client.read_response()), 200);
    }
  }
}

}  // namespace
}  // namespace tintype::http::test
