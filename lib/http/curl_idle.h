#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace tintype::http {

/// What nobody uses at the moment, each with its open connections. Bounded. Thread-safe.
template <class Item>
class CurlIdle {
 public:
  std::optional<Item> take() {
    const std::lock_guard lock(mutex_);
    if (items_.empty()) return std::nullopt;
    std::optional<Item> item(std::move(items_.back()));
    items_.pop_back();
    return item;
  }

  void keep(Item item) {
    const std::lock_guard lock(mutex_);
    if (items_.size() < kCountMax) items_.push_back(std::move(item));
  }

 private:
  static constexpr std::size_t kCountMax = 16;

  std::mutex mutex_;  // Guards all below.
  std::vector<Item> items_;
};

}  // namespace tintype::http
