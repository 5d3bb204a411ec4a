#include "edge/test_edge.h"

namespace tintype::edge {
namespace {

TEST_F(EdgeTest, NobodysPictureIsADefaultAvatar) {
  const struct {
    const char* name;
    std::string path;
    http::Headers headers;
    Format format;
    bool vary;
  } cases[] = {
      {"by extension", "/avatars/andrew.brown/512.jpg", {}, Format::jpeg, false},
      {"negotiated", "/avatars/andrew.brown/512", {{"Accept", kChrome}}, Format::avif, true},
      {"negotiated by curl", "/avatars/andrew.brown/512", {{"Accept", "*/*"}}, Format::jpeg, true},
      {"not square", "/banners/andrew.brown/wide.webp", {}, Format::webp, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = ask(c.path, c.headers);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response, kDefaultAvatarHeader), "1");
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
    EXPECT_EQ(header(response, "Content-Type"), image::media_type(c.format));
    EXPECT_EQ(header(response, "Vary"), c.vary ? "Accept" : "(none)");
    EXPECT_FALSE(response.headers.has("Content-Location"));
    EXPECT_FALSE(response.headers.has("Last-Modified"));
    expect_security_headers(response);

    const std::string etag = header(response, "ETag");
    EXPECT_EQ(etag.size(), bucket::kAssetHashSize + 2);
    auto conditional = c.headers;
    conditional.add("If-None-Match", etag);
    const auto unchanged = ask(c.path, conditional);
    EXPECT_EQ(unchanged.status, 304);
    for (const char* name : {"ETag", "Cache-Control", "Vary", "X-Tintype-Default"})
      EXPECT_EQ(header(unchanged, name), header(response, name)) << name;
  }
}

TEST_F(EdgeTest, DefaultAvatarIsDrawnAtTheVariantsSize) {
  (void)ask("/avatars/andrew.brown/512.webp");
  (void)ask("/banners/9b2c1f7e-4c1d-4b7a-9f30-6d1c2b3a4e5f/wide.webp");

  const auto seen = workers_.seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_TRUE(seen[0].trusted);
  EXPECT_EQ(seen[0].plan.width, 512);
  EXPECT_EQ(seen[0].plan.format, Format::webp);
  EXPECT_NE(seen[0].source.find("width=\"512\" height=\"512\""), std::string::npos);
  EXPECT_EQ(seen[0].source.find("<circle"), std::string::npos);
  EXPECT_NE(seen[1].source.find("width=\"1500\" height=\"500\""), std::string::npos);
  EXPECT_NE(seen[1].source.find("<circle"), std::string::npos);
}

TEST_F(EdgeTest, DefaultAvatarIsRenderedOnceForEight) {
  http::Request request = make_request("/avatars/andrew.brown/512.jpg");
  std::vector<Task<http::Response>> tasks;
  for (int i = 0; i < 8; ++i) tasks.push_back(handler_(request));
  const auto responses = loop_.run_all(std::move(tasks));

  for (const auto& response : responses) EXPECT_EQ(body_of(response), body_of(responses.front()));
  EXPECT_EQ(workers_.seen().size(), 1U);
  (void)ask("/avatars/andrew.brown/512.jpg");
  EXPECT_EQ(workers_.seen().size(), 1U);
  (void)ask("/avatars/andrew.brown/512.webp");
  (void)ask("/avatars/andrew.brown/64.jpg");
  EXPECT_EQ(workers_.seen().size(), 3U);
}

TEST_F(EdgeTest, DefaultAvatarsDoNotCrowdOutUploads) {
  std::vector<http::Request> requests;
  for (int i = 0; i < 40; ++i)
    requests.push_back(make_request("/avatars/" + std::string(1, static_cast<char>('a' + i % 26)) +
                                    '-' + std::string(1, static_cast<char>('a' + i / 26)) +
                                    "/512.jpg"));
  std::vector<Task<http::Response>> tasks;
  for (http::Request& request : requests) tasks.push_back(handler_(request));

  for (const auto& response : loop_.run_all(std::move(tasks))) EXPECT_EQ(response.status, 200);
  EXPECT_EQ(workers_.seen().size(), 40U);
  EXPECT_LE(workers_.running_max(), 2U);
}

TEST_F(EdgeTest, DefaultAvatarThatFailsIsNotRemembered) {
  const struct {
    const char* name;
    ErrorCode code;
    int status;
  } cases[] = {
      {"no room", ErrorCode::unavailable, 503},          {"crashed", ErrorCode::internal, 500},
      {"out of time", ErrorCode::too_large, 500},        {"refused", ErrorCode::unsupported, 500},
      {"not understood", ErrorCode::damaged_input, 500},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    workers_.fail_once({c.code, "worker '/var/secret'"});
    expect_problem(ask("/avatars/demo/512.jpg"), c.status);
  }
  EXPECT_EQ(ask("/avatars/demo/512.jpg").status, 200);
}

}  // namespace
}  // namespace tintype::edge
