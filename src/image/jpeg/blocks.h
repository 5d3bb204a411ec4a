// Blocks, read in one lane or in several at once.
//
//   lane 0   | DC | kept | kept | kept |  --  | skip | skip | skip | skip |
//   lane 1   | DC | kept | kept |  --  |  --  | skip | skip |  --  |  --  |   --: a look at nothing
//
// How long a symbol is, is known only after a look into a table, about eight cycles after the one
// before; and how many there are, a processor cannot foresee. So one lane leaves most of a
// processor idle. Two lanes make their steps in turns and ask together whether both have ended:
// what is waited for, and what is guessed wrong, is there once for both. A lane that has ended goes
// on with symbols of no length, made by a mask and not by a branch.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "image/jpeg/coefficients.h"
#include "image/jpeg/huffman.h"
#include "image/jpeg/lane.h"

namespace tintype::image::jpeg {

/// The last of 64 coefficients.
inline constexpr int kLastIndex = 63;

/// What a block is read with.
struct BlockCode {
  const HuffmanTable* dc = nullptr;
  const HuffmanTable* ac = nullptr;
  const Layout* layout = nullptr;
};

/// How far a lane has come in the rest of its block, as the sum of HuffmanTable::Skip::word(): the
/// index of the last coefficient, from Skip::kLengthBits on; below, how many bits it took since it
/// was settled().
class Progress {
 public:
  static constexpr int kShift = HuffmanTable::Skip::kLengthBits;

  Progress() = default;
  explicit Progress(int index) : word_(static_cast<std::uint32_t>(index) << kShift) {}

  int index() const { return static_cast<int>(word_ >> kShift & 0xff); }
  std::uint32_t length() const { return word_ & ((1U << kShift) - 1); }
  bool active() const { return word_ < kEnd; }
  /// All ones while it is active.
  std::uint32_t mask() const {
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(word_ - kEnd) >> 31);
  }
  void add(std::uint32_t word) { word_ += word; }
  void settle() { word_ &= ~((1U << kShift) - 1); }

  /// The table had nothing.
  bool stuck() const { return (word_ & kStuck) != 0; }
  void get_unstuck() { word_ -= HuffmanTable::Skip::kNone; }
  /// Beyond the block: 64 to 127 without an end, or 192 and more with one.
  bool beyond() const { return (word_ & kBeyond) != 0; }
  std::uint32_t exceptions() const { return word_ & (kStuck | kBeyond); }

 private:
  static constexpr std::uint32_t kEnd = kLastIndex << kShift;
  static constexpr std::uint32_t kBeyond = 64U << kShift;
  static constexpr std::uint32_t kStuck = 1U << 14;
  std::uint32_t word_ = 0;
};

struct LaneProgress {
  Lane lane;
  Progress progress;
};

/// A lane after looks that led to an exception; `before` them its progress was another.
inline LaneProgress after_exception(LaneProgress now, Progress before, const HuffmanTable& ac) {
  const auto read = [&ac](LaneProgress& at) {
    at.lane.fill();
    const int index = at.progress.index() + ac.read(at.lane).advance;
    if (index > kLastIndex && index < kEndOfBlock) at.lane.set_broken();
    at.progress = Progress(std::max(index, kLastIndex) == index ? kEndOfBlock : index);
  };
  if (now.progress.stuck()) {
    // A long code. It moved nothing, and so did all looks behind it.
    now.progress.get_unstuck();
    now.lane.count_shifted(now.progress.length());
    now.progress.settle();
    read(now);
    return now;
  }
  if (!now.progress.beyond()) return now;
  // Symbols of the next block, or a run that leaves this one: one by one.
  now.lane.take_back();
  now.progress = before;
  while (now.progress.active()) read(now);
  return now;
}

/// Calls `step` for each lane, unrolled: what loops over lanes do not let their values live in
/// registers.
template <int kLanes, class Step>
[[gnu::always_inline]] inline void for_lanes(Step step) {
  [&]<int... kLane>(std::integer_sequence<int, kLane...>) __attribute__((always_inline)) {
    (step(std::integral_constant<std::size_t, kLane>()), ...);
  }(std::make_integer_sequence<int, kLanes>());
}
#define FOR_LANES for_lanes<kLanes>([&](const auto lane) __attribute__((always_inline))

