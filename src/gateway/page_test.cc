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
  test::Served served_{
      *gateway_handler(page_routes("http://localhost:9000/path", "https://cdn.example.com"),
                       *Cors::make({test::kOrigin}), clock_)};
};

TEST_F(PageTest, ServesItsFiles) {
  const struct {
    const char* path;
    const char* content_type;
  } cases[] = {
      {"/", "text/html; charset=utf-8"},        {"/app.js", "text/javascript; charset=utf-8"},
      {"/app.css", "text/css; charset=utf-8"},  {"/icon.svg", "image/svg+xml"},
      {"/app-config.json", "application/json"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.path);
    const auto response = served_.send("GET", c.path);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response, "Content-Type"), c.content_type);
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
    EXPECT_FALSE(response.body.empty());

    const auto again = served_.send("GET", c.path, {{"If-None-Match", header(response, "ETag")}});
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.body.empty());
    EXPECT_EQ(header(again, "ETag"), header(response, "ETag"));
  }
  EXPECT_EQ(served_.send("GET", "/index.html").status, 404);
  EXPECT_EQ(served_.send("GET", "/README.md").status, 404);
}

TEST_F(PageTest, MayReachTheTwoOriginsAndNothingElse) {
  EXPECT_EQ(header(served_.send("GET", "/"), "Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            "img-src 'self' blob: https://cdn.example.com; "
            "connect-src 'self' http://localhost:9000; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'; require-trusted-types-for 'script'");
}

TEST(Page, IsNotOpenedByAUrl) {
  FixedClock clock(test::kNow);
  test::Served served(*gateway_handler(
      page_routes("http://s3.example;script-src *,default-src", "https://cdn.example.com"),
      *Cors::make({}), clock));
  EXPECT_NE(header(served.send("GET", "/"), "Content-Security-Policy")
                .find("http://s3.example%3Bscript-src*%2Cdefault-src;"),
            std::string::npos);
}

TEST(PageFiles, HaveNothingThatThePolicyForbids) {
  bool has_page = false;
  for (const PageFile& file : page_files()) {
    SCOPED_TRACE(file.name);
    has_page = has_page || file.name == "index.html";
    for (const char* forbidden : {"<style", " style=", " onclick", " onload", "innerHTML",
                                  "http://", "eval(", "javascript:"}) {
      if (file.name.ends_with(".svg")) continue;  // An image: its namespace is a URL.
      EXPECT_EQ(file.content.find(forbidden), std::string_view::npos) << forbidden;
    }
  }
  EXPECT_TRUE(has_page);
}

}  // namespace
}  // namespace tintype::gateway
