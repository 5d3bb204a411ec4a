// The stack file: one file that says what a node is made of. Each stage reads its own keys out of
// it; this only brings them together, and refuses what nobody read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "bucket/name.h"
#include "bucket/remote/remote_client.h"
#include "edge/edge.h"
#include "function/image_function.h"
#include "function/notify/sqs_queue.h"
#include "function/notify/webhook.h"
#include "gateway/authorizer_settings.h"
#include "gateway/issuer/settings.h"
#include "stack/gateway_settings.h"
#include "upload/slots.h"

namespace tintype {

/// The addresses that people reach the listeners at; empty: the listen address.
struct PublicUrls {
  std::string gateway;
  std::string edge;
  std::string s3;
};

struct Stack {
  std::string name;
  std::string source;  ///< The file it came from, or "built-in".
  std::vector<std::string> app_origins;
  PublicUrls public_urls;
  bucket::BucketName uploads_bucket;
  bucket::BucketName assets_bucket;
  std::optional<bucket::RemoteAccount> assets_account;  ///< Where that is; absent: on our disk.
  bool signature_v2 = true;  ///< Whether the S3 endpoint takes the old signature, too.
  std::size_t bucket_cache_bytes_max = 0;  ///< Of small objects in memory.
  std::uint64_t disk_free_min = 0;         ///< Bytes that contents leave free on their disk.
  struct Collection {
    upload::Policy policy;
    function::Collection images;
  };
  std::vector<Collection> collections;
  std::size_t edge_cache_bytes_max = 0;
  std::vector<function::WebhookOptions> webhooks;
  std::vector<function::SqsQueueOptions> queues;
  GatewaySettings gateway;
  gateway::AuthorizerSettings authorizers;
  gateway::IssuerSettings issuer;  ///< Of the embedded one, where [identity] names no other.
};

/// Reads `path`; without one, ./tintype.toml if it exists, else the built-in stack (avatars in
/// three sizes). `invalid_argument` with file, line, setting, value and remedy.
Result<Stack> load_stack(const std::optional<std::filesystem::path>& path);
Result<Stack> parse_stack(std::string_view text, std::string source);

/// What each setting became, one per line, for `tintype check`.
std::string describe(const Stack& stack);

}  // namespace tintype