template <int kLanes>
using Progresses = std::array<Progress, kLanes>;

/// The rest of blocks, of which nothing is kept: several symbols with each look.
template <int kLanes>
[[gnu::always_inline]] inline void skip_rest(std::array<Lane, kLanes>& lanes,
                                             Progresses<kLanes>& progress, const HuffmanTable& ac) {
  constexpr int kLooksPerFill = Lane::kFilledMin / HuffmanTable::kSkippedBitsMax;
  const auto active = [&]() __attribute__((always_inline)) {
    bool any = false;
    FOR_LANES { any |= progress[lane].active(); });
    return any;
  };
  const auto exceptional = [&]() __attribute__((always_inline)) {
    std::uint32_t all = 0;
    FOR_LANES { all |= progress[lane].exceptions(); });
    return all != 0;
  };
  if (exceptional()) [[unlikely]] {
    FOR_LANES {
      if (progress[lane].beyond()) {
        lanes[lane].set_broken();
        progress[lane] = Progress(kEndOfBlock);
      }
    });
  }
  while (active()) {
    FOR_LANES { lanes[lane].fill(); });
    const Progresses<kLanes> before = progress;
    const auto look = [&]() __attribute__((always_inline)) {
      FOR_LANES {
        const std::uint32_t word = ac.skip(lanes[lane]).word() & progress[lane].mask();
        lanes[lane].shift(word);
        progress[lane].add(word);
      });
    };
    static_assert(kLooksPerFill == 3);
    look();
    look();
    look();
    if (exceptional()) [[unlikely]] {
      FOR_LANES {
        const LaneProgress after = after_exception({lanes[lane], progress[lane]}, before[lane], ac);
        lanes[lane] = after.lane;
        progress[lane] = after.progress;
      });
    }
    FOR_LANES {
      lanes[lane].count_shifted(progress[lane].length());
      progress[lane].settle();
    });
  }
}

/// A block in each lane: T.81, F.2.2. Coefficients are added to `blocks`, which are zero.
template <int kLanes>
[[gnu::always_inline]] inline void read_blocks(
    std::array<Lane, kLanes>& lanes, const BlockCode& code,
    const std::array<std::int16_t*, kLanes>& blocks,
    const std::array<std::uint32_t*, kLanes>& predictions) {
  static_assert(2 * HuffmanTable::kReadBits <= Lane::kFilledMin);
  const HuffmanTable& ac = *code.ac;
  const std::uint16_t* const offset = code.layout->offset.data();
  const int last_kept = code.layout->end - 1;
  std::array<int, kLanes> index = {};
  FOR_LANES {
    lanes[lane].fill();
    // Unsigned, because a hostile file may let it overflow.
    const auto difference = static_cast<std::uint32_t>(code.dc->read(lanes[lane]).value);
    *predictions[lane] += difference;
    blocks[lane][0] = static_cast<std::int16_t>(*predictions[lane]);
  });
  const auto read = [&]() __attribute__((always_inline)) {
    FOR_LANES {
      const auto mask = static_cast<std::uint32_t>((index[lane] - last_kept) >> 31);
      const HuffmanTable::Coefficient next = ac.read_if(mask, lanes[lane]);
      index[lane] += next.advance;
      std::int16_t& to = blocks[lane][offset[index[lane]]];
      to = static_cast<std::int16_t>(to + next.value);
    });
  };
  const auto more = [&]() __attribute__((always_inline)) {
    bool any = false;
    FOR_LANES { any |= index[lane] < last_kept; });
    return any;
  };
  if (last_kept > 0) {
    read();
    // Most blocks have what two of three reads bring, so these two ask nothing.
    constexpr int kKeptOfSide2 = 4;
    if (last_kept == kKeptOfSide2) {
      FOR_LANES { lanes[lane].fill(); });
      read();
      read();
    }
    while (more()) {
      FOR_LANES { lanes[lane].fill(); });
      read();
      read();
    }
  }
  Progresses<kLanes> progress;
  FOR_LANES { progress[lane] = Progress(index[lane]); });
  skip_rest<kLanes>(lanes, progress, ac);
}

#undef FOR_LANES

}  // namespace tintype::image::jpeg
