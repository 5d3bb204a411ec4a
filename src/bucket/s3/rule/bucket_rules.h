#pragma once

#include "bucket/identity/identities.h"
#include "bucket/lifecycle/rules.h"
#include "bucket/multiparts.h"
#include "bucket/s3/remembered.h"
#include "bucket/s3/rule/cors_rules.h"
#include "bucket/s3/rule/policy.h"
#include "bucket/s3/rule/public_access.h"

namespace tintype::bucket {

/// What requests for a bucket are to obey. Without a document each of them is empty.
struct BucketRules {
  BucketOwner owner;
  CorsRules cors;
  Policy policy;
  PublicAccessBlock public_access;
  LifecycleRules lifecycle;
};

/// Blocks. `not_found` if there is no such bucket, `corrupt` if a document is not as it was put.
Result<LifecycleRules> read_lifecycle_rules(Settings& settings, const BucketName& bucket);
/// The same of all of them.
Result<BucketRules> read_bucket_rules(MultipartStore& store, Identities& identities,
                                      const BucketName& bucket);

class RulesCache : public Remembered<BucketName, BucketRules> {
 public:
  using Remembered::Remembered;
};

}  // namespace tintype::bucket
