#include "bucket/s3/request/post_policy.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

using Match = PostPolicy::Condition::Match;

constexpr std::string_view kExpiration = "2026-11-23T20:36:04.500Z";
const Instant kExpiresAt = *parse_rfc3339(kExpiration);
constexpr auto kMoment = std::chrono::milliseconds(1);

std::string policy_of(std::string_view conditions) {
  return R"({"expiration":")" + std::string(kExpiration) + R"(","conditions":[)" +
         std::string(conditions) + "]}";
}

TEST(PostPolicyParse, ReadsEveryKindOfCondition) {
  const auto policy = parse_post_policy(
      policy_of(R"({"acl":"private"},["eq","$Key","a/b"],["Starts-With","$content-type",""],)"
                R"(["content-length-range",1,100],["content-length-range",0,50])"));
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->expires_at, kExpiresAt);
  ASSERT_EQ(policy->conditions.size(), 3);
  EXPECT_EQ(policy->conditions[0].field, "acl");
  EXPECT_EQ(policy->conditions[1].match, Match::eq);
  EXPECT_EQ(policy->conditions[1].field, "key");
  EXPECT_EQ(policy->conditions[2].match, Match::starts_with);
  EXPECT_EQ(policy->size_min, 1);
  EXPECT_EQ(policy->size_max, 50);
}

TEST(PostPolicyParse, RefusesWhatItDoesNotUnderstandWhole) {
  const std::string deep(40, '[');
  std::string many = R"({"a":"b"})";
  for (std::size_t i = 0; i < kPolicyConditionsMax; ++i) many += R"(,{"a":"b"})";
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"nothing", ""},
      {"an array", "[]"},
      {"no expiration", R"({"conditions":[]})"},
      {"no conditions", R"({"expiration":"2026-11-23T20:36:04Z"})"},
      {"conditions that are an object", R"({"expiration":"2026-11-23T20:36:04Z","conditions":{}})"},
      {"an expiration that is a number", R"({"expiration":1795465864,"conditions":[]})"},
      {"an expiration that is no time", R"({"expiration":"tomorrow","conditions":[]})"},
      {"another member", R"({"expiration":"2026-11-23T20:36:04Z","conditions":[],"x":1})"},
      {"a member twice",
       R"({"expiration":"2026-11-23T20:36:04Z","expiration":"2036-11-23T20:36:04Z","conditions":[]})"},
      {"a condition's name twice", policy_of(R"({"key":"a","key":"b"})")},
      {"a condition of two", policy_of(R"({"key":"a","acl":"b"})")},
      {"a condition of none", policy_of("{}")},
      {"a condition of no name", policy_of(R"({"":"a"})")},
      {"a number", policy_of(R"({"key":1})")},
      {"a text", policy_of(R"("key")")},
      {"an unknown operator", policy_of(R"(["ends-with","$key","a"])")},
      {"two items", policy_of(R"(["eq","$key"])")},
      {"four items", policy_of(R"(["eq","$key","a","b"])")},
      {"a field without its mark", policy_of(R"(["eq","key","a"])")},
      {"a mark without a field", policy_of(R"(["eq","$","a"])")},
      {"a range of texts", policy_of(R"(["content-length-range","1","2"])")},
      {"a range below zero", policy_of(R"(["content-length-range",-1,2])")},
      {"a range of halves", policy_of(R"(["content-length-range",0.5,2])")},
      {"a range backwards", policy_of(R"(["content-length-range",2,1])")},
      {"too deep", policy_of(deep)},
      {"too many", policy_of(many)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto policy = parse_post_policy(c.text);
    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(policy.error().message.starts_with("Invalid Policy: "));
  }
}

struct Given {
  std::string name;
  std::string value;
};

S3Result<void> check(std::string_view conditions, const std::vector<Given>& given,
                     Instant now = kExpiresAt - kMoment) {
  const auto policy = parse_post_policy(policy_of(conditions));
  EXPECT_TRUE(policy) << policy.error().message;
  FormFields fields;
  for (const auto& [name, value] : given) EXPECT_TRUE(fields.add(name, value));
  return check_post_policy(*policy, fields, "photos", now);
}

TEST(PostPolicyCheck, LetsAFormThroughThatKeepsToIt) {
  EXPECT_TRUE(check(R"({"bucket":"photos"},["starts-with","$key","a/"],{"x-amz-meta-tag":""})",
                    {{"key", "a/b"},
                     {"X-Amz-Meta-Tag", ""},
                     {"policy", "p"},
                     {"x-amz-signature", "s"},
                     {"x-ignore-me", "i"}}));
  EXPECT_TRUE(check(R"(["eq","$key","k"],["starts-with","$Content-Type",""])",
                    {{"KEY", "k"}, {"content-type", "image/png"}}));
}

TEST(PostPolicyCheck, DeniesAFormThatDoesNot) {
  const struct {
    const char* name;
    const char* conditions;
    std::vector<Given> fields;
    const char* message;
  } cases[] = {
      {"another key", R"({"key":"a"})", {{"key", "b"}}, "Policy Condition failed"},
      {"another case", R"({"key":"a"})", {{"key", "A"}}, "Policy Condition failed"},
      {"another beginning", R"(["starts-with","$key","a/"])", {{"key", "b/a/"}}, "$key"},
      {"a field that is missing", R"({"key":"a"},{"acl":"private"})", {{"key", "a"}}, "$acl"},
      {"a missing one that may be anything", R"(["starts-with","$acl",""])", {}, "$acl"},
      {"a field that nobody spoke of",
       R"({"key":"a"})",
       {{"key", "a"}, {"acl", "x"}},
       "Extra input"},
      {"metadata that nobody spoke of",
       R"({"key":"a"})",
       {{"key", "a"}, {"x-amz-meta-a", "x"}},
       "Extra input fields: x-amz-meta-a"},
      {"a redirect that nobody spoke of",
       R"({"key":"a"})",
       {{"key", "a"}, {"success_action_redirect", "https://evil.example"}},
       "Extra input"},
      {"another bucket", R"({"bucket":"other"},{"key":"a"})", {{"key", "a"}}, "$bucket"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = check(c.conditions, c.fields);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().error, S3Error::access_denied);
    EXPECT_NE(checked.error().message.find(c.message), std::string::npos)
        << checked.error().message;
  }
  const auto lied =
      check(R"({"bucket":"photos"},{"key":"a"})", {{"key", "a"}, {"bucket", "other"}});
  ASSERT_FALSE(lied);
  EXPECT_EQ(lied.error().error, S3Error::access_denied);
}

TEST(PostPolicyCheck, EndsAtItsExpirationToTheMillisecond) {
  EXPECT_TRUE(check(R"({"key":"a"})", {{"key", "a"}}, kExpiresAt - kMoment));
  for (const Instant late : {kExpiresAt, kExpiresAt + kMoment}) {
    const auto checked = check(R"({"key":"a"})", {{"key", "a"}}, late);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().message, "Invalid according to Policy: Policy expired.");
  }
}

TEST(FormFields, HasEachNameOnce) {
  FormFields fields;
  EXPECT_TRUE(fields.add("Key", "a"));
  EXPECT_FALSE(fields.add("kEY", "b"));
  EXPECT_EQ(fields.text("key"), "a");
  EXPECT_EQ(fields.find("other"), nullptr);
  EXPECT_EQ(fields.text("other"), "");
}

}  // namespace
}  // namespace tintype::bucket
