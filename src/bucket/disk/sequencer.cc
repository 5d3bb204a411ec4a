#include "bucket/disk/sequencer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/file.h"
#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kFileSizeMax = 64;
constexpr std::uint64_t kMicrosecondsPerMillisecond = 1000;

std::string write_number(std::uint64_t number) { return fmt::format("{:016X}", number); }

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.size() != Sequencer::kDigits) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): `end` is its size.
  const auto [at, error] = std::from_chars(text.data(), end, number, 16);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

}  // namespace

Result<std::unique_ptr<Sequencer>> Sequencer::open(const std::filesystem::path& path,
                                                   const Clock& clock) {
  std::uint64_t reserved = 0;
  if (const auto text = read_file(path, kFileSizeMax)) {
    const auto number = parse_number(trim(std::string_view(*text).substr(0, text->find('\n'))));
    if (!number) return fail(ErrorCode::corrupt, "read '" + path.string() + "': not a sequencer");
    reserved = *number;
  } else if (text.error().code != ErrorCode::not_found) {
    return std::unexpected(text.error());
  }
  return std::unique_ptr<Sequencer>(new Sequencer(path, clock, reserved));
}

Result<std::string> Sequencer::next(std::string_view previous) {
  const auto before = previous.empty() ? 0 : parse_number(previous);
  if (!before) return fail(ErrorCode::corrupt, "sequencer: not one: " + std::string(previous));
  const auto time =
      static_cast<std::uint64_t>(std::max<std::int64_t>(to_epoch_ms(clock_.now()), 0));

  const std::lock_guard lock(mutex_);
  const std::uint64_t number =
      std::max({*before + 1, last_ + 1, time * kMicrosecondsPerMillisecond});
  if (number > reserved_) {
    const std::uint64_t reserved = number + kReserved;
    // Whatever our own disk refuses, the client may try again later.
    if (auto written = write_file(path_, write_number(reserved) + '\n', 0600); !written)
      return fail(ErrorCode::unavailable, "reserve sequencers: " + written.error().message);
    reserved_ = reserved;
  }
  last_ = number;
  return write_number(number);
}

}  // namespace tintype::bucket
