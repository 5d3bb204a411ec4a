#include "sigv4/sign.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "sigv4/policy.h"

namespace tintype::sigv4 {
namespace {

std::string header_of(const std::vector<http::Headers::Entry>& headers, std::string_view name) {
  for (const auto& [field, value] : headers)
    if (equals_ignoring_case(field, name)) return value;
  return "";
}

std::string signature_in(const std::string& authorization) {
  return authorization.substr(authorization.find("Signature=") + 10);
}

// The credentials of AWS's examples.
Credentials s3_example() {
  return {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
          .secret = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
          .session_token = {}};
}
const Instant kS3Example = *parse_amz_date("20130524T000000Z");
const Place kS3Place{.region = "us-east-1", .service = "s3"};

TEST(Sign, AgreesWithTheExamplesOfS3) {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const struct {
    const char* name;
    std::string method;
    std::string path;
    std::string query;
    http::Headers headers;
    std::vector<std::string> also_signed;
    std::string body;
    const char* signed_headers;
    const char* signature;
  } cases[] = {
      {"GET Object",
       "GET",
       "/test.txt",
       "",
       {{"Host", "examplebucket.s3.amazonaws.com"}, {"Range", "bytes=0-9"}},
       {"Range"},
       "",
       "host;range;x-amz-content-sha256;x-amz-date",
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {"PUT Object",
       "PUT",
       "/test$file.text",
       "",
       {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
        {"Host", "examplebucket.s3.amazonaws.com"},
        {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
       {"date"},
       "Welcome to Amazon S3.",
       "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {"GET Bucket Lifecycle",
       "GET",
       "/",
       "lifecycle",
       {{"Host", "examplebucket.s3.amazonaws.com"}},
       {},
       "",
       "host;x-amz-content-sha256;x-amz-date",
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {"List Objects",
       "GET",
       "/",
       "max-keys=2&prefix=J",
       {{"Host", "examplebucket.s3.amazonaws.com"}},
       {},
       "",
       "host;x-amz-content-sha256;x-amz-date",
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const RequestView request{
        .method = c.method, .path = c.path, .query_text = c.query, .headers = c.headers};
    const auto added = sign(request, s3_example(), kS3Place, kS3Example,
                            crypto::sha256_hex(as_bytes(c.body)), c.also_signed);
    ASSERT_TRUE(added) << added.error().message;
    EXPECT_EQ(header_of(*added, "authorization"),
              std::string("AWS4-HMAC-SHA256 "
                          "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                          "SignedHeaders=") +
                  c.signed_headers + ", Signature=" + c.signature);
    EXPECT_EQ(header_of(*added, "x-amz-date"), "20130524T000000Z");
    EXPECT_EQ(header_of(*added, "x-amz-content-sha256"), crypto::sha256_hex(as_bytes(c.body)));
  }
}

TEST(Sign, AgreesWithTheTestSuiteOfAws) {
  // aws-sig-v4-test-suite,
  // https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
  const Credentials credentials{.access_key_id = "AKIDEXAMPLE",
                                .secret = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                                .session_token = {}};
  const http::Headers plain = {{"Host", "example.amazonaws.com"}};
  const auto with = [](std::initializer_list<http::Headers::Entry> more) {
    http::Headers headers = {{"Host", "example.amazonaws.com"}};
    for (const auto& [name, value] : more) headers.add(name, value);
    return headers;
  };
  const struct {
    const char* name;
    std::string method;
    std::string path;
    std::string query;
    http::Headers headers;
    std::string body;
    const char* signature;
  } cases[] = {
      {"get-vanilla", "GET", "/", "", plain, "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", plain, "",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-empty-query-key", "GET", "/", "Param1=value1", plain, "",
       "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
      {"get-vanilla-utf8-query", "GET", "/", "\u1234=bar", plain, "",
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"get-unreserved", "GET",
       "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", plain, "",
       "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
      {"get-utf8", "GET", "/\u1234", "", plain, "",
       "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"get-relative", "GET", "/example/..", "", plain, "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slash", "GET", "//", "", plain, "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slashes", "GET", "//example//", "", plain, "",
       "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
      {"get-slash-pointless-dot", "GET", "/./example", "", plain, "",
       "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
      {"get-space", "GET", "/example space/", "", plain, "",
       "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
      {"post-vanilla", "POST", "/", "", plain, "",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"get-header-value-trim", "GET", "/", "",
       with({{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}), "",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"get-header-key-duplicate", "GET", "/", "",
       with({{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}}), "",
       "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
      {"post-header-key-sort", "POST", "/", "", with({{"My-Header1", "value1"}}), "",
       "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
      {"post-header-value-case", "POST", "/", "", with({{"My-Header1", "VALUE1"}}), "",
       "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
      {"post-x-www-form-urlencoded", "POST", "/", "",
       with({{"Content-Type", "application/x-www-form-urlencoded"}}), "Param1=value1",
       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const RequestView request{
        .method = c.method, .path = c.path, .query_text = c.query, .headers = c.headers};
    const auto added = sign(request, credentials, {.region = "us-east-1", .service = "service"},
                            *parse_amz_date("20150830T123600Z"),
                            crypto::sha256_hex(as_bytes(c.body)), {"my-header1", "my-header2"});
    ASSERT_TRUE(added) << added.error().message;
    EXPECT_EQ(signature_in(header_of(*added, "authorization")), c.signature);
    EXPECT_EQ(header_of(*added, "x-amz-content-sha256"), "");
  }
}

TEST(SigningKey, AgreesWithTheExampleOfAws) {
  // https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html
  EXPECT_EQ(
      to_hex(as_bytes(signing_key(Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                                  {.date = "20120215", .region = "us-east-1", .service = "iam"}))),
      "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
}

TEST(Presign, AgreesWithTheExampleOfS3) {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  const auto url = presign({.method = "GET",
                            .origin = "https://examplebucket.s3.amazonaws.com",
                            .path = "/test.txt",
                            .query = {},
                            .headers = {},
                            .expires = std::chrono::seconds(86400)},
                           s3_example(), kS3Place, kS3Example);
  ASSERT_TRUE(url);
  EXPECT_EQ(*url,
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(Presign, RejectsWhatCannotBeSent) {
  const Presign good{.method = "PUT",
                     .origin = "http://localhost:9000",
                     .path = "/bucket/key",
                     .query = {},
                     .headers = {},
                     .expires = kExpiresMax};
  ASSERT_TRUE(presign(good, s3_example(), kS3Place, kS3Example));
  const struct {
    const char* name;
    void (*spoil)(Presign&);
  } cases[] = {
      {"no origin", [](Presign& p) { p.origin = ""; }},
      {"no scheme", [](Presign& p) { p.origin = "localhost:9000"; }},
      {"another scheme", [](Presign& p) { p.origin = "ftp://localhost"; }},
      {"no host", [](Presign& p) { p.origin = "https://"; }},
      {"origin with a path", [](Presign& p) { p.origin = "https://a/b"; }},
      {"origin with a user", [](Presign& p) { p.origin = "https://u@a"; }},
      {"origin with a line end", [](Presign& p) { p.origin = "https://a\r\n"; }},
      {"no path", [](Presign& p) { p.path = ""; }},
      {"a broken path", [](Presign& p) { p.path = "/bucket/%zz"; }},
      {"expires at once", [](Presign& p) { p.expires = std::chrono::seconds(0); }},
      {"expires before", [](Presign& p) { p.expires = std::chrono::seconds(-1); }},
      {"expires too late", [](Presign& p) { p.expires += std::chrono::seconds(1); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Presign bad = good;
    c.spoil(bad);
    const auto url = presign(bad, s3_example(), kS3Place, kS3Example);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Sign, RejectsWhatItCannotSign) {
  const struct {
    const char* name;
    http::Headers headers;
    std::string path;
    std::string query;
  } cases[] = {
      {"no Host", {{"Range", "bytes=0-9"}}, "/", ""},
      {"signed already", {{"Host", "a"}, {"x-amz-date", "20130524T000000Z"}}, "/", ""},
      {"a broken path", {{"Host", "a"}}, "/%", ""},
      {"a broken query", {{"Host", "a"}}, "/", "a=%4"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto added =
        sign({.method = "GET", .path = c.path, .query_text = c.query, .headers = c.headers},
             s3_example(), kS3Place, kS3Example, kEmptyPayload);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::invalid_argument);
  }
}

// What it keeps must never outlive its day.
TEST(Signer, SignsLikeTheFunctionsOnWhateverDay) {
  const Signer signer(s3_example(), kS3Place);
  const Presign request{.method = "PUT",
                        .origin = "https://examplebucket.s3.amazonaws.com",
                        .path = "/test.txt",
                        .query = {{"partNumber", "1"}},
                        .headers = {{"content-type", "image/jpeg"}},
                        .expires = std::chrono::seconds(60)};
  for (const int day : {0, 1, 0, 300}) {
    SCOPED_TRACE(day);
    const Instant now = kS3Example + std::chrono::hours(24 * day);
    EXPECT_EQ(*signer.presign(request, now), *presign(request, s3_example(), kS3Place, now));
    EXPECT_EQ(signer.sign_policy("e30=", now), sign_policy("e30=", s3_example(), kS3Place, now));
    EXPECT_EQ(signer.policy_fields(now), policy_fields(s3_example(), kS3Place, now));
  }
}

}  // namespace
}  // namespace tintype::sigv4
