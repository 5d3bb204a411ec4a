#include "bucket/remote/retries.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>

#include "base/random.h"

namespace tintype::bucket {

bool Retries::may_begin() {
  const std::lock_guard lock(mutex_);
  if (silences_ < options_.silences_max) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_begin_) return false;
  next_begin_ = now + options_.rest;
  return true;
}

void Retries::ended(bool answered) {
  const std::lock_guard lock(mutex_);
  silences_ = answered ? 0 : silences_ + 1;
  if (silences_ == options_.silences_max)
    next_begin_ = std::chrono::steady_clock::now() + options_.rest;
}

bool Retries::again(int number) {
  if (number >= options_.attempts_max) return false;
  {
    const std::lock_guard lock(mutex_);
    if (budget_ < kCost) return false;
    budget_ -= kCost;
  }
  const auto ceiling =
      std::min(options_.delay_max, options_.delay_min * (1 << std::min(number - 1, 20)));
  std::uint64_t random = 0;
  std::memcpy(&random, random_bytes(sizeof(random)).data(), sizeof(random));
  const std::chrono::milliseconds delay(random % (static_cast<std::uint64_t>(ceiling.count()) + 1));
  if (options_.pause)
    options_.pause(delay);
  else
    std::this_thread::sleep_for(delay);
  return true;
}

void Retries::succeeded() {
  const std::lock_guard lock(mutex_);
  budget_ = std::min(budget_ + 1, kBudget);
}

}  // namespace tintype::bucket
