#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace tintype {

/// How many of a limited number are taken. Thread-safe.
class Quota {
 public:
  explicit Quota(std::size_t max) : max_(max) {}

  std::size_t count() const { return count_.load(); }

  /// One of them, given back when it ends.
  class Place {
   public:
    ~Place() {
      if (quota_) quota_->count_.fetch_sub(1);
    }
    Place(Place&&) noexcept = default;
    Place& operator=(Place&&) = delete;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    friend class Quota;
    explicit Place(std::shared_ptr<Quota> quota) : quota_(std::move(quota)) {}
    std::shared_ptr<Quota> quota_;  // Null once moved from.
  };

  /// Nothing if all are taken.
  static std::optional<Place> take(std::shared_ptr<Quota> quota) {
    if (quota->count_.fetch_add(1) < quota->max_) return Place(std::move(quota));
    quota->count_.fetch_sub(1);
    return std::nullopt;
  }

 private:
  const std::size_t max_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace tintype
