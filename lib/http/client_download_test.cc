#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <string>

#include "base/file.h"
#include "http/server_fixture.h"

namespace tintype::http::test {
namespace {

std::string url_of(const Server& server, const std::string& target) {
  return "http://" + server.addresses()[0] + target;
}

/// "/SIZE" bytes, in a stream; "/SIZE/cut" breaks off before the last one.
Task<Response> give(Request& request) {
  const auto words = split(std::string_view(request.path).substr(1), '/');
  const auto size = parse_integer<std::size_t>(words[0]).value_or(0);
  const bool is_cut = words.size() > 1;
  Response response;
  response.status = size == 0 ? 404 : 200;
  response.headers.add("X-Size", std::to_string(size));
  response.content_length = size;
  response.body = StreamBody{.run = [size, is_cut](BodyWriter& writer) -> Task<Status> {
    const std::string piece(100'000, 'x');
    for (std::size_t left = size - (is_cut ? 1 : 0); left > 0;) {
      const std::size_t count = std::min(left, piece.size());
      CO_TRY(co_await writer.write(std::string_view(piece).substr(0, count)));
      left -= count;
    }
    if (is_cut) co_return fail(ErrorCode::unavailable, "cut");
    co_return Status();
  }};
  co_return response;
}

Result<std::size_t> read_rest(ClientDownload& download) {
  std::array<std::byte, 70'000> buffer{};
  std::size_t size = 0;
  for (;;) {
    TRY_LET(const std::size_t got, download.read(buffer));
    if (got == 0) return size;
    size += got;
  }
}

TEST(HttpClientDownload, GivesTheHeadAndThenTheBodyAsItComes) {
  const auto server = serve(give);
  Client client;
  for (const std::size_t size : {1UZ, 1000UZ, 3'000'000UZ}) {
    auto download = client.download({.url = url_of(*server, "/" + std::to_string(size))});
    ASSERT_TRUE(download) << download.error().message;
    EXPECT_EQ(download->status(), 200);
    EXPECT_EQ(download->headers().find("x-size"), std::to_string(size));
    const auto got = read_rest(*download);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, size);
    std::byte one{};
    EXPECT_EQ(download->read({&one, 1}), 0U) << "the end stays the end";
  }
  auto missing = client.download({.url = url_of(*server, "/0")});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->status(), 404);
  EXPECT_EQ(read_rest(*missing), 0U);
}

TEST(HttpClientDownload, IsAnErrorIfItIsCutShort) {
  const auto server = serve(give);
  Client client;
  auto download = client.download({.url = url_of(*server, "/500000/cut")});
  ASSERT_TRUE(download);
  const auto got = read_rest(*download);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::unavailable);
  // Whoever leaves in the middle harms nobody after.
  (void)client.download({.url = url_of(*server, "/3000000")});
  auto next = client.download({.url = url_of(*server, "/1000")});
  ASSERT_TRUE(next);
  EXPECT_EQ(read_rest(*next), 1000U);
}

TEST(HttpClientDownload, OutlivesItsClient) {
  const auto server = serve(give);
  auto download = Client().download({.url = url_of(*server, "/1000000")});
  ASSERT_TRUE(download);
  EXPECT_EQ(read_rest(*download), 1'000'000U);
}

TEST(HttpClientDownload, GivesUpOnWhoNeverAnswers) {
  const Fd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(silent.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(silent.get(), 1), 0);
  socklen_t size = sizeof(address);
  ::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const auto download =
      Client().download({.url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)),
                         .time_max = std::chrono::milliseconds(50)});
  ASSERT_FALSE(download);
  EXPECT_EQ(download.error().code, ErrorCode::unavailable);
}

TEST(HttpClientFile, IsSentWithoutBeingHeldInMemory) {
  const auto server = serve([](Request& request) -> Task<Response> {
    const auto read = co_await read_all(*request.body, 8 << 20);
    const std::string body = read.value_or("cut short");
    Response response;
    response.body = request.method + " " + std::to_string(request.content_length.value_or(0)) +
                    " " + body.substr(0, 3) + body.substr(body.size() - 3);
    co_return response;
  });
  const Fd file(::memfd_create("body", MFD_CLOEXEC));
  const std::string content = "skip" + std::string("abc") + std::string(900'000, '-') + "xyz";
  ASSERT_TRUE(write_all(file.get(), as_bytes(content), "memfd"));
  Client client;
  for (int i = 0; i < 2; ++i) {
    const auto response =
        client.send({.method = "PUT",
                     .url = url_of(*server, "/"),
                     .file = ClientFile{.fd = file.get(), .offset = 4, .size = content.size() - 4},
                     .idle_max = std::chrono::seconds(20)});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "PUT 900006 abcxyz");
  }
  const auto short_of =
      client.send({.method = "PUT",
                   .url = url_of(*server, "/"),
                   .file = ClientFile{.fd = file.get(), .offset = 0, .size = content.size() + 1}});
  ASSERT_FALSE(short_of);
  EXPECT_EQ(short_of.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace tintype::http::test
