// The S3 endpoint: requests in, one file per operation (op/), S3's XML out.
//
//   request ──▶ route (bucket, key, operation) ──▶ CORS ──▶ signature ──▶ rights ──▶ operation
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "base/secret.h"
#include "bucket/identity/identities.h"
#include "bucket/multiparts.h"
#include "bucket/notification/rules.h"
#include "http/message.h"
#include "http/server.h"

namespace tintype::bucket {

struct S3Options {
  std::string region = "us-east-1";
  /// Access keys of the node itself (kNodeOwner), and their secrets. They may use every bucket.
  std::map<std::string, Secret> keys;
  bool signature_v2 = true;  ///< Whether the old signature (sigv4/version2.h) counts, too.
  /// The origins whose pages may talk to the buckets: the stack's app_origins.
  std::vector<std::string> cors_origins;
  /// Names of the endpoint: "bucket.domain" as Host is about that bucket. Lower-case, no ports.
  std::vector<std::string> domains;
  /// Whom the buckets' notifications may name.
  std::vector<NotificationTarget> notification_targets;
};

/// The handler of the S3 listener. What it is given by reference must outlive it.
http::Handler s3_handler(S3Options options, MultipartStore& store, Identities& identities,
                         BlockingPool& pool, const Clock& clock);

/// For the S3 listener: what is refused before the handler sees it (413, 431, 408, ...) as S3's
/// XML, with CORS fields for these origins.
http::Refusal s3_refusal(std::vector<std::string> cors_origins);

}  // namespace tintype::bucket
