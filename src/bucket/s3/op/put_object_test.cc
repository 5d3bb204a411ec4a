#include "bucket/s3/test_s3.h"

namespace tintype::bucket {
namespace {

using test::Twist;

class S3Put : public test::S3Test {};

TEST_F(S3Put, PutsOnlyUnderItsConditions) {
  const Twist if_absent{.headers = {{"If-None-Match", "*"}}};
  EXPECT_EQ(send("PUT", "/photos/a", "one", if_absent).status, 200);
  const auto refused = send("PUT", "/photos/a", "two", if_absent);
  EXPECT_EQ(refused.status, 412);
  EXPECT_EQ(code_in(refused), "PreconditionFailed");
  const std::string etag = header_in(send("HEAD", "/photos/a"), "ETag");
  EXPECT_EQ(send("PUT", "/photos/a", "two", {.headers = {{"If-Match", etag}}}).status, 200);
  EXPECT_EQ(send("PUT", "/photos/a", "three", {.headers = {{"If-Match", etag}}}).status, 412);
  EXPECT_EQ(code_in(send("PUT", "/photos/b", "x", {.headers = {{"If-Match", etag}}})), "NoSuchKey");
  EXPECT_EQ(code_in(send("PUT", "/photos/b", "x", {.headers = {{"If-Match", "*"}}})), "NoSuchKey");
  EXPECT_EQ(send("PUT", "/photos/a", "two", {.headers = {{"If-Match", "*"}}}).status, 200);
  EXPECT_EQ(send("PUT", "/photos/a", "two", {.headers = {{"If-None-Match", etag}}}).status, 200);
  const std::string now = header_in(send("HEAD", "/photos/a"), "ETag");
  EXPECT_EQ(send("PUT", "/photos/a", "four", {.headers = {{"If-None-Match", now}}}).status, 412);
  EXPECT_EQ(stored("a"), "two");
}

TEST_F(S3Put, StoresNothingThatIsNotWhatTheClientSaid) {
  const struct {
    const char* name;
    Twist twist;
    const char* code;
    int status;
  } cases[] = {
      {"other SHA-256", {.payload_hash = std::string(64, 'a')}, "XAmzContentSHA256Mismatch", 400},
      {"other MD5", {.headers = {{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}}, "BadDigest", 400},
      {"broken MD5", {.headers = {{"Content-MD5", "abc"}}}, "InvalidDigest", 400},
      {"other CRC-32", {.headers = {{"x-amz-checksum-crc32", "AAAAAA=="}}}, "BadDigest", 400},
      {"no CRC-32", {.headers = {{"x-amz-checksum-crc32", "!"}}}, "InvalidRequest", 400},
      {"chunks of unknown size",
       {.payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
       "MissingContentLength",
       411},
      {"chunks that are none",
       {.headers = {{"x-amz-decoded-content-length", "4"}},
        .payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
       "IncompleteBody",
       400},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = send("PUT", "/photos/a", "body", c.twist);
    EXPECT_EQ(response.status, c.status) << response.body;
    EXPECT_EQ(code_in(response), c.code);
    EXPECT_EQ(stored("a"), "none");
  }
  EXPECT_EQ(send("PUT", "/photos/a", "abc",
                 {.headers = {{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}},
                  .payload_hash = std::string(sigv4::kUnsignedPayload)})
                .status,
            200);
}

TEST_F(S3Put, FillsASlotOnceAndSaysWhyNot) {
  const http::Headers as_signed = {{"Content-Type", "image/jpeg"}};
  const auto url_for = [&](const std::string& size) {
    return presign("PUT", "/photos/slot",
                   {{"content-type", "image/jpeg"}, {"content-length", size}});
  };
  const auto expect = [](const http::ClientResponse& response, int status, const char* code,
                         const char* message_part) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(code_in(response), code);
    EXPECT_NE(text_in(response, "Message").find(message_part), std::string::npos) << response.body;
  };

  expect(send_plain("PUT", url_for("4"), "body", {{"Content-Type", "text/html"}}), 403,
         "SignatureDoesNotMatch", "the slot is for image/jpeg");
  expect(send_plain("PUT", url_for("4"), std::string(11, 'x'), as_signed), 403,
         "SignatureDoesNotMatch", "larger than is allowed");
  expect(send_plain("PUT", url_for("4"), "bodies", as_signed), 403, "SignatureDoesNotMatch",
         "does not match");
  expect(send_plain("PUT", url_for("11"), std::string(11, 'x'), as_signed), 400, "EntityTooLarge",
         "");
  expect(send_plain("PUT", presign("PUT", "/photos/slot"), "x", {{"Content-Type", "text/html"}}),
         400, "InvalidRequest", "the slot is for image/jpeg");
  expect(send_plain("PUT", presign("PUT", "/photos/other"), "x", {}), 403, "AccessDenied",
         "no such slot");
  EXPECT_EQ(stored("slot"), "none");

  EXPECT_EQ(send_plain("PUT", url_for("4"), "body", as_signed).status, 200);
  expect(send_plain("PUT", url_for("4"), "copy", as_signed), 403, "AccessDenied",
         "this upload URL was already used");
  EXPECT_EQ(stored("slot"), "body");
}

TEST_F(S3Put, RefusesBeforeAClientThatWaitsSendsItsBody) {
  const std::string head =
      signed_head("PUT", "/missing/a", {{"Content-Length", "1000000"}, {"Expect", "100-continue"}});
  const std::string answer = send_raw(head);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 ")) << answer;
  EXPECT_EQ(answer.find("100 Continue"), std::string::npos);

  const std::string too_large = send_raw(
      signed_head("PUT", "/photos/a",
                  {{"Content-Length", std::to_string(33 << 20)}, {"Expect", "100-continue"}}));
  EXPECT_TRUE(too_large.starts_with("HTTP/1.1 400 ")) << too_large;
  EXPECT_NE(too_large.find("<Code>EntityTooLarge</Code>"), std::string::npos);
}

TEST_F(S3Put, WantsToKnowTheLength) {
  const std::string answer =
      send_raw(signed_head("PUT", "/photos/a", {{"Transfer-Encoding", "chunked"}}) +
               "4\r\nbody\r\n0\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 411 ")) << answer;
  EXPECT_NE(answer.find("<Code>MissingContentLength</Code>"), std::string::npos);
  EXPECT_EQ(stored("a"), "none");
}

TEST_F(S3Put, ForgetsABodyThatWasCut) {
  ASSERT_EQ(send("PUT", "/photos/a", "old").status, 200);
  const std::string answer =
      send_raw(signed_head("PUT", "/photos/a", {{"Content-Length", "10"}}) + "12345", true);
  if (!answer.empty()) EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  server_->stop();  // Whatever was under way has ended.
  EXPECT_EQ(stored("a"), "old");
}

}  // namespace
}  // namespace tintype::bucket
