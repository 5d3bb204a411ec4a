#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tintype {

struct NodeParts;

/// Runs `work` every minute, on a thread of its own, until destroyed.
class Housekeeping {
 public:
  explicit Housekeeping(std::function<void()> work);

 private:
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

/// What is swept, pruned and forgotten every minute. A failure is logged; the next minute tries
/// again.
void keep_house(NodeParts& parts);

}  // namespace tintype
