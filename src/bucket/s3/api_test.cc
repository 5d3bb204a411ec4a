#include "bucket/s3/test_s3.h"

namespace tintype::bucket {
namespace {

constexpr const char* kVary =
    "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

using test::key_of;
using test::kNow;
using test::kOrigin;
using test::Twist;

class S3Api : public test::S3Test {};

TEST_F(S3Api, LeadsAnObjectThroughItsLife) {
  const auto put = send("PUT", "/photos/a/b%20c", "hello",
                        {.headers = {{"Content-Type", "text/plain"},
                                     {"Cache-Control", "max-age=60"},
                                     {"x-amz-meta-author", "me"}}});
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(header_in(put, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(put.body, "");

  const auto got = send("GET", "/photos/a/b%20c");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "hello");
  const auto head = send("HEAD", "/photos/a/b%20c");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  for (const auto& response : {got, head}) {
    EXPECT_EQ(header_in(response, "ETag"), header_in(put, "ETag"));
    EXPECT_EQ(header_in(response, "Content-Length"), "5");
    EXPECT_EQ(header_in(response, "Content-Type"), "text/plain");
    EXPECT_EQ(header_in(response, "Cache-Control"), "max-age=60");
    EXPECT_EQ(header_in(response, "x-amz-meta-author"), "me");
    EXPECT_EQ(header_in(response, "Last-Modified"), to_http_date(kNow));
    EXPECT_EQ(header_in(response, "Accept-Ranges"), "bytes");
    EXPECT_EQ(header_in(response, "x-amz-request-id").size(), 26);
  }

  EXPECT_EQ(send("DELETE", "/photos/a/b%20c").status, 204);
  EXPECT_EQ(send("DELETE", "/photos/a/b%20c").status, 204);
  const auto gone = send("GET", "/photos/a/b%20c");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(code_in(gone), "NoSuchKey");
  const auto gone_head = send("HEAD", "/photos/a/b%20c");
  EXPECT_EQ(gone_head.status, 404);
  EXPECT_EQ(gone_head.body, "");
}

TEST_F(S3Api, KeepsUglyKeysAndEmptyAndLargeBodies) {
  for (const std::string key : {"..", "../x", "a//b", "/", "%2F", "a+b", "\x01", "\xc3\xbc"}) {
    SCOPED_TRACE(key);
    const std::string path = "/photos/" + percent_encode(key, Slash::keep);
    EXPECT_EQ(send("PUT", path, key).status, 200);
    EXPECT_EQ(send("GET", path).body, key);
    EXPECT_EQ(stored(key), key);
  }
  EXPECT_EQ(send("PUT", "/photos/empty", "").status, 200);
  EXPECT_EQ(header_in(send("GET", "/photos/empty"), "Content-Length"), "0");
  const std::string large(900'000, 'x');  // Several reads of the body.
  EXPECT_EQ(send("PUT", "/photos/large", large).status, 200);
  EXPECT_EQ(send("GET", "/photos/large").body, large);
}

TEST_F(S3Api, CreatesAndFindsBuckets) {
  EXPECT_EQ(send("HEAD", "/assets").status, 404);
  const auto created = send("PUT", "/assets");
  EXPECT_EQ(created.status, 200);
  EXPECT_EQ(header_in(created, "Location"), "/assets");
  EXPECT_EQ(send("PUT", "/assets").status, 200);  // Again, as in us-east-1.
  EXPECT_EQ(header_in(send("HEAD", "/assets"), "x-amz-bucket-region"), "us-east-1");
  EXPECT_EQ(send("PUT", "/more",
                 "<CreateBucketConfiguration><LocationConstraint>us-east-1"
                 "</LocationConstraint></CreateBucketConfiguration>")
                .status,
            200);
  EXPECT_EQ(code_in(send("PUT", "/x-y",
                         "<CreateBucketConfiguration><LocationConstraint>mars-1"
                         "</LocationConstraint></CreateBucketConfiguration>")),
            "IllegalLocationConstraintException");
  EXPECT_EQ(code_in(send("PUT", "/x-y", "<x")), "MalformedXML");
  EXPECT_EQ(code_in(send("PUT", "/X-Y")), "InvalidBucketName");
  EXPECT_EQ(code_in(send("PUT", "/x-y", "", {.payload_hash = std::string(64, 'a')})),
            "XAmzContentSHA256Mismatch");

  const auto listed = send("GET", "/");
  EXPECT_EQ(listed.status, 200);
  const auto document = xml::Document::parse(listed.body, {});
  ASSERT_TRUE(document);
  std::vector<std::string> names;
  for (const auto& bucket : document->root().child("Buckets")->children())
    names.emplace_back(bucket.child("Name")->text());
  EXPECT_EQ(names, (std::vector<std::string>{"assets", "more", "photos"}));

  const auto location = send("GET", "/photos?location");
  EXPECT_EQ(location.status, 200);
  EXPECT_NE(location.body.find("<LocationConstraint xmlns="), std::string::npos);
  EXPECT_EQ(code_in(send("GET", "/missing?location")), "NoSuchBucket");
}

TEST_F(S3Api, NamesAMissingBucketWhateverIsAsked) {
  for (const char* method : {"GET", "PUT", "DELETE"}) {
    SCOPED_TRACE(method);
    const auto response = send(method, "/missing/a", "");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(code_in(response), "NoSuchBucket");
  }
  EXPECT_EQ(code_in(send("GET", "/missing?list-type=2")), "NoSuchBucket");
}

TEST_F(S3Api, ListsInPages) {
  for (const char* key : {"a.jpg", "b/1.jpg", "b/2.jpg", "c d+e\xc3\xbc.jpg"})
    ASSERT_TRUE(store_->put(bucket_, key_of(key), as_bytes("x"), {}));

  const auto first = send("GET", "/photos?list-type=2&delimiter=%2F&max-keys=2&fetch-owner=true");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(text_in(first, "KeyCount"), "2");
  EXPECT_EQ(text_in(first, "IsTruncated"), "true");
  EXPECT_EQ(text_in(first, "MaxKeys"), "2");
  const auto document = xml::Document::parse(first.body, {});
  const auto object = document->root().child("Contents");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->child("Key")->text(), "a.jpg");
  EXPECT_EQ(object->child("ETag")->text(), "\"9dd4e461268c8034f5c8564e155c67a6\"");
  EXPECT_EQ(object->child("Size")->text(), "1");
  EXPECT_EQ(object->child("LastModified")->text(), to_rfc3339(kNow));
  EXPECT_EQ(object->child("Owner")->child("ID")->text(), "tintype");
  EXPECT_EQ(document->root().child("CommonPrefixes")->child("Prefix")->text(), "b/");

  const auto second = send("GET",
                           "/photos?list-type=2&delimiter=%2F&encoding-type=url"
                           "&continuation-token=" +
                               percent_encode(text_in(first, "NextContinuationToken")));
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(text_in(second, "IsTruncated"), "false");
  const auto rest = xml::Document::parse(second.body, {});
  EXPECT_EQ(rest->root().child("Contents")->child("Key")->text(), "c%20d%2Be%C3%BC.jpg");
  EXPECT_FALSE(rest->root().child("CommonPrefixes"));

  EXPECT_EQ(text_in(send("GET", "/photos?list-type=2&max-keys=0"), "KeyCount"), "0");
  EXPECT_EQ(text_in(send("GET", "/photos?list-type=2&max-keys=5000"), "MaxKeys"), "1000");
  EXPECT_EQ(text_in(send("GET", "/photos?list-type=2&start-after=b"), "KeyCount"), "3");
  for (const char* query :
       {"max-keys=-1", "max-keys=x", "continuation-token=%21", "encoding-type=xml", "prefix=%FF"}) {
    const auto refused = send("GET", std::string("/photos?list-type=2&") + query);
    EXPECT_EQ(refused.status, 400) << query;
    EXPECT_EQ(code_in(refused), "InvalidArgument") << query;
  }
}

TEST_F(S3Api, GivesPartsAndHonoursConditions) {
  ASSERT_EQ(send("PUT", "/photos/a", "0123456789").status, 200);
  const auto part = send("GET", "/photos/a", "", {.headers = {{"Range", "bytes=2-4"}}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(header_in(part, "Content-Range"), "bytes 2-4/10");
  const auto head = send("HEAD", "/photos/a", "", {.headers = {{"Range", "bytes=-1"}}});
  EXPECT_EQ(head.status, 206);
  EXPECT_EQ(header_in(head, "Content-Length"), "1");
  const auto beyond = send("GET", "/photos/a", "", {.headers = {{"Range", "bytes=10-"}}});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(code_in(beyond), "InvalidRange");
  EXPECT_EQ(header_in(beyond, "Content-Range"), "bytes */10");
  EXPECT_EQ(send("GET", "/photos/a", "", {.headers = {{"Range", "bytes=x"}}}).body, "0123456789");

  const std::string etag = header_in(part, "ETag");
  const auto cached = send("GET", "/photos/a", "", {.headers = {{"If-None-Match", etag}}});
  EXPECT_EQ(cached.status, 304);
  EXPECT_EQ(cached.body, "");
  EXPECT_EQ(header_in(cached, "ETag"), etag);
  const auto changed = send("GET", "/photos/a", "", {.headers = {{"If-Match", "\"x\""}}});
  EXPECT_EQ(changed.status, 412);
  EXPECT_EQ(code_in(changed), "PreconditionFailed");
}

TEST_F(S3Api, ReplacesHeadersOfAnAnswerWhereTheSignerSaysSo) {
  ASSERT_EQ(send("PUT", "/photos/a", "x", {.headers = {{"Content-Type", "text/html"}}}).status,
            200);
  const std::string url = presign("GET", "/photos/a", {},
                                  {{"response-content-type", "text/plain"},
                                   {"response-content-disposition", "attachment; filename=\"a\""}});
  const auto got = send_plain("GET", url, "", {});
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(header_in(got, "Content-Type"), "text/plain");
  EXPECT_EQ(header_in(got, "Content-Disposition"), "attachment; filename=\"a\"");
  const auto split = send("GET", "/photos/a?response-content-type=a%0d%0aSet-Cookie:%20b");
  EXPECT_EQ(split.status, 400);
  EXPECT_EQ(header_in(split, "Set-Cookie"), "none");
}

TEST_F(S3Api, KnowsWhoAsks) {
  const struct {
    const char* name;
    Twist twist;
    const char* code;
    int status;
  } cases[] = {
      {"unknown key",
       {.credentials =
            sigv4::Credentials{
                .access_key_id = "NOBODY", .secret = Secret("x"), .session_token = {}}},
       "InvalidAccessKeyId",
       403},
      {"wrong secret",
       {.credentials =
            sigv4::Credentials{.access_key_id = "KEY", .secret = Secret("x"), .session_token = {}}},
       "SignatureDoesNotMatch",
       403},
      {"old request", {.at = kNow - std::chrono::hours(1)}, "RequestTimeTooSkewed", 403},
      {"other region",
       {.place = {.region = "mars-1", .service = "s3"}},
       "AuthorizationHeaderMalformed",
       400},
      {"header changed",
       {.headers = {{"x-amz-meta-a", "1"}}, .headers_after = {{"x-amz-meta-a", "2"}}},
       "SignatureDoesNotMatch",
       403},
      {"header added", {.headers_after = {{"x-amz-meta-a", "2"}}}, "AccessDenied", 403},
      {"scheme", {.headers_after = {{"Authorization", "Bearer x"}}}, "InvalidRequest", 400},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = send("PUT", "/photos/a", "x", c.twist);
    EXPECT_EQ(response.status, c.status) << response.body;
    EXPECT_EQ(code_in(response), c.code);
  }
  const auto anonymous = send_plain("PUT", "/photos/a", "x", {});
  EXPECT_EQ(anonymous.status, 403);
  EXPECT_EQ(code_in(anonymous), "AccessDenied");
  EXPECT_EQ(code_in(send_plain("GET", "/photos?policy", "", {})), "AccessDenied");
  EXPECT_EQ(stored("a"), "none");
}

TEST_F(S3Api, ExpiresPresignedUrls) {
  const std::string url = presign("GET", "/photos/a");
  clock_.advance(std::chrono::seconds(61));
  const auto late = send_plain("GET", url, "", {});
  EXPECT_EQ(late.status, 403);
  EXPECT_EQ(code_in(late), "AccessDenied");
  EXPECT_EQ(text_in(late, "Message"), "Request has expired");
  EXPECT_EQ(code_in(send_plain("GET", url + "&X-Amz-Expires=604800", "", {})),
            "AuthorizationQueryParametersError");
}

TEST_F(S3Api, AnswersPreflightsOfItsOriginsWithoutCredentials) {
  const http::Headers asked = {{"Origin", kOrigin},
                               {"Access-Control-Request-Method", "PUT"},
                               {"Access-Control-Request-Headers", "content-type,x-amz-meta-a"}};
  const auto allowed = send_plain("OPTIONS", "/photos/a", "", asked);
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(header_in(allowed, "Access-Control-Allow-Origin"), kOrigin);
  EXPECT_EQ(header_in(allowed, "Access-Control-Allow-Methods"), "GET, HEAD, PUT, POST, DELETE");
  EXPECT_EQ(header_in(allowed, "Access-Control-Allow-Headers"), "content-type, x-amz-meta-a");
  EXPECT_EQ(header_in(allowed, "Access-Control-Max-Age"), "3600");
  EXPECT_EQ(header_in(allowed, "Vary"), kVary);

  for (const char* origin : {"http://evil.example", "http://app.example:8081", "null", "*",
                             "https://app.example:8080", "http://app.example:8080.evil.example"}) {
    SCOPED_TRACE(origin);
    const auto refused = send_plain("OPTIONS", "/photos/a", "",
                                    {{"Origin", origin}, {"Access-Control-Request-Method", "PUT"}});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(code_in(refused), "AccessForbidden");
    EXPECT_EQ(header_in(refused, "Access-Control-Allow-Origin"), "none");
  }
  EXPECT_EQ(send_plain("OPTIONS", "/photos/a", "",
                       {{"Origin", kOrigin}, {"Access-Control-Request-Method", "TRACE"}})
                .status,
            403);
  EXPECT_EQ(send_plain("OPTIONS", "/photos/a", "", {}).status, 400);
}

TEST_F(S3Api, LetsItsOriginsReadErrorsToo) {
  const auto own = send_plain("GET", "/photos/a", "", {{"Origin", kOrigin}});
  EXPECT_EQ(own.status, 403);
  EXPECT_EQ(header_in(own, "Access-Control-Allow-Origin"), kOrigin);
  EXPECT_EQ(header_in(own, "Access-Control-Expose-Headers"), "ETag, x-amz-request-id");
  const auto other = send_plain("GET", "/photos/a", "", {{"Origin", "http://evil.example"}});
  EXPECT_EQ(header_in(other, "Access-Control-Allow-Origin"), "none");
  EXPECT_EQ(header_in(other, "Vary"), kVary);
}

TEST_F(S3Api, ListsAsTheFirstVersionDoes) {
  for (const char* const key : {"a", "b/1", "b/2", "c%20d"})
    ASSERT_EQ(send("PUT", "/photos/" + std::string(key), "x").status, 200);
  const auto first = send("GET", "/photos?delimiter=%2F&max-keys=2");
  EXPECT_EQ(text_in(first, "IsTruncated"), "true");
  EXPECT_EQ(text_in(first, "NextMarker"), "b/");
  EXPECT_NE(first.body.find("<Prefix>b/</Prefix>"), std::string::npos);
  EXPECT_NE(first.body.find("<Owner><ID>tintype</ID>"), std::string::npos);
  const auto second = send("GET", "/photos?delimiter=%2F&marker=b%2F&encoding-type=url");
  EXPECT_EQ(text_in(second, "IsTruncated"), "false");
  EXPECT_EQ(text_in(second, "Marker"), "b/");
  EXPECT_NE(second.body.find("<Key>c%20d</Key>"), std::string::npos) << second.body;
  EXPECT_EQ(second.body.find("<Key>a</Key>"), std::string::npos);
  const auto plain = send("GET", "/photos?max-keys=1");
  EXPECT_EQ(text_in(plain, "NextMarker"), "no NextMarker");  // The last key is one.
}

TEST_F(S3Api, NeverAnswersSuccessForWhatItDoesNotDo) {
  ASSERT_EQ(send("PUT", "/photos/a", "x").status, 200);
  const struct {
    const char* method;
    const char* target;
  } cases[] = {{"GET", "/photos/a?torrent"},  {"PUT", "/photos/a?retention"},
               {"POST", "/photos/a?restore"}, {"GET", "/photos?analytics"},
               {"PUT", "/photos?website"},    {"POST", "/photos?metadataTable"},
               {"DELETE", "/photos?website"}, {"DELETE", "/photos/a?restore"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.method) + ' ' + c.target);
    const auto response = send(c.method, c.target);
    EXPECT_EQ(response.status, 501);
    EXPECT_EQ(code_in(response), "NotImplemented");
  }
  EXPECT_EQ(send("PATCH", "/photos/a").status, 405);
  EXPECT_EQ(stored("a"), "x");
}

}  // namespace
}  // namespace tintype::bucket
