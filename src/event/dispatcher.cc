#include "event/dispatcher.h"

#include <utility>

#include "bucket/s3/rule/notification_rules.h"
#include "bucket/settings.h"

namespace tintype::event {
namespace {

bool matches(const Subscription& subscription, const bucket::ObjectInfo& object) {
  return subscription.bucket == object.bucket.str() &&
         object.key.str().starts_with(subscription.prefix);
}

/// The name of S3's event of a write.
std::string name_of(bucket::WrittenBy by) {
  switch (by) {
    case bucket::WrittenBy::put: return "ObjectCreated:Put";
    case bucket::WrittenBy::post: return "ObjectCreated:Post";
    case bucket::WrittenBy::copy: return "ObjectCreated:Copy";
    case bucket::WrittenBy::multipart: return "ObjectCreated:CompleteMultipartUpload";
    case bucket::WrittenBy::lifecycle: break;  // Creates nothing.
  }
  __builtin_unreachable();
}

std::string name_of(const bucket::RemovedObject& object, bucket::WrittenBy by) {
  const std::string kind =
      by == bucket::WrittenBy::lifecycle ? "LifecycleExpiration:" : "ObjectRemoved:";
  return kind + (object.is_marker ? "DeleteMarkerCreated" : "Delete");
}

/// Events leave it out where there are no versions.
std::string version_in_event(const std::string& version_id) {
  return version_id == bucket::kNullVersion ? std::string() : version_id;
}

}  // namespace

std::string notification_name(const bucket::NotificationTarget& target) {
  return "notify:" + std::string(to_string(target.kind)) + ":" + target.name;
}

Status Dispatcher::admit(const bucket::PutIntent& /*intent*/) { return {}; }

Status Dispatcher::created(sql::Session& session, const bucket::ObjectInfo& object,
                           const bucket::Writer& writer) {
  Record record = begin_record(object.bucket, object.key, writer);
  record.name = name_of(writer.by);
  record.size = object.size;
  record.etag = object.etag;
  record.sequencer = object.sequencer;
  record.time = object.modified_at;
  record.version_id = version_in_event(object.version_id);
  std::vector<std::string> functions;
  for (const Subscription& subscription : subscriptions_) {
    if (matches(subscription, object)) functions.push_back(subscription.function);
  }
  // As in S3: what nobody asked for is no notification.
  if (!functions.empty()) TRY(within("push event", parts_.work.push(session, record, functions)));
  return notify(session, object.bucket, record);
}

void Dispatcher::committed(const bucket::ObjectInfo& object) {
  for (const Subscription& subscription : subscriptions_) {
    if (!matches(subscription, object)) continue;
    parts_.work.wake();
    break;
  }
  wake_notifications(object.bucket);
}

Status Dispatcher::removed(sql::Session& session, const bucket::RemovedObject& object,
                           const bucket::Writer& writer) {
  Record record = begin_record(object.bucket, object.key, writer);
  record.name = name_of(object, writer.by);
  record.sequencer = object.sequencer;
  record.time = object.at;
  record.version_id = version_in_event(object.version_id);
  return notify(session, object.bucket, record);
}

/// Where, and by whom.
Record Dispatcher::begin_record(const bucket::BucketName& bucket, const bucket::Key& key,
                                const bucket::Writer& writer) const {
  return {.bucket = bucket.str(),
          .key = key.str(),
          .principal = writer.principal,
          .remote_address = writer.remote_address,
          .request_id = writer.request_id,
          .region = parts_.region};
}

void Dispatcher::removal_committed(const bucket::RemovedObject& object) {
  wake_notifications(object.bucket);
}

/// In the transaction; null for a bucket that has no such document.
Result<Dispatcher::RulesPtr> Dispatcher::find_rules(sql::Session& session,
                                                    const bucket::BucketName& bucket) {
  TRY_LET(auto document, bucket::find_setting(session, bucket, bucket::Setting::notification));
  if (!document) return nullptr;
  const std::lock_guard lock(mutex_);
  Parsed& parsed = parsed_[bucket];
  if (parsed.rules && parsed.document == *document) return parsed.rules;
  auto rules = bucket::parse_notification_rules(*document);
  if (!rules) return fail(ErrorCode::corrupt, "notification rules of '" + bucket.str() + "'");
  parsed = {.document = *std::move(document),
            .rules = std::make_shared<const bucket::NotificationRules>(*std::move(rules))};
  return parsed.rules;
}

/// An event for each rule that wants it, as each has its own name in it.
Status Dispatcher::notify(sql::Session& session, const bucket::BucketName& bucket,
                          const Record& record) {
  TRY_LET(const RulesPtr rules, find_rules(session, bucket));
  if (!rules) return {};
  for (const bucket::NotificationRule& rule : *rules) {
    if (!wants(rule, record.name, record.key)) continue;
    Record told = record;
    told.configuration_id = rule.id;
    TRY(within("push notification",
               parts_.notifications.push(session, told, {notification_name(rule.target)})));
  }
  return {};
}

/// Not at every write of every bucket: looking costs a query.
void Dispatcher::wake_notifications(const bucket::BucketName& bucket) {
  {
    const std::lock_guard lock(mutex_);
    if (!parsed_.contains(bucket)) return;
  }
  parts_.notifications.wake();
}

}  // namespace tintype::event
