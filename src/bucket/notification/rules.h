// Who is told of what happens to a bucket's objects.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::bucket {

/// What kind of receiver; S3's are a Lambda function, an SQS queue and an SNS topic.
enum class TargetKind { function, queue, webhook };
/// "function"; as a stack file calls its sections, too.
std::string_view to_string(TargetKind kind);

/// Whom to tell. The name is the section's in the stack file: [webhook.NAME].
struct NotificationTarget {
  TargetKind kind = TargetKind::function;
  std::string name;

  bool operator==(const NotificationTarget&) const = default;
};

struct NotificationRule {
  std::string id;
  NotificationTarget target;
  std::string arn;                  ///< As it was given.
  std::vector<std::string> events;  ///< "ObjectCreated:*", "ObjectRemoved:Delete"; at least one.
  std::optional<std::string> prefix = {};
  std::optional<std::string> suffix = {};
};
using NotificationRules = std::vector<NotificationRule>;

/// Whether S3's event of this name ("ObjectCreated:Put") is one of `pattern` ("ObjectCreated:*").
bool is_event_of(std::string_view event, std::string_view pattern);
/// Whether the rule wants to hear of it.
bool wants(const NotificationRule& rule, std::string_view event, std::string_view key);
/// Whether there can be an event that both want: S3 lets nobody configure that.
bool overlap(const NotificationRule& a, const NotificationRule& b);

}  // namespace tintype::bucket
