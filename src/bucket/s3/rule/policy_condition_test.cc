#include "bucket/s3/rule/policy_condition.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <string>

namespace tintype::bucket {
namespace {

using Known = std::map<std::string, std::string, std::less<>>;

bool all_hold(const std::string& json, const Known& known) {
  const auto conditions = parse_conditions(boost::json::parse(json));
  EXPECT_TRUE(conditions) << json << conditions.error().message;
  const PolicyContext context = [&](std::string_view key) {
    const auto found = known.find(key);
    return found == known.end() ? std::nullopt : std::optional(found->second);
  };
  for (const PolicyCondition& condition : conditions.value_or(std::vector<PolicyCondition>()))
    if (!condition.holds(context)) return false;
  return true;
}

TEST(PolicyConditions, HoldAsTheirOperatorsSay) {
  const Known known = {{"s3:prefix", "Photos/a"},
                       {"aws:sourceip", "10.1.2.3"},
                       {"aws:securetransport", "true"},
                       {"s3:max-keys", "100"},
                       {"aws:currenttime", "2027-01-15T08:00:00.000Z"},
                       {"s3:existingobjecttag/State", "Public"}};
  const struct {
    const char* json;
    bool holds;
  } cases[] = {
      {R"({})", true},
      {R"({"StringEquals":{"s3:prefix":"Photos/a"}})", true},
      {R"({"StringEquals":{"s3:prefix":"photos/a"}})", false},
      {R"({"StringEquals":{"S3:Prefix":["x","Photos/a"]}})", true},
      {R"({"StringNotEquals":{"s3:prefix":["x","Photos/a"]}})", false},
      {R"({"StringNotEquals":{"s3:prefix":["x","y"]}})", true},
      {R"({"StringEqualsIgnoreCase":{"s3:prefix":"photos/A"}})", true},
      {R"({"StringNotEqualsIgnoreCase":{"s3:prefix":"photos/A"}})", false},
      {R"({"StringLike":{"s3:prefix":"Photos/?"}})", true},
      {R"({"StringLike":{"s3:prefix":"Films/*"}})", false},
      {R"({"StringNotLike":{"s3:prefix":"Films/*"}})", true},
      {R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})", true},
      {R"({"IpAddress":{"aws:SourceIp":["192.0.2.0/24","10.1.2.3"]}})", true},
      {R"({"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}})", false},
      {R"({"Bool":{"aws:SecureTransport":true}})", true},
      {R"({"Bool":{"aws:SecureTransport":"false"}})", false},
      {R"({"NumericLessThanEquals":{"s3:max-keys":100}})", true},
      {R"({"NumericLessThan":{"s3:max-keys":"100"}})", false},
      {R"({"NumericGreaterThan":{"s3:max-keys":99}})", true},
      {R"({"DateLessThan":{"aws:CurrentTime":"2028-01-01T00:00:00Z"}})", true},
      {R"({"DateGreaterThanEquals":{"aws:CurrentTime":"2028-01-01T00:00:00Z"}})", false},
      {R"({"StringEquals":{"s3:ExistingObjectTag/State":"Public"}})", true},
      {R"({"StringEquals":{"s3:ExistingObjectTag/state":"Public"}})", false},
      // Two of them.
      {R"({"Bool":{"aws:SecureTransport":"true"},"StringLike":{"s3:prefix":"Films/*"}})", false},
      {R"({"StringLike":{"s3:prefix":"Photos/*","s3:delimiter":"*"}})", false},
      // What the request does not have.
      {R"({"StringEquals":{"s3:delimiter":"/"}})", false},
      {R"({"StringNotEquals":{"s3:delimiter":"/"}})", true},
      {R"({"StringEqualsIfExists":{"s3:delimiter":"/"}})", true},
      {R"({"StringEqualsIfExists":{"s3:prefix":"x"}})", false},
      {R"({"NumericLessThan":{"s3:versionid":"1"}})", false},
      {R"({"Null":{"s3:delimiter":"true"}})", true},
      {R"({"Null":{"s3:delimiter":false}})", false},
      {R"({"Null":{"s3:prefix":"false"}})", true},
  };
  for (const auto& c : cases) EXPECT_EQ(all_hold(c.json, known), c.holds) << c.json;
}

TEST(PolicyConditions, AreRefusedUnlessTheyAreUnderstood) {
  const struct {
    const char* json;
    S3Error error;
  } cases[] = {
      {R"("x")", S3Error::malformed_policy},
      {R"({"StringEquals":"x"})", S3Error::malformed_policy},
      {R"({"StringEquals":{"s3:prefix":[]}})", S3Error::malformed_policy},
      {R"({"StringEquals":{"s3:prefix":{}}})", S3Error::malformed_policy},
      {R"({"IpAddress":{"aws:SourceIp":"10.0.0.1/8"}})", S3Error::malformed_policy},
      {R"({"IpAddress":{"aws:SourceIp":"home"}})", S3Error::malformed_policy},
      {R"({"NumericEquals":{"s3:max-keys":"ten"}})", S3Error::malformed_policy},
      {R"({"Bool":{"aws:SecureTransport":"yes"}})", S3Error::malformed_policy},
      {R"({"NullIfExists":{"s3:prefix":"true"}})", S3Error::malformed_policy},
      {R"({"StringMatches":{"s3:prefix":"x"}})", S3Error::not_implemented},
      {R"({"ForAllValues:StringLike":{"s3:prefix":"x"}})", S3Error::not_implemented},
      {R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})", S3Error::not_implemented},
      {R"({"StringEquals":{"s3:prefix/x":"x"}})", S3Error::not_implemented},
  };
  for (const auto& c : cases) {
    const auto refused = parse_conditions(boost::json::parse(c.json));
    ASSERT_FALSE(refused) << c.json;
    EXPECT_EQ(code_of(refused.error().error), code_of(c.error)) << c.json;
  }
}

}  // namespace
}  // namespace tintype::bucket
