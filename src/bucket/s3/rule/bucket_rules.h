#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "base/task.h"
#include "bucket/multiparts.h"
#include "bucket/s3/rule/cors_rules.h"
#include "bucket/s3/rule/policy.h"
#include "bucket/s3/rule/public_access.h"

namespace tintype::bucket {

/// What requests for a bucket are to obey. Without a document each of them is empty.
struct BucketRules {
  CorsRules cors;
  Policy policy;
  PublicAccessBlock public_access;
};

/// Remembers the rules of each bucket for a second, so that a request costs no query: what another
/// node changes is obeyed that much later. Thread-safe; what it is given must outlive it.
class RulesCache {
 public:
  RulesCache(Settings& settings, BlockingPool& pool, const Clock& clock)
      : settings_(settings), pool_(pool), clock_(clock) {}

  /// Empty ones for a bucket that is not there.
  Task<Result<std::shared_ptr<const BucketRules>>> get(const BucketName& bucket);
  /// After they were changed here.
  void forget(const BucketName& bucket);

 private:
  struct Entry {
    std::shared_ptr<const BucketRules> rules;
    Instant read_at;
  };
  std::shared_ptr<const BucketRules> find(const BucketName& bucket, Instant now);

  Settings& settings_;
  BlockingPool& pool_;
  const Clock& clock_;
  std::mutex mutex_;  // Guards all below.
  std::map<BucketName, Entry> entries_;
  std::uint64_t changes_ = 0;  // So that what was read before a change is not remembered after it.
};

}  // namespace tintype::bucket
