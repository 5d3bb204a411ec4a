// Goes through the data of a sequential scan, in two lanes where it can: README.md, "Two places at
// once". Included once per instruction set, as Highway's own -inl headers are.
#if defined(TINTYPE_IMAGE_JPEG_SEQUENTIAL_READER_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TINTYPE_IMAGE_JPEG_SEQUENTIAL_READER_INL
#undef TINTYPE_IMAGE_JPEG_SEQUENTIAL_READER_INL
#else
#define TINTYPE_IMAGE_JPEG_SEQUENTIAL_READER_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "image/jpeg/blocks.h"
#include "image/jpeg/mcu_cursor.h"
#include "image/jpeg/plain_data.h"
#include "image/jpeg/scout.h"
#include "image/jpeg/sequential.h"

HWY_BEFORE_NAMESPACE();
namespace tintype::image::jpeg {
namespace HWY_NAMESPACE {

constexpr std::size_t as_index(int value) { return static_cast<std::size_t>(value); }

/// A scout that begins nearer, or so near to the end, is not worth while.
constexpr int kLeadBytesMin = 1024;
constexpr int kScoutMcusMin = 8;

constexpr std::int64_t kMcuBits = 8 * std::int64_t{PlainData::kMcuBytesMax};

/// The tables of a scan, by their numbers.
struct Coding {
  std::array<HuffmanTable, kTablesMax> dc;
  std::array<HuffmanTable, kTablesMax> ac;
};

/// Reads a scan. The leader is where everything so far is known. It goes through all of the data,
/// but for what the scout has read before it comes there.
class SequentialReader {
 public:
  SequentialReader(Bytes data, const ScanGrid& grid, const Scan& scan, const Coding& coding,
                   const SequentialJob& job, int restart_interval, Stores& stores);

  Status read();
  /// After read(): between the last MCU and the marker behind it.
  const std::uint8_t* position() const { return plain_.source(); }

 private:
  /// Of PlainData: room for both lanes, and some for the leader while the scout goes on.
  static std::size_t capacity(int lead_bytes) {
    return as_index(lead_bytes) * 3 + 4 * PlainData::kMcuBytesMax;
  }
  /// Scouts are sent through so much data, in bits.
  std::int64_t span() const { return 16 * std::int64_t{job_.lead_bytes} + 2 * kMcuBits; }

  Status begin_interval(std::int64_t interval_end);
  Status read_interval(std::int64_t interval_end);
  bool send_to_next_interval(std::int64_t interval_end);
  bool send_ahead(std::int64_t interval_end);
  void join(std::int64_t interval_end);
  void take_over(int mcu, std::int64_t interval_end);
  template <int kLanes>
  void read_mcus(std::int64_t end, std::int64_t goal);
  template <int kLanes>
  [[gnu::always_inline]] void read_mcu(std::array<Reading, kLanes>& readings);
  Status check() const;

  std::int64_t position_in(const PlainData& plain) const {
    return leader_.lane.position(plain.data());
  }
  /// Up to where an MCU may reach: beyond it is what has not come yet, or nothing.
  static std::int64_t limit(const PlainData& plain) {
    return plain.complete() ? plain.bits() : plain.bits() - kMcuBits;
  }

