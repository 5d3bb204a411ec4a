#pragma once

#include <string>
#include <vector>

#include "bucket/store.h"
#include "event/queue.h"

namespace tintype::event {

/// Which objects a function wants to hear of: every ObjectCreated:* below a prefix of a bucket.
struct Subscription {
  std::string bucket;
  std::string prefix;
  std::string function;
};

/// Turns each new object that somebody subscribed to into its event, inside the transaction that
/// makes the object visible: no object without its event, no event without its object. Immutable;
/// thread-safe.
class Dispatcher final : public bucket::Observer {
 public:
  Dispatcher(std::vector<Subscription> subscriptions, Queue& queue, std::string region);

  Status admit(const bucket::PutIntent& intent) override;
  Status created(sql::Session& session, const bucket::ObjectInfo& object,
                 const bucket::Writer& writer) override;
  void committed(const bucket::ObjectInfo& object) override;

 private:
  const std::vector<Subscription> subscriptions_;
  Queue& queue_;
  const std::string region_;
};

}  // namespace tintype::event
