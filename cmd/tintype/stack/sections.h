// The sections of a stack file that only the wiring reads, one file each: read_<section>.cc. A
// stage reads its own keys out of them. Each error names file, line, setting, value and remedy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "stack/stack.h"

namespace tintype {

/// [public]
Result<PublicUrls> read_public(const config::Table& root);

struct Buckets {
  bucket::BucketName uploads;
  bucket::BucketName assets;
  bool signature_v2 = true;
  std::uint64_t disk_free_min = 0;
  std::size_t cache_bytes_max = 0;
};
/// [buckets]; without one, names made of the stack's.
Result<Buckets> read_buckets(const config::Table& root, const std::string& stack_name);

/// Every [remote.NAME], and of these the one that buckets.assets_at names, if it is set.
Result<std::optional<bucket::RemoteAccount>> read_assets_account(const config::Table& root);

/// Whom buckets may tell besides functions.
struct Receivers {
  std::vector<function::WebhookOptions> webhooks;
  std::vector<function::SqsQueueOptions> queues;
};
/// Every [webhook.NAME] and [queue.NAME].
Result<Receivers> read_receivers(const config::Table& root);

/// Every [collection.NAME]; at least one. `source` names the file.
Result<std::vector<Stack::Collection>> read_collections(const config::Table& root,
                                                        const std::string& source);

/// [[route]], [function.NAME], [throttle], and of [gateway] what is not of its listener.
Result<GatewaySettings> read_gateway(const config::Table& root);

/// Whether what routes and authorizers name is there.
Status check_names(const gateway::AuthorizerSettings& authorizers, const GatewaySettings& gateway);

}  // namespace tintype
