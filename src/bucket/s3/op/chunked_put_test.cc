#include "bucket/s3/test_s3.h"
#include "sigv4/chunks.h"

namespace tintype::bucket {
namespace {

using test::Twist;

class S3Chunks : public test::S3Test {
 protected:
  static Twist unsigned_chunks(const std::string& size, http::Headers headers = {}) {
    headers.add("x-amz-decoded-content-length", size);
    headers.add("x-amz-trailer", "x-amz-checksum-crc32");
    return {.headers = std::move(headers), .payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"};
  }
};

constexpr const char* kHello = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";

TEST_F(S3Chunks, AreContent) {
  const auto put = send("PUT", "/photos/a", kHello, unsigned_chunks("5"));
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(header_in(put, "x-amz-checksum-crc32"), "NhCmhg==");
  EXPECT_EQ(header_in(put, "x-amz-checksum-type"), "FULL_OBJECT");
  EXPECT_EQ(stored("a"), "hello");
  const Twist asks{.headers = {{"x-amz-checksum-mode", "ENABLED"}}};
  EXPECT_EQ(header_in(send("HEAD", "/photos/a", "", asks), "x-amz-checksum-crc32"), "NhCmhg==");
  EXPECT_EQ(header_in(send("HEAD", "/photos/a"), "x-amz-checksum-crc32"), "none");
}

TEST_F(S3Chunks, LeaveTheirNameOutOfTheEncoding) {
  EXPECT_EQ(
      send("PUT", "/photos/a", kHello, unsigned_chunks("5", {{"Content-Encoding", "aws-chunked"}}))
          .status,
      200);
  EXPECT_EQ(header_in(send("GET", "/photos/a"), "Content-Encoding"), "none");
  EXPECT_EQ(send("PUT", "/photos/a", kHello,
                 unsigned_chunks("5", {{"Content-Encoding", "gzip,aws-chunked"}}))
                .status,
            200);
  EXPECT_EQ(header_in(send("GET", "/photos/a"), "Content-Encoding"), "gzip");
}

TEST_F(S3Chunks, AreRefusedUnlessAllOfThemAreSo) {
  const struct {
    const char* name;
    std::string body;
    const char* code;
  } cases[] = {
      {"another checksum", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "BadDigest"},
      {"another kind", "5\r\nhello\r\n0\r\nx-amz-checksum-sha1:AAAAAA==\r\n\r\n", "InvalidRequest"},
      {"no checksum", "5\r\nhello\r\n0\r\n\r\n", "InvalidRequest"},
      {"no end", "5\r\nhello\r\n", "IncompleteBody"},
      {"too little", "4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "IncompleteBody"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(code_in(send("PUT", "/photos/a", c.body, unsigned_chunks("5"))), c.code);
    EXPECT_EQ(stored("a"), "none");
  }
  EXPECT_EQ(code_in(send("PUT", "/photos/a", kHello, unsigned_chunks("x"))), "InvalidArgument");
}

/// The request's signature is the first link of the chain, so the body is made after it.
TEST_F(S3Chunks, MayEachBeSigned) {
  const http::Headers headers = {{"x-amz-decoded-content-length", "5"}};
  http::Headers sent = headers;
  sent.add("Host", host_);
  const auto signature = sigv4::sign(
      {.method = "PUT", .path = "/photos/a", .query_text = "", .headers = sent}, credentials_,
      {.region = "us-east-1", .service = "s3"}, test::kNow, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  ASSERT_TRUE(signature);
  std::string seed;
  for (const auto& [name, value] : *signature) {
    sent.set(name, value);
    if (name == "Authorization") seed = value.substr(value.find("Signature=") + 10);
  }
  const sigv4::Scope scope{
      .date = to_amz_date(test::kNow).substr(0, 8), .region = "us-east-1", .service = "s3"};
  const auto body_for = [&](const std::string& said, const std::string& really) {
    sigv4::ChunkChain chain(Secret(sigv4::signing_key(credentials_.secret, scope)), scope,
                            test::kNow, seed);
    std::string body = "5;chunk-signature=" + chain.next(crypto::sha256_hex(as_bytes(said))) +
                       "\r\n" + really + "\r\n";
    return body + "0;chunk-signature=" + chain.next(sigv4::kEmptyPayload) + "\r\n\r\n";
  };
  EXPECT_EQ(code_in(send_plain("PUT", "/photos/a", body_for("hello", "jello"), sent)),
            "SignatureDoesNotMatch");
  EXPECT_EQ(stored("a"), "none");
  EXPECT_EQ(send_plain("PUT", "/photos/a", body_for("hello", "hello"), sent).status, 200);
  EXPECT_EQ(stored("a"), "hello");
}

}  // namespace
}  // namespace tintype::bucket
