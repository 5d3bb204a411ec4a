// The handler over fakes, on a loop of the test's own.
#include "edge/edge.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "edge/fakes.h"
#include "edge/test_loop.h"

namespace tintype::edge {
namespace {

using image::Format;

constexpr const char* kForEver = "public, max-age=31536000, immutable";
constexpr const char* kChrome = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

std::string body_of(const http::Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* shared = std::get_if<http::SharedBody>(&response.body))
    return shared->bytes->substr(shared->offset, shared->size);
  const auto& file = std::get<http::FileBody>(response.body);
  std::string bytes(file.size, '\0');
  EXPECT_EQ(::pread(file.file.get(), bytes.data(), bytes.size(), static_cast<off_t>(file.offset)),
            static_cast<ssize_t>(bytes.size()));
  return bytes;
}

std::string header(const http::Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or("(none)"));
}

void expect_security_headers(const http::Response& response) {
  EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(response, "Content-Security-Policy"), "default-src 'none'; sandbox");
  EXPECT_EQ(header(response, "Cross-Origin-Resource-Policy"), "cross-origin");
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header(response, "Timing-Allow-Origin"), "*");
  std::set<std::string> names;
  for (const auto& [name, value] : response.headers)
    EXPECT_TRUE(names.insert(to_lower(name)).second) << name << " stands twice";
}

void expect_problem(const http::Response& response, int status) {
  EXPECT_EQ(response.status, status);
  EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(body_of(response).find("/var/"), std::string::npos);
  EXPECT_FALSE(response.headers.has("ETag"));
  expect_security_headers(response);
}

class EdgeTest : public testing::Test {
 protected:
  http::Response ask(const std::string& path, http::Headers headers = {},
                     const std::string& method = "GET") {
    http::Request request = make_request(path, std::move(headers), method);
    return loop_.run(handler_(request));
  }
  static http::Request make_request(const std::string& path, http::Headers headers = {},
                                    const std::string& method = "GET") {
    http::Request request;
    request.method = method;
    request.target = request.path = path;
    request.headers = std::move(headers);
    request.id = "request-1";
    return request;
  }
  /// Adds an asset of demo's 512 and returns it as the catalog would.
  CurrentAsset add(Format format, const std::string& content) {
    return {.key = store_.add("demo", "512", format, content), .format = format};
  }
  static std::string etag_of(const CurrentAsset& asset) {
    return '"' + bucket::parse_asset_key(asset.key)->hash + '"';
  }
  static std::string path_of(const CurrentAsset& asset) { return bucket::asset_path(asset.key); }

  FakeStore store_;
  FakeCatalog catalog_;
  FakeWorkers workers_;
  TestLoop loop_;
  BlockingPool pool_{{.threads = 4, .waiting_max = 100}};
  http::Handler handler_ = edge_handler(test_options(), store_, catalog_, workers_, pool_);
};

// Assets.

TEST_F(EdgeTest, AssetIsServedForEver) {
  const auto asset = add(Format::webp, "picture");
  for (int i = 0; i < 2; ++i) {  // From the store, from memory.
    const auto response = ask(path_of(asset));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(body_of(response), "picture");
    EXPECT_EQ(header(response, "Cache-Control"), kForEver);
    EXPECT_EQ(header(response, "Content-Type"), "image/webp");
    EXPECT_EQ(header(response, "ETag"), etag_of(asset));
    EXPECT_EQ(header(response, "Last-Modified"), to_http_date(FakeStore::kModifiedAt));
    EXPECT_EQ(header(response, "Accept-Ranges"), "bytes");
    EXPECT_FALSE(response.headers.has("Vary"));
    EXPECT_FALSE(response.headers.has("Content-Location"));
    expect_security_headers(response);
  }
  EXPECT_EQ(store_.opens(), 1);
  EXPECT_EQ(catalog_.asked(), 0);
}

