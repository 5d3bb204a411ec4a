#include "bucket/s3/rule/notification_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::bucket {
namespace {

std::string configuration(const std::string& content) {
  return "<NotificationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + content +
         "</NotificationConfiguration>";
}
std::string queue_of(const std::string& content) {
  return "<QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:thumbs</Queue>" + content +
         "</QueueConfiguration>";
}
const std::string kCreated = "<Event>s3:ObjectCreated:*</Event>";

TEST(NotificationRules, ReadsWhatItWrote) {
  const auto rules = parse_notification_rules(configuration(
      "<TopicConfiguration><Id>a</Id><Topic>arn:aws:sns:eu-west-1:1:hook</Topic>"
      "<Event>s3:ObjectRemoved:Delete</Event><Event>s3:LifecycleExpiration:*</Event>"
      "<Filter><S3Key><FilterRule><Name>suffix</Name><Value>.jpg</Value></FilterRule>"
      "<FilterRule><Name>Prefix</Name><Value>a &amp; b/</Value></FilterRule></S3Key></Filter>"
      "</TopicConfiguration>" +
      queue_of("<Id>b</Id>" + kCreated) +
      "<CloudFunctionConfiguration><Event>s3:ObjectRemoved:DeleteMarkerCreated</Event>"
      "<CloudFunction>arn:aws:lambda:us-east-1:1:function:thumbs:live</CloudFunction>"
      "</CloudFunctionConfiguration>"));
  ASSERT_TRUE(rules) << rules.error().message;
  ASSERT_EQ(rules->size(), 3U);
  EXPECT_EQ((*rules)[0].target, (NotificationTarget{.kind = TargetKind::webhook, .name = "hook"}));
  EXPECT_EQ((*rules)[0].prefix, "a & b/");
  EXPECT_EQ((*rules)[0].suffix, ".jpg");
  EXPECT_EQ((*rules)[0].events,
            (std::vector<std::string>{"ObjectRemoved:Delete", "LifecycleExpiration:*"}));
  EXPECT_EQ((*rules)[1].target, (NotificationTarget{.kind = TargetKind::queue, .name = "thumbs"}));
  EXPECT_EQ((*rules)[2].target,
            (NotificationTarget{.kind = TargetKind::function, .name = "thumbs"}));
  EXPECT_FALSE((*rules)[2].id.empty());
  const std::string written = write_notification_rules(*rules);
  const auto again = parse_notification_rules(written);
  ASSERT_TRUE(again);
  EXPECT_EQ(write_notification_rules(*again), written);
}

TEST(NotificationRules, AreNone) {
  const auto rules = parse_notification_rules(configuration(""));
  ASSERT_TRUE(rules);
  EXPECT_TRUE(rules->empty());
}

TEST(NotificationRules, RefusesWhatS3Would) {
  const auto filter = [](const std::string& rule) {
    return "<Filter><S3Key>" + rule + "</S3Key></Filter>";
  };
  const std::string prefix = "<FilterRule><Name>prefix</Name><Value>a</Value></FilterRule>";
  const struct {
    const char* name;
    std::string document;
    S3Error error;
  } cases[] = {
      {"no XML", "{}", S3Error::malformed_xml},
      {"another document", "<LifecycleConfiguration/>", S3Error::malformed_xml},
      {"another element", configuration("<Rule/>"), S3Error::malformed_xml},
      {"no event", configuration(queue_of("")), S3Error::malformed_xml},
      {"no target", configuration("<QueueConfiguration>" + kCreated + "</QueueConfiguration>"),
       S3Error::malformed_xml},
      {"another kind's target",
       configuration("<QueueConfiguration><Topic>arn:aws:sns:r:1:t</Topic>" + kCreated +
                     "</QueueConfiguration>"),
       S3Error::malformed_xml},
      {"unknown event", configuration(queue_of("<Event>s3:ObjectPainted:*</Event>")),
       S3Error::invalid_argument},
      {"event that does not happen", configuration(queue_of("<Event>s3:ObjectRestore:*</Event>")),
       S3Error::not_implemented},
      {"EventBridge", configuration("<EventBridgeConfiguration/>"), S3Error::not_implemented},
      {"no ARN",
       configuration("<QueueConfiguration><Queue>thumbs</Queue>" + kCreated +
                     "</QueueConfiguration>"),
       S3Error::invalid_argument},
      {"another service",
       configuration("<QueueConfiguration><Queue>arn:aws:sns:r:1:t</Queue>" + kCreated +
                     "</QueueConfiguration>"),
       S3Error::invalid_argument},
      {"no function",
       configuration("<CloudFunctionConfiguration><CloudFunction>arn:aws:lambda:r:1:layer:x"
                     "</CloudFunction>" +
                     kCreated + "</CloudFunctionConfiguration>"),
       S3Error::invalid_argument},
      {"two prefixes", configuration(queue_of(kCreated + filter(prefix + prefix))),
       S3Error::invalid_argument},
      {"another filter",
       configuration(queue_of(
           kCreated + filter("<FilterRule><Name>middle</Name><Value>a</Value></FilterRule>"))),
       S3Error::invalid_argument},
      {"half a filter",
       configuration(queue_of(kCreated + filter("<FilterRule><Name>prefix</Name></FilterRule>"))),
       S3Error::malformed_xml},
      {"overlap", configuration(queue_of(kCreated) + queue_of(kCreated)),
       S3Error::invalid_argument},
      {"one id twice",
       configuration(queue_of("<Id>a</Id>" + kCreated) +
                     queue_of("<Id>a</Id><Event>s3:ObjectRemoved:*</Event>")),
       S3Error::invalid_argument},
      {"long id", configuration(queue_of("<Id>" + std::string(256, 'i') + "</Id>" + kCreated)),
       S3Error::invalid_argument},
  };
  for (const auto& c : cases) {
    const auto rules = parse_notification_rules(c.document);
    ASSERT_FALSE(rules) << c.name;
    EXPECT_EQ(rules.error().error, c.error) << c.name;
  }
}

}  // namespace
}  // namespace tintype::bucket
