#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "base/task.h"

namespace tintype::bucket {

/// Remembers for a second what was read of each key, so that a request costs no query: what another
/// process changes is obeyed that much later. Thread-safe; what it is given must outlive it.
template <class Key, class T>
class Remembered {
 public:
  using Read = std::function<Result<T>(const Key&)>;  ///< Blocks; called on the pool.

  Remembered(Read read, BlockingPool& pool, const Clock& clock)
      : read_(std::move(read)), pool_(pool), clock_(clock) {}

  /// Null for what is `not_found`, which is not remembered.
  Task<Result<std::shared_ptr<const T>>> get(const Key& key) {
    const Instant now = clock_.now();
    std::uint64_t changes = 0;
    {
      const std::lock_guard lock(mutex_);
      if (auto value = find(key, now)) co_return value;
      changes = changes_;
    }
    auto read = co_await pool_.run([&] { return read_(key); });
    if (!read && read.error().code == ErrorCode::not_found) co_return nullptr;
    if (!read) co_return std::unexpected(read.error());
    auto value = std::make_shared<const T>(*std::move(read));
    const std::lock_guard lock(mutex_);
    if (changes != changes_) co_return value;
    if (entries_.size() >= kEntriesMax) entries_.clear();
    entries_.insert_or_assign(key, Entry{.value = value, .read_at = now});
    co_return value;
  }

  /// After it was changed here.
  void forget(const Key& key) {
    const std::lock_guard lock(mutex_);
    entries_.erase(key);
    ++changes_;
  }

 private:
  static constexpr std::chrono::seconds kRemembered{1};
  static constexpr std::size_t kEntriesMax = 1000;

  struct Entry {
    std::shared_ptr<const T> value;
    Instant read_at;
  };

  std::shared_ptr<const T> find(const Key& key, Instant now) const {
    const auto entry = entries_.find(key);
    if (entry == entries_.end()) return nullptr;
    const auto age = now - entry->second.read_at;
    return age >= age.zero() && age < kRemembered ? entry->second.value : nullptr;
  }

  const Read read_;
  BlockingPool& pool_;
  const Clock& clock_;
  std::mutex mutex_;  // Guards all below.
  std::map<Key, Entry> entries_;
  std::uint64_t changes_ = 0;  // So that what was read before a change is not remembered after it.
};

}  // namespace tintype::bucket
