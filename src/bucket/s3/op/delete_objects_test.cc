#include "bucket/s3/test_s3.h"

namespace tintype::bucket {
namespace {

using test::Twist;

class S3Delete : public test::S3Test {};

TEST_F(S3Delete, TakesManyAtOnce) {
  for (const char* const key : {"a", "b&c", "d"})
    ASSERT_EQ(send("PUT", "/photos/" + percent_encode(key), "x").status, 200);
  const auto deleted = send("POST", "/photos?delete=",
                            "<Delete><Object><Key>a</Key></Object><Object><Key>b&amp;c</Key>"
                            "</Object><Object><Key>never</Key></Object></Delete>");
  EXPECT_EQ(deleted.status, 200) << deleted.body;
  EXPECT_NE(deleted.body.find("<Deleted><Key>a</Key></Deleted>"), std::string::npos);
  EXPECT_NE(deleted.body.find("<Deleted><Key>never</Key></Deleted>"), std::string::npos);
  EXPECT_EQ(stored("a"), "none");
  EXPECT_EQ(stored("b&c"), "none");
  EXPECT_EQ(stored("d"), "x");
  const auto quiet =
      send("POST",
           "/photos/?delete=", "<Delete><Quiet>true</Quiet><Object><Key>d</Key></Object></Delete>");
  EXPECT_EQ(quiet.status, 200);
  EXPECT_EQ(quiet.body.find("Deleted>"), std::string::npos);
  EXPECT_EQ(stored("d"), "none");
}

TEST_F(S3Delete, RefusesWhatItWouldGetWrong) {
  ASSERT_EQ(send("PUT", "/photos/a", "x").status, 200);
  std::string too_many = "<Delete>";
  for (int i = 0; i < 1001; ++i) too_many += "<Object><Key>a</Key></Object>";
  const struct {
    const char* name;
    std::string body;
    Twist twist;
    const char* code;
  } cases[] = {
      {"no XML", "a", {}, "MalformedXML"},
      {"another document", "<Remove/>", {}, "MalformedXML"},
      {"none", "<Delete></Delete>", {}, "MalformedXML"},
      {"no key", "<Delete><Object/></Delete>", {}, "MalformedXML"},
      {"too many", too_many + "</Delete>", {}, "MalformedXML"},
      {"a condition that is none",
       "<Delete><Object><Key>a</Key><Size>x</Size></Object></Delete>",
       {},
       "InvalidArgument"},
      {"another MD5",
       "<Delete><Object><Key>a</Key></Object></Delete>",
       {.headers = {{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}},
       "BadDigest"},
      {"another checksum",
       "<Delete><Object><Key>a</Key></Object></Delete>",
       {.headers = {{"x-amz-checksum-crc32", "AAAAAA=="}}},
       "BadDigest"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(code_in(send("POST", "/photos?delete=", c.body, c.twist)), c.code);
    EXPECT_EQ(stored("a"), "x");
  }
  EXPECT_EQ(
      code_in(send("POST", "/missing?delete=", "<Delete><Object><Key>a</Key></Object></Delete>")),
      "NoSuchBucket");
}

TEST_F(S3Delete, RemovesEmptyBuckets) {
  EXPECT_EQ(send("PUT", "/other").status, 200);
  ASSERT_EQ(send("PUT", "/other/a", "x").status, 200);
  EXPECT_EQ(code_in(send("DELETE", "/other")), "BucketNotEmpty");
  ASSERT_EQ(send("DELETE", "/other/a").status, 204);
  const std::string upload_id = text_in(send("POST", "/other/a?uploads="), "UploadId");
  ASSERT_EQ(send("PUT", "/other/a?partNumber=1&uploadId=" + upload_id, "part").status, 200);
  EXPECT_EQ(send("DELETE", "/other").status, 204);  // What was never an object goes with it.
  EXPECT_TRUE(test::files_in(folder_.path() / "objects" / "content").empty());
  EXPECT_EQ(code_in(send("DELETE", "/other")), "NoSuchBucket");
}

class S3Tagging : public test::S3Test {};

TEST_F(S3Tagging, IsReplacedAndRemoved) {
  ASSERT_EQ(send("PUT", "/photos/a", "x", {.headers = {{"x-amz-tagging", "k=v"}}}).status, 200);
  EXPECT_NE(send("GET", "/photos/a?tagging=").body.find("<Key>k</Key><Value>v</Value>"),
            std::string::npos);
  const std::string document =
      "<Tagging><TagSet><Tag><Key>a&amp;</Key><Value>b</Value></Tag></TagSet></Tagging>";
  EXPECT_EQ(code_in(send("PUT", "/photos/a?tagging=", document)), "InvalidTag");
  EXPECT_EQ(send("PUT", "/photos/a?tagging=",
                 "<Tagging><TagSet><Tag><Key>\xc3\xa4 b</Key><Value>1</Value></Tag></TagSet>"
                 "</Tagging>")
                .status,
            200);
  const auto got = send("GET", "/photos/a?tagging=");
  EXPECT_NE(got.body.find("<Key>\xc3\xa4 b</Key><Value>1</Value>"), std::string::npos) << got.body;
  EXPECT_EQ(got.body.find("<Key>k</Key>"), std::string::npos);
  EXPECT_EQ(send("DELETE", "/photos/a?tagging=").status, 204);
  EXPECT_EQ(send("GET", "/photos/a?tagging=").body.find("<Tag>"), std::string::npos);
  EXPECT_EQ(code_in(send("PUT", "/photos/a?tagging=", "<Tagging/>")), "MalformedXML");
  EXPECT_EQ(code_in(send("GET", "/photos/missing?tagging=")), "NoSuchKey");
  EXPECT_EQ(code_in(send("DELETE", "/photos/missing?tagging=")), "NoSuchKey");
}

class S3Attributes : public test::S3Test {};

TEST_F(S3Attributes, AreThoseThatWereAskedFor) {
  ASSERT_EQ(
      send("PUT", "/photos/a", "hello", {.headers = {{"x-amz-checksum-crc32", "NhCmhg=="}}}).status,
      200);
  const auto all = send("GET", "/photos/a?attributes=", "",
                        {.headers = {{"x-amz-object-attributes",
                                      "ETag,Checksum, ObjectSize,StorageClass,ObjectParts"}}});
  EXPECT_EQ(text_in(all, "ETag"), "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(text_in(all, "ObjectSize"), "5");
  EXPECT_NE(all.body.find("<ChecksumCRC32>NhCmhg==</ChecksumCRC32>"), std::string::npos);
  const auto size = send("GET", "/photos/a?attributes=", "",
                         {.headers = {{"x-amz-object-attributes", "ObjectSize"}}});
  EXPECT_EQ(text_in(size, "ETag"), "no ETag");
  EXPECT_EQ(code_in(send("GET", "/photos/a?attributes=")), "InvalidArgument");
  EXPECT_EQ(code_in(send("GET", "/photos/a?attributes=", "",
                         {.headers = {{"x-amz-object-attributes", "Color"}}})),
            "InvalidArgument");
}

}  // namespace
}  // namespace tintype::bucket
