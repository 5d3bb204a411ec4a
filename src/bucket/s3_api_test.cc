// The handler behind a real server, spoken to over real connections.
#include "bucket/s3_api.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <optional>

#include "bucket/test_store.h"
#include "crypto/digest.h"
#include "http/client.h"
#include "http/server.h"
#include "sigv4/sign.h"
#include "xml/reader.h"

namespace tintype::bucket {
namespace {

using test::bucket_of;
using test::files_in;
using test::key_of;
using test::read_all_of;

constexpr Instant kNow{std::chrono::milliseconds(1'800'000'000'123)};
constexpr const char* kOrigin = "http://app.example:8080";

/// Like the slots of the upload stage: a presigned PUT may fill the key "slot", once, with a JPEG.
class Slot final : public Observer {
 public:
  Status admit(const PutIntent& intent) override {
    if (!intent.options.writer.presigned) return {};
    if (intent.key.str() != "slot") return fail(ErrorCode::denied, "no such slot");
    if (used_) return fail(ErrorCode::denied, "this upload URL was already used");
    if (intent.options.content_type != "image/jpeg")
      return fail(ErrorCode::invalid_argument, "the slot is for image/jpeg");
    if (intent.options.size > 10) return fail(ErrorCode::too_large, "the slot takes 10 bytes");
    return {};
  }
  Status created(sql::Session&, const ObjectInfo& object, const Writer&) override {
    used_ = used_ || object.key.str() == "slot";
    return {};
  }
  void committed(const ObjectInfo&) override {}

 private:
  std::atomic<bool> used_ = false;
};

/// What to change about a request after or before it is signed.
struct Twist {
  http::Headers headers = {};        // Signed.
  http::Headers headers_after = {};  // Added when it is signed.
  std::optional<std::string> payload_hash = {};
  std::optional<sigv4::Credentials> credentials = {};
  sigv4::Place place{.region = "us-east-1", .service = "s3"};
  Instant at = kNow;
};

class S3ApiTest : public ::testing::Test {
 protected:
  S3ApiTest() {
    S3Options options;
    options.keys.emplace(credentials_.access_key_id, credentials_.secret);
    options.cors_origins = {kOrigin};
    http::Listener listener{.name = "s3",
                            .address = "127.0.0.1:0",
                            .limits = {},
                            .handler = s3_handler(std::move(options), *store_, pool_, clock_)};
    listener.limits.body_bytes_max = 64 << 20;
    std::vector<http::Listener> listeners;
    listeners.push_back(std::move(listener));
    auto server = http::Server::start({}, std::move(listeners));
    EXPECT_TRUE(server);
    server_ = *std::move(server);
    host_ = server_->addresses().at(0);
    EXPECT_TRUE(store_->create_bucket(bucket_));
  }
  ~S3ApiTest() override { server_->stop(); }

  http::ClientResponse send(const std::string& method, const std::string& target,
                            const std::string& body = "", const Twist& twist = {}) {
    const auto question = target.find('?');
    const std::string path = target.substr(0, question);
    const std::string query = question == std::string::npos ? "" : target.substr(question + 1);
    http::Headers headers = twist.headers;
    headers.add("Host", host_);
    const auto signature =
        sigv4::sign({.method = method, .path = path, .query_text = query, .headers = headers},
                    twist.credentials.value_or(credentials_), twist.place, twist.at,
                    twist.payload_hash.value_or(crypto::sha256_hex(as_bytes(body))));
    EXPECT_TRUE(signature);
    for (const auto& [name, value] : *signature) headers.set(name, value);
    for (const auto& [name, value] : twist.headers_after) headers.set(name, value);
    return send_plain(method, target, body, headers);
  }

  http::ClientResponse send_plain(const std::string& method, const std::string& target,
                                  const std::string& body, http::Headers headers) {
    http::ClientRequest request;
    request.method = method;
    request.url = "http://" + host_ + target;
    request.headers = std::move(headers);
    request.body = body;
    const auto response = client_.send(request);
    EXPECT_TRUE(response) << response.error().message;
    return response.value_or(http::ClientResponse{});
  }

  std::string presign(const std::string& method, const std::string& path,
                      std::vector<std::pair<std::string, std::string>> headers = {},
                      std::vector<std::pair<std::string, std::string>> query = {}) {
    const auto url = sigv4::presign({.method = method,
                                     .origin = "http://" + host_,
                                     .path = path,
                                     .query = std::move(query),
                                     .headers = std::move(headers),
                                     .expires = std::chrono::seconds(60)},
                                    credentials_, {.region = "us-east-1", .service = "s3"}, kNow);
    EXPECT_TRUE(url);
    return url->substr(("http://" + host_).size());
  }

