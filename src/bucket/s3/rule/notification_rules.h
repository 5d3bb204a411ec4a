// The notification configuration of a bucket, as S3's XML has it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
#pragma once

#include <string>
#include <string_view>

#include "bucket/notification/rules.h"
#include "bucket/s3/error.h"

namespace tintype::bucket {

/// A rule without an id gets one. `malformed_xml` or `invalid_argument` for what S3 would not take;
/// `not_implemented` for EventBridge, and for events that do not happen here.
S3Result<NotificationRules> parse_notification_rules(std::string_view document);

/// A document that reads as the same rules.
std::string write_notification_rules(const NotificationRules& rules);

}  // namespace tintype::bucket
