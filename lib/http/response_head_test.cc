#include "http/response_head.h"

#include <gtest/gtest.h>

namespace tintype::http {
namespace {

constexpr Circumstances kUsual{.head_request = false, .http_1_0 = false, .keep_alive = true};
constexpr Circumstances kHead{.head_request = true, .http_1_0 = false, .keep_alive = true};
constexpr Circumstances kOld{.head_request = false, .http_1_0 = true, .keep_alive = true};

Response with_status(int status, std::string body = "abc") {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response streamed() {
  Response response;
  response.body = StreamBody{};
  return response;
}

Response with_length(Response response, std::uint64_t length) {
  response.content_length = length;
  return response;
}

Response closing(Response response) {
  response.headers.add("connection", "Close");
  return response;
}

TEST(HttpDelivery, FollowsRfc9112) {
  const struct {
    const char* name;
    Response response;
    Circumstances circumstances;
    Delivery expected;
  } cases[] = {
      {"text",
       with_status(200),
       kUsual,
       {.send_body = true, .keep_alive = true, .content_length = 3}},
      {"empty text",
       with_status(200, ""),
       kUsual,
       {.send_body = true, .keep_alive = true, .content_length = 0}},
      {"stream", streamed(), kUsual, {.send_body = true, .chunked = true, .keep_alive = true}},
      {"head of text", with_status(200), kHead, {.keep_alive = true, .content_length = 3}},
      {"head with a length",
       with_length(with_status(200, ""), 9),
       kHead,
       {.keep_alive = true, .content_length = 9}},
      {"head of a stream", streamed(), kHead, {.keep_alive = true}},
      {"204", with_length(with_status(204), 9), kUsual, {.keep_alive = true}},
      {"304", with_status(304), kUsual, {.keep_alive = true}},
      {"304 with a length",
       with_length(with_status(304), 9),
       kUsual,
       {.keep_alive = true, .content_length = 9}},
      {"old text",
       with_status(200),
       kOld,
       {.send_body = true, .keep_alive = true, .tell_keep_alive = true, .content_length = 3}},
      {"old stream", streamed(), kOld, {.send_body = true}},
      {"handler closes",
       closing(with_status(200)),
       kUsual,
       {.send_body = true, .content_length = 3}},
      {"client closes", with_status(200), {}, {.send_body = true, .content_length = 3}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Delivery delivery = plan_delivery(c.response, c.circumstances);
    EXPECT_EQ(delivery.send_body, c.expected.send_body);
    EXPECT_EQ(delivery.chunked, c.expected.chunked);
    EXPECT_EQ(delivery.keep_alive, c.expected.keep_alive);
    EXPECT_EQ(delivery.tell_keep_alive, c.expected.tell_keep_alive);
    EXPECT_EQ(delivery.content_length, c.expected.content_length);
  }
}

TEST(HttpResponseHead, HasWhatTheHandlerSetAndWhatTheServerAdds) {
  Response response = with_status(404);
  response.headers = {{"Date", "Mon, 23 Nov 2026 20:31:04 GMT"}, {"ETag", "\"a\""}, {"ETag", "b"}};
  EXPECT_EQ(format_head(response, {.keep_alive = true, .content_length = 3}, "id1"),
            "HTTP/1.1 404 Not Found\r\n"
            "Date: Mon, 23 Nov 2026 20:31:04 GMT\r\nETag: \"a\"\r\nETag: b\r\n"
            "x-request-id: id1\r\nContent-Length: 3\r\n\r\n");

  response.headers = {{"x-amz-request-id", "mine"}, {"date", "d"}};
  EXPECT_EQ(format_head(response, {.chunked = true}, "id1"),
            "HTTP/1.1 404 Not Found\r\nx-amz-request-id: mine\r\ndate: d\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");

  const std::string dated = format_head(with_status(200), {.keep_alive = true}, "id1");
  EXPECT_EQ(dated.substr(0, 23), "HTTP/1.1 200 OK\r\nDate: ");
}

TEST(HttpResponseHead, NeverLetsAHeaderBreakIt) {
  Response response;
  response.headers = {{"Date", "d"},
                      {"A", "b\r\nSet-Cookie: c"},
                      {"B", "b\nc"},
                      {"C", std::string(1, '\0')},
                      {"D\r\nE", "f"},
                      {"G H", "i"},
                      {"", "j"},
                      {"Content-Length", "999"},
                      {"transfer-encoding", "x"},
                      {"Connection", "upgrade"},
                      {"Keep-Alive", "5"}};
  EXPECT_EQ(format_head(response, {.keep_alive = true, .content_length = 0}, "id"),
            "HTTP/1.1 200 OK\r\nDate: d\r\nx-request-id: id\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace tintype::http
