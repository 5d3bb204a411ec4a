#include "bucket/s3/host.h"

#include <gtest/gtest.h>

#include "bucket/s3/test_s3.h"

namespace tintype::bucket {
namespace {

TEST(BucketInHost, IsInFrontOfADomain) {
  const std::vector<std::string> domains = {"localhost", "s3.example.com"};
  const struct {
    const char* host;
    std::optional<std::string> bucket;
  } cases[] = {
      {"photos.localhost:9000", "photos"},
      {"photos.localhost", "photos"},
      {"Photos.S3.Example.COM", "photos"},
      {"my.photos.s3.example.com:443", "my.photos"},
      {"localhost:9000", std::nullopt},
      {"s3.example.com", std::nullopt},
      {".s3.example.com", std::nullopt},
      {"photoss3.example.com", std::nullopt},
      {"photos.s3.example.com.evil.net", std::nullopt},
      {"127.0.0.1:9000", std::nullopt},
      {"[::1]:9000", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(bucket_in_host(c.host, domains), c.bucket) << c.host;
  EXPECT_EQ(bucket_in_host("photos.localhost", {}), std::nullopt);
}

TEST(DomainOfUrl, IsAName) {
  EXPECT_EQ(domain_of_url("https://S3.example.com:8443/x"), "s3.example.com");
  EXPECT_EQ(domain_of_url("http://localhost:9000"), "localhost");
  for (const char* const url : {"", "s3.example.com", "http://127.0.0.1:9000", "http://[::1]:9000"})
    EXPECT_EQ(domain_of_url(url), "") << url;
}

class S3VirtualHost : public test::S3Test {};

TEST_F(S3VirtualHost, NamesTheBucket) {
  const std::string address = host_;
  host_ = "photos.localhost:" + address.substr(address.find(':') + 1);
  const auto signed_request = [&](const std::string& method, const std::string& path) {
    return send_raw_to(address, signed_head(method, path, {{"Content-Length", "0"}}));
  };
  EXPECT_TRUE(signed_request("PUT", "/deep/key").starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(stored("deep/key"), "");
  EXPECT_TRUE(signed_request("HEAD", "/").starts_with("HTTP/1.1 200 "));
  EXPECT_NE(signed_request("GET", "/").find("<Name>photos</Name>"), std::string::npos);
  EXPECT_TRUE(signed_request("DELETE", "/deep/key").starts_with("HTTP/1.1 204 "));
  host_ = "missing.localhost";
  EXPECT_NE(signed_request("GET", "/a").find("<Code>NoSuchBucket</Code>"), std::string::npos);
  host_ = "_.localhost";
  EXPECT_NE(signed_request("GET", "/a").find("<Code>InvalidBucketName</Code>"), std::string::npos);
  host_ = address;
}

}  // namespace
}  // namespace tintype::bucket
