#include "bucket/s3/test_s3.h"

namespace tintype::bucket {
namespace {

using test::Twist;

class S3Copy : public test::S3Test {
 protected:
  http::ClientResponse copy(const std::string& target, const std::string& source,
                            http::Headers headers = {}) {
    headers.add("x-amz-copy-source", source);
    return send("PUT", target, "", {.headers = std::move(headers)});
  }
};

TEST_F(S3Copy, HasWhatTheSourceHas) {
  ASSERT_EQ(send("PUT", "/photos/a%20b", "hello",
                 {.headers = {{"Content-Type", "image/jpeg"},
                              {"Content-Disposition", "inline"},
                              {"x-amz-meta-by", "ada"},
                              {"x-amz-tagging", "k=v"},
                              {"x-amz-checksum-crc32", "NhCmhg=="}}})
                .status,
            200);
  for (const char* const source :
       {"/photos/a%20b", "photos/a%20b", "photos/a%20b?versionId=null"}) {
    const auto copied = copy("/photos/copy", source);
    EXPECT_EQ(copied.status, 200) << copied.body;
    EXPECT_EQ(text_in(copied, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    EXPECT_EQ(text_in(copied, "ChecksumCRC32"), "NhCmhg==");
  }
  EXPECT_EQ(stored("copy"), "hello");
  const auto head = send("HEAD", "/photos/copy");
  EXPECT_EQ(header_in(head, "Content-Type"), "image/jpeg");
  EXPECT_EQ(header_in(head, "Content-Disposition"), "inline");
  EXPECT_EQ(header_in(head, "x-amz-meta-by"), "ada");
  EXPECT_EQ(header_in(head, "x-amz-tagging-count"), "1");
}

TEST_F(S3Copy, HasWhatTheRequestSaysInstead) {
  ASSERT_EQ(send("PUT", "/photos/a", "hello",
                 {.headers = {{"Content-Type", "image/jpeg"},
                              {"x-amz-meta-by", "ada"},
                              {"x-amz-tagging", "k=v"}}})
                .status,
            200);
  EXPECT_EQ(copy("/photos/a", "/photos/a",
                 {{"x-amz-metadata-directive", "REPLACE"},
                  {"Content-Type", "image/png"},
                  {"x-amz-meta-for", "grace"},
                  {"x-amz-checksum-algorithm", "SHA1"}})
                .status,
            200);
  const auto head =
      send("HEAD", "/photos/a", "", {.headers = {{"x-amz-checksum-mode", "ENABLED"}}});
  EXPECT_EQ(header_in(head, "Content-Type"), "image/png");
  EXPECT_EQ(header_in(head, "x-amz-meta-by"), "none");
  EXPECT_EQ(header_in(head, "x-amz-meta-for"), "grace");
  EXPECT_EQ(header_in(head, "x-amz-tagging-count"), "1");
  EXPECT_EQ(header_in(head, "x-amz-checksum-sha1"), "qvTGHdzF6KLavt4PO0gs2a6pQ00=");
  EXPECT_EQ(copy("/photos/a", "/photos/a", {{"x-amz-tagging-directive", "REPLACE"}}).status, 200);
  EXPECT_EQ(header_in(send("HEAD", "/photos/a"), "x-amz-tagging-count"), "none");
}

TEST_F(S3Copy, IsMadeOnlyUnderItsConditions) {
  const std::string etag = header_in(send("PUT", "/photos/a", "hello"), "ETag");
  const std::string bare = etag.substr(1, etag.size() - 2);
  const struct {
    const char* name;
    const char* field;
    std::string value;
    int status;
  } cases[] = {
      {"its ETag", "x-amz-copy-source-if-match", etag, 200},
      {"its ETag without quotes", "x-amz-copy-source-if-match", bare, 200},
      {"another ETag", "x-amz-copy-source-if-match", "\"x\"", 412},
      {"not its ETag", "x-amz-copy-source-if-none-match", etag, 412},
      {"not another ETag", "x-amz-copy-source-if-none-match", "\"x\"", 200},
      {"changed since long ago", "x-amz-copy-source-if-modified-since",
       "Sun, 06 Nov 1994 08:49:37 GMT", 200},
      {"unchanged since long ago", "x-amz-copy-source-if-unmodified-since",
       "Sun, 06 Nov 1994 08:49:37 GMT", 412},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(copy("/photos/b", "/photos/a", {{c.field, c.value}}).status, c.status);
  }
  EXPECT_EQ(copy("/photos/b", "/photos/a", {{"If-None-Match", "*"}}).status, 412);
}

TEST_F(S3Copy, IsRefusedWhereItMakesNoSense) {
  ASSERT_EQ(send("PUT", "/photos/a", "hello").status, 200);
  const struct {
    const char* name;
    const char* source;
    http::Headers headers;
    const char* code;
  } cases[] = {
      {"of nothing", "/photos/missing", {}, "NoSuchKey"},
      {"of no bucket", "/missing/a", {}, "NoSuchBucket"},
      {"without key", "/photos", {}, "InvalidArgument"},
      {"without anything", "", {}, "InvalidArgument"},
      {"badly encoded", "/photos/%zz", {}, "InvalidArgument"},
      {"of no version", "/photos/a?versionId=7", {}, "NoSuchVersion"},
      {"another directive",
       "/photos/a",
       {{"x-amz-metadata-directive", "MERGE"}},
       "InvalidArgument"},
      {"another checksum", "/photos/a", {{"x-amz-checksum-algorithm", "MD5"}}, "InvalidRequest"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(code_in(copy("/photos/b", c.source, c.headers)), c.code);
    EXPECT_EQ(stored("b"), "none");
  }
  EXPECT_EQ(code_in(copy("/photos/a", "/photos/a")), "InvalidRequest");
}

TEST_F(S3Copy, MayBeAPart) {
  ASSERT_EQ(send("PUT", "/photos/a", "hello world").status, 200);
  const std::string upload_id = text_in(send("POST", "/photos/whole?uploads=", "",
                                             {.headers = {{"x-amz-checksum-algorithm", "CRC32"}}}),
                                        "UploadId");
  const std::string part = "/photos/whole?partNumber=1&uploadId=" + upload_id;
  const struct {
    const char* range;
    const char* code;
  } bad[] = {{"bytes=0-11", "InvalidRange"},
             {"bytes=5-", "InvalidArgument"},
             {"bytes=-5", "InvalidArgument"},
             {"bytes=5-4", "InvalidArgument"},
             {"0-5", "InvalidArgument"}};
  for (const auto& c : bad) {
    SCOPED_TRACE(c.range);
    EXPECT_EQ(code_in(copy(part, "/photos/a", {{"x-amz-copy-source-range", c.range}})), c.code);
  }
  const auto copied = copy(part, "/photos/a", {{"x-amz-copy-source-range", "bytes=0-4"}});
  EXPECT_EQ(copied.status, 200) << copied.body;
  EXPECT_EQ(text_in(copied, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(text_in(copied, "ChecksumCRC32"), "NhCmhg==");
  const auto completed = send("POST", "/photos/whole?uploadId=" + upload_id,
                              "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"
                              "5d41402abc4b2a76b9719d911017c592</ETag><ChecksumCRC32>NhCmhg=="
                              "</ChecksumCRC32></Part></CompleteMultipartUpload>");
  EXPECT_EQ(completed.status, 200) << completed.body;
  EXPECT_EQ(text_in(completed, "ChecksumType"), "COMPOSITE");
  EXPECT_TRUE(text_in(completed, "ChecksumCRC32").ends_with("-1"));
  EXPECT_EQ(stored("whole"), "hello");
}

}  // namespace
}  // namespace tintype::bucket
