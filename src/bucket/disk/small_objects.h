#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/lru.h"
#include "bucket/store.h"

namespace tintype::bucket {

/// Small objects as they are, in memory, within a bound: what is asked for again needs no row, no
/// file and no other thread. The process that owns a store is the only one that changes its
/// objects, so it knows when to forget one: once the change is committed, and before anybody is
/// told so. Thread-safe.
class SmallObjects {
 public:
  static constexpr std::uint64_t kSizeMax = 64 << 10;  ///< Of a content; more is a file's to send.
  /// Of an entry besides its content: the row, the key twice, and the nodes that hold them.
  static constexpr std::size_t kEntryOverhead = 1024;

  explicit SmallObjects(std::size_t bytes_max) : kept_(bytes_max) {}

  /// Null if it is not there.
  SmallObjectPtr find(const BucketName& bucket, const Key& key) {
    return kept_.find(name_of(bucket, key)).value_or(nullptr);
  }

  /// To be asked before the row is read, for keep().
  std::uint64_t changes(const BucketName& bucket, const Key& key);
  /// Unless anything like it was changed since then: it may be the older one.
  void keep(SmallObjectPtr object, std::uint64_t changes_before);
  /// It was changed, or may have been.
  void forget(const BucketName& bucket, const Key& key);

  std::size_t size_bytes() const { return kept_.size_bytes(); }

 private:
  /// Of the keys that share a hash. Its lock makes "unchanged, so keep" and "changed, so forget"
  /// two steps of which one comes first.
  struct Shard {
    std::mutex mutex;
    std::uint64_t changes = 0;
  };
  static std::string name_of(const BucketName& bucket, const Key& key) {
    return bucket.str() + '/' + key.str();
  }
  Shard& shard_of(const std::string& name);

  std::array<Shard, 64> shards_;
  Lru<std::string, SmallObjectPtr> kept_;
};

}  // namespace tintype::bucket
