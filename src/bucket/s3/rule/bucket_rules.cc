#include "bucket/s3/rule/bucket_rules.h"

#include <chrono>
#include <optional>
#include <utility>

namespace tintype::bucket {

namespace {

constexpr std::chrono::seconds kRemembered{1};
constexpr std::size_t kEntriesMax = 1000;

/// What was checked when it was put, and still is not as it must be, was written by nobody of us.
template <class T>
Result<T> stored(S3Result<T> parsed) {
  if (parsed) return *std::move(parsed);
  return fail(ErrorCode::corrupt,
              "a bucket's setting: " + std::string(code_of(parsed.error().error)));
}

/// Blocks.
Result<BucketRules> read_rules(Settings& settings, const BucketName& bucket) {
  BucketRules rules;
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
  return rules;
}

}  // namespace

std::shared_ptr<const BucketRules> RulesCache::find(const BucketName& bucket, Instant now) {
  const auto entry = entries_.find(bucket);
  if (entry == entries_.end()) return nullptr;
  const auto age = now - entry->second.read_at;
  return age >= age.zero() && age < kRemembered ? entry->second.rules : nullptr;
}

Task<Result<std::shared_ptr<const BucketRules>>> RulesCache::get(const BucketName& bucket) {
  const Instant now = clock_.now();
  std::uint64_t changes = 0;
  {
    const std::lock_guard lock(mutex_);
    if (auto rules = find(bucket, now)) co_return rules;
    changes = changes_;
  }
  auto read = co_await pool_.run([&] { return read_rules(settings_, bucket); });
  if (!read && read.error().code != ErrorCode::not_found) co_return std::unexpected(read.error());
  if (!read) co_return std::make_shared<const BucketRules>();
  auto rules = std::make_shared<const BucketRules>(*std::move(read));
  const std::lock_guard lock(mutex_);
  if (changes != changes_) co_return rules;
  if (entries_.size() >= kEntriesMax) entries_.clear();
  entries_.insert_or_assign(bucket, Entry{.rules = rules, .read_at = now});
  co_return rules;
}

void RulesCache::forget(const BucketName& bucket) {
  const std::lock_guard lock(mutex_);
  entries_.erase(bucket);
  ++changes_;
}

}  // namespace tintype::bucket
