#include "event/dispatcher.h"

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
  }
  __builtin_unreachable();
}

}  // namespace

Dispatcher::Dispatcher(std::vector<Subscription> subscriptions, Queue& queue, std::string region)
    : subscriptions_(std::move(subscriptions)), queue_(queue), region_(std::move(region)) {}

Status Dispatcher::admit(const bucket::PutIntent& /*intent*/) { return {}; }

Status Dispatcher::created(sql::Session& session, const bucket::ObjectInfo& object,
                           const bucket::Writer& writer) {
  std::vector<std::string> functions;
  for (const Subscription& subscription : subscriptions_) {
    if (matches(subscription, object)) functions.push_back(subscription.function);
  }
  if (functions.empty()) return {};  // As in S3: what nobody asked for is no notification.

  const Record record{
      .name = name_of(writer.by),
      .bucket = object.bucket.str(),
      .key = object.key.str(),
      .size = object.size,
      .etag = object.etag,
      .sequencer = object.sequencer,
      .principal = writer.principal,
      .remote_address = writer.remote_address,
      .request_id = writer.request_id,
      .region = region_,
      .time = object.modified_at,
      .version_id = object.version_id == bucket::kNullVersion ? std::string() : object.version_id};
  return within("push event", queue_.push(session, record, functions));
}

void Dispatcher::committed(const bucket::ObjectInfo& object) {
  for (const Subscription& subscription : subscriptions_) {
    if (matches(subscription, object)) return queue_.wake();
  }
}

}  // namespace tintype::event
