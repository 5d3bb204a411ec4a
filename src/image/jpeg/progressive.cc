#include "image/jpeg/progressive.h"

#include <algorithm>
#include <bit>
#include <memory>

#include "image/jpeg/dispatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/jpeg/progressive.cc"
#include <hwy/foreach_target.h>  // Must come before highway.h.

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tintype::image::jpeg {
namespace HWY_NAMESPACE {

/// One bit per coefficient in zigzag order: whether it is not zero so far. A refining scan has a
/// bit for each of those, kept or not, so they have to be known.
class History {
 public:
  History() = default;
  History(int wide, int high)
      : wide_(static_cast<std::size_t>(wide)), bits_(wide_ * static_cast<std::size_t>(high)) {}
  bool kept() const { return !bits_.empty(); }
  std::uint64_t* row(int y) { return bits_.data() + wide_ * static_cast<std::size_t>(y); }

 private:
  std::size_t wide_ = 0;
  std::vector<std::uint64_t> bits_;
};

using Histories = std::array<History, kComponentsMax>;

/// Indices first to last, as bits. 0 <= first <= last <= 63.
constexpr std::uint64_t band(int first, int last) {
  return (~0ULL >> (63 - last)) & (~0ULL << first);
}

/// T.81, G.1.2.1: DC, first or one more bit, of the components together.
class DcCoder {
 public:
  DcCoder(BitReader& reader, const ScanGrid& grid, const Scan& scan,
          const std::array<HuffmanTable, kTablesMax>& tables, Stores& stores)
      : reader_(reader), grid_(grid), scan_(scan), tables_(tables), stores_(stores) {}

  void restart() { predictions_.fill(0); }
  void read(int y, int begin, int end) {
    BitReader reader = reader_;
    for (int x = begin; x < end; ++x)
      for (int i = 0; i < grid_.part_count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const ScanGrid::Part& part = grid_.parts[at];
        CoefficientStore& store = stores_[static_cast<std::size_t>(part.component)];
        const HuffmanTable& table = tables_[static_cast<std::size_t>(scan_.parts[at].dc_table)];
        for (int v = 0; v < part.vertical; ++v)
          for (int h = 0; h < part.horizontal; ++h)
            read_block(reader, table, predictions_[at],
                       *store.block(x * part.horizontal + h, y * part.vertical + v));
      }
    reader_ = reader;
  }
  void end_row(int) {}

 private:
  [[gnu::always_inline]] void read_block(BitReader& reader, const HuffmanTable& table,
                                         std::uint32_t& prediction, std::int16_t& value) const {
    reader.fill_for_symbol();
    if (scan_.high != 0) {
      if (reader.take(1) != 0) value = static_cast<std::int16_t>(value | 1 << scan_.low);
      return;
    }
    prediction += static_cast<std::uint32_t>(table.read(reader).value);
    value = static_cast<std::int16_t>(prediction << scan_.low);
  }

  BitReader& reader_;
  const ScanGrid& grid_;
  const Scan& scan_;
  const std::array<HuffmanTable, kTablesMax>& tables_;
  Stores& stores_;
  std::array<std::uint32_t, kComponentsMax> predictions_ = {};
};

/// What both kinds of AC scans have: one component, one table.
struct AcScan {
  BitReader& reader;
  const Scan& scan;
  const HuffmanTable& table;
  CoefficientStore& store;
  History& history;
};

/// How many blocks after this one have no news: T.81, G.1.2.2. `size` is 0 to 14.
[[gnu::always_inline]] inline int read_run_of_blocks(BitReader& reader, int size) {
  if (size == 0) return 0;
  reader.fill_for_symbol();
  return (1 << size) - 1 + static_cast<int>(reader.take(size));
}

/// The first scan of a band: T.81, G.1.2.2.
class AcFirstCoder {
 public:
  explicit AcFirstCoder(const AcScan& with)
      : with_(with),
        layout_(with.store.layout()),
        end_(with.scan.last + 1),
        read_end_(with.history.kept() ? end_ : std::min(end_, layout_.end)) {}

  void restart() { blocks_to_skip_ = 0; }
  void read(int y, int begin, int end) {
    BitReader reader = with_.reader;
    int x = begin;
    while (x < end) {
      const int passed = std::min(blocks_to_skip_, end - x);
      blocks_to_skip_ -= passed;
      x += passed;
      if (x < end) blocks_to_skip_ = read_block(reader, x++, y);
    }
    with_.reader = reader;
  }
  void end_row(int) {}

 private:
  /// Returns the run of blocks that begins behind this one.
  [[gnu::always_inline]] int read_block(BitReader& reader, int x, int y) {
    const std::uint16_t* const offset = layout_.offset.data();
    std::int16_t* const block = with_.store.block(x, y);
    std::uint64_t seen = 0;
    int run = 0;
    int index = with_.scan.first;
    while (index < read_end_) {
      reader.fill_for_symbol();
      const HuffmanTable::Coefficient next = with_.table.read(reader);
      index += next.advance;
      if (index > end_) {
        if (index >= kEndOfBlock) run = read_run_of_blocks(reader, -next.value);
        break;
      }
      const auto value = static_cast<std::int16_t>(next.value * (1 << with_.scan.low));
      block[offset[index - 1]] = value;
      seen |= static_cast<std::uint64_t>(value != 0) << (index - 1);
    }
    if (with_.history.kept()) with_.history.row(y)[x] |= seen;
    while (index < end_) {
      reader.fill_for_symbol();
      const HuffmanTable::Skip skip = with_.table.skip(reader);
      if (skip.bound() <= end_ - index) {
        reader.drop(skip.length());
        index += skip.advance();
      } else {
        const HuffmanTable::Coefficient next = with_.table.read(reader);
        index += next.advance;
        if (index >= kEndOfBlock) run = read_run_of_blocks(reader, -next.value);
      }
    }
    if (index > end_ && index < kEndOfBlock) reader.set_broken();
    return run;
  }

  AcScan with_;
  const Layout& layout_;
  int end_;
  int read_end_;  // Up to here coefficients matter; the rest is only passed over.
  int blocks_to_skip_ = 0;
};

/// One more bit of a band: T.81, G.1.2.3.
class AcRefiningCoder {
 public:
  explicit AcRefiningCoder(const AcScan& with)
      : with_(with), layout_(with.store.layout()), one_(1 << with.scan.low) {
    for (int index = 0; index < layout_.end; ++index)
      if (layout_.keeps(index)) kept_ |= 1ULL << index;
  }

  void restart() { blocks_to_skip_ = 0; }
  void read(int y, int begin, int end) {
    BitReader reader = with_.reader;
    std::uint64_t* const history = with_.history.row(y);
    const std::uint64_t all = band(with_.scan.first, with_.scan.last);
    for (int x = begin; x < end; ++x) {
      if (blocks_to_skip_ == 0) {
        blocks_to_skip_ = read_block(reader, history[x], with_.store.block(x, y));
        continue;
      }
      --blocks_to_skip_;
      if ((history[x] & all) != 0) correct(reader, history[x] & all, with_.store.block(x, y));
    }
    with_.reader = reader;
  }
  void end_row(int) {}

 private:
  /// Returns the run of blocks that begins behind this one.
  [[gnu::always_inline]] int read_block(BitReader& reader, std::uint64_t& history,
                                        std::int16_t* block) const {
    const std::uint16_t* const offset = layout_.offset.data();
    const int last = with_.scan.last;
    const std::uint64_t before = history;
    int index = with_.scan.first;
    while (index <= last) {
      reader.fill();
      const HuffmanTable::Coefficient next = with_.table.read(reader);
      const int advance = next.advance;
      if (advance == kEndOfBlock) {
        const int run = read_run_of_blocks(reader, -next.value);
        correct(reader, before & band(index, last), block);
        return run;
      }
      // Zeros are counted only where there was nothing before: each place that had something makes
      // the way longer, and may lead over another.
      int place = index + advance - 1;
      int passed = 0;
      while (place <= last) {
        const int met = std::popcount(before & band(index, place));
        if (met == passed) break;
        place += met - passed;
        passed = met;
      }
      correct(reader, before & band(index, std::min(place, last)), block);
      if (next.value != 0) {
        const bool fits = place <= last && (next.value == 1 || next.value == -1);
        if (!fits) {
          reader.set_broken();
          return 0;
        }
        block[offset[place]] = static_cast<std::int16_t>(next.value * one_);
        history |= 1ULL << place;
      }
      index = place + 1;
    }
    return 0;
  }

  /// A bit for each of `which`: whether its size grows by one_.
  [[gnu::always_inline]] void correct(BitReader& reader, std::uint64_t which,
                                      std::int16_t* block) const {
    std::uint64_t kept = which & kept_;
    int passed = 0;
    while (kept != 0) {
      const std::uint64_t below = (kept & -kept) - 1;
      const int behind = std::popcount(which & below);
      reader.skip(behind - passed);
      passed = behind + 1;
      if (reader.take(1) != 0) {
        std::int16_t& value = block[layout_.offset.data()[std::countr_zero(kept)]];
        if ((value & one_) == 0)
          value = static_cast<std::int16_t>(value >= 0 ? value + one_ : value - one_);
      }
      kept &= kept - 1;
    }
    if (which != 0) reader.skip(std::popcount(which) - passed);
  }

  AcScan with_;
  const Layout& layout_;
  int one_;
  std::uint64_t kept_ = 0;
  int blocks_to_skip_ = 0;
};

Status read_dc_scan(BitReader& reader, const Frame& frame, const PlannedScan& planned,
                    Stores& stores) {
  const auto tables = std::make_unique<std::array<HuffmanTable, kTablesMax>>();
  for (int i = 0; i < planned.scan.part_count && planned.scan.high == 0; ++i) {
    const auto at =
        static_cast<std::size_t>(planned.scan.parts[static_cast<std::size_t>(i)].dc_table);
    TRY((*tables)[at].build(planned.tables.dc[at], Role::dc));
  }
  const ScanGrid grid(frame, planned.scan);
  DcCoder coder(reader, grid, planned.scan, *tables, stores);
  return read_scan(reader, grid, grid.whole(), planned.tables.restart_interval, coder);
}

Status read_ac_scan(BitReader& reader, const Frame& frame, const PlannedScan& planned,
                    Stores& stores, Histories& histories) {
  const ScanPart& part = planned.scan.parts[0];
  const auto table = std::make_unique<HuffmanTable>();
  TRY(table->build(planned.tables.ac[static_cast<std::size_t>(part.ac_table)], Role::progressive));
  const auto component = static_cast<std::size_t>(part.component);
  const AcScan with = {.reader = reader,
                       .scan = planned.scan,
                       .table = *table,
                       .store = stores[component],
                       .history = histories[component]};
  const ScanGrid grid(frame, planned.scan);
  const int interval = planned.tables.restart_interval;
  if (planned.scan.high == 0) {
    AcFirstCoder coder(with);
    return read_scan(reader, grid, grid.whole(), interval, coder);
  }
  AcRefiningCoder coder(with);
  return read_scan(reader, grid, grid.whole(), interval, coder);
}

Status read_progressive_scans(const Frame& frame, const std::vector<PlannedScan>& scans,
                              const std::uint8_t* end, Stores& stores) {
  Histories histories;
  for (const PlannedScan& planned : scans) {
    if (!planned.wanted || planned.scan.first == 0 || planned.scan.high == 0) continue;
    const auto index = static_cast<std::size_t>(planned.scan.parts[0].component);
    const Component& component = frame.components[index];
    if (!histories[index].kept())
      histories[index] = History(component.blocks_wide, component.blocks_high);
  }
  for (const PlannedScan& planned : scans) {
    if (!planned.wanted) continue;
    BitReader reader(planned.data, end);
    if (planned.scan.first == 0)
      TRY(read_dc_scan(reader, frame, planned, stores));
    else
      TRY(read_ac_scan(reader, frame, planned, stores, histories));
  }
  return {};
}

}  // namespace HWY_NAMESPACE
}  // namespace tintype::image::jpeg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image::jpeg {

HWY_EXPORT(read_progressive_scans);

Status read_progressive_scans(const Frame& frame, const std::vector<PlannedScan>& scans,
                              const std::uint8_t* end, Stores& stores) {
  return HWY_DYNAMIC_DISPATCH(read_progressive_scans)(frame, scans, end, stores);
}

}  // namespace tintype::image::jpeg
#endif
