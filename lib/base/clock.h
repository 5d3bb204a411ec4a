#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where the time comes from, so that tests decide it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

/// The wall clock of this machine.
class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

/// Stands still until it is moved. For tests.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant now) : now_(now) {}
  Instant now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;  // Guards all below.
  Instant now_;
};

/// Milliseconds since 1970-01-01 UTC, as rows and tokens store an instant.
inline std::int64_t to_epoch_ms(Instant at) { return at.time_since_epoch().count(); }
inline Instant from_epoch_ms(std::int64_t ms) { return Instant(std::chrono::milliseconds(ms)); }

/// "2026-11-23T20:31:04.123Z" (RFC 3339), as S3 XML, events and problem documents spell it.
std::string to_rfc3339(Instant at);
/// "Mon, 23 Nov 2026 20:31:04 GMT" (RFC 9110, 5.6.7), as HTTP headers spell it.
std::string to_http_date(Instant at);
/// "20261123T203104Z" (ISO 8601 basic), as X-Amz-Date spells it.
std::string to_amz_date(Instant at);

/// The reverse of each; `invalid_argument` for anything else. HTTP's two obsolete date forms
/// are not understood: no client has sent them for decades, and a date that cannot be read is
/// ignored by the conditions that use it.
Result<Instant> parse_rfc3339(std::string_view text);
Result<Instant> parse_http_date(std::string_view text);
Result<Instant> parse_amz_date(std::string_view text);

}  // namespace tintype
