#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace tintype {

/// Keeps what was used last, within a bound of bytes: what was not used for longest makes room.
/// Values are copied out, so let them be cheap to copy (a shared_ptr). Thread-safe.
template <class Key, class Value>
class Lru {
 public:
  explicit Lru(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// The value, which now counts as used.
  std::optional<Value> find(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  /// Keeps `value`, which takes `size_bytes`, in the place of what `key` had. A value larger than
  /// the bound is not kept, and nothing makes room for it.
  void insert(const Key& key, Value value, std::size_t size_bytes) {
    const std::lock_guard lock(mutex_);
    erase_locked(key);
    if (size_bytes > bytes_max_) return;
    while (size_bytes > bytes_max_ - size_bytes_) erase_locked(entries_.back().key);
    entries_.push_front({key, std::move(value), size_bytes});
    places_.emplace(key, entries_.begin());
    size_bytes_ += size_bytes;
  }

  void erase(const Key& key) {
    const std::lock_guard lock(mutex_);
    erase_locked(key);
  }

  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return places_.size();
  }
  /// The sum of what insert() was told; never over the bound.
  std::size_t size_bytes() const {
    const std::lock_guard lock(mutex_);
    return size_bytes_;
  }

 private:
  struct Entry {
    Key key;
    Value value;
    std::size_t size_bytes;
  };

  // `key` may be the one inside the entry: the entry goes last.
  void erase_locked(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    const auto entry = found->second;
    size_bytes_ -= entry->size_bytes;
    places_.erase(found);
    entries_.erase(entry);
  }

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;  // Guards all below.
  std::list<Entry> entries_;  // Used last first.
  std::unordered_map<Key, typename std::list<Entry>::iterator> places_;
  std::size_t size_bytes_ = 0;
};

}  // namespace tintype
