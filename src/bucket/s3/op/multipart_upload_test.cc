#include "bucket/s3/test_s3.h"

namespace tintype::bucket {
namespace {

using test::files_in;
using test::key_of;

class S3Multipart : public test::S3Test {
 protected:
  std::string create(const std::string& key = "big") {
    const auto response =
        send("POST", "/photos/" + key + "?uploads=", "",
             {.headers = {{"Content-Type", "image/jpeg"}, {"x-amz-meta-a", "b"}}});
    EXPECT_EQ(response.status, 200) << response.body;
    return text_in(response, "UploadId");
  }
  /// The ETag, or the code of what was answered.
  std::string put_part(const std::string& id, int number, const std::string& body,
                       const std::string& key = "big") {
    const auto response =
        send("PUT", "/photos/" + key + "?partNumber=" + std::to_string(number) + "&uploadId=" + id,
             body);
    return response.status == 200 ? header_in(response, "ETag") : code_in(response);
  }
  static std::string list_of(const std::vector<std::pair<int, std::string>>& parts) {
    std::string body =
        "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (const auto& [number, etag] : parts)
      body += "<Part><ETag>" + etag + "</ETag><PartNumber>" + std::to_string(number) +
              "</PartNumber></Part>";
    return body + "</CompleteMultipartUpload>";
  }
  http::ClientResponse complete(const std::string& id, const std::string& body,
                                const std::string& key = "big") {
    return send("POST", "/photos/" + key + "?uploadId=" + id, body);
  }
  std::size_t pending() { return files_in(folder_.path() / "objects" / "pending").size(); }

