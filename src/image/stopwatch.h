#pragma once

#include <chrono>

namespace tintype::image {

/// Adds the time until its end to `total_ms`.
class Stopwatch {
 public:
  explicit Stopwatch(double& total_ms) : total_ms_(total_ms) {}
  ~Stopwatch() {
    total_ms_ += std::chrono::duration<double, std::milli>(Clock::now() - begin_).count();
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double& total_ms_;
  Clock::time_point begin_ = Clock::now();
};

}  // namespace tintype::image