  /// Writes `text` to a connection of its own and reads until the server closes it, or until the
  /// answer holds `until`.
  std::string send_raw(const std::string& text, bool hang_up = false) {
    const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(*parse_integer<std::uint16_t>(host_.substr(host_.find(':') + 1)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(write_all(fd.get(), as_bytes(text), "socket"));
    if (hang_up) ::shutdown(fd.get(), SHUT_WR);
    std::string answer;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(fd.get(), buffer, sizeof buffer)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
    return answer;
  }

  /// The head of a signed request, for send_raw.
  std::string signed_head(const std::string& method, const std::string& path,
                          http::Headers headers) {
    headers.add("Host", host_);
    const auto signature = sigv4::sign(
        {.method = method, .path = path, .query_text = "", .headers = headers}, credentials_,
        {.region = "us-east-1", .service = "s3"}, kNow, sigv4::kUnsignedPayload);
    EXPECT_TRUE(signature);
    for (const auto& [name, value] : *signature) headers.set(name, value);
    std::string head = method + ' ' + path + " HTTP/1.1\r\nConnection: close\r\n";
    for (const auto& [name, value] : headers) head.append(name + ": ").append(value + "\r\n");
    return head + "\r\n";
  }

  static std::string code_in(const http::ClientResponse& response) {
    return text_in(response, "Code");
  }
  static std::string text_in(const http::ClientResponse& response, const char* name) {
    const auto document = xml::Document::parse(response.body, {});
    if (!document) return "not XML: " + response.body;
    const auto child = document->root().child(name);
    return child ? std::string(child->text()) : "no " + std::string(name);
  }
  static std::string header_in(const http::ClientResponse& response, const char* name) {
    return std::string(response.headers.find(name).value_or("none"));
  }
  std::string stored(std::string_view key) {
    const auto object = store_->open(bucket_, key_of(key));
    return object ? read_all_of(*object) : "none";
  }

  test::TemporaryFolder folder_;
  FixedClock clock_{kNow};
  Slot slot_;
  test::OpenStore store_{folder_.path(), clock_, {&slot_}, 32 << 20};
  const BucketName bucket_ = bucket_of("photos");
  const sigv4::Credentials credentials_{
      .access_key_id = "KEY", .secret = Secret("wJalr"), .session_token = {}};
  BlockingPool pool_{{.threads = 4}};
  http::Client client_;
  std::unique_ptr<http::Server> server_;
  std::string host_;
};

TEST_F(S3ApiTest, LeadsAnObjectThroughItsLife) {
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

TEST_F(S3ApiTest, KeepsUglyKeysAndEmptyAndLargeBodies) {
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

TEST_F(S3ApiTest, CreatesAndFindsBuckets) {
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

TEST_F(S3ApiTest, NamesAMissingBucketWhateverIsAsked) {
  for (const char* method : {"GET", "PUT", "DELETE"}) {
    SCOPED_TRACE(method);
    const auto response = send(method, "/missing/a", "");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(code_in(response), "NoSuchBucket");
  }
  EXPECT_EQ(code_in(send("GET", "/missing?list-type=2")), "NoSuchBucket");
}

TEST_F(S3ApiTest, ListsInPages) {
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
  for (const char* query : {"max-keys=-1", "max-keys=x", "continuation-token=%21",
                            "continuation-token=", "encoding-type=xml", "prefix=%FF"}) {
    const auto refused = send("GET", std::string("/photos?list-type=2&") + query);
    EXPECT_EQ(refused.status, 400) << query;
    EXPECT_EQ(code_in(refused), "InvalidArgument") << query;
  }
}

TEST_F(S3ApiTest, GivesPartsAndHonoursConditions) {
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

TEST_F(S3ApiTest, ReplacesHeadersOfAnAnswerWhereTheSignerSaysSo) {
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

TEST_F(S3ApiTest, PutsOnlyUnderItsConditions) {
  const Twist if_absent{.headers = {{"If-None-Match", "*"}}};
  EXPECT_EQ(send("PUT", "/photos/a", "one", if_absent).status, 200);
  const auto refused = send("PUT", "/photos/a", "two", if_absent);
  EXPECT_EQ(refused.status, 412);
  EXPECT_EQ(code_in(refused), "PreconditionFailed");
  const std::string etag = header_in(send("HEAD", "/photos/a"), "ETag");
  EXPECT_EQ(send("PUT", "/photos/a", "two", {.headers = {{"If-Match", etag}}}).status, 200);
  EXPECT_EQ(send("PUT", "/photos/a", "three", {.headers = {{"If-Match", etag}}}).status, 412);
  EXPECT_EQ(code_in(send("PUT", "/photos/b", "x", {.headers = {{"If-Match", etag}}})), "NoSuchKey");
  EXPECT_EQ(stored("a"), "two");
}

TEST_F(S3ApiTest, StoresNothingThatIsNotWhatTheClientSaid) {
  const struct {
    const char* name;
    Twist twist;
    const char* code;
    int status;
  } cases[] = {
      {"other SHA-256", {.payload_hash = std::string(64, 'a')}, "XAmzContentSHA256Mismatch", 400},
      {"other MD5", {.headers = {{"Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="}}}, "BadDigest", 400},
      {"broken MD5", {.headers = {{"Content-MD5", "abc"}}}, "InvalidDigest", 400},
      {"signed chunks",
       {.payload_hash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
       "NotImplemented",
       501},
      {"unsigned chunks",
       {.payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
       "NotImplemented",
       501},
      {"a copy", {.headers = {{"x-amz-copy-source", "/photos/b"}}}, "NotImplemented", 501},
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

TEST_F(S3ApiTest, KnowsWhoAsks) {
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

TEST_F(S3ApiTest, FillsASlotOnceAndSaysWhyNot) {
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

TEST_F(S3ApiTest, ExpiresPresignedUrls) {
  const std::string url = presign("GET", "/photos/a");
  clock_.advance(std::chrono::seconds(61));
  const auto late = send_plain("GET", url, "", {});
  EXPECT_EQ(late.status, 403);
  EXPECT_EQ(code_in(late), "AccessDenied");
  EXPECT_EQ(text_in(late, "Message"), "Request has expired");
  EXPECT_EQ(code_in(send_plain("GET", url + "&X-Amz-Expires=604800", "", {})),
            "AuthorizationQueryParametersError");
}

TEST_F(S3ApiTest, RefusesBeforeAClientThatWaitsSendsItsBody) {
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

TEST_F(S3ApiTest, WantsToKnowTheLength) {
  const std::string answer =
      send_raw(signed_head("PUT", "/photos/a", {{"Transfer-Encoding", "chunked"}}) +
               "4\r\nbody\r\n0\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 411 ")) << answer;
  EXPECT_NE(answer.find("<Code>MissingContentLength</Code>"), std::string::npos);
  EXPECT_EQ(stored("a"), "none");
}

TEST_F(S3ApiTest, ForgetsABodyThatWasCut) {
  ASSERT_EQ(send("PUT", "/photos/a", "old").status, 200);
  const std::string answer =
      send_raw(signed_head("PUT", "/photos/a", {{"Content-Length", "10"}}) + "12345", true);
  if (!answer.empty()) EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  server_->stop();  // Whatever was under way has ended.
  EXPECT_EQ(stored("a"), "old");
}

TEST_F(S3ApiTest, AnswersPreflightsOfItsOriginsWithoutCredentials) {
  const http::Headers asked = {{"Origin", kOrigin},
                               {"Access-Control-Request-Method", "PUT"},
                               {"Access-Control-Request-Headers", "content-type,x-amz-meta-a"}};
  const auto allowed = send_plain("OPTIONS", "/photos/a", "", asked);
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(header_in(allowed, "Access-Control-Allow-Origin"), kOrigin);
  EXPECT_EQ(header_in(allowed, "Access-Control-Allow-Methods"), "GET, HEAD, PUT, POST, DELETE");
  EXPECT_EQ(header_in(allowed, "Access-Control-Allow-Headers"), "content-type,x-amz-meta-a");
  EXPECT_EQ(header_in(allowed, "Access-Control-Max-Age"), "3600");
  EXPECT_EQ(header_in(allowed, "Vary"), "Origin");

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

TEST_F(S3ApiTest, LetsItsOriginsReadErrorsToo) {
  const auto own = send_plain("GET", "/photos/a", "", {{"Origin", kOrigin}});
  EXPECT_EQ(own.status, 403);
  EXPECT_EQ(header_in(own, "Access-Control-Allow-Origin"), kOrigin);
  EXPECT_EQ(header_in(own, "Access-Control-Expose-Headers"), "ETag, x-amz-request-id");
  const auto other = send_plain("GET", "/photos/a", "", {{"Origin", "http://evil.example"}});
  EXPECT_EQ(header_in(other, "Access-Control-Allow-Origin"), "none");
  EXPECT_EQ(header_in(other, "Vary"), "Origin");
}

TEST_F(S3ApiTest, NeverAnswersSuccessForWhatItDoesNotDo) {
  ASSERT_EQ(send("PUT", "/photos/a", "x").status, 200);
  const struct {
    const char* method;
    const char* target;
  } cases[] = {{"GET", "/photos/a?acl"},      {"PUT", "/photos/a?tagging"},
               {"POST", "/photos/a?uploads"}, {"GET", "/photos?versions"},
               {"PUT", "/photos?policy"},     {"POST", "/photos?delete"},
               {"DELETE", "/photos"},         {"DELETE", "/photos/a?versionId=1"}};
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
