#include "bucket/s3/rule/lifecycle_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::bucket {
namespace {

std::string document(const std::string& rules) {
  return "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + rules +
         "</LifecycleConfiguration>";
}
std::string rule(const std::string& inner) {
  return document("<Rule><Status>Enabled</Status>" + inner + "</Rule>");
}
constexpr const char* kAll = "<Filter/>";
constexpr const char* kOneDay = "<Expiration><Days>1</Days></Expiration>";

TEST(LifecycleRules, AreReadAndWritten) {
  const auto rules = parse_lifecycle_rules(document(
      "<Rule><ID>a</ID><Prefix>tmp/</Prefix><Status>Disabled</Status>"
      "<Expiration><Date>2027-01-01T00:00:00.000Z</Date></Expiration></Rule>"
      "<Rule><ID>b</ID><Filter><And><Prefix>x/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>"
      "<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan><ObjectSizeLessThan>20</ObjectSizeLessThan>"
      "</And></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>"
      "<NoncurrentVersionExpiration><NoncurrentDays>4</NoncurrentDays>"
      "<NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>"
      "<Rule><ID>c</ID><Filter/><Status>Enabled</Status><Expiration>"
      "<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
      "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
      "</AbortIncompleteMultipartUpload></Rule>"));
  ASSERT_TRUE(rules) << rules.error().message;
  ASSERT_EQ(rules->size(), 3);
  const LifecycleRule& a = rules->at(0);
  EXPECT_EQ(a.filter.prefix, "tmp/");
  EXPECT_FALSE(a.is_enabled);
  EXPECT_EQ(to_rfc3339(a.expires_at.value()), "2027-01-01T00:00:00.000Z");
  const LifecycleRule& b = rules->at(1);
  EXPECT_EQ(b.filter.tags.at("k"), "v");
  EXPECT_EQ(b.filter.larger_than, 10);
  EXPECT_EQ(b.filter.smaller_than, 20);
  EXPECT_EQ(b.expires_after_days, 3);
  EXPECT_EQ(b.noncurrent_days, 4);
  EXPECT_EQ(b.noncurrent_kept, 2);
  const LifecycleRule& c = rules->at(2);
  EXPECT_TRUE(c.expires_lone_markers);
  EXPECT_EQ(c.abort_after_days, 7);

  const std::string written = write_lifecycle_rules(*rules);
  const auto again = parse_lifecycle_rules(written);
  ASSERT_TRUE(again) << written;
  EXPECT_EQ(write_lifecycle_rules(*again), written);
  EXPECT_TRUE(written.contains("<Prefix>tmp/</Prefix><Status>Disabled"));
  EXPECT_TRUE(written.contains("<Filter><And><Prefix>x/</Prefix><Tag>"));
}

TEST(LifecycleRules, GetAnIdIfTheyHaveNone) {
  const auto rules = parse_lifecycle_rules(
      document(std::string("<Rule><Filter/><Status>Enabled</Status>") + kOneDay +
               "</Rule><Rule><Filter/><Status>Enabled</Status>" + kOneDay + "</Rule>"));
  ASSERT_TRUE(rules);
  EXPECT_FALSE(rules->at(0).id.empty());
  EXPECT_NE(rules->at(0).id, rules->at(1).id);
}

TEST(LifecycleRules, RefuseWhatS3Refuses) {
  const std::string all = kAll;
  const std::string one_day = kOneDay;
  const auto expiration = [&](const std::string& inner) {
    return rule(all + "<Expiration>" + inner + "</Expiration>");
  };
  const std::string twice =
      "<Rule><ID>a</ID><Filter/><Status>Enabled</Status>" + one_day + "</Rule>";
  const struct {
    const char* name;
    std::string document;
    S3Error error;
  } cases[] = {
      {"no XML", "x", S3Error::malformed_xml},
      {"another root", "<A/>", S3Error::malformed_xml},
      {"no rule", document(""), S3Error::malformed_xml},
      {"no status", document("<Rule><Filter/>" + one_day + "</Rule>"), S3Error::malformed_xml},
      {"another status", document("<Rule><Status>enabled</Status><Filter/>" + one_day + "</Rule>"),
       S3Error::malformed_xml},
      {"no filter", rule(one_day), S3Error::malformed_xml},
      {"two filters", rule(all + "<Prefix>a</Prefix>" + one_day), S3Error::malformed_xml},
      {"two predicates",
       rule("<Filter><Prefix>a</Prefix><ObjectSizeLessThan>1</ObjectSizeLessThan></Filter>" +
            one_day),
       S3Error::malformed_xml},
      {"no action", rule(all), S3Error::invalid_request},
      {"unknown", rule(all + one_day + "<More/>"), S3Error::malformed_xml},
      {"no days", expiration("<Days>0</Days>"), S3Error::invalid_argument},
      {"negative days", expiration("<Days>-1</Days>"), S3Error::invalid_argument},
      {"days that are none", expiration("<Days>1.5</Days>"), S3Error::malformed_xml},
      {"days and a date", expiration("<Days>1</Days><Date>2027-01-01T00:00:00Z</Date>"),
       S3Error::malformed_xml},
      {"no date", expiration("<Date>20270101</Date>"), S3Error::malformed_xml},
      {"noon", expiration("<Date>2027-01-01T12:00:00Z</Date>"), S3Error::invalid_argument},
      {"an id that is too long", rule("<ID>" + std::string(256, 'i') + "</ID>" + all + one_day),
       S3Error::invalid_argument},
      {"an id twice", document(twice + twice), S3Error::invalid_argument},
      {"a transition",
       rule(all + "<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>"),
       S3Error::not_implemented},
      {"tags of an upload",
       rule("<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>"
            "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
            "</AbortIncompleteMultipartUpload>"),
       S3Error::invalid_request},
      {"too many kept",
       rule(all +
            "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
            "<NewerNoncurrentVersions>101</NewerNoncurrentVersions></NoncurrentVersionExpiration>"),
       S3Error::invalid_argument},
  };
  for (const auto& c : cases) {
    const auto refused = parse_lifecycle_rules(c.document);
    ASSERT_FALSE(refused) << c.name;
    EXPECT_EQ(code_of(refused.error().error), code_of(c.error)) << c.name;
  }
}

}  // namespace
}  // namespace tintype::bucket
