#include "edge/test_edge.h"

namespace tintype::edge {
namespace {

TEST_F(EdgeTest, AliasServesTheCurrentAsset) {
  const auto jpeg = add(Format::jpeg, "a jpeg");
  const auto webp = add(Format::webp, "a webp");
  const auto avif = add(Format::avif, "an avif");
  catalog_.set("demo", "512", {avif, jpeg, webp});
  const struct {
    const char* name;
    std::string path;
    http::Headers headers;
    const CurrentAsset& asset;
    bool vary;
  } cases[] = {
      {"by extension", "/avatars/demo/512.jpg", {{"Accept", kChrome}}, jpeg, false},
      {"by the other extension", "/avatars/demo/512.jpeg", {}, jpeg, false},
      {"another extension", "/avatars/demo/512.webp", {{"Accept", "image/jpeg"}}, webp, false},
      {"Chrome", "/avatars/demo/512", {{"Accept", kChrome}}, avif, true},
      {"curl", "/avatars/demo/512", {{"Accept", "*/*"}}, jpeg, true},
      {"no Accept", "/avatars/demo/512", {}, jpeg, true},
      {"two fields",
       "/avatars/demo/512",
       {{"Accept", "text/html"}, {"Accept", "image/webp"}},
       webp,
       true},
      {"nothing of ours", "/avatars/demo/512", {{"Accept", "text/html"}}, jpeg, true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = ask(c.path, c.headers);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(body_of(response), body_of(ask(path_of(c.asset))));
    EXPECT_EQ(header(response, "Content-Type"), image::media_type(c.asset.format));
    EXPECT_EQ(header(response, "ETag"), etag_of(c.asset));
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
    EXPECT_EQ(header(response, "Content-Location"), path_of(c.asset));
    EXPECT_EQ(header(response, "Vary"), c.vary ? "Accept" : "(none)");
    // An alias can go back to an older asset: a date would say "not modified" then.
    EXPECT_FALSE(response.headers.has("Last-Modified"));
    EXPECT_FALSE(response.headers.has(kDefaultAvatarHeader));
    expect_security_headers(response);

    auto conditional = c.headers;
    conditional.add("If-None-Match", etag_of(c.asset));
    const auto unchanged = ask(c.path, conditional);
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(body_of(unchanged), "");
    for (const char* name : {"ETag", "Cache-Control", "Content-Location", "Vary"})
      EXPECT_EQ(header(unchanged, name), header(response, name)) << name;
    expect_security_headers(unchanged);
  }
}

TEST_F(EdgeTest, AliasAnswers304WithoutTheStore) {
  const auto asset = add(Format::jpeg, "picture");
  catalog_.set("demo", "512", {asset});

  EXPECT_EQ(ask("/avatars/demo/512", {{"If-None-Match", etag_of(asset)}}).status, 304);
  EXPECT_EQ(store_.opens(), 0);
}

TEST_F(EdgeTest, AliasIsNewAtOnceAfterASwap) {
  const auto before = add(Format::jpeg, "before");
  const auto after = add(Format::jpeg, "after");
  catalog_.set("demo", "512", {before});
  ASSERT_EQ(body_of(ask("/avatars/demo/512.jpg")), "before");

  catalog_.set("demo", "512", {after});
  for (const http::Headers& headers :
       {http::Headers{}, http::Headers{{"If-None-Match", etag_of(before)}},
        http::Headers{{"If-Modified-Since", to_http_date(FakeStore::kModifiedAt)}}}) {
    const auto response = ask("/avatars/demo/512.jpg", headers);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(body_of(response), "after");
    EXPECT_EQ(header(response, "ETag"), etag_of(after));
  }
  EXPECT_EQ(catalog_.asked(), 4);

  // And a picture that was removed is gone at once.
  catalog_.set("demo", "512", {});
  EXPECT_TRUE(ask("/avatars/demo/512.jpg").headers.has(kDefaultAvatarHeader));
}

TEST_F(EdgeTest, AliasLooksAgainWhenAnAssetWasReplacedMeanwhile) {
  const auto gone = add(Format::jpeg, "gone");
  store_.forget(gone.key);
  catalog_.set("demo", "512", {add(Format::jpeg, "new")});
  catalog_.say_once(FakeCatalog::Assets{gone});
  catalog_.say_once(FakeCatalog::Assets{gone});
  EXPECT_EQ(body_of(ask("/avatars/demo/512.jpg")), "new");

  // Only so often: a catalog that goes on naming what is not there is broken.
  catalog_.set("demo", "512", {gone});
  expect_problem(ask("/avatars/demo/512.jpg"), 500);
}

TEST_F(EdgeTest, AliasHasTheFormatsThatThereAre) {
  catalog_.set("demo", "512", {add(Format::jpeg, "a jpeg")});  // From before webp was wanted.
  EXPECT_EQ(header(ask("/avatars/demo/512", {{"Accept", kChrome}}), "Content-Type"), "image/jpeg");
  expect_problem(ask("/avatars/demo/512.webp"), 404);
  expect_problem(ask("/avatars/demo/512.png"), 404);

  catalog_.set("demo", "512", {add(Format::png, "a png")});  // Of a format that was given up.
  EXPECT_EQ(header(ask("/avatars/demo/512"), "Content-Type"), "image/png");
}

TEST_F(EdgeTest, AliasPassesOnWhatTheCatalogSays) {
  const struct {
    const char* name;
    ErrorCode code;
    int status;
  } cases[] = {
      {"busy", ErrorCode::unavailable, 503},
      {"broken", ErrorCode::corrupt, 500},
      {"our fault", ErrorCode::internal, 500},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    catalog_.say_once(fail(c.code, "sqlite '/var/secret': no"));
    const auto response = ask("/avatars/demo/512.jpg");
    expect_problem(response, c.status);
    EXPECT_EQ(response.headers.has("Retry-After"), c.status == 503);
  }
  catalog_.say_once(FakeCatalog::Assets{{.key = *bucket::Key::parse("x"), .format = Format::jpeg}});
  expect_problem(ask("/avatars/demo/512.jpg"), 500);
}

}  // namespace
}  // namespace tintype::edge
