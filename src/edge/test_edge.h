// For tests: the handler over fakes, on a loop of the test's own.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "edge/edge.h"
#include "edge/fakes.h"
#include "edge/test_loop.h"

namespace tintype::edge {

using image::Format;

inline constexpr const char* kForEver = "public, max-age=31536000, immutable";
inline constexpr const char* kChrome =
    "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

inline std::string body_of(const http::Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* shared = std::get_if<http::SharedBody>(&response.body))
    return shared->bytes->substr(shared->offset, shared->size);
  const auto& file = std::get<http::FileBody>(response.body);
  std::string bytes(file.size, '\0');
  EXPECT_EQ(::pread(file.file.get(), bytes.data(), bytes.size(), static_cast<off_t>(file.offset)),
            static_cast<ssize_t>(bytes.size()));
  return bytes;
}

inline std::string header(const http::Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or("(none)"));
}

inline void expect_security_headers(const http::Response& response) {
  EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(response, "Content-Security-Policy"), "default-src 'none'; sandbox");
  EXPECT_EQ(header(response, "Cross-Origin-Resource-Policy"), "cross-origin");
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header(response, "Timing-Allow-Origin"), "*");
  std::set<std::string> names;
  for (const auto& [name, value] : response.headers)
    EXPECT_TRUE(names.insert(to_lower(name)).second) << name << " stands twice";
}

inline void expect_problem(const http::Response& response, int status) {
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

}  // namespace tintype::edge
