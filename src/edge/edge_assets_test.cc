#include "edge/test_edge.h"

namespace tintype::edge {
namespace {

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

}  // namespace
}  // namespace tintype::edge
