#include "sigv4/version2.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace tintype::sigv4 {
namespace {

const Secret kSecret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
constexpr std::chrono::minutes kSkewMax{15};

struct Sent {
  std::string method = "GET";
  std::string path = "/photos/puppy.jpg";
  std::string query = {};
  http::Headers headers = {};

  RequestView view() const { return {method, path, query, headers}; }
};

Sent with_header(Sent sent, const std::string& date, const std::string& signature) {
  sent.headers.add("Date", date);
  sent.headers.add("Authorization", "AWS AKIAIOSFODNN7EXAMPLE:" + signature);
  return sent;
}

Instant at(const std::string& date) {
  return *parse_http_date(date.substr(0, date.size() - 5) + "GMT");
}

std::optional<Fault> fault(const Sent& sent, const std::string& bucket, Instant now,
                           const std::optional<Secret>& secret = kSecret) {
  const auto claimed = parse_version2(sent.view());
  if (!claimed) return claimed.error().fault;
  EXPECT_TRUE(*claimed);
  const auto verified = verify_version2(**claimed, sent.view(), bucket, secret, now, kSkewMax);
  return verified ? std::nullopt : std::optional(verified.error().fault);
}

// The examples of AWS's page.
TEST(Version2, TakesThePublishedExamples) {
  const struct {
    const char* name;
    Sent sent;
    const char* bucket;
    const char* date;
    const char* signature;
  } cases[] = {
      {"get",
       {},
       "awsexamplebucket1",
       "Tue, 27 Mar 2007 19:36:42 +0000",
       "qgk2+6Sv9/oM7G3qLEjTH1a1l1g="},
      {"put",
       {.method = "PUT", .headers = {{"Content-Type", "image/jpeg"}, {"Content-Length", "94328"}}},
       "awsexamplebucket1",
       "Tue, 27 Mar 2007 21:15:45 +0000",
       "iqRzw+ileNPu1fhspnRs8nOjjIA="},
      {"list",
       {.path = "/", .query = "prefix=photos&max-keys=50&marker=puppy"},
       "johnsmith",
       "Tue, 27 Mar 2007 19:42:41 +0000",
       "htDYFYduRNen8P9ZfE/s9SuKy0U="},
      {"a bucket in the path",
       {.path = "/johnsmith"},
       "",
       "Tue, 27 Mar 2007 19:42:41 +0000",
       "htDYFYduRNen8P9ZfE/s9SuKy0U="},
      {"a sub-resource",
       {.path = "/", .query = "acl"},
       "johnsmith",
       "Tue, 27 Mar 2007 19:44:46 +0000",
       "c2WLPFtWHVgbEmeEG93a4cG37dM="},
      {"headers of AWS",
       {.method = "PUT",
        .path = "/db-backup.dat.gz",
        .headers = {{"x-amz-acl", "public-read"},
                    {"content-type", "application/x-download"},
                    {"Content-MD5", "4gJE4saaMU4BqNR0kLY+lw=="},
                    {"X-Amz-Meta-ReviewedBy", "joe@johnsmith.net"},
                    {"X-Amz-Meta-ReviewedBy", "jane@johnsmith.net"},
                    {"X-Amz-Meta-FileChecksum", "0x02661779"},
                    {"X-Amz-Meta-ChecksumAlgorithm", "crc32"}}},
       "static.johnsmith.net",
       "Tue, 27 Mar 2007 21:06:08 +0000",
       "ilyl83RwaSoYIEdixDQcA4OnAnc="},
      {"all buckets",
       {.path = "/"},
       "",
       "Wed, 28 Mar 2007 01:29:59 +0000",
       "qGdzdERIC03wnaRNKh6OqZehG9s="},
      {"a path as it is on the wire",
       {.path = "/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re"},
       "",
       "Wed, 28 Mar 2007 01:49:49 +0000",
       "DNEZGsoieTZ92F3bUfSPQcbGmlM="},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Sent sent = with_header(c.sent, c.date, c.signature);
    EXPECT_EQ(fault(sent, c.bucket, at(c.date)), std::nullopt);
    EXPECT_EQ(fault(sent, c.bucket, at(c.date) + kSkewMax), std::nullopt);
    EXPECT_EQ(fault(sent, c.bucket, at(c.date) + kSkewMax + std::chrono::seconds(1)),
              Fault::request_time_skewed);
    EXPECT_EQ(fault(sent, c.bucket, at(c.date), std::nullopt), Fault::unknown_access_key);
    EXPECT_EQ(fault(sent, c.bucket, at(c.date), Secret("other")), Fault::signature_mismatch);
    EXPECT_EQ(fault(sent, "elsewhere", at(c.date)), Fault::signature_mismatch);
  }
}

TEST(Version2, CoversWhatChangesTheMeaning) {
  const std::string date = "Tue, 27 Mar 2007 19:36:42 +0000";
  const Sent sent = with_header({}, date, "qgk2+6Sv9/oM7G3qLEjTH1a1l1g=");
  const struct {
    const char* name;
    void (*change)(Sent&);
  } cases[] = {
      {"another method", [](Sent& s) { s.method = "PUT"; }},
      {"another path", [](Sent& s) { s.path = "/photos/kitten.jpg"; }},
      {"a copy", [](Sent& s) { s.headers.add("x-amz-copy-source", "/a/b"); }},
      {"a type", [](Sent& s) { s.headers.add("Content-Type", "text/html"); }},
      {"another date", [](Sent& s) { s.headers.set("Date", "Tue, 27 Mar 2007 19:36:43 +0000"); }},
      {"its list of rights", [](Sent& s) { s.query = "acl"; }},
      {"its tags", [](Sent& s) { s.query = "tagging="; }},
      {"a version", [](Sent& s) { s.query = "versionId=1"; }},
      {"a type to answer with", [](Sent& s) { s.query = "response-content-type=text/html"; }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Sent changed = sent;
    c.change(changed);
    EXPECT_EQ(fault(changed, "awsexamplebucket1", at(date)), Fault::signature_mismatch);
  }
}

TEST(Version2, PresignsUntilItExpires) {
  const std::string text = "GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg?response-expires=a b";
  const Sent sent{.query = "response-expires=a%20b&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=" +
                           percent_encode(sign_version2(text, kSecret)) + "&Expires=1175139620"};
  const Instant end = from_epoch_ms(1'175'139'620'000);
  EXPECT_EQ(fault(sent, "johnsmith", end), std::nullopt);
  EXPECT_EQ(fault(sent, "johnsmith", end + std::chrono::milliseconds(1)), Fault::expired);
  EXPECT_EQ((*parse_version2(sent.view()))->form, Form::query);
}

TEST(Version2, RefusesWhatItCannotRead) {
  const Sent header = with_header({}, "Tue, 27 Mar 2007 19:36:42 +0000", "x");
  const struct {
    const char* name;
    Sent sent;
    Fault fault;
  } cases[] = {
      {"no signature", {.headers = {{"Authorization", "AWS KEY"}}}, Fault::malformed_authorization},
      {"no key", {.headers = {{"Authorization", "AWS :sig"}}}, Fault::malformed_authorization},
      {"no date", {.headers = {{"Authorization", "AWS KEY:sig"}}}, Fault::missing_date},
      {"no end", {.query = "AWSAccessKeyId=a&Signature=b"}, Fault::malformed_query},
      {"two ends",
       {.query = "AWSAccessKeyId=a&Signature=b&Expires=1&Expires=9"},
       Fault::malformed_query},
      {"an end that is none",
       {.query = "AWSAccessKeyId=a&Signature=b&Expires=soon"},
       Fault::malformed_query},
      {"an end beyond time",
       {.query = "AWSAccessKeyId=a&Signature=b&Expires=9223372036854775807"},
       Fault::malformed_query},
      {"broken encoding",
       {.query = "AWSAccessKeyId=%zz&Signature=b&Expires=1"},
       Fault::malformed_path},
      {"both",
       {.query = "AWSAccessKeyId=a&Signature=b&Expires=1", .headers = header.headers},
       Fault::two_mechanisms},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = parse_version2(c.sent.view());
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().fault, c.fault);
  }
  for (const char* const other : {"AWS4-HMAC-SHA256 Credential=x", "Bearer AWS x:y", ""})
    EXPECT_EQ(*parse_version2(Sent{.headers = {{"Authorization", other}}}.view()), std::nullopt);
  EXPECT_EQ(*parse_version2(Sent{}.view()), std::nullopt);
}

}  // namespace
}  // namespace tintype::sigv4
