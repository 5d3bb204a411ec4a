#include "function/notify/target_settings.h"

#include <chrono>
#include <utility>

namespace tintype::function {

namespace {

constexpr std::chrono::milliseconds kTimeDefault{10'000};
constexpr std::chrono::milliseconds kTimeMin{100};
constexpr std::chrono::milliseconds kTimeMax{60'000};  // Less than an invocation's lease.

Result<std::string> read_url(const config::Table& table, const std::string& example) {
  TRY_LET(std::string url, table.text("url"));
  if (url.starts_with("http://") || url.starts_with("https://")) return url;
  return table.error("url", "not a URL; write for example \"" + example + "\"");
}

Result<std::chrono::milliseconds> read_time(const config::Table& table) {
  TRY_LET(const auto time, table.duration("timeout", kTimeDefault));
  if (time < kTimeMin || time > kTimeMax)
    return table.error("timeout", "out of range; write \"100ms\" to \"60s\"");
  return time;
}

}  // namespace

Result<WebhookOptions> read_webhook(const std::string& name, const config::Table& table) {
  WebhookOptions webhook{.name = name, .url = {}, .secret = {}};
  TRY_LET(webhook.url, read_url(table, "https://api.example.com/hooks/photos"));
  TRY_LET(const std::string secret, table.text("secret", ""));
  webhook.secret = Secret(secret);
  TRY_LET(webhook.time_max, read_time(table));
  return webhook;
}

Result<SqsQueueOptions> read_queue(const std::string& name, const config::Table& table) {
  SqsQueueOptions queue{.name = name, .url = {}, .region = {}, .credentials = {}};
  TRY_LET(queue.url, read_url(table, "https://sqs.eu-central-1.amazonaws.com/123456789012/photos"));
  TRY_LET(queue.region, table.text("region", "us-east-1"));
  TRY_LET(queue.credentials.access_key_id, table.text("access_key"));
  TRY_LET(const std::string secret, table.text("secret_key"));
  queue.credentials.secret = Secret(secret);
  TRY_LET(queue.time_max, read_time(table));
  return queue;
}

}  // namespace tintype::function
