#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bucket/notification/rules.h"
#include "bucket/store.h"
#include "event/queue.h"

namespace tintype::event {

/// Which objects a function wants to hear of: every ObjectCreated:* below a prefix of a bucket.
struct Subscription {
  std::string bucket;
  std::string prefix;
  std::string function;
};

/// "notify:webhook:NAME": the function that tells this receiver; what an invocation names.
std::string notification_name(const bucket::NotificationTarget& target);

/// Turns what happens to an object into events, inside the transaction by which it happens, so that
/// there is none without the other: of a new object for whoever subscribed to it, and of any change
/// for whom the bucket's notification configuration names. Thread-safe.
class Dispatcher final : public bucket::Observer {
 public:
  struct Parts {
    Queue& work;           ///< Of the subscriptions' functions.
    Queue& notifications;  ///< Of the receivers outside.
    std::string region;
  };
  Dispatcher(std::vector<Subscription> subscriptions, Parts parts)
      : subscriptions_(std::move(subscriptions)), parts_(std::move(parts)) {}

  Status admit(const bucket::PutIntent& intent) override;
  Status created(sql::Session& session, const bucket::ObjectInfo& object,
                 const bucket::Writer& writer) override;
  void committed(const bucket::ObjectInfo& object) override;
  Status removed(sql::Session& session, const bucket::RemovedObject& object,
                 const bucket::Writer& writer) override;
  void removal_committed(const bucket::RemovedObject& object) override;

 private:
  Record begin_record(const bucket::BucketName& bucket, const bucket::Key& key,
                      const bucket::Writer& writer) const;
  using RulesPtr = std::shared_ptr<const bucket::NotificationRules>;
  Result<RulesPtr> find_rules(sql::Session& session, const bucket::BucketName& bucket);
  Status notify(sql::Session& session, const bucket::BucketName& bucket, const Record& record);
  void wake_notifications(const bucket::BucketName& bucket);

  const std::vector<Subscription> subscriptions_;
  const Parts parts_;
  /// What was read of a document, so that not every write reads it again.
  struct Parsed {
    std::string document;
    RulesPtr rules;
  };
  std::mutex mutex_;  // Guards parsed_.
  std::map<bucket::BucketName, Parsed> parsed_;
};

}  // namespace tintype::event
