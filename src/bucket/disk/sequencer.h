#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace tintype::bucket {

/// Gives each write of an object a number that is greater than that of every earlier write of its
/// key: also after a restart, after the clock was set back, and for a key that was deleted in
/// between, whose old number no row remembers.
///
/// The number is the time in microseconds, or one more than the greatest given so far. That
/// greatest is remembered by reserving ahead: a file holds a number that none given exceeds, and a
/// start goes on from there. So the file is written once in kReserved of use, not with every
/// object. Thread-safe.
class Sequencer {
 public:
  /// How far a start may jump ahead of the clock. In microseconds: one minute.
  static constexpr std::uint64_t kReserved = 60'000'000;
  static constexpr std::size_t kDigits = 16;

  /// `corrupt` if the file holds something else than a reservation.
  static Result<std::unique_ptr<Sequencer>> open(const std::filesystem::path& path,
                                                 const Clock& clock);

  /// 16 hexadecimal digits (upper case, as AWS writes them), greater than `previous`, which is the
  /// key's present one or empty, and than all that were given before. `corrupt` if `previous` is
  /// no sequencer, `unavailable` if the reservation cannot be renewed.
  Result<std::string> next(std::string_view previous);

 private:
  Sequencer(std::filesystem::path path, const Clock& clock, std::uint64_t reserved)
      : path_(std::move(path)), clock_(clock), last_(reserved), reserved_(reserved) {}

  const std::filesystem::path path_;
  const Clock& clock_;
  std::mutex mutex_;  // Guards all below.
  std::uint64_t last_;
  std::uint64_t reserved_;
};

}  // namespace tintype::bucket
