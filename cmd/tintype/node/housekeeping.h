#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tintype {

struct NodeParts;

/// Runs `work` now and again after every `pause`, on a thread of its own, until destroyed.
class Housekeeping {
 public:
  explicit Housekeeping(std::function<void()> work,
                        std::chrono::milliseconds pause = std::chrono::minutes(1));

 private:
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

/// What is swept, pruned and forgotten every minute. A failure is logged; the next minute tries
/// again.
void keep_house(NodeParts& parts);

/// How often what buckets' lifecycles say is done. S3 does it once a day.
inline constexpr std::chrono::hours kLifecyclesEvery{1};
/// Removes what the lifecycle of each bucket says is over. A failure is logged; the next time tries
/// again.
void obey_lifecycles(NodeParts& parts);

/// How often files that others may change are looked at.
inline constexpr std::chrono::seconds kLookEvery{5};
/// Takes the issuer's keys anew if their file changed, and rotates them when it is time. A failure
/// is logged and the old ones stay. Thread-safe.
void look_at_keys(NodeParts& parts);
/// Takes the gateway's certificate anew if its files changed; a broken one is logged and the old
/// one stays. Nothing without TLS. Thread-safe.
void look_at_certificate(NodeParts& parts);

}  // namespace tintype
