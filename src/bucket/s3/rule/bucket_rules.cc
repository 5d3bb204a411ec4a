#include "bucket/s3/rule/bucket_rules.h"

#include "bucket/s3/rule/lifecycle_rules.h"

#include <string>
#include <utility>

namespace tintype::bucket {

namespace {

/// What was checked when it was put, and still is not as it must be, was written by nobody of us.
template <class T>
Result<T> stored(S3Result<T> parsed) {
  if (parsed) return *std::move(parsed);
  return fail(ErrorCode::corrupt,
              "a bucket's setting: " + std::string(code_of(parsed.error().error)));
}

}  // namespace

Result<BucketRules> read_bucket_rules(MultipartStore& store, Identities& identities,
                                      const BucketName& bucket) {
  Settings& settings = store.settings();
  BucketRules rules;
  TRY_LET(const BucketInfo info, store.find_bucket(bucket));
  TRY_LET(rules.owner, identities.owner(info.owner_id));
  TRY_LET(const auto cors, settings.get(bucket, Setting::cors));
  if (cors) {
    TRY_LET(rules.cors, stored(parse_cors_rules(*cors)));
  }
  TRY_LET(const auto policy, settings.get(bucket, Setting::policy));
  if (policy) {
    TRY_LET(rules.policy, stored(parse_policy(*policy, bucket)));
  }
  TRY_LET(const auto block, settings.get(bucket, Setting::public_access_block));
  if (block) {
    TRY_LET(rules.public_access, stored(parse_public_access_block(*block)));
  }
  TRY_LET(const auto lifecycle, settings.get(bucket, Setting::lifecycle));
  if (lifecycle) {
    TRY_LET(rules.lifecycle, stored(parse_lifecycle_rules(*lifecycle)));
  }
  return rules;
}

}  // namespace tintype::bucket
