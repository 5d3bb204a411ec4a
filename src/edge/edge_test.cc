#include "edge/test_edge.h"

namespace tintype::edge {
namespace {

TEST_F(EdgeTest, FullPoolIs503) {
  BlockingPool full({.threads = 1, .waiting_max = 0});
  handler_ = edge_handler(test_options(), store_, catalog_, workers_, full);
  const auto response = ask("/avatars/demo/512.jpg");
  expect_problem(response, 503);
  EXPECT_TRUE(response.headers.has("Retry-After"));
}

TEST_F(EdgeTest, RefusesWhatItDoesNotHave) {
  const struct {
    const char* name;
    std::string path;
  } cases[] = {
      {"root", "/"},
      {"favicon", "/favicon.ico"},
      {"unknown collection", "/albums/demo/512.jpg"},
      {"unknown variant", "/avatars/demo/513.jpg"},
      {"a variant of another collection", "/avatars/demo/wide.webp"},
      {"a format that the variant has not", "/avatars/demo/64.webp"},
      {"a format that nobody has", "/avatars/demo/512.svg"},
      {"dot segments", "/avatars/../512.jpg"},
      {"encoded dot segments", "/avatars/%2E%2E/512.jpg"},
      {"encoded slashes", "/avatars/..%2F..%2Fetc%2Fpasswd/512.jpg"},
      {"NUL", "/avatars/demo%00.png/512.jpg"},
      {"control character", "/avatars/demo%1B/512.jpg"},
      {"not UTF-8", "/avatars/%FF%FE/512.jpg"},
      {"cut encoding", "/avatars/%/512.jpg"},
      {"empty owner", "/avatars//512.jpg"},
      {"the key of a default avatar in memory", "default D 6 width=512"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    expect_problem(ask(c.path), 404);
    EXPECT_EQ(ask(c.path, {}, "HEAD").status, 404);
  }
  EXPECT_EQ(catalog_.asked(), 0);
  EXPECT_EQ(store_.opens(), 0);
  EXPECT_TRUE(workers_.seen().empty());
}

TEST_F(EdgeTest, IsOnlyRead) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "TRACE", "get", ""}) {
    SCOPED_TRACE(method);
    const auto response = ask("/avatars/demo/512.jpg", {}, method);
    expect_problem(response, 405);
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD, OPTIONS");
  }
  const auto preflight =
      ask("/avatars/demo/512.jpg",
          {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "GET"}}, "OPTIONS");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(body_of(preflight), "");
  EXPECT_EQ(header(preflight, "Access-Control-Allow-Methods"), "GET, HEAD, OPTIONS");
  expect_security_headers(preflight);
  EXPECT_EQ(catalog_.asked(), 0);
}

}  // namespace
}  // namespace tintype::edge