  const ScanGrid& grid_;
  const SequentialJob& job_;
  const std::uint8_t* end_;
  std::int64_t restart_interval_;
  int restart_number_ = 0;
  PlainData plain_;
  PlainData next_plain_;  // Of the interval behind that of the leader.
  std::array<BlockCode, kComponentsMax> codes_;
  McuCursor cursor_;
  Reading leader_;
  Scout scout_;
  bool scout_in_next_ = false;
  double bytes_per_mcu_ = 0;  // Of late; 0 if not known yet.
};

std::array<const Layout*, kComponentsMax> layouts_of(const ScanGrid& grid, const Stores& stores) {
  std::array<const Layout*, kComponentsMax> layouts = {};
  for (int i = 0; i < grid.part_count; ++i)
    layouts[as_index(i)] = &stores[as_index(grid.parts[as_index(i)].component)].layout();
  return layouts;
}

SequentialReader::SequentialReader(Bytes data, const ScanGrid& grid, const Scan& scan,
                                   const Coding& coding, const SequentialJob& job,
                                   int restart_interval, Stores& stores)
    : grid_(grid),
      job_(job),
      end_(reinterpret_cast<const std::uint8_t*>(data.data() + data.size())),
      restart_interval_(restart_interval),
      plain_(capacity(job.lead_bytes)),
      next_plain_(restart_interval != 0 ? capacity(job.lead_bytes) : 0),
      cursor_(grid, job, stores),
      scout_(grid, layouts_of(grid, stores)) {
  for (int i = 0; i < grid.part_count; ++i) {
    const ScanPart& part = scan.parts[as_index(i)];
    codes_[as_index(i)] = {.dc = &coding.dc[as_index(part.dc_table)],
                           .ac = &coding.ac[as_index(part.ac_table)],
                           .layout = layouts_of(grid, stores)[as_index(i)]};
  }
  plain_.start(reinterpret_cast<const std::uint8_t*>(data.data()), end_);
}

Status SequentialReader::check() const {
  if (leader_.lane.broken())
    return fail(ErrorCode::damaged_input, "JPEG: the coded data is broken");
  if (position_in(plain_) > plain_.bits())
    return fail(ErrorCode::damaged_input, "JPEG: the coded data is cut off");
  return {};
}

Status SequentialReader::read() {
  const std::int64_t end = cursor_.end();
  const std::int64_t interval = restart_interval_ == 0 ? end : restart_interval_;
  leader_ = {.lane = Lane(plain_.data(), 0)};
  for (std::int64_t begin = 0; begin < end; begin += interval) {
    const std::int64_t interval_end = std::min(end, begin + interval);
    if (begin != 0) TRY(begin_interval(interval_end));
    // What has nothing of the window is not even looked at.
    if (restart_interval_ != 0 && !cursor_.wants_any(begin, interval))
      cursor_.pass(interval_end - begin);
    else
      TRY(read_interval(interval_end));
  }
  return {};
}

/// Goes over the restart marker. The scout may have begun behind it.
Status SequentialReader::begin_interval(std::int64_t interval_end) {
  BitReader reader(plain_.source(), end_);
  TRY(pass_restart(reader, restart_number_));
  int from = 0;
  if (std::exchange(scout_in_next_, false) && scout_.find(0, from) == 0) {
    std::swap(plain_, next_plain_);
    leader_.predictions = {};
    take_over(0, interval_end);
    return {};
  }
  plain_.start(reader.position(), end_);
  leader_ = {.lane = Lane(plain_.data(), 0)};
  return {};
}

Status SequentialReader::read_interval(std::int64_t interval_end) {
  while (cursor_.index() < interval_end) {
    const std::int64_t position = position_in(plain_);
    if (!plain_.complete() && plain_.bits() - position < span()) {
      plain_.advance(static_cast<std::size_t>(position / 8));
      leader_.lane = Lane(plain_.data(), position % 8);
    }
    const bool ends_soon = plain_.complete() && plain_.bits() - position <= span();
    const bool sent =
        (ends_soon && send_to_next_interval(interval_end)) || send_ahead(interval_end);
    if (!sent) read_mcus<1>(interval_end, plain_.complete() ? limit(plain_) + 1 : limit(plain_));
    TRY(check());
  }
  return {};
}

/// Sends the scout to the beginning of the next interval, and reads this one to its end.
bool SequentialReader::send_to_next_interval(std::int64_t interval_end) {
  const std::int64_t count = std::min(restart_interval_, cursor_.end() - interval_end);
  if (count <= 0 || !cursor_.wants_any(interval_end, count)) return false;
  BitReader reader(plain_.source(), end_);
  int number = restart_number_;
  if (!pass_restart(reader, number)) return false;  // Who comes there will say so.
  next_plain_.start(reader.position(), end_);
  scout_.begin(next_plain_.data(), 0, limit(next_plain_), static_cast<int>(count));
  scout_in_next_ = true;
  read_mcus<2>(interval_end, plain_.bits() + 1);
  read_mcus<1>(interval_end, plain_.bits() + 1);
  return true;
}

/// Sends the scout to a place ahead in the same interval, if there is enough of that, and goes
/// where it has come. False if not.
bool SequentialReader::send_ahead(std::int64_t interval_end) {
  const std::int64_t position = position_in(plain_);
  // The scout should have something to do until the leader comes, though its MCUs be shorter.
  std::int64_t lead =
      std::min<std::int64_t>(job_.lead_bytes, (limit(plain_) - position) / 8 * 7 / 16);
  if (bytes_per_mcu_ > 0)
    lead = std::min<std::int64_t>(lead, std::lround(bytes_per_mcu_ * scout_.capacity() * 0.8));
  if (lead < std::min(kLeadBytesMin, job_.lead_bytes)) return false;
  const std::int64_t began = cursor_.index();
  if (interval_end - began < kScoutMcusMin) return false;
  const std::int64_t goal = (position / 8 + lead) * 8;
  scout_.begin(plain_.data(), goal, limit(plain_), scout_.capacity());
  read_mcus<2>(interval_end, goal);
  read_mcus<1>(interval_end, goal);
  join(interval_end);
  bytes_per_mcu_ = static_cast<double>(position_in(plain_) - position) / 8 /
                   static_cast<double>(cursor_.index() - began);
  return true;
}

/// Goes on alone until it comes to an MCU that the scout has read too, or beyond all of them.
void SequentialReader::join(std::int64_t interval_end) {
  int from = 0;
  while (cursor_.index() < interval_end && !leader_.lane.broken()) {
    const std::int64_t position = position_in(plain_);
    if (const std::optional<int> mcu = scout_.find(position, from))
      return take_over(*mcu, interval_end);
    if (from == scout_.count()) return;
    read_mcus<1>(interval_end, position + 1);
  }
}

/// The next MCU is one that the scout has read, and so are those behind it.
void SequentialReader::take_over(int mcu, std::int64_t interval_end) {
  std::array<std::uint32_t, kComponentsMax> differences = {};
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const auto part = static_cast<int>(i);
    if (part < grid_.part_count)
      differences[i] = leader_.predictions[i] - scout_.prediction_before(part, mcu);
  }
  const auto count = static_cast<int>(
      std::min<std::int64_t>(scout_.count() - mcu, interval_end - cursor_.index()));
  cursor_.take(scout_, mcu, count, differences);
  leader_ = scout_.reading();
  for (std::size_t i = 0; i < differences.size(); ++i) leader_.predictions[i] += differences[i];
}

/// Up to the MCU `end`, or to one that begins at `goal` (in bits) or behind it; or until something
/// is broken or cut off. With two lanes also until the scout stops.
template <int kLanes>
void SequentialReader::read_mcus(std::int64_t end, std::int64_t goal) {
  std::array<Reading, kLanes> readings;
  readings[0] = leader_;
  if constexpr (kLanes > 1) readings[1] = scout_.reading();
  const std::uint8_t* const data = plain_.data();
  goal = std::min(goal, plain_.bits() + 1);
  while (cursor_.index() < end && !readings[0].lane.broken() &&
         readings[0].lane.position(data) < goal) {
    if constexpr (kLanes > 1)
      if (scout_.stopped()) break;
    read_mcu<kLanes>(readings);
    cursor_.next();
    if constexpr (kLanes > 1) {
      scout_.note(readings[1]);
      readings[1].lane.set_broken(false);
    }
  }
  leader_ = readings[0];
}

template <int kLanes>
void SequentialReader::read_mcu(std::array<Reading, kLanes>& readings) {
  std::array<Lane, kLanes> lanes;
  for_lanes<kLanes>([&](auto lane) { lanes[lane] = readings[lane].lane; });
  for (int i = 0; i < grid_.part_count; ++i) {
    std::array<std::uint32_t*, kLanes> predictions;
    for_lanes<kLanes>(
        [&](auto lane) { predictions[lane] = &readings[lane].predictions[as_index(i)]; });
    const ScanGrid::Part& part = grid_.parts[as_index(i)];
    for (int v = 0; v < part.vertical; ++v)
      for (int h = 0; h < part.horizontal; ++h) {
        std::array<std::int16_t*, kLanes> blocks;
        blocks[0] = cursor_.block(i, h, v);
        if constexpr (kLanes > 1) blocks[1] = scout_.block(i, h, v);
        read_blocks<kLanes>(lanes, codes_[as_index(i)], blocks, predictions);
      }
  }
  for_lanes<kLanes>([&](auto lane) { readings[lane].lane = lanes[lane]; });
}

}  // namespace HWY_NAMESPACE
}  // namespace tintype::image::jpeg
HWY_AFTER_NAMESPACE();

#endif
