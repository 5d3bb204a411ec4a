// Bodies of all kinds, both ways.
#include <gtest/gtest.h>

#include <cstdio>

#include "http/event_stream.h"
#include "http/server_fixture.h"

namespace tintype::http::test {
namespace {

/// `size` bytes that differ from place to place.
std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 % 251);
  return bytes;
}

TEST(HttpServerBody, TakesBodiesOfAnySizeAndFraming) {
  const auto server = serve(echo, {.body_bytes_max = 32U << 20});
  for (const std::size_t size : {0U, 1U, 5000U, 300'000U, 3'000'000U}) {
    SCOPED_TRACE(size);
    const std::string body = pattern(size);
    const auto sized = get(*server, "/", "PUT", body);
    ASSERT_TRUE(sized) << sized.error().message;
    EXPECT_TRUE(sized->body == "PUT / " + body);
  }

  RawClient client(server->addresses()[0]);
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string piece = pattern(70'000);
  for (int i = 0; i < 20; ++i) client.send("11170\r\n" + piece + "\r\n");
  client.send("0\r\nX-Trailer: a\r\n\r\n" + std::string(kGet));
  const std::string response = client.read_response();
  EXPECT_EQ(response.size() - response.find("\r\n\r\n") - 4, 6 + 20 * piece.size());
  EXPECT_TRUE(client.read_response().ends_with("GET / "));
}

Task<Response> shared_part(Request& /*request*/) {
  Response response;
  response.body = SharedBody{.bytes = std::make_shared<const std::string>(pattern(1'000'000)),
                             .offset = 10,
                             .size = 900'000};
  co_return response;
}

TEST(HttpServerBody, SendsPartOfSharedBytes) {
  const auto server = serve(shared_part);
  const auto response = get(*server, "/");
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body == pattern(1'000'000).substr(10, 900'000));
}

struct TemporaryFile {
  explicit TemporaryFile(const std::string& content) : file(std::tmpfile()) {
    std::fwrite(content.data(), 1, content.size(), file);
    std::fflush(file);
  }
  ~TemporaryFile() { std::fclose(file); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  Response part(std::uint64_t offset, std::uint64_t size) const {
    Response response;
    response.body = FileBody{.file = Fd(::dup(fileno(file))), .offset = offset, .size = size};
    return response;
  }
  std::FILE* file;
};

Task<Response> file_part(const TemporaryFile& file, std::uint64_t offset, std::uint64_t size) {
  co_return file.part(offset, size);
}

TEST(HttpServerBody, SendsPartOfAFile) {
  const std::string content = pattern(9'000'000);
  const TemporaryFile file(content);
  const auto server = serve([&file](Request& request) {
    return request.path == "/none" ? file_part(file, 5, 0) : file_part(file, 7, 8'000'000);
  });
  for (int i = 0; i < 2; ++i) {
    const auto response = get(*server, "/");
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->body == content.substr(7, 8'000'000));
    EXPECT_EQ(get(*server, "/none")->body, "");
  }
}

TEST(HttpServerBody, CutsTheConnectionIfAFileIsTooShort) {
  const TemporaryFile file("abc");
  const auto server = serve([&file](Request&) { return file_part(file, 0, 10); });
  RawClient client(server->addresses()[0]);
  client.send(kGet);
  EXPECT_TRUE(client.read_to_end().ends_with("Content-Length: 10\r\n\r\nabc"));
}

Task<Status> count_to_three(BodyWriter& writer) {
  CO_TRY(co_await writer.write("one"));
  CO_TRY(co_await writer.write(""));
  CO_TRY(co_await writer.write("two"));
  co_return co_await writer.write("three");
}

Task<Response> stream_three(Request& /*request*/) {
  Response response;
  response.body = StreamBody{count_to_three};
  co_return response;
}

TEST(HttpServerBody, StreamsInChunksOrUntilTheEnd) {
  const auto server = serve(stream_three);
  RawClient modern(server->addresses()[0]);
  for (int i = 0; i < 2; ++i) {
    modern.send(kGet);
    const std::string head = modern.read_until("\r\n\r\n");
    EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(modern.read_until("0\r\n\r\n"), "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n");
  }
  RawClient old(server->addresses()[0]);
  old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string response = old.read_to_end();
  EXPECT_TRUE(response.ends_with("\r\nConnection: close\r\n\r\nonetwothree")) << response;
}

Task<Status> break_off(BodyWriter& writer) {
  CO_TRY(co_await writer.write("one"));
  co_return fail(ErrorCode::corrupt, "the rest is lost");
}

TEST(HttpServerBody, DoesNotEndAStreamThatBrokeOff) {
  const auto server = serve([](Request&) -> Task<Response> {
    Response response;
    response.body = StreamBody{break_off};
    co_return response;
  });
  RawClient client(server->addresses()[0]);
  client.send(kGet);
  EXPECT_TRUE(client.read_to_end().ends_with("\r\n\r\n3\r\none\r\n"));
}

Task<Status> send_events(BodyWriter& writer) {
  CO_TRY(co_await writer.write(kEventStreamPing));
  co_return co_await writer.write(format_event("ready", "{}"));
}

TEST(HttpServerBody, StreamsEvents) {
  const auto server =
      serve([](Request&) -> Task<Response> { co_return event_stream(send_events); });
  const auto response = get(*server, "/");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.find("content-type"), "text/event-stream");
  EXPECT_EQ(response->headers.find("cache-control"), "no-store");
  EXPECT_EQ(response->body, ": ping\n\nevent: ready\ndata: {}\n\n");
}

}  // namespace
}  // namespace tintype::http::test
