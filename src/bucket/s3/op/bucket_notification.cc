// GetBucketNotificationConfiguration and PutBucketNotificationConfiguration.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
#include <algorithm>

#include "bucket/s3/operations.h"
#include "bucket/s3/request/bucket_setting.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/rule/notification_rules.h"

namespace tintype::bucket {

namespace {

/// As S3, which asks each receiver whether it may tell it: here it is the stack file that says.
S3Result<void> check_targets(const NotificationRules& rules,
                             const std::vector<NotificationTarget>& known) {
  for (const NotificationRule& rule : rules)
    if (std::ranges::find(known, rule.target) == known.end())
      return refuse(S3Error::invalid_argument,
                    "Unable to validate the following destination configurations: the stack file "
                    "has no [" +
                        std::string(to_string(rule.target.kind)) + "." + rule.target.name + "].");
  return {};
}

}  // namespace

S3Answer get_bucket_notification(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(auto document, co_await find_setting(service, call, Setting::notification));
  co_return xml_response(200, document ? *std::move(document) : write_notification_rules({}));
}

S3Answer put_bucket_notification(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kSettingSizeMax));
  CO_TRY_LET(const NotificationRules rules, parse_notification_rules(body));
  CO_TRY(check_targets(rules, service.options.notification_targets));
  if (rules.empty()) {
    CO_TRY(co_await remove_setting(service, call, Setting::notification));
  } else {
    // As it was understood, and with the ids that were given: what is done is what is told.
    CO_TRY(co_await put_setting(service, call, Setting::notification,
                                write_notification_rules(rules)));
  }
  co_return make_response(200);
}

}  // namespace tintype::bucket
