#include "bucket/disk/small_objects.h"

#include <functional>
#include <utility>

namespace tintype::bucket {

SmallObjects::Shard& SmallObjects::shard_of(const std::string& name) {
  return shards_.at(std::hash<std::string>()(name) % shards_.size());
}

std::uint64_t SmallObjects::changes(const BucketName& bucket, const Key& key) {
  Shard& shard = shard_of(name_of(bucket, key));
  const std::lock_guard lock(shard.mutex);
  return shard.changes;
}

void SmallObjects::keep(SmallObjectPtr object, std::uint64_t changes_before) {
  const std::string name = name_of(object->info.bucket, object->info.key);
  const std::size_t size = object->content->size() + kEntryOverhead;
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  if (shard.changes == changes_before) kept_.insert(name, std::move(object), size);
}

void SmallObjects::forget(const BucketName& bucket, const Key& key) {
  const std::string name = name_of(bucket, key);
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  ++shard.changes;
  kept_.erase(name);
}

}  // namespace tintype::bucket
