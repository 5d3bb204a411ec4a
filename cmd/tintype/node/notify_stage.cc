#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/thread_loop.h"
#include "function/notify/notify_function.h"
#include "function/notify/sqs_queue.h"
#include "function/notify/webhook.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

/// A [function.NAME], given the records as Lambda gives them to the functions of S3's events.
class FunctionReceiver final : public function::Target {
 public:
  FunctionReceiver(std::string name, std::shared_ptr<gateway::FunctionClient> client)
      : name_(std::move(name)), client_(std::move(client)) {}

  Status deliver(const function::Notification& notification) override {
    ThreadLoop loop;
    const gateway::FunctionAnswer answer =
        loop.run(client_->invoke({.payload = notification.body, .request_id = notification.id}));
    if (answer) return {};
    return fail(ErrorCode::unavailable, "function '" + name_ + "': " + answer.error().message);
  }

 private:
  const std::string name_;
  const std::shared_ptr<gateway::FunctionClient> client_;
};

Result<std::unique_ptr<function::Target>> make_receiver(NodeParts& parts,
                                                        const bucket::NotificationTarget& target) {
  switch (target.kind) {
    case bucket::TargetKind::function: {
      const auto function = parts.gateway_functions.find(target.name);
      ASSERT(function != parts.gateway_functions.end());  // They were made of the same stack.
      return std::make_unique<FunctionReceiver>(target.name, function->second);
    }
    case bucket::TargetKind::webhook:
      return within("webhook." + target.name + ".secret",
                    make_webhook(*std::ranges::find(parts.stack.webhooks, target.name,
                                                    &function::WebhookOptions::name),
                                 parts.clock));
    case bucket::TargetKind::queue:
      return within("queue." + target.name + ".url",
                    make_sqs_queue(*std::ranges::find(parts.stack.queues, target.name,
                                                      &function::SqsQueueOptions::name),
                                   parts.clock));
  }
  __builtin_unreachable();
}

}  // namespace

std::vector<bucket::NotificationTarget> notification_targets(const Stack& stack) {
  std::vector<bucket::NotificationTarget> targets;
  for (const auto& function : stack.gateway.functions)
    targets.push_back({.kind = bucket::TargetKind::function, .name = function.name});
  for (const auto& webhook : stack.webhooks)
    targets.push_back({.kind = bucket::TargetKind::webhook, .name = webhook.name});
  for (const auto& queue : stack.queues)
    targets.push_back({.kind = bucket::TargetKind::queue, .name = queue.name});
  return targets;
}

Status make_notify_stage(NodeParts& parts) {
  for (const bucket::NotificationTarget& target : notification_targets(parts.stack)) {
    TRY_LET(auto receiver, make_receiver(parts, target));
    parts.receivers.push_back(std::move(receiver));
    parts.notify_functions.push_back(std::make_unique<function::NotifyFunction>(
        event::notification_name(target),
        function::NotifyFunction::Parts{.target = *parts.receivers.back(),
                                        .database = *parts.database,
                                        .queue = *parts.notifications}));
  }
  return {};
}

}  // namespace tintype
