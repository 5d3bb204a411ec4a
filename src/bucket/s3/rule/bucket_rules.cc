#include "bucket/s3/rule/bucket_rules.h"

#include "bucket/s3/rule/lifecycle_rules.h"

#include <string>
#include <utility>

namespace tintype::bucket {

namespace {

/// A document as `parse` reads it; without one, what is made of nothing. What was checked when it
/// was put, and still is not as it must be, was written by nobody of us.
template <class Parse>
auto read_setting(Settings& settings, const BucketName& bucket, Setting setting, Parse parse)
    -> Result<typename decltype(parse(std::string()))::value_type> {
  TRY_LET(const auto document, settings.get(bucket, setting));
  if (!document) return {};
  auto parsed = parse(*document);
  if (parsed) return *std::move(parsed);
  return fail(ErrorCode::corrupt, "a bucket's " + std::string(to_string(setting)) + ": " +
                                      std::string(code_of(parsed.error().error)));
}

}  // namespace

Result<LifecycleRules> read_lifecycle_rules(Settings& settings, const BucketName& bucket) {
  return read_setting(settings, bucket, Setting::lifecycle, parse_lifecycle_rules);
}

Result<BucketRules> read_bucket_rules(MultipartStore& store, Identities& identities,
                                      const BucketName& bucket) {
  Settings& settings = store.settings();
  BucketRules rules;
  TRY_LET(const BucketInfo info, store.find_bucket(bucket));
  TRY_LET(rules.owner, identities.owner(info.owner_id));
  TRY_LET(rules.cors, read_setting(settings, bucket, Setting::cors, parse_cors_rules));
  TRY_LET(rules.policy, read_setting(settings, bucket, Setting::policy, [&](const auto& document) {
            return parse_policy(document, bucket);
          }));
  TRY_LET(rules.public_access,
          read_setting(settings, bucket, Setting::public_access_block, parse_public_access_block));
  TRY_LET(rules.lifecycle, read_lifecycle_rules(settings, bucket));
  return rules;
}

}  // namespace tintype::bucket
