#include "bucket/s3/request/put_request.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

S3Result<PutRequest> parse(http::Headers headers) {
  http::Request request;
  request.method = "PUT";
  request.headers = std::move(headers);
  request.content_length = 3;
  request.remote_address = "192.0.2.1";
  request.id = "request-1";
  return parse_put(request, {.access_key_id = "KEY", .presigned = true, .payload_hash = "x"});
}

TEST(ParsePut, TakesWhatAnObjectKeeps) {
  const auto put = parse({{"Content-Type", "image/jpeg"},
                          {"Cache-Control", "no-store"},
                          {"X-Amz-Meta-Author", "J\xc3\xb6rg"},
                          {"x-amz-meta-tag", "a"},
                          {"x-amz-meta-tag", "b"},
                          {"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="},
                          {"x-amz-acl", "private"},
                          {"x-amz-storage-class", "STANDARD"},
                          {"Content-Disposition", "inline"},
                          {"Content-Encoding", "aws-chunked, gzip"},
                          {"Expires", "tomorrow"},
                          {"x-amz-checksum-crc32", "AAAAAA=="},
                          {"x-amz-tagging", "project=a+b&empty="}});
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->options.content_type, "image/jpeg");
  EXPECT_EQ(put->options.cache_control, "no-store");
  EXPECT_EQ(put->options.metadata,
            (std::map<std::string, std::string>{{"author", "J\xc3\xb6rg"}, {"tag", "a,b"}}));
  EXPECT_EQ(put->options.headers,
            (std::map<std::string, std::string>{{"content-disposition", "inline"},
                                                {"content-encoding", "gzip"},
                                                {"expires", "tomorrow"}}));
  EXPECT_EQ(put->options.tags,
            (std::map<std::string, std::string>{{"project", "a b"}, {"empty", ""}}));
  EXPECT_EQ(put->body.checksum->kind, ChecksumKind::crc32);
  EXPECT_EQ(put->options.size, 3);
  EXPECT_FALSE(put->options.precondition.any());
  EXPECT_EQ(put->options.writer.principal, "KEY");
  EXPECT_EQ(put->options.writer.remote_address, "192.0.2.1");
  EXPECT_EQ(put->options.writer.request_id, "request-1");
  EXPECT_TRUE(put->options.writer.presigned);
  EXPECT_EQ(put->body.md5_hex, "900150983cd24fb0d6963f7d28e17f72");  // Of "abc".
}

TEST(ParsePut, TakesTheConditionsThatS3Has) {
  const auto wanted = [](const http::Headers& headers) {
    return parse(headers)->options.precondition;
  };
  EXPECT_TRUE(wanted({{"If-None-Match", "*"}}).absent);
  EXPECT_TRUE(wanted({{"If-Match", " * "}}).present);
  EXPECT_EQ(wanted({{"If-Match", "\"e\""}}).etag, "e");
  EXPECT_EQ(wanted({{"If-Match", "e"}}).etag, "e");
  EXPECT_EQ(wanted({{"If-None-Match", "\"e\""}}).not_etag, "e");
}

TEST(ParsePut, RefusesWhatItWouldLose) {
  const struct {
    const char* name;
    http::Headers headers;
    S3Error error;
  } cases[] = {
      {"encryption", {{"X-Amz-Server-Side-Encryption", "AES256"}}, S3Error::not_implemented},
      {"customer's key",
       {{"x-amz-server-side-encryption-customer-key", "k"}},
       S3Error::not_implemented},
      {"a lock", {{"x-amz-object-lock-mode", "COMPLIANCE"}}, S3Error::not_implemented},
      {"tags twice", {{"x-amz-tagging", "a=b&a=c"}}, S3Error::invalid_tag},
      {"eleven tags", {{"x-amz-tagging", "a&b&c&d&e&f&g&h&i&j&k"}}, S3Error::invalid_tag},
      {"a tag without key", {{"x-amz-tagging", "=b"}}, S3Error::invalid_tag},
      {"a tag that is no text", {{"x-amz-tagging", "a=%00"}}, S3Error::invalid_tag},
      {"tags badly encoded", {{"x-amz-tagging", "a=%zz"}}, S3Error::invalid_argument},
      {"a public object",
       {{"x-amz-acl", "public-read"}},
       S3Error::access_control_list_not_supported},
      {"no class", {{"x-amz-storage-class", "COLD"}}, S3Error::invalid_storage_class},
      {"a grant", {{"x-amz-grant-read", "uri=all"}}, S3Error::access_control_list_not_supported},
      {"an archive", {{"x-amz-storage-class", "GLACIER"}}, S3Error::not_implemented},
      {"two checksums",
       {{"x-amz-checksum-crc32", "AAAAAA=="}, {"x-amz-checksum-crc32c", "AAAAAA=="}},
       S3Error::invalid_request},
      {"a checksum too short", {{"x-amz-checksum-crc32", "AAAA"}}, S3Error::invalid_request},
      {"a checksum announced and not there",
       {{"x-amz-sdk-checksum-algorithm", "CRC32"}},
       S3Error::invalid_request},
      {"another checksum than announced",
       {{"x-amz-sdk-checksum-algorithm", "SHA1"}, {"x-amz-checksum-crc32", "AAAAAA=="}},
       S3Error::invalid_request},
      {"an appending write", {{"x-amz-write-offset-bytes", "1"}}, S3Error::not_implemented},
      {"If-None-Match of several", {{"If-None-Match", "e, f"}}, S3Error::not_implemented},
      {"If-Match of several", {{"If-Match", "\"e\", \"f\""}}, S3Error::not_implemented},
      {"If-Match of nothing", {{"If-Match", "\"\""}}, S3Error::not_implemented},
      {"MD5, not base64", {{"Content-MD5", "!"}}, S3Error::invalid_digest},
      {"MD5, too short", {{"Content-MD5", "YWJj"}}, S3Error::invalid_digest},
      {"MD5, empty", {{"Content-MD5", ""}}, S3Error::invalid_digest},
      {"metadata not UTF-8", {{"x-amz-meta-a", "\xe9"}}, S3Error::invalid_argument},
      {"type not UTF-8", {{"Content-Type", "\xe9"}}, S3Error::invalid_argument},
      {"metadata too large",
       {{"x-amz-meta-a", std::string(2048, 'x')}},
       S3Error::metadata_too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto put = parse(c.headers);
    ASSERT_FALSE(put);
    EXPECT_EQ(code_of(put.error().error), code_of(c.error));
  }
  EXPECT_TRUE(parse({{"x-amz-meta-a", std::string(2047, 'x')}}));
}

}  // namespace
}  // namespace tintype::bucket
