// A webhook: a POST to a URL, signed so that the receiver can tell who it is from, as Standard
// Webhooks has it.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"
#include "function/notify/target.h"

namespace tintype::function {

struct WebhookOptions {
  std::string name;
  std::string url;
  Secret secret;  ///< "whsec_" and base64, or a text as it is; empty: not signed.
  std::chrono::milliseconds time_max{10'000};  ///< Of an answer, connecting included.
};

/// Webhook-Id, -Timestamp and -Signature say what it is, when it was sent, and by whom. Every 2xx
/// is a yes; a redirect is not followed. `invalid_argument` for a secret that is not base64.
/// `clock` outlives it.
Result<std::unique_ptr<Target>> make_webhook(WebhookOptions options, const Clock& clock);

/// The header Webhook-Signature: "v1," and the base64 of HMAC-SHA256 of "id.timestamp.body".
std::string webhook_signature(std::string_view key, std::string_view id, std::string_view timestamp,
                              std::string_view body);

}  // namespace tintype::function
