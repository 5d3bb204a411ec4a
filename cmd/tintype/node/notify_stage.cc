#include <memory>
#include <string>
#include <utility>

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

void add_receiver(NodeParts& parts, bucket::NotificationTarget target,
                  std::unique_ptr<function::Target> receiver) {
  parts.receivers.push_back(std::move(receiver));
  parts.notify_functions.push_back(std::make_unique<function::NotifyFunction>(
      event::notification_name(target),
      function::NotifyFunction::Parts{.target = *parts.receivers.back(),
                                      .database = *parts.database,
                                      .queue = *parts.notifications}));
  parts.notification_targets.push_back(std::move(target));
}

}  // namespace

Status make_notify_stage(NodeParts& parts) {
  using Kind = bucket::TargetKind;
  for (const auto& [name, client] : parts.gateway_functions)
    add_receiver(parts, {.kind = Kind::function, .name = name},
                 std::make_unique<FunctionReceiver>(name, client));
  for (const function::WebhookOptions& options : parts.stack.webhooks) {
    TRY_LET(auto receiver, within("webhook." + options.name + ".secret",
                                  function::make_webhook(options, parts.clock)));
    add_receiver(parts, {.kind = Kind::webhook, .name = options.name}, std::move(receiver));
  }
  for (const function::SqsQueueOptions& options : parts.stack.queues) {
    TRY_LET(auto receiver, within("queue." + options.name + ".url",
                                  function::make_sqs_queue(options, parts.clock)));
    add_receiver(parts, {.kind = Kind::queue, .name = options.name}, std::move(receiver));
  }
  return {};
}

}  // namespace tintype
