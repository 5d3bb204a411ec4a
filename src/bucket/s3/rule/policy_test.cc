#include "bucket/s3/rule/policy.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::bucket {
namespace {

const PolicyContext kNothing = [](std::string_view) { return std::nullopt; };
constexpr Principal kNobody;
constexpr Principal kAda{.owner_id = "ada", .access_key_id = "ADAKEY"};
constexpr Principal kGrace{.owner_id = "grace", .access_key_id = "GRACEKEY"};
const BucketName kBucket = *BucketName::parse("photos");

Policy policy_of(const std::string& statements) {
  auto policy =
      parse_policy(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}", kBucket);
  EXPECT_TRUE(policy) << policy.error().message;
  return std::move(policy).value_or(Policy());
}

constexpr const char* kRead =
    R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"})";
constexpr const char* kNoSecrets = R"({"Effect":"Deny","Principal":{"AWS":"*"},"Action":["s3:*"],)"
                                   R"("Resource":"arn:aws:s3:::photos/secret/*"})";
constexpr const char* kOneMayWrite =
    R"({"Effect":"Allow","Principal":{"AWS":["ada"]},"Action":"S3:PUTOBJECT",)"
    R"("Resource":"arn:aws:s3:::photos/ada/*"})";

TEST(Policy, AllowsWhatItSaysUnlessItDenies) {
  const Policy policy = policy_of(std::string(kRead) + ',' + kNoSecrets + ',' + kOneMayWrite);
  const struct {
    Principal principal;
    const char* action;
    const char* resource;
    PolicyVerdict verdict;
  } cases[] = {
      {kNobody, "s3:GetObject", "arn:aws:s3:::photos/a", PolicyVerdict::allowed},
      {kNobody, "s3:GetObject", "arn:aws:s3:::photos/secret/a", PolicyVerdict::denied},
      {kAda, "s3:DeleteObject", "arn:aws:s3:::photos/secret/a", PolicyVerdict::denied},
      {kNobody, "s3:GetObjectVersion", "arn:aws:s3:::photos/a", PolicyVerdict::silent},
      {kNobody, "s3:ListBucket", "arn:aws:s3:::photos", PolicyVerdict::silent},
      {kNobody, "s3:GetObject", "arn:aws:s3:::photos2/a", PolicyVerdict::silent},
      {kAda, "s3:PutObject", "arn:aws:s3:::photos/ada/a", PolicyVerdict::allowed},
      {kGrace, "s3:PutObject", "arn:aws:s3:::photos/ada/a", PolicyVerdict::silent},
      {kNobody, "s3:PutObject", "arn:aws:s3:::photos/ada/a", PolicyVerdict::silent},
  };
  for (const auto& c : cases)
    EXPECT_EQ(judge(policy, c.principal, c.action, c.resource, kNothing), c.verdict)
        << c.principal.owner_id << ' ' << c.action << ' ' << c.resource;
  EXPECT_TRUE(is_public(policy));
  EXPECT_FALSE(is_public(policy_of(std::string(kNoSecrets) + ',' + kOneMayWrite)));
  EXPECT_EQ(judge({}, kNobody, "s3:GetObject", "arn:aws:s3:::photos/a", kNothing),
            PolicyVerdict::silent);
}

TEST(Policy, IsNotPublicForANetwork) {
  const auto of_addresses = [](const std::string& ranges) {
    return policy_of(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":"*",)"
                     R"("Condition":{"IpAddress":{"aws:SourceIp":)" +
                     ranges + "}}}");
  };
  EXPECT_FALSE(is_public(of_addresses(R"("10.0.0.0/8")")));
  EXPECT_FALSE(is_public(of_addresses(R"(["192.0.2.7","2001:db8::/32"])")));
  EXPECT_TRUE(is_public(of_addresses(R"("0.0.0.0/0")")));
  EXPECT_TRUE(is_public(of_addresses(R"(["10.0.0.0/8","2000::/3"])")));
  EXPECT_TRUE(lets_strangers_in(of_addresses(R"("10.0.0.0/8")")));
}

TEST(Policy, NamesAnOwnerInManyWays) {
  const struct {
    const char* named;
    bool is_ada;
  } cases[] = {
      {R"({"AWS":"ada"})", true},
      {R"({"AWS":"ADAKEY"})", true},
      {R"({"CanonicalUser":"ada"})", true},
      {R"({"AWS":"arn:aws:iam:::user/ada"})", true},
      {R"({"AWS":"arn:aws:iam::123456789012:user/ada"})", true},
      {R"({"AWS":"arn:aws:iam::ada:root"})", true},
      {R"({"AWS":["grace","arn:aws:iam::ada:root"]})", true},
      {R"({"AWS":"arn:aws:iam::ada:user/grace"})", false},
      {R"({"AWS":"arn:aws:iam::123456789012:root"})", false},
      {R"({"AWS":"arn:aws:iam:::user/ada2"})", false},
      {R"({"AWS":"arn:aws:iam::ada"})", false},
      {R"({"AWS":"Ada"})", false},
      {R"({"AWS":""})", false},
  };
  for (const auto& c : cases) {
    const Policy policy =
        policy_of(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":)" +
                  std::string(c.named) + '}');
    const auto verdict = judge(policy, kAda, "s3:GetObject", "arn:aws:s3:::photos/a", kNothing);
    EXPECT_EQ(verdict == PolicyVerdict::allowed, c.is_ada) << c.named;
    EXPECT_EQ(judge(policy, kNobody, "s3:GetObject", "arn:aws:s3:::photos/a", kNothing),
              PolicyVerdict::silent)
        << c.named;
  }
}

TEST(Policy, MayBeOneStatement) {
  const auto policy = parse_policy(R"({"Id":"x","Statement":)" + std::string(kRead) + "}", kBucket);
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->size(), 1);
}

}  // namespace
}  // namespace tintype::bucket