  const std::string first_ = std::string(kPartBytesMin, '1');
  const std::string last_ = "the end";
};

TEST_F(S3Multipart, MakesOneObjectOfPartsThatCameInAnyOrder) {
  const std::string id = create();
  const std::string etag2 = put_part(id, 7, last_);
  put_part(id, 2, "replaced by the next");
  const std::string etag1 = put_part(id, 2, first_);
  put_part(id, 9, "never named");
  EXPECT_EQ(code_in(send("GET", "/photos/big")), "NoSuchKey") << "parts are no object";

  const auto done = complete(id, list_of({{2, etag1}, {7, etag2}}));

  ASSERT_EQ(done.status, 200) << done.body;
  const auto got = send("GET", "/photos/big");
  EXPECT_TRUE(got.body == first_ + last_);
  const std::string md5s = *from_hex(etag1.substr(1, 32)) + *from_hex(etag2.substr(1, 32));
  crypto::Digest digest(crypto::DigestKind::md5);
  digest.update(as_bytes(md5s));
  const std::string etag = '"' + to_hex(as_bytes(digest.finish())) + "-2\"";
  EXPECT_EQ(header_in(got, "ETag"), etag);
  EXPECT_EQ(text_in(done, "ETag"), etag);
  EXPECT_EQ(header_in(got, "Content-Type"), "image/jpeg");
  EXPECT_EQ(header_in(got, "x-amz-meta-a"), "b");
  EXPECT_EQ(store_->head(bucket_, key_of("big"))->sha256,
            crypto::sha256_hex(as_bytes(first_ + last_)));
  EXPECT_EQ(pending(), 0) << "no part is left";
  // Once more, as by a client that never got the answer; but only of what is there.
  EXPECT_EQ(text_in(complete(id, list_of({{2, etag1}, {7, etag2}})), "ETag"), etag);
  EXPECT_EQ(code_in(complete(id, list_of({{2, etag1}}))), "NoSuchUpload");
}

TEST_F(S3Multipart, RefusesAListThatIsNotWhatItHas) {
  const std::string id = create();
  const std::string etag1 = put_part(id, 1, first_);
  const std::string etag2 = put_part(id, 2, last_);
  const std::string etag3 = put_part(id, 3, first_);
  const struct {
    const char* name;
    std::string body;
    const char* code;
  } cases[] = {
      {"nothing", "", "MalformedXML"},
      {"no XML", "parts", "MalformedXML"},
      {"another document", "<Delete/>", "MalformedXML"},
      {"no parts", list_of({}), "MalformedXML"},
      {"no ETag",
       "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part>"
       "</CompleteMultipartUpload>",
       "MalformedXML"},
      {"a number that is none",
       "<CompleteMultipartUpload><Part><PartNumber>one</PartNumber><ETag>x</ETag></Part>"
       "</CompleteMultipartUpload>",
       "MalformedXML"},
      {"backwards", list_of({{3, etag3}, {1, etag1}}), "InvalidPartOrder"},
      {"twice", list_of({{1, etag1}, {1, etag1}}), "InvalidPartOrder"},
      {"a part that is not there", list_of({{1, etag1}, {4, etag2}}), "InvalidPart"},
      {"another ETag", list_of({{1, etag2}}), "InvalidPart"},
      {"no such number", list_of({{0, etag1}}), "InvalidPart"},
      {"a small part that is not the last", list_of({{1, etag1}, {2, etag2}, {3, etag3}}),
       "EntityTooSmall"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = complete(id, c.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(code_in(response), c.code);
  }
  EXPECT_EQ(code_in(send("GET", "/photos/big")), "NoSuchKey");
  EXPECT_EQ(complete(id, list_of({{1, etag1}, {2, etag2}})).status, 200) << "none of it did harm";
}

TEST_F(S3Multipart, RefusesPartsThatCannotBe) {
  const std::string id = create();
  EXPECT_EQ(put_part(id, 0, "x"), "InvalidArgument");
  EXPECT_EQ(put_part(id, 10'001, "x"), "InvalidArgument");
  EXPECT_EQ(put_part(id, 10'000, "x"), "\"9dd4e461268c8034f5c8564e155c67a6\"");
  EXPECT_EQ(put_part("unknown", 1, "x"), "NoSuchUpload");
  EXPECT_EQ(put_part(id, 1, "x", "another-key"), "NoSuchUpload");
  EXPECT_EQ(code_in(send("PUT", "/photos/big?partNumber=one&uploadId=" + id, "x")),
            "InvalidArgument");
  EXPECT_EQ(code_in(send("PUT", "/photos/big?uploadId=" + id, "x")), "InvalidArgument");
  const std::string target = "/photos/big?partNumber=1&uploadId=" + id;
  EXPECT_EQ(code_in(send("PUT", target, "x", {.payload_hash = std::string(64, 'a')})),
            "XAmzContentSHA256Mismatch");
  EXPECT_EQ(
      code_in(send("PUT", target, "x", {.headers = {{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}})),
      "BadDigest");
  EXPECT_EQ(code_in(send("POST", "/nobucket/a?uploads=")), "NoSuchBucket");
}

TEST_F(S3Multipart, ForgetsAnUploadThatIsAborted) {
  const std::string id = create();
  const std::string etag = put_part(id, 1, first_);
  EXPECT_EQ(code_in(send("DELETE", "/photos/other?uploadId=" + id)), "NoSuchUpload");

  EXPECT_EQ(send("DELETE", "/photos/big?uploadId=" + id).status, 204);

  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(code_in(send("DELETE", "/photos/big?uploadId=" + id)), "NoSuchUpload");
  EXPECT_EQ(put_part(id, 2, "x"), "NoSuchUpload");
  EXPECT_EQ(code_in(complete(id, list_of({{1, etag}}))), "NoSuchUpload");
}

TEST_F(S3Multipart, ListsPartsPageByPage) {
  const std::string id = create();
  for (const int number : {5, 1, 3}) put_part(id, number, "x");
  const auto page = [&](const std::string& query) {
    const auto response = send("GET", "/photos/big?uploadId=" + id + query);
    std::string seen;
    const auto document = xml::Document::parse(response.body, {});
    for (const auto& child : document->root().children())
      if (child.name() == "Part") seen += child.child("PartNumber")->text() + " ";
    return seen + text_in(response, "IsTruncated");
  };
  EXPECT_EQ(page(""), "1 3 5 false");
  EXPECT_EQ(page("&max-parts=2"), "1 3 true");
  EXPECT_EQ(page("&max-parts=2&part-number-marker=3"), "5 false");
  EXPECT_EQ(page("&part-number-marker=5"), "false");
  EXPECT_EQ(code_in(send("GET", "/photos/big?uploadId=" + id + "&max-parts=x")), "InvalidArgument");
  EXPECT_EQ(code_in(send("GET", "/photos/big?uploadId=nobody")), "NoSuchUpload");
}

TEST_F(S3Multipart, ListsUploadsPageByPage) {
  const std::string a1 = create("a");
  const std::string a2 = create("a");
  const std::string b1 = create("b%2Fc");
  const auto page = [&](const std::string& query) {
    const auto response = send("GET", "/photos?uploads=" + query);
    std::string seen;
    const auto document = xml::Document::parse(response.body, {});
    for (const auto& child : document->root().children())
      if (child.name() == "Upload") seen += child.child("UploadId")->text() + " ";
    return seen + text_in(response, "IsTruncated");
  };
  const auto [first, second] = std::minmax(a1, a2);
  EXPECT_EQ(page(""), first + " " + second + " " + b1 + " false");
  EXPECT_EQ(page("&max-uploads=1"), first + " true");
  EXPECT_EQ(page("&key-marker=a&upload-id-marker=" + first), second + " " + b1 + " false");
  EXPECT_EQ(page("&key-marker=a"), b1 + " false");
  EXPECT_EQ(page("&prefix=b/"), b1 + " false");
  EXPECT_EQ(page("&prefix=none"), "false");
  EXPECT_EQ(page("&delimiter=/"), first + " " + second + " false");
  EXPECT_NE(send("GET", "/photos?uploads=&delimiter=/").body.find("<Prefix>b/</Prefix>"),
            std::string::npos);
  EXPECT_EQ(code_in(send("GET", "/nobucket?uploads=")), "NoSuchBucket");
}

TEST_F(S3Multipart, AbortsWhatIsOld) {
  const std::string old_id = create();
  put_part(old_id, 1, first_);
  clock_.advance(std::chrono::hours(1));
  const Instant between = clock_.now();
  const auto young = store_->multiparts().create(bucket_, key_of("young"), {});
  ASSERT_TRUE(young);

  EXPECT_EQ(store_->multiparts().abort_older(between), 1);

  EXPECT_EQ(pending(), 0);
  EXPECT_TRUE(store_->multiparts().parts({bucket_, key_of("young"), *young}, 0, 10));
  EXPECT_FALSE(store_->multiparts().parts({bucket_, key_of("big"), old_id}, 0, 10));
}

TEST_F(S3Multipart, CompletesUnderItsConditions) {
  ASSERT_EQ(send("PUT", "/photos/big", "there").status, 200);
  const std::string id = create();
  const std::string etag = put_part(id, 1, "x");
  const std::string target = "/photos/big?uploadId=" + id;
  EXPECT_EQ(
      send("POST", target, list_of({{1, etag}}), {.headers = {{"If-None-Match", "*"}}}).status,
      412);
  EXPECT_EQ(stored("big"), "there");
  EXPECT_EQ(complete(id, list_of({{1, etag}})).status, 200);
  EXPECT_EQ(stored("big"), "x");
}

TEST_F(S3Multipart, IsNobodysBusinessWithoutAKey) {
  const std::string id = create();
  for (const char* method : {"PUT", "POST", "GET", "DELETE"})
    EXPECT_EQ(send_plain(method, "/photos/big?partNumber=1&uploadId=" + id, "x", {}).status, 403);
}

}  // namespace
}  // namespace tintype::bucket
