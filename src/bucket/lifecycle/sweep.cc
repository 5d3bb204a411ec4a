#include "bucket/lifecycle/sweep.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tintype::bucket {

namespace {

/// The prefix under which all is that some rule which `acts` is about; nothing if none acts.
std::optional<std::string> common_prefix(const LifecycleRules& rules,
                                         const std::function<bool(const LifecycleRule&)>& acts) {
  std::optional<std::string> common;
  for (const LifecycleRule& rule : rules) {
    if (!rule.is_enabled || !acts(rule)) continue;
    const std::string& prefix = rule.filter.prefix;
    if (!common) common = prefix;
    const auto [end, ignored] = std::ranges::mismatch(*common, prefix);
    common->erase(end, common->end());
  }
  return common;
}

/// A removal that found another write in its place removed nothing.
Result<bool> was_removed(const Result<Removal>& removal) {
  if (removal) return true;
  if (removal.error().code == ErrorCode::conflict || removal.error().code == ErrorCode::not_found)
    return false;
  return std::unexpected(removal.error());
}

Result<std::int64_t> sweep_objects(MultipartStore& store, const BucketName& bucket,
                                   const LifecycleRules& rules, Instant now) {
  const auto prefix = common_prefix(rules, [](const LifecycleRule& rule) {
    return rule.expires_after_days.has_value() || rule.expires_at.has_value();
  });
  if (!prefix) return 0;
  std::int64_t count = 0;
  ListQuery query{.prefix = *prefix, .delimiter = {}, .after = {}};
  for (;;) {
    TRY_LET(const ListPage page, store.list(bucket, query));
    for (const ObjectInfo& object : page.objects) {
      const auto expiry = expiry_of(rules, object);
      if (!expiry || expiry->at > now) continue;
      TRY_LET(const bool removed,
              was_removed(store.remove(bucket, object.key, {.sequencer = object.sequencer},
                                       {.by = WrittenBy::lifecycle})));
      count += removed ? 1 : 0;
    }
    if (!page.truncated) return count;
    query.after = page.next_after;
  }
}

/// Goes through the versions of a bucket from the first key to the last, each key's from the latest
/// to the oldest, and says of each what is over.
class VersionWalk {
 public:
  VersionWalk(const LifecycleRules& rules, Instant now) : rules_(rules), now_(now) {}

  /// The next version: whether it is to go. `is_last`: the key has no older one.
  bool is_over(const VersionInfo& version, bool is_last) {
    const bool is_new_key = !key_ || *key_ != version.info.key;
    const Instant replaced_at = newer_at_;
    newer_at_ = version.info.modified_at;
    if (is_new_key) {
      key_ = version.info.key;
      noncurrent_count_ = 0;
      return version.is_marker && is_last && is_lone_marker_over(version);
    }
    return is_noncurrent_over(version, replaced_at, ++noncurrent_count_);
  }

 private:
  bool is_lone_marker_over(const VersionInfo& marker) const {
    return std::ranges::any_of(rules_, [&](const LifecycleRule& rule) {
      if (!rule.is_enabled || !marker.info.key.str().starts_with(rule.filter.prefix)) return false;
      // Days count for what hides nothing any more as for an object.
      return rule.expires_lone_markers ||
             (rule.expires_after_days &&
              end_of_days(marker.info.modified_at, *rule.expires_after_days) <= now_);
    });
  }

  bool is_noncurrent_over(const VersionInfo& version, Instant replaced_at, std::int64_t age) const {
    return std::ranges::any_of(rules_, [&](const LifecycleRule& rule) {
      return rule.is_enabled && rule.noncurrent_days && age > rule.noncurrent_kept &&
             rule.filter.includes(version.info) &&
             end_of_days(replaced_at, *rule.noncurrent_days) <= now_;
    });
  }

  const LifecycleRules& rules_;
  const Instant now_;
  std::optional<Key> key_;
  Instant newer_at_;                   // When the version before this one was written.
  std::int64_t noncurrent_count_ = 0;  // Of the key's, so far.
};

Result<std::int64_t> sweep_versions(MultipartStore& store, const BucketName& bucket,
                                    const LifecycleRules& rules, Instant now) {
  TRY_LET(const Versioning versioning, store.versions().versioning(bucket));
  const auto prefix = common_prefix(rules, [](const LifecycleRule& rule) {
    return rule.noncurrent_days || rule.expires_lone_markers || rule.expires_after_days;
  });
  if (versioning == Versioning::off || !prefix) return 0;
  std::int64_t count = 0;
  VersionWalk walk(rules, now);
  VersionQuery query{.prefix = *prefix};
  std::optional<VersionInfo> waiting;  // Until it is known whether an older one follows.
  const auto settle = [&](bool is_last) -> Status {
    if (!waiting || !walk.is_over(*waiting, is_last)) return {};
    const ObjectInfo& info = waiting->info;
    TRY_LET(const bool removed,
            was_removed(store.versions().remove(bucket, info.key, info.version_id, {},
                                                {.by = WrittenBy::lifecycle})));
    count += removed ? 1 : 0;
    return {};
  };
  for (;;) {
    TRY_LET(VersionPage page, store.versions().list(bucket, query));
    for (VersionInfo& version : page.versions) {
      TRY(settle(waiting && waiting->info.key != version.info.key));
      waiting = std::move(version);
    }
    if (!page.truncated) break;
    query.after_key = page.next_after_key;
    query.after_version_id = page.next_after_version_id;
  }
  TRY(settle(true));
  return count;
}

Result<std::int64_t> sweep_uploads(MultipartStore& store, const BucketName& bucket,
                                   const LifecycleRules& rules, Instant now) {
  const auto prefix = common_prefix(
      rules, [](const LifecycleRule& rule) { return rule.abort_after_days.has_value(); });
  if (!prefix) return 0;
  const auto is_over = [&](const MultipartInfo& upload) {
    return std::ranges::any_of(rules, [&](const LifecycleRule& rule) {
      return rule.is_enabled && rule.abort_after_days &&
             upload.name.key.str().starts_with(rule.filter.prefix) &&
             end_of_days(upload.created_at, *rule.abort_after_days) <= now;
    });
  };
  std::int64_t count = 0;
  Multiparts::ListQuery query{.prefix = *prefix};
  for (;;) {
    TRY_LET(const auto page, store.multiparts().list(bucket, query));
    for (const MultipartInfo& upload : page.uploads) {
      if (!is_over(upload)) continue;
      const Status aborted = store.multiparts().abort(upload.name);
      if (!aborted && aborted.error().code != ErrorCode::not_found)
        return std::unexpected(aborted.error());
      count += aborted ? 1 : 0;
    }
    if (!page.truncated) return count;
    query.after_key = page.next_after_key;
    query.after_upload_id = page.next_after_upload_id;
  }
}

}  // namespace

Result<Swept> sweep_bucket(MultipartStore& store, const BucketName& bucket,
                           const LifecycleRules& rules, Instant now) {
  Swept swept;
  TRY_LET(swept.objects, sweep_objects(store, bucket, rules, now));
  TRY_LET(swept.versions, sweep_versions(store, bucket, rules, now));
  TRY_LET(swept.uploads, sweep_uploads(store, bucket, rules, now));
  return swept;
}

}  // namespace tintype::bucket
