#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "base/log.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {

Status make_event_stage(NodeParts& parts) {
  parts.queue =
      std::make_unique<event::Queue>(event::Queue::Options{}, *parts.database, parts.clock);
  // A receiver may be away for hours before it is given up.
  parts.notifications = std::make_unique<event::Queue>(
      event::Queue::Options{
          .attempts_max = 20, .backoff_max = std::chrono::hours(1), .lane = "notify"},
      *parts.database, parts.clock);
  TRY_LET(const std::int64_t recovered, parts.queue->recover());
  if (recovered > 0) log(LogLevel::info, "invocations recovered", {{"count", recovered}});

  std::vector<event::Subscription> subscriptions;
  for (const auto& collection : parts.stack.collections)
    subscriptions.push_back({.bucket = parts.stack.uploads_bucket.str(),
                             .prefix = collection.images.name + "/",
                             .function = function::image_function_name(collection.images.name)});
  parts.dispatcher = std::make_unique<event::Dispatcher>(
      std::move(subscriptions), event::Dispatcher::Parts{.work = *parts.queue,
                                                         .notifications = *parts.notifications,
                                                         .region = parts.credentials.region});
  return {};
}

}  // namespace tintype
