#include "sigv4/verify.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/text.h"
#include "crypto/digest.h"
#include "sigv4/sign.h"
#include "sigv4/signed_request.h"

namespace tintype::sigv4 {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
TEST(Verify, AcceptsWhatWasSigned) {
  EXPECT_EQ(fault_of(signed_by_header()), std::nullopt);
  EXPECT_EQ(fault_of(signed_by_query()), std::nullopt);
}

TEST(Verify, AcceptsUglyKeysInBothForms) {
  for (const char* key : {"a b", "a+b", "a%b", "a/b//c", "//", ".", "../../etc/passwd",
                          "a/./b/../c", "\u00fc\u4e2d\U0001f600", "a%2Fb", "?x=1&y", "#", "~-._",
                          "'(!)*$&,:;=@", "\x01\x7f", "%"}) {
    SCOPED_TRACE(key);
    const std::string path = "/bucket/" + percent_encode(key, Slash::keep);
    EXPECT_EQ(fault_of(signed_by_header(path)), std::nullopt);
    EXPECT_EQ(fault_of(signed_by_query(minutes(5), path)), std::nullopt);
    // The same name, spelt as some clients do.
    Sent lower = signed_by_header(path);
    lower.path = "/bucket/" + percent_encode(key, Slash::keep);
    for (std::size_t i = 0; i < lower.path.size(); ++i)
      if (lower.path[i] == '%') lower.path.replace(i, 3, to_lower(lower.path.substr(i, 3)));
    EXPECT_EQ(fault_of(lower), std::nullopt);
  }
}

TEST(Verify, ReadsTheExampleOfS3) {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  const Sent sent{
      .method = "GET",
      .path = "/test.txt",
      .query =
          "X-Amz-Algorithm=AWS4-HMAC-SHA256"
          "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
          "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
          "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
      .headers = {{"Host", "examplebucket.s3.amazonaws.com"}}};
  const auto authorization = parse(sent.view());
  ASSERT_TRUE(authorization);
  ASSERT_TRUE(*authorization);
  EXPECT_EQ((*authorization)->access_key_id, "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ((*authorization)->expires, seconds(86400));
  EXPECT_TRUE(verify(**authorization, sent.view(),
                     Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                     *parse_amz_date("20130524T120000Z"), kOptions));
}

TEST(Verify, UnderstandsTheHeaderOfS3sDocumentation) {
  // Without spaces between the items, and Date instead of x-amz-date.
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const Sent sent{
      .method = "PUT",
      .path = "/test$file.text",
      .query = "",
      .headers = {
          {"Host", "examplebucket.s3.amazonaws.com"},
          {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
          {"x-amz-date", "20130524T000000Z"},
          {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
          {"x-amz-content-sha256",
           "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
          {"Authorization",
           "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
           "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
           "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"}}};
  const auto authorization = parse(sent.view());
  ASSERT_TRUE(authorization && *authorization);
  EXPECT_EQ((*authorization)->payload_hash, crypto::sha256_hex(as_bytes("Welcome to Amazon S3.")));
  EXPECT_TRUE(verify(**authorization, sent.view(),
                     Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                     *parse_amz_date("20130524T000000Z"), kOptions));
}

TEST(Verify, RefusesEveryChange) {
  const struct {
    const char* name;
    std::function<void(Sent&)> tamper;
  } both[] = {
      {"method", [](Sent& s) { s.method = "GET"; }},
      {"method in lower case", [](Sent& s) { s.method = "put"; }},
      {"path", [](Sent& s) { s.path = "/bucket/kez"; }},
      {"path with a slash more", [](Sent& s) { s.path += "/"; }},
      {"path through another", [](Sent& s) { s.path = "/bucket/x/../key"; }},
      {"path with a slash encoded", [](Sent& s) { s.path = "/bucket%2Fkey"; }},
      {"a parameter more", [](Sent& s) { s.query += "&acl"; }},
      {"a parameter twice", [](Sent& s) { s.query += "&partNumber=1"; }},
      {"host", [](Sent& s) { s.headers.set("host", "127.0.0.1:9001"); }},
      {"host gone", [](Sent& s) { s.headers.remove("host"); }},
      {"host twice", [](Sent& s) { s.headers.add("host", "127.0.0.1:9000"); }},
      {"content type", [](Sent& s) { s.headers.set("content-type", "text/html"); }},
      {"content type gone", [](Sent& s) { s.headers.remove("content-type"); }},
  };
  for (const auto& c : both) {
    SCOPED_TRACE(c.name);
    Sent by_header = signed_by_header();
    c.tamper(by_header);
    EXPECT_EQ(fault_of(by_header), Fault::signature_mismatch);
    Sent by_query = signed_by_query();
    c.tamper(by_query);
    EXPECT_EQ(fault_of(by_query), Fault::signature_mismatch);
  }

  Sent sent = signed_by_header();
  sent.headers.set("x-amz-meta-name", "c");
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);
  sent = signed_by_header();
  sent.headers.set("x-amz-date", "20261123T203105Z");
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);
  sent = signed_by_header();
  sent.headers.set("x-amz-content-sha256", std::string(kEmptyPayload));
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);
  sent = signed_by_query();
  sent.headers.set("content-length", "18");
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);
  sent = signed_by_query();
  replace(sent.query, "X-Amz-Expires=300", "X-Amz-Expires=301");
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);
  sent = signed_by_query();
  replace(sent.query, "20261123T203104Z", "20261123T203103Z");
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);
}

