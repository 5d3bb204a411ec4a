#include <utility>

#include "function/notify/target_settings.h"
#include "stack/sections.h"

namespace tintype {

Result<Receivers> read_receivers(const config::Table& root) {
  Receivers receivers;
  TRY_LET(const auto webhooks, root.named_tables("webhook"));
  for (const auto& [name, table] : webhooks) {
    TRY_LET(auto webhook, function::read_webhook(name, table));
    receivers.webhooks.push_back(std::move(webhook));
  }
  TRY_LET(const auto queues, root.named_tables("queue"));
  for (const auto& [name, table] : queues) {
    TRY_LET(auto queue, function::read_queue(name, table));
    receivers.queues.push_back(std::move(queue));
  }
  return receivers;
}

}  // namespace tintype
