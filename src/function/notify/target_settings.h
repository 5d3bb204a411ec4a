// The sections of a stack file that say whom a bucket may tell.
#pragma once

#include <string>

#include "base/config.h"
#include "function/notify/sqs_queue.h"
#include "function/notify/webhook.h"

namespace tintype::function {

/// [webhook.NAME]
Result<WebhookOptions> read_webhook(const std::string& name, const config::Table& table);
/// [queue.NAME]
Result<SqsQueueOptions> read_queue(const std::string& name, const config::Table& table);

}  // namespace tintype::function
