#include <gtest/gtest.h>

#include <functional>

#include "base/text.h"
#include "sigv4/canonical.h"
#include "sigv4/signed_request.h"

namespace tintype::sigv4 {
namespace {

TEST(Parse, FindsNothingInAnAnonymousRequest) {
  const auto anonymous = parse({.method = "GET",
                                .path = "/b",
                                .query_text = "x-amz=1&list-type=2",
                                .headers = {{"Host", "a"}, {"x-amz-date", "nonsense"}}});
  ASSERT_TRUE(anonymous);
  EXPECT_FALSE(*anonymous);
}

TEST(Parse, NamesTheFaultOfAHeader) {
  const auto authorization = [](std::string_view from, std::string_view to) {
    return [from, to](Sent& s) {
      std::string text = header(s, "authorization");
      replace(text, from, to);
      s.headers.set("authorization", text);
    };
  };
  const struct {
    const char* name;
    std::function<void(Sent&)> spoil;
    Fault fault;
  } cases[] = {
      {"empty", [](Sent& s) { s.headers.set("authorization", ""); }, Fault::unsupported_mechanism},
      {"a bearer token", [](Sent& s) { s.headers.set("authorization", "Bearer abc"); },
       Fault::unsupported_mechanism},
      {"signature version 2", [](Sent& s) { s.headers.set("authorization", "AWS AKID:sig"); },
       Fault::unsupported_mechanism},
      {"an algorithm of version 4a", authorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
       Fault::unsupported_mechanism},
      {"only the algorithm", [](Sent& s) { s.headers.set("authorization", "AWS4-HMAC-SHA256"); },
       Fault::malformed_authorization},
      {"an item missing", authorization("SignedHeaders=", "Credential="),
       Fault::malformed_authorization},
      {"an item more", authorization("SignedHeaders=", "A=b, SignedHeaders="),
       Fault::malformed_authorization},
      {"a credential cut", authorization("/aws4_request", ""), Fault::malformed_authorization},
      {"a credential of another kind", authorization("aws4_request", "aws2_request"),
       Fault::malformed_authorization},
      {"no access key", authorization("TTAK/with a slash", ""), Fault::malformed_authorization},
      {"a header name in capitals",
       authorization("SignedHeaders=content-type", "SignedHeaders=Content-Type"),
       Fault::malformed_authorization},
      {"header names unsorted", authorization("content-type;host", "host;content-type"),
       Fault::malformed_authorization},
      {"a header name twice", authorization("host;", "host;host;"), Fault::malformed_authorization},
      {"an empty header name", authorization("host;", "host;;"), Fault::malformed_authorization},
      {"the day before", authorization("/20261123/", "/20261122/"), Fault::malformed_authorization},
      {"there twice", [](Sent& s) { s.headers.add("Authorization", header(s, "authorization")); },
       Fault::malformed_authorization},
      {"host not signed", authorization("host;", ""), Fault::headers_not_signed},
      {"metadata not signed", authorization(";x-amz-meta-name", ""), Fault::headers_not_signed},
      {"metadata added", [](Sent& s) { s.headers.add("X-Amz-Copy-Source", "/b/secret"); },
       Fault::headers_not_signed},
      {"no date", [](Sent& s) { s.headers.remove("x-amz-date"); }, Fault::missing_date},
      {"a bad date", [](Sent& s) { s.headers.set("x-amz-date", "2026-11-23T20:31:04Z"); },
       Fault::missing_date},
      {"a bad date beside a good one",
       [](Sent& s) {
         s.headers.set("x-amz-date", "yesterday");
         s.headers.set("date", to_http_date(kNow));
       },
       Fault::missing_date},
      {"no payload hash", [](Sent& s) { s.headers.remove("x-amz-content-sha256"); },
       Fault::missing_payload_hash},
      {"a payload hash of another kind",
       [](Sent& s) { s.headers.set("x-amz-content-sha256", "d41d8cd98f00b204e9800998ecf8427e"); },
       Fault::malformed_payload_hash},
      {"an unknown word", [](Sent& s) { s.headers.set("x-amz-content-sha256", "STREAMING-X"); },
       Fault::malformed_payload_hash},
      {"a broken query", [](Sent& s) { s.query += "&a=%"; }, Fault::malformed_path},
      {"a broken path", [](Sent& s) { s.path += "%4"; }, Fault::malformed_path},
      {"a signed query besides", [](Sent& s) { s.query = signed_by_query().query; },
       Fault::two_mechanisms},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Sent sent = signed_by_header();
    c.spoil(sent);
    EXPECT_EQ(fault_of(sent), c.fault);
  }
}

TEST(Parse, TakesDateWhereThereIsNoAmzDate) {
  Sent sent{.method = "GET", .path = "/b", .query = "", .headers = {{"Host", "a"}}};
  sent.headers.add("Date", to_http_date(kNow));
  sent.headers.add("x-amz-content-sha256", std::string(kEmptyPayload));
  const Scope scope{.date = "20261123", .region = "us-east-1", .service = "s3"};
  const std::vector<std::string> names = {"date", "host", "x-amz-content-sha256"};
  const auto canonical = canonical_request(
      sent.view(),
      {.service = "s3", .signed_headers = names, .payload_hash = kEmptyPayload, .left_out = {}});
  const std::string signature = signature_of(signing_key(credentials().secret, scope),
                                             string_to_sign(*canonical, scope, kNow));
  sent.headers.add("Authorization",
                   "AWS4-HMAC-SHA256 Credential=K/" + scope.to_string() +
                       ",SignedHeaders=date;host;x-amz-content-sha256,Signature=" + signature);
  EXPECT_EQ(fault_of(sent), std::nullopt);
}

TEST(Parse, NamesTheFaultOfAQuery) {
  const auto query = [](std::string_view from, std::string_view to) {
    return [from, to](Sent& s) { replace(s.query, from, to); };
  };
  const struct {
    const char* name;
    std::function<void(Sent&)> spoil;
    Fault fault;
  } cases[] = {
      {"no algorithm", query("X-Amz-Algorithm=AWS4-HMAC-SHA256&", ""), Fault::malformed_query},
      {"another algorithm", query("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), Fault::malformed_query},
      {"no date", query("X-Amz-Date=20261123T203104Z&", ""), Fault::malformed_query},
      {"a bad date", query("20261123T203104Z", "20261123"), Fault::malformed_query},
      {"no day like it", query("X-Amz-Date=20261123T", "X-Amz-Date=20261131T"),
       Fault::malformed_query},
      {"another day", query("X-Amz-Date=20261123T", "X-Amz-Date=20261124T"),
       Fault::malformed_query},
      {"no expiry", query("X-Amz-Expires=300&", ""), Fault::malformed_query},
      {"expires never", query("X-Amz-Expires=300", "X-Amz-Expires="), Fault::malformed_query},
      {"expires at once", query("X-Amz-Expires=300", "X-Amz-Expires=0"), Fault::expired},
      {"expires before", query("X-Amz-Expires=300", "X-Amz-Expires=-1"), Fault::expired},
      {"expires after a week", query("X-Amz-Expires=300", "X-Amz-Expires=604801"),
       Fault::malformed_query},
      {"expires some day", query("X-Amz-Expires=300", "X-Amz-Expires=99999999999999999999"),
       Fault::malformed_query},
      {"a bad credential", query("%2Faws4_request", ""), Fault::malformed_query},
      {"host not signed", query("content-length%3Bcontent-type%3Bhost", "content-type"),
       Fault::headers_not_signed},
      {"no signed headers", query("content-length%3Bcontent-type%3Bhost", ""),
       Fault::malformed_query},
      {"a copy made of a PUT", [](Sent& s) { s.headers.add("x-amz-copy-source", "/b/secret"); },
       Fault::headers_not_signed},
      {"signed twice", [](Sent& s) { s.query += "&X-Amz-Signature=00"; }, Fault::malformed_query},
      {"only a signature", [](Sent& s) { s.query = "X-Amz-Signature=00"; }, Fault::malformed_query},
      {"a bad payload hash", [](Sent& s) { s.query += "&X-Amz-Content-Sha256=x"; },
       Fault::malformed_payload_hash},
      {"an Authorization besides", [](Sent& s) { s.headers.add("Authorization", "Bearer x"); },
       Fault::two_mechanisms},
      {"signature version 2", [](Sent& s) { s.query = "AWSAccessKeyId=A&Signature=b&Expires=1"; },
       Fault::unsupported_mechanism},
      {"broken", [](Sent& s) { s.query += "&%"; }, Fault::malformed_path},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Sent sent = signed_by_query();
    c.spoil(sent);
    EXPECT_EQ(fault_of(sent), c.fault);
  }
}

TEST(Parse, KnowsTheWordsForAPayload) {
  for (const char* word :
       {"UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"}) {
    SCOPED_TRACE(word);
    Sent sent{.method = "PUT", .path = "/b/k", .query = "", .headers = {{"Host", "a"}}};
    for (const auto& [name, value] : *sign(sent.view(), credentials(), kPlace, kNow, word))
      sent.headers.add(name, value);
    const auto authorization = parse(sent.view());
    ASSERT_TRUE(authorization && *authorization);
    EXPECT_EQ((*authorization)->payload_hash, word);
    EXPECT_EQ(fault_of(sent), std::nullopt);
  }
}

}  // namespace
}  // namespace tintype::sigv4
