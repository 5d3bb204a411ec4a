#include "bucket/s3/rule/policy.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::bucket {
namespace {

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
    const char* principal;
    const char* action;
    const char* resource;
    PolicyVerdict verdict;
  } cases[] = {
      {"*", "s3:GetObject", "arn:aws:s3:::photos/a", PolicyVerdict::allowed},
      {"*", "s3:GetObject", "arn:aws:s3:::photos/secret/a", PolicyVerdict::denied},
      {"ada", "s3:DeleteObject", "arn:aws:s3:::photos/secret/a", PolicyVerdict::denied},
      {"*", "s3:GetObjectVersion", "arn:aws:s3:::photos/a", PolicyVerdict::silent},
      {"*", "s3:ListBucket", "arn:aws:s3:::photos", PolicyVerdict::silent},
      {"*", "s3:GetObject", "arn:aws:s3:::photos2/a", PolicyVerdict::silent},
      {"ada", "s3:PutObject", "arn:aws:s3:::photos/ada/a", PolicyVerdict::allowed},
      {"grace", "s3:PutObject", "arn:aws:s3:::photos/ada/a", PolicyVerdict::silent},
      {"*", "s3:PutObject", "arn:aws:s3:::photos/ada/a", PolicyVerdict::silent},
  };
  for (const auto& c : cases)
    EXPECT_EQ(judge(policy, c.principal, c.action, c.resource), c.verdict)
        << c.principal << ' ' << c.action << ' ' << c.resource;
  EXPECT_TRUE(is_public(policy));
  EXPECT_FALSE(is_public(policy_of(std::string(kNoSecrets) + ',' + kOneMayWrite)));
  EXPECT_EQ(judge({}, "*", "s3:GetObject", "arn:aws:s3:::photos/a"), PolicyVerdict::silent);
}

TEST(Policy, MayBeOneStatement) {
  const auto policy = parse_policy(R"({"Id":"x","Statement":)" + std::string(kRead) + "}", kBucket);
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->size(), 1);
}

}  // namespace
}  // namespace tintype::bucket
