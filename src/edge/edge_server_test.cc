// The handler behind a real server, asked by a real client.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "edge/edge.h"
#include "edge/fakes.h"
#include "http/client.h"
#include "http/server.h"

namespace tintype::edge {
namespace {

class EdgeServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto server = http::Server::start(
        {.loops = 2, .shutdown_max = std::chrono::milliseconds(5000), .observer = {}},
        {{.name = "edge",
          .address = "127.0.0.1:0",
          .limits = {},
          .handler = edge_handler(test_options(), store_, catalog_, workers_, pool_)}});
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  void TearDown() override {
    if (server_) server_->stop();
  }
  http::ClientResponse ask(const std::string& path, http::Headers headers = {},
                           const std::string& method = "GET") {
    http::ClientRequest request;
    request.method = method;
    request.url = "http://" + server_->addresses().front() + path;
    request.headers = std::move(headers);
    const auto response = client_.send(request);
    EXPECT_TRUE(response);
    return response ? *response : http::ClientResponse{};
  }
  static std::string header(const http::ClientResponse& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or("(none)"));
  }

  FakeStore store_;
  FakeCatalog catalog_;
  FakeWorkers workers_;
  BlockingPool pool_{{.threads = 4, .waiting_max = 100}};
  http::Client client_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(EdgeServerTest, ServesAssetsWholeInPartsAndNotAtAll) {
  const std::size_t bound = test_options().cached_asset_bytes_max;
  for (const std::size_t size : {std::size_t{10}, bound + 100}) {  // From memory, from its file.
    SCOPED_TRACE(size);
    std::string content(size, 'x');
    content.replace(content.size() - 3, 3, "end");
    const auto key = store_.add("demo", "512", image::Format::jpeg, content);
    const std::string path = bucket::asset_path(key);

    const auto whole = ask(path);
    EXPECT_EQ(whole.status, 200);
    EXPECT_EQ(whole.body, content);
    EXPECT_EQ(header(whole, "Content-Length"), std::to_string(size));
    EXPECT_EQ(header(whole, "Content-Security-Policy"), "default-src 'none'; sandbox");

    const auto part = ask(path, {{"Range", "bytes=-3"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "end");
    EXPECT_EQ(header(part, "Content-Length"), "3");

    const auto head = ask(path, {}, "HEAD");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(header(head, "Content-Length"), std::to_string(size));

    const auto unchanged = ask(path, {{"If-None-Match", header(whole, "ETag")}});
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(unchanged.body, "");
    EXPECT_EQ(header(unchanged, "ETag"), header(whole, "ETag"));
  }
}

TEST_F(EdgeServerTest, ServesTheAliasAndTheDefaultAvatar) {
  const auto key = store_.add("demo", "512", image::Format::webp, "picture");
  catalog_.set("demo", "512", {{.key = key, .format = image::Format::webp}});

  const auto alias = ask("/avatars/demo/512", {{"Accept", "image/webp,*/*"}});
  EXPECT_EQ(alias.body, "picture");
  EXPECT_EQ(ask(header(alias, "Content-Location")).body, "picture");

  const auto nobody = ask("/avatars/nobody/512.jpg?v=1");
  EXPECT_EQ(nobody.status, 200);
  EXPECT_EQ(header(nobody, kDefaultAvatarHeader), "1");
}

TEST_F(EdgeServerTest, RefusesTricksWithPaths) {
  for (const char* path : {"/../etc/passwd", "/avatars/../512.jpg", "/avatars/%2e%2e/512.jpg",
                           "/avatars/..%2f..%2fetc/512.jpg", "/avatars/..%2F..%2Fetc/512.jpg",
                           "/avatars/demo%00/512.jpg", "//avatars/demo/512.jpg",
                           "/avatars/demo/512.jpg/", "/avatars/%c0%ae%c0%ae/512.jpg"}) {
    SCOPED_TRACE(path);
    const int status = ask(path).status;
    EXPECT_TRUE(status == 404 || status == 400) << status;
  }
}

TEST_F(EdgeServerTest, ServesManyAtOnce) {
  const auto key = store_.add("demo", "512", image::Format::jpeg, std::string(5000, 'p'));
  catalog_.set("demo", "512", {{.key = key, .format = image::Format::jpeg}});
  const std::vector<std::string> paths = {bucket::asset_path(key), "/avatars/demo/512",
                                          "/avatars/andrew.brown/512.avif",
                                          "/avatars/someone/64.jpg"};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this, &paths] {
      for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(ask(paths[i % paths.size()]).status, 200);
    });
  threads.clear();

  EXPECT_EQ(store_.opens(), 1);
  EXPECT_EQ(workers_.seen().size(), 2U);
}

}  // namespace
}  // namespace tintype::edge
