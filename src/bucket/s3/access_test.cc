#include "bucket/s3/access.h"

#include "bucket/s3/test_s3.h"

namespace tintype::bucket {
namespace {

using test::bucket_of;
using test::Twist;

/// "photos" is the node's; "hers" is Ada's.
class Access : public test::S3Test {
 protected:
  Access() {
    EXPECT_TRUE(add("ada", {}));
    EXPECT_TRUE(store_->create_bucket_of("ada", bucket_of("hers")));
    EXPECT_EQ(send("PUT", "/photos/a", "node's").status, 200);
    EXPECT_EQ(as("ada", "PUT", "/hers/a", "Ada's").status, 200);
  }

  /// A key that is called as its owner is.
  Status add(const std::string& owner, RightsByBucket rights, bool may_create = true) {
    return identities_.add({.owner_id = owner,
                            .may_create = may_create,
                            .rights = std::move(rights),
                            .key = {.id = owner, .secret = Secret("secret-of-" + owner)}});
  }
  http::ClientResponse as(const std::string& owner, const std::string& method,
                          const std::string& target, const std::string& body = "",
                          Twist twist = {}) {
    twist.credentials = sigv4::Credentials{
        .access_key_id = owner, .secret = Secret("secret-of-" + owner), .session_token = {}};
    return send(method, target, body, twist);
  }
  /// "" for a success.
  std::string refusal(const http::ClientResponse& response) {
    return response.status < 300 ? "" : code_in(response);
  }
};

TEST_F(Access, LetsAnOwnerDoEverythingWithItsOwnBuckets) {
  EXPECT_EQ(as("ada", "GET", "/hers/a").body, "Ada's");
  EXPECT_EQ(refusal(as("ada", "GET", "/hers?list-type=2")), "");
  EXPECT_EQ(refusal(as("ada", "PUT", "/made-by-ada")), "");
  EXPECT_EQ(refusal(as("ada", "PUT", "/made-by-ada/b", "b")), "");
  EXPECT_EQ(refusal(as("ada", "DELETE", "/made-by-ada/b")), "");
  EXPECT_EQ(refusal(as("ada", "DELETE", "/made-by-ada")), "");
  EXPECT_EQ(refusal(send("GET", "/hers/a")), "");  // So may the node.
}

TEST_F(Access, KeepsOwnersApart) {
  for (const auto& [method, target] :
       std::initializer_list<std::pair<const char*, const char*>>{{"GET", "/photos/a"},
                                                                  {"GET", "/photos/none"},
                                                                  {"GET", "/photos?list-type=2"},
                                                                  {"GET", "/photos?versions"},
                                                                  {"GET", "/photos?policy"},
                                                                  {"GET", "/photos?location"},
                                                                  {"GET", "/photos/a?tagging"},
                                                                  {"PUT", "/photos/b"},
                                                                  {"POST", "/photos/b?uploads"},
                                                                  {"PUT", "/photos?versioning"},
                                                                  {"DELETE", "/photos/a"},
                                                                  {"DELETE", "/photos"}})
    EXPECT_EQ(refusal(as("ada", method, target)), "AccessDenied") << method << ' ' << target;
  EXPECT_EQ(as("ada", "HEAD", "/photos").status, 403);
  EXPECT_EQ(as("ada", "HEAD", "/photos/a").status, 403);
  EXPECT_EQ(refusal(as("ada", "GET", "/nobodys/a")), "NoSuchBucket");
  EXPECT_EQ(stored("a"), "node's");
  const auto copied =
      as("ada", "PUT", "/hers/copy", "", {.headers = {{"x-amz-copy-source", "/photos/a"}}});
  EXPECT_EQ(refusal(copied), "AccessDenied");
}

TEST_F(Access, RefusesEachOfManyDeletions) {
  const std::string body =
      "<Delete><Object><Key>a</Key></Object><Object><Key>none</Key></Object></Delete>";
  const auto response = as("ada", "POST", "/photos?delete", body);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.find("<Deleted>"), std::string::npos) << response.body;
  EXPECT_EQ(stored("a"), "node's");
}

TEST_F(Access, GivesEachRightWhatItIsFor) {
  ASSERT_TRUE(add("lister", {{"photos", {Right::list}}}));
  ASSERT_TRUE(add("reader", {{"photos", {Right::read}}}));
  ASSERT_TRUE(add("writer", {{"*", {Right::write}}}));
  ASSERT_TRUE(add("admin", {{"photos", {Right::admin}}}));
  const struct {
    const char* method;
    const char* target;
    bool lister, reader, writer;
  } cases[] = {
      {"GET", "/photos?list-type=2", true, false, false},
      {"GET", "/photos?versions", true, false, false},
      {"GET", "/photos?uploads", true, false, false},
      {"GET", "/photos?location", true, true, true},
      {"GET", "/photos/a", false, true, false},
      {"GET", "/photos/a?tagging", false, true, false},
      {"PUT", "/photos/b", false, false, true},
      {"DELETE", "/photos/b", false, false, true},
      {"DELETE", "/photos/b?versionId=null", false, false, false},
      {"GET", "/photos?versioning", false, false, false},
      {"DELETE", "/photos?policy", false, false, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.method) + ' ' + c.target);
    EXPECT_EQ(refusal(as("lister", c.method, c.target)), c.lister ? "" : "AccessDenied");
    EXPECT_EQ(refusal(as("reader", c.method, c.target)), c.reader ? "" : "AccessDenied");
    EXPECT_EQ(refusal(as("writer", c.method, c.target)), c.writer ? "" : "AccessDenied");
    EXPECT_EQ(refusal(as("admin", c.method, c.target)), "");
  }
  // A right on one bucket is none on another.
  EXPECT_EQ(refusal(as("reader", "GET", "/hers/a")), "AccessDenied");
  EXPECT_EQ(refusal(as("writer", "PUT", "/hers/b")), "");
}

