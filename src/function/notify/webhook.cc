#include "function/notify/webhook.h"

#include <utility>

#include "base/text.h"
#include "crypto/digest.h"
#include "http/client.h"

namespace tintype::function {

namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::uint64_t kAnswerSizeMax = 64 << 10;  // Nobody reads it.

class Webhook final : public Target {
 public:
  Webhook(WebhookOptions options, std::string key, const Clock& clock)
      : options_(std::move(options)), key_(std::move(key)), clock_(clock) {}

  Status deliver(const Notification& notification) override {
    const std::string timestamp = std::to_string(to_epoch_ms(clock_.now()) / 1000);
    http::ClientRequest request{.method = "POST",
                                .url = options_.url,
                                .headers = {{"Content-Type", "application/json"},
                                            {"Webhook-Id", notification.id},
                                            {"Webhook-Timestamp", timestamp}},
                                .body = notification.body,
                                .time_max = options_.time_max,
                                .body_bytes_max = kAnswerSizeMax};
    if (!key_.empty())
      request.headers.add("Webhook-Signature",
                          webhook_signature(key_, notification.id, timestamp, notification.body));
    const std::string context = "webhook '" + options_.name + "'";
    TRY_LET(const http::ClientResponse answer, within(context, client_.send(request)));
    if (answer.status >= 200 && answer.status < 300) return {};
    return fail(ErrorCode::unavailable, context + ": status " + std::to_string(answer.status));
  }

 private:
  const WebhookOptions options_;
  const std::string key_;
  const Clock& clock_;
  http::Client client_;
};

}  // namespace

Result<std::unique_ptr<Target>> make_webhook(WebhookOptions options, const Clock& clock) {
  std::string key(options.secret.reveal());
  if (key.starts_with(kSecretPrefix)) {
    TRY_LET(key, from_base64(std::string_view(key).substr(kSecretPrefix.size())));
  }
  return std::make_unique<Webhook>(std::move(options), std::move(key), clock);
}

std::string webhook_signature(std::string_view key, std::string_view id, std::string_view timestamp,
                              std::string_view body) {
  std::string text(id);
  text.append(".").append(timestamp).append(".").append(body);
  return "v1," + to_base64(as_bytes(crypto::hmac_sha256(key, as_bytes(text))));
}

}  // namespace tintype::function
