// How often something may happen: so many times in a while, and how many at once.
//
//   100/s              100 a second on average, and no more than 100 at once
//   100/s burst 200    ... and up to 200 at once
//   30/m, 1000/h       per minute, per hour
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/config.h"
#include "base/result.h"

namespace tintype::gateway {

struct Rate {
  static constexpr std::int64_t kCountMax = 1'000'000;  ///< Of count and of burst.

  std::int64_t count = 1;       ///< On average, in each `per`.
  std::chrono::seconds per{1};  ///< A second, a minute or an hour.
  std::int64_t burst = 1;       ///< At once, after a quiet time.

  /// `invalid_argument` saying what to write.
  static Result<Rate> parse(std::string_view text);

  /// Between two at an even pace.
  std::chrono::nanoseconds interval() const { return std::chrono::nanoseconds(per) / count; }
  /// In which what was used up comes back, whole seconds, at least one.
  std::chrono::seconds window() const;
  bool operator==(const Rate&) const = default;
};

std::string to_string(const Rate& rate);

/// The rate under `key`: `missing` where it is absent, nothing where it is "none".
Result<std::optional<Rate>> read_rate(const config::Table& table, std::string_view key,
                                      const std::optional<Rate>& missing);

}  // namespace tintype::gateway
