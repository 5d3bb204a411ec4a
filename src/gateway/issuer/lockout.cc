#include "gateway/issuer/lockout.h"

#include <algorithm>

#include "crypto/digest.h"

namespace tintype::gateway {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kKeysMax = 10'000;

/// Of a fixed size, whatever was sent as a name.
std::string key_of(std::string_view name) { return crypto::sha256(as_bytes(name)); }

std::string pair_of(std::string_view name, std::string_view address) {
  return key_of(name) + std::string(address);
}

}  // namespace

seconds Failures::wait_of(const std::string& key, Instant now) const {
  const auto at = counts_.find(key);
  if (at == counts_.end() || at->second.free_at <= now) return seconds(0);
  return std::chrono::ceil<seconds>(at->second.free_at - now);
}

void Failures::add(const std::string& key, Instant now) {
  if (!counts_.contains(key) && counts_.size() >= rule_.keys_max) make_room(now);
  Count& count = counts_.try_emplace(key, Count{.failures = 0, .free_at = now}).first->second;
  count.failures = left_of(count, now) + 1;
  seconds wait{0};
  if (count.failures >= rule_.free_max) {
    // Doubled no further than it takes to reach the longest wait.
    const std::size_t doublings = std::min<std::size_t>(count.failures - rule_.free_max, 20);
    wait = std::min<seconds>(rule_.wait_max, rule_.wait_first * (1LL << doublings));
  }
  count.free_at = now + wait;
}

std::size_t Failures::left_of(const Count& count, Instant now) const {
  if (now <= count.free_at) return count.failures;
  const auto forgiven = static_cast<std::size_t>((now - count.free_at) / rule_.forgiven_each);
  return count.failures - std::min(count.failures, forgiven);
}

void Failures::make_room(Instant now) {
  std::erase_if(counts_, [&](const auto& entry) { return left_of(entry.second, now) == 0; });
  if (counts_.size() < rule_.keys_max) return;
  counts_.erase(std::ranges::min_element(counts_, {},
                                         [](const auto& entry) { return entry.second.free_at; }));
}

Lockout::Options Lockout::defaults() {
  const auto rule = [](std::size_t free_max, seconds forgiven_each) {
    return Failures::Rule{.free_max = free_max,
                          .wait_first = seconds(30),
                          .wait_max = minutes(15),
                          .forgiven_each = forgiven_each,
                          .keys_max = kKeysMax};
  };
  return {.pair = rule(10, seconds(90)),
          .address = rule(50, minutes(1)),
          .name = rule(50, minutes(15))};
}

Lockout::Lockout(const Options& options)
    : pairs_(options.pair), addresses_(options.address), names_(options.name) {}

std::optional<seconds> Lockout::wait_of(std::string_view name, std::string_view address,
                                        Instant now) {
  const std::lock_guard lock(mutex_);
  const seconds wait =
      std::max({pairs_.wait_of(pair_of(name, address), now),
                addresses_.wait_of(std::string(address), now), names_.wait_of(key_of(name), now)});
  if (wait == seconds(0)) return std::nullopt;
  return wait;
}

void Lockout::failed(std::string_view name, std::string_view address, Instant now) {
  const std::lock_guard lock(mutex_);
  pairs_.add(pair_of(name, address), now);
  addresses_.add(std::string(address), now);
  names_.add(key_of(name), now);
}

void Lockout::succeeded(std::string_view name, std::string_view address) {
  const std::lock_guard lock(mutex_);
  pairs_.forget(pair_of(name, address));
}

}  // namespace tintype::gateway