TEST_F(EdgeTest, AssetIgnoresTheQuery) {
  const auto asset = add(Format::jpeg, "picture");
  auto request = make_request(path_of(asset));
  request.target += "?v=2";
  request.query_text = "v=2";
  EXPECT_EQ(loop_.run(handler_(request)).status, 200);
}

TEST_F(EdgeTest, UnknownAssetIs404AndNotRemembered) {
  const auto asset = add(Format::jpeg, "picture");
  store_.forget(asset.key);
  expect_problem(ask(path_of(asset)), 404);

  add(Format::jpeg, "picture");
  EXPECT_EQ(ask(path_of(asset)).status, 200);
}

TEST_F(EdgeTest, AssetThatIsCutIsOurFault) {
  const auto asset = add(Format::jpeg, "picture");
  store_.lie();
  expect_problem(ask(path_of(asset)), 500);
}

TEST_F(EdgeTest, AssetAnswersConditionsAndRanges) {
  const auto asset = add(Format::jpeg, "0123456789");
  const std::string etag = etag_of(asset);
  const std::string date = to_http_date(FakeStore::kModifiedAt);
  const struct {
    const char* name;
    http::Headers headers;
    int status;
    std::string body;
    std::string content_range = "(none)";
  } cases[] = {
      {"same tag", {{"If-None-Match", etag}}, 304, ""},
      {"weakened", {{"If-None-Match", "W/" + etag}}, 304, ""},
      {"in a list", {{"If-None-Match", "\"x\", " + etag}}, 304, ""},
      {"any", {{"If-None-Match", "*"}}, 304, ""},
      {"another tag", {{"If-None-Match", "\"x\""}}, 200, "0123456789"},
      {"same date", {{"If-Modified-Since", date}}, 304, ""},
      {"no date", {{"If-Modified-Since", "now"}}, 200, "0123456789"},
      {"a tag that fails", {{"If-Match", "\"x\""}}, 412, "problem"},
      {"range", {{"Range", "bytes=2-4"}}, 206, "234", "bytes 2-4/10"},
      {"all of it", {{"Range", "bytes=0-"}}, 206, "0123456789", "bytes 0-9/10"},
      {"the last", {{"Range", "bytes=-1"}}, 206, "9", "bytes 9-9/10"},
      {"behind the end", {{"Range", "bytes=10-"}}, 416, "problem", "bytes */10"},
      {"several ranges", {{"Range", "bytes=0-0,2-2"}}, 200, "0123456789"},
      {"If-Range", {{"Range", "bytes=0-1"}, {"If-Range", etag}}, 206, "01", "bytes 0-1/10"},
      {"If-Range, weak", {{"Range", "bytes=0-1"}, {"If-Range", "W/" + etag}}, 200, "0123456789"},
      {"If-Range, other", {{"Range", "bytes=0-1"}, {"If-Range", "\"x\""}}, 200, "0123456789"},
      {"not modified goes before the range",
       {{"Range", "bytes=0-1"}, {"If-None-Match", etag}},
       304,
       ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = ask(path_of(asset), c.headers);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(header(response, "Content-Range"), c.content_range);
    expect_security_headers(response);
    if (c.body == "problem") {
      EXPECT_EQ(header(response, "Cache-Control"), "no-store");
      continue;
    }
    EXPECT_EQ(body_of(response), c.body);
    EXPECT_EQ(header(response, "ETag"), etag);
    EXPECT_EQ(header(response, "Cache-Control"), kForEver);
    EXPECT_EQ(header(response, "Content-Type"), c.status == 304 ? "(none)" : "image/jpeg");
  }
}

TEST_F(EdgeTest, HeadSaysWhatGetWould) {
  const auto asset = add(Format::jpeg, "0123456789");
  catalog_.set("demo", "512", {asset});
  for (const std::string& path :
       {path_of(asset), std::string("/avatars/demo/512"), std::string("/avatars/nobody/512.jpg")}) {
    SCOPED_TRACE(path);
    const auto get = ask(path);
    const auto head = ask(path, {}, "HEAD");
    EXPECT_EQ(head.status, get.status);
    EXPECT_EQ(std::vector(head.headers.begin(), head.headers.end()),
              std::vector(get.headers.begin(), get.headers.end()));
    EXPECT_EQ(body_of(head).size(), body_of(get).size());  // The server keeps it back.
  }
  EXPECT_EQ(ask(path_of(asset), {{"Range", "bytes=0-0"}}, "HEAD").status, 200);
}

TEST_F(EdgeTest, LargeAssetsAreSentFromTheirFile) {
  const std::size_t bound = test_options().cached_asset_bytes_max;
  const struct {
    const char* name;
    std::size_t size;
    int opens;
  } cases[] = {
      {"at the bound", bound, 1},
      {"over the bound", bound + 1, 3},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::string content(c.size, 'x');
    content.back() = 'y';
    const auto asset = add(Format::jpeg, content);
    const int opens_before = store_.opens();
    for (int i = 0; i < 2; ++i) EXPECT_EQ(body_of(ask(path_of(asset))), content);
    const auto part = ask(path_of(asset), {{"Range", "bytes=-3"}});
    EXPECT_EQ(body_of(part), "xxy");
    EXPECT_EQ(header(part, "ETag"), etag_of(asset));
    EXPECT_EQ(store_.opens() - opens_before, c.opens);
  }
}

TEST_F(EdgeTest, StampedeReadsAColdAssetOnce) {
  for (const std::size_t size : {std::size_t{7}, test_options().cached_asset_bytes_max + 1}) {
    SCOPED_TRACE(size);
    const std::string content(size, 's');
    const auto asset = add(Format::jpeg, content);
    const int opens_before = store_.opens();
    http::Request request = make_request(path_of(asset));
    std::vector<Task<http::Response>> tasks;
    for (int i = 0; i < 100; ++i) tasks.push_back(handler_(request));

    for (const auto& response : loop_.run_all(std::move(tasks)))
      EXPECT_EQ(body_of(response), content);
    EXPECT_EQ(store_.opens() - opens_before, 1);
  }
}

TEST_F(EdgeTest, MemoryForgetsWhatWasNotAskedForLongest) {
  Options options = test_options();
  options.cache = std::make_shared<AssetCache>(10'000);
  handler_ = edge_handler(options, store_, catalog_, workers_, pool_);
  std::vector<CurrentAsset> assets;
  for (char c = 'a'; c < 'k'; ++c) assets.push_back(add(Format::jpeg, std::string(2000, c)));
  for (const auto& asset : assets) EXPECT_EQ(ask(path_of(asset)).status, 200);
  ASSERT_EQ(store_.opens(), 10);

  EXPECT_EQ(ask(path_of(assets.back())).status, 200);
  EXPECT_EQ(store_.opens(), 10);
  EXPECT_EQ(ask(path_of(assets.front())).status, 200);
  EXPECT_EQ(store_.opens(), 11);
}

TEST_F(EdgeTest, MemoryForgetsWhatWasRemoved) {
  Options options = test_options();
  handler_ = edge_handler(options, store_, catalog_, workers_, pool_);
  const auto asset = add(Format::jpeg, "a jpeg");
  EXPECT_EQ(ask(path_of(asset)).status, 200);
  EXPECT_EQ(ask(path_of(asset)).status, 200);
  ASSERT_EQ(store_.opens(), 1);
  options.cache->forget(path_of(asset));
  EXPECT_EQ(ask(path_of(asset)).status, 200);
  EXPECT_EQ(store_.opens(), 2);
}

// The alias.

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

TEST_F(EdgeTest, FullPoolIs503) {
  BlockingPool full({.threads = 1, .waiting_max = 0});
  handler_ = edge_handler(test_options(), store_, catalog_, workers_, full);
  const auto response = ask("/avatars/demo/512.jpg");
  expect_problem(response, 503);
  EXPECT_TRUE(response.headers.has("Retry-After"));
}

// The default avatar.

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

// What the edge refuses.

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