TEST_F(Access, TellsOfAMissingKeyOnlyWhoMayList) {
  ASSERT_TRUE(add("reader", {{"photos", {Right::read}}}));
  ASSERT_TRUE(add("both", {{"photos", {Right::read, Right::list}}}));
  EXPECT_EQ(refusal(as("reader", "GET", "/photos/none")), "AccessDenied");
  EXPECT_EQ(refusal(as("both", "GET", "/photos/none")), "NoSuchKey");
}

TEST_F(Access, ListsTheBucketsOfTheCaller) {
  ASSERT_TRUE(add("lister", {{"photos", {Right::list}}}));
  const auto listed = [&](const http::ClientResponse& response) {
    return std::pair(response.body.contains("<Name>photos</Name>"),
                     response.body.contains("<Name>hers</Name>"));
  };
  EXPECT_EQ(listed(send("GET", "/")), std::pair(true, true));
  EXPECT_EQ(listed(as("ada", "GET", "/")), std::pair(false, true));
  EXPECT_EQ(listed(as("lister", "GET", "/")), std::pair(true, false));
  EXPECT_TRUE(as("ada", "GET", "/").body.contains("<Owner><ID>ada</ID>"));
}

TEST_F(Access, GivesANameToOneOwnerOnly) {
  EXPECT_EQ(refusal(as("ada", "PUT", "/photos")), "BucketAlreadyExists");
  EXPECT_EQ(refusal(send("PUT", "/hers")), "BucketAlreadyExists");
  EXPECT_EQ(refusal(as("ada", "PUT", "/hers")), "");
  ASSERT_TRUE(add("guest", {}, false));
  EXPECT_EQ(refusal(as("guest", "PUT", "/new-one")), "AccessDenied");
}

TEST_F(Access, TellsWhoseEachThingIs) {
  for (const char* const target : {"/hers?list-type=2&fetch-owner=true", "/hers", "/hers?versions",
                                   "/hers?acl", "/hers/a?acl"})
    EXPECT_TRUE(send("GET", target).body.contains("<ID>ada</ID>")) << target;
  const auto expecting = [&](const char* owner) {
    return refusal(
        as("ada", "GET", "/hers/a", "", {.headers = {{"x-amz-expected-bucket-owner", owner}}}));
  };
  EXPECT_EQ(expecting("ada"), "");
  EXPECT_EQ(expecting("tintype"), "AccessDenied");
}

TEST_F(Access, LetsAPolicyNameOtherOwners) {
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam:::user/ada"},)"
      R"("Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"},)"
      R"({"Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::photos/*"}]})";
  ASSERT_TRUE(add("grace", {{"photos", {Right::admin}}}));
  ASSERT_EQ(send("PUT", "/photos?policy", policy).status, 204);
  EXPECT_EQ(as("ada", "GET", "/photos/a").body, "node's");
  EXPECT_EQ(refusal(as("ada", "PUT", "/photos/a", "Ada's")), "AccessDenied");
  EXPECT_EQ(refusal(as("grace", "DELETE", "/photos/a")), "AccessDenied");
  EXPECT_EQ(refusal(send("DELETE", "/photos/a")), "AccessDenied");
}

TEST_F(Access, OutlivesADenialOfEverythingForItsOwnerOnly) {
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",)"
      R"("Resource":["arn:aws:s3:::hers","arn:aws:s3:::hers/*"]}]})";
  ASSERT_TRUE(add("grace", {{"hers", {Right::admin}}}));
  ASSERT_EQ(as("ada", "PUT", "/hers?policy", policy).status, 204);
  EXPECT_EQ(refusal(as("ada", "GET", "/hers/a")), "AccessDenied");
  EXPECT_EQ(refusal(as("grace", "DELETE", "/hers?policy")), "AccessDenied");
  EXPECT_EQ(as("ada", "DELETE", "/hers?policy").status, 204);
  EXPECT_EQ(as("ada", "GET", "/hers/a").body, "Ada's");
}

TEST_F(Access, EndsWithTheKey) {
  ASSERT_TRUE(add("reader", {{"photos", {Right::read}}}));
  EXPECT_EQ(as("reader", "GET", "/photos/a").status, 200);
  ASSERT_TRUE(identities_.remove("reader"));
  clock_.advance(std::chrono::seconds(1));  // What was read is remembered so long.
  EXPECT_EQ(refusal(as("reader", "GET", "/photos/a")), "InvalidAccessKeyId");
}

}  // namespace
}  // namespace tintype::bucket
