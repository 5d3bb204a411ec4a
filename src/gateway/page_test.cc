#include "gateway/page.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "gateway/page_files.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using test::header;

class PageTest : public ::testing::Test {
 protected:
  FixedClock clock_{test::kNow};
  test::Served served_{*gateway_handler(page_routes({.s3_url = "http://localhost:9000/path",
                                                     .edge_url = "https://cdn.example.com",
                                                     .sign_in = {}}),
                                        *Cors::make({test::kOrigin}), clock_)};

  /// The path of the one script that the page names.
  std::string script() {
    const std::string page = served_.send("GET", "/").body;
    const std::size_t begin = page.find("/assets/index-");
    return page.substr(begin, page.find('"', begin) - begin);
  }
};

TEST_F(PageTest, ServesItsFiles) {
  const struct {
    std::string path;
    const char* content_type;
    const char* cache_control;
  } cases[] = {
      {"/", "text/html; charset=utf-8", "no-cache"},
      {"/sign_in", "text/html; charset=utf-8", "no-cache"},
      {"/people/ada", "text/html; charset=utf-8", "no-cache"},
      {script(), "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
      {"/icon.svg", "image/svg+xml", "no-cache"},
      {"/app-config.json", "application/json", "no-cache"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.path);
    const auto response = served_.send("GET", c.path);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response, "Content-Type"), c.content_type);
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Cache-Control"), c.cache_control);
    EXPECT_FALSE(response.body.empty());

    const auto again = served_.send("GET", c.path, {{"If-None-Match", header(response, "ETag")}});
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.body.empty());
    EXPECT_EQ(header(again, "ETag"), header(response, "ETag"));
  }
  EXPECT_EQ(served_.send("GET", "/index.html").status, 404);
  EXPECT_EQ(served_.send("GET", "/README.md").status, 404);
  EXPECT_EQ(served_.send("GET", "/assets/index-00000000.js").status, 404);
  EXPECT_EQ(served_.send("GET", "/people/ada/more").status, 404);
}

TEST_F(PageTest, IsCompressedForWhoTakesIt) {
  constexpr std::string_view kNone = "(none)";
  const std::string path = script();
  const struct {
    const char* accepted;
    std::string_view encoding;
  } cases[] = {
      {"gzip, deflate, br, zstd", "br"},
      {"gzip", "gzip"},
      {"br;q=0, gzip;q=0.5", "gzip"},
      {"deflate", kNone},
      {"identity", kNone},
      {"gzip;q=0", kNone},
      {"", kNone},
  };
  const auto plain = served_.send("GET", path);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.accepted);
    const auto response = served_.send("GET", path, {{"Accept-Encoding", c.accepted}});
    EXPECT_EQ(header(response, "Content-Encoding"), c.encoding);
    EXPECT_EQ(header(response, "Vary").find("Accept-Encoding"), 0U);
    const bool is_plain = c.encoding == kNone;
    EXPECT_EQ(response.body.size() < plain.body.size(), !is_plain);
    EXPECT_EQ(header(response, "ETag") == header(plain, "ETag"), is_plain);
  }
}

TEST_F(PageTest, MayReachTheTwoOriginsAndNothingElse) {
  EXPECT_EQ(header(served_.send("GET", "/"), "Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            "img-src 'self' blob: https://cdn.example.com; "
            "connect-src 'self' http://localhost:9000; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'; require-trusted-types-for 'script'");
  EXPECT_EQ(served_.send("GET", "/app-config.json").body,
            R"({"edge_url":"https://cdn.example.com"})");
}

TEST(Page, IsNotOpenedByAUrl) {
  FixedClock clock(test::kNow);
  test::Served served(
      *gateway_handler(page_routes({.s3_url = "http://s3.example;script-src *,default-src",
                                    .edge_url = "https://cdn.example.com",
                                    .sign_in = {}}),
                       *Cors::make({}), clock));
  EXPECT_NE(header(served.send("GET", "/"), "Content-Security-Policy")
                .find("http://s3.example%3Bscript-src*%2Cdefault-src;"),
            std::string::npos);
}

TEST(Page, MayReachTheIssuerThatSignsPeopleIn) {
  FixedClock clock(test::kNow);
  test::Served served(*gateway_handler(
      page_routes({.s3_url = "http://s3.example",
                   .edge_url = "https://cdn.example.com",
                   .sign_in = PageSettings::SignIn{.issuer = "https://id.example.com/pool",
                                                   .client_id = "app",
                                                   .token_origin = "https://auth.example.com"}}),
      *Cors::make({}), clock));
  EXPECT_NE(header(served.send("GET", "/"), "Content-Security-Policy")
                .find("connect-src 'self' http://s3.example https://id.example.com "
                      "https://auth.example.com;"),
            std::string::npos);
  EXPECT_EQ(served.send("GET", "/app-config.json").body,
            R"({"edge_url":"https://cdn.example.com",)"
            R"("identity":{"issuer":"https://id.example.com/pool","client_id":"app"}})");
}

TEST(PageFiles, HaveNothingThatThePolicyForbids) {
  bool has_page = false;
  for (const PageFile& file : page_files()) {
    SCOPED_TRACE(file.name);
    for (const char* forbidden : {"eval(", "new Function("})
      EXPECT_EQ(file.content.find(forbidden), std::string_view::npos) << forbidden;
    if (file.name != "index.html") continue;
    has_page = true;
    for (const char* forbidden : {"<style", " style=", "<script>", " onclick", " onload", "http:"})
      EXPECT_EQ(file.content.find(forbidden), std::string_view::npos) << forbidden;
  }
  EXPECT_TRUE(has_page);
}

}  // namespace
}  // namespace tintype::gateway