TEST(Verify, LeavesAloneWhatIsNotSigned) {
  Sent sent = signed_by_header();
  sent.headers.set("user-agent", "another");
  sent.headers.set("x-amz-meta-name", " a b ");  // The same, folded.
  EXPECT_EQ(fault_of(sent), std::nullopt);
}

TEST(Verify, RefusesAnotherSignatureOrSecret) {
  Sent sent = signed_by_query();
  sent.query.back() = sent.query.back() == '0' ? '1' : '0';
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);
  sent = signed_by_query();
  sent.query.pop_back();
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);
  sent = signed_by_query();
  sent.query.resize(sent.query.find("X-Amz-Signature=") + 16);
  EXPECT_EQ(fault_of(sent), Fault::signature_mismatch);

  sent = signed_by_header();
  const auto authorization = *parse(sent.view());
  const auto other = verify(*authorization, sent.view(), Secret("s3cr3u"), kNow, kOptions);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().fault, Fault::signature_mismatch);
  EXPECT_TRUE(other.error().canonical_request.starts_with("PUT\n/bucket/key\npartNumber=1\n"));
  EXPECT_TRUE(other.error().string_to_sign.starts_with("AWS4-HMAC-SHA256\n20261123T203104Z\n"));
  EXPECT_EQ(other.error().message.find("s3cr3"), std::string::npos);
  const auto nobody = verify(*authorization, sent.view(), std::nullopt, kNow, kOptions);
  EXPECT_EQ(nobody.error().fault, Fault::unknown_access_key);
}

TEST(Verify, KeepsTheClockSkewFromBothSides) {
  const Sent by_header = signed_by_header();
  EXPECT_EQ(fault_of(by_header, kNow + minutes(15)), std::nullopt);
  EXPECT_EQ(fault_of(by_header, kNow - minutes(15)), std::nullopt);
  EXPECT_EQ(fault_of(by_header, kNow + minutes(15) + milliseconds(1)), Fault::request_time_skewed);
  EXPECT_EQ(fault_of(by_header, kNow - minutes(15) - milliseconds(1)), Fault::request_time_skewed);

  const Sent by_query = signed_by_query(minutes(5));
  EXPECT_EQ(fault_of(by_query, kNow - minutes(15)), std::nullopt);
  EXPECT_EQ(fault_of(by_query, kNow - minutes(15) - milliseconds(1)), Fault::not_yet_valid);
  EXPECT_EQ(fault_of(by_query, kNow + minutes(5)), std::nullopt);
  EXPECT_EQ(fault_of(by_query, kNow + minutes(5) + milliseconds(1)), Fault::expired);
  EXPECT_EQ(fault_of(signed_by_query(kExpiresMax), kNow + kExpiresMax), std::nullopt);
}

TEST(Verify, IsForOurRegionsAndService) {
  const Sent sent = signed_by_header();
  const auto authorization = *parse(sent.view());
  const auto verdict = [&](const VerifyOptions& options) {
    return verify(*authorization, sent.view(), credentials().secret, kNow, options).error().fault;
  };
  EXPECT_EQ(verdict({.regions = {"us-east-1"}}), Fault::wrong_region);
  EXPECT_EQ(verdict({.regions = {}}), Fault::wrong_region);
  EXPECT_EQ(verdict({.regions = {"eu-central-1"}, .service = "sqs"}), Fault::wrong_service);
}

TEST(Presign, LeavesTheStandardPortAway) {
  // A browser sends "Host: a" to https://a:443.
  const struct {
    const char* origin;
    const char* host;
  } cases[] = {
      {"https://Assets.Example.com:443", "assets.example.com"},
      {"https://a:80", "a:80"},
      {"http://a:80", "a"},
      {"http://a:9000", "a:9000"},
      {"http://[::1]:80", "[::1]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.origin);
    const auto url = presign({.method = "GET",
                              .origin = c.origin,
                              .path = "/b/k",
                              .query = {},
                              .headers = {},
                              .expires = seconds(1)},
                             credentials(), kPlace, kNow);
    ASSERT_TRUE(url);
    Sent sent{.method = "GET",
              .path = "/b/k",
              .query = url->substr(url->find('?') + 1),
              .headers = {{"Host", c.host}}};
    EXPECT_EQ(fault_of(sent), std::nullopt);
  }
}

TEST(Sign, CarriesASessionToken) {
  Credentials temporary = credentials();
  temporary.session_token = Secret("token/+=");
  Sent sent{.method = "GET", .path = "/b", .query = "", .headers = {{"Host", "a"}}};
  for (const auto& [name, value] : *sign(sent.view(), temporary, kPlace, kNow, kEmptyPayload))
    sent.headers.add(name, value);
  EXPECT_EQ(header(sent, "x-amz-security-token"), "token/+=");
  EXPECT_EQ(fault_of(sent), std::nullopt);

  const auto url = presign({.method = "GET",
                            .origin = "http://a",
                            .path = "/b",
                            .query = {},
                            .headers = {},
                            .expires = seconds(1)},
                           temporary, kPlace, kNow);
  EXPECT_NE(url->find("X-Amz-Security-Token=token%2F%2B%3D&"), std::string::npos);
}

}  // namespace
}  // namespace tintype::sigv4
