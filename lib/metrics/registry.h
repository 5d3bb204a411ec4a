#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace tintype::metrics {

/// Label names are the program's constants; values should come from a small set (a route, never a
/// key).
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Each is a cheap handle to one series, valid while its Registry is. Thread-safe.
class Counter {
 public:
  /// `by` must not be negative.
  void add(double by = 1) const;
  double value() const;

 private:
  friend class Registry;
  explicit Counter(void* series) : series_(series) {}
  void* series_;  // A prometheus::Counter; third-party types stay out of headers.
};

class Gauge {
 public:
  void set(double value) const;
  void add(double by) const;
  double value() const;

 private:
  friend class Registry;
  explicit Gauge(void* series) : series_(series) {}
  void* series_;
};

class Histogram {
 public:
  void observe(double value) const;

 private:
  friend class Registry;
  explicit Histogram(void* series) : series_(series) {}
  void* series_;
};

/// Bucket bounds for durations in seconds, 1 ms to 30 s.
const std::vector<double>& duration_bounds();

/// What the ops listener shows at /metrics. Asking again for a name with the same labels gives the
/// same series. Names start with "tintype_", those of counters end with "_total"; a name has one
/// kind and one help. All of that is asserted. Thread-safe.
class Registry {
 public:
  /// A family keeps this many series; labels beyond that share one series whose values are all
  /// "other", so that a label taken from a request cannot eat the memory.
  static constexpr std::size_t kSeriesMax = 1000;

  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  /// `bounds` ascend; each is the inclusive upper end of a bucket.
  Histogram histogram(std::string_view name, std::string_view help,
                      const std::vector<double>& bounds = duration_bounds(),
                      const Labels& labels = {});

  /// Everything in Prometheus's text format 0.0.4, with the process's resident memory, open files
  /// and start time.
  std::string expose();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a scrape of text format 0.0.4 is served as.
inline constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace tintype::metrics
