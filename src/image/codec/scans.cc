#include "image/codec/scans.h"

#include <bit>
#include <cstdlib>
#include <vector>

namespace tintype::image {
namespace {

constexpr unsigned kEndOfBlock = 0x00;  // T.81, F.1.2.2.1.
constexpr unsigned kSixteenZeros = 0xF0;
constexpr std::size_t kSymbolsOfBlockMax = 65;                        // DC, 63 levels, an end.
constexpr std::size_t kSymbolsOfRefinedMax = 2 * kSymbolsOfBlockMax;  // And bits behind each.

int size_of(int magnitude) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude)));
}

/// A number of so many bits as T.81, F.1.2.1 writes it: negative ones less one.
unsigned bits_of(int number, int size) {
  const unsigned sign = static_cast<unsigned>(number >> 31);
  return (static_cast<unsigned>(number) + sign) & ((1U << size) - 1);
}

void put_dc(Table table, int difference, Symbols& symbols) {
  const int size = size_of(std::abs(difference));
  symbols.put(table, static_cast<unsigned>(size), bits_of(difference, size));
}

[[gnu::always_inline]] inline void put_run(Table table, int& zeros, int level, int size,
                                           Symbols& symbols) {
  for (; zeros >= 16; zeros -= 16) symbols.put(table, kSixteenZeros, 0);
  symbols.put(table, static_cast<unsigned>(zeros << 4 | size), bits_of(level, size));
}

[[gnu::always_inline]] inline void put_sequential(const LevelBlock& block, Table table,
                                                  Symbols& symbols) {
  int before = 0;
  for (std::uint64_t left = block.mask & ~std::uint64_t{1}; left != 0; left &= left - 1) {
    const int n = std::countr_zero(left);
    const int level = block.level(n);
    int zeros = n - before - 1;
    put_run(table, zeros, level, size_of(std::abs(level)), symbols);
    before = n;
  }
  if (before != 63) symbols.put(table, kEndOfBlock, 0);
}

/// Calls put(block, channel) for each block of a row of MCUs in the scan's order, and with a null
/// pointer for those that MCUs have beyond the picture.
template <class Put>
void for_mcu_row(std::span<const Grid> grids, int mcu_row, const Put& put) {
  const int mcus = (grids[0].columns + grids[0].factor - 1) / grids[0].factor;
  for (int mcu = 0; mcu < mcus; ++mcu)
    for (std::size_t channel = 0; channel < grids.size(); ++channel) {
      const Grid& grid = grids[channel];
      for (int y = mcu_row * grid.factor; y < (mcu_row + 1) * grid.factor; ++y)
        for (int x = mcu * grid.factor; x < (mcu + 1) * grid.factor; ++x)
          put(x < grid.columns && y < grid.rows ? &grid.at(x, y) : nullptr, channel);
    }
}

/// Bits of levels that were known before, of one block.
struct Corrections {
  std::uint64_t bits = 0;
  int count = 0;

  void add(unsigned bit) {
    bits = bits << 1 | bit;
    ++count;
  }
  void put_into(Symbols& symbols) {
    for (; count > 16; count -= 16)
      symbols.put_bits(static_cast<unsigned>(bits >> (count - 16) & 0xFFFF), 16);
    if (count > 0) symbols.put_bits(static_cast<unsigned>(bits & ((1U << count) - 1)), count);
    *this = {};
  }
};

constexpr std::size_t kSymbolsOfCorrectionsMax = 4;

/// The blocks after which nothing follows, which progressive scans count (T.81, G.1.2.2), and in
/// refining scans the bits that these blocks still have.
class EndRun {
 public:
  EndRun(Table table, Symbols& symbols) : table_(table), symbols_(symbols) {}

  void add_block(const Corrections& corrections = {}) {
    constexpr unsigned kRunMax = 0x7FFF;
    if (corrections.count > 0) corrections_.push_back(corrections);
    if (++blocks_ == kRunMax) flush();
  }
  /// Leaves room for the rest of a block.
  void flush() {
    if (blocks_ == 0) return;
    const int size = static_cast<int>(std::bit_width(blocks_)) - 1;
    symbols_.reserve(1);
    symbols_.put(table_, static_cast<unsigned>(size) << 4, blocks_ & ((1U << size) - 1));
    for (Corrections& each : corrections_) {
      symbols_.reserve(kSymbolsOfCorrectionsMax);
      each.put_into(symbols_);
    }
    corrections_.clear();
    blocks_ = 0;
    symbols_.reserve(kSymbolsOfRefinedMax);
  }

 private:
  Table table_;
  Symbols& symbols_;
  unsigned blocks_ = 0;
  std::vector<Corrections> corrections_;
};

std::uint64_t mask_of(const Band& band) {
  return (~std::uint64_t{0} >> (63 - band.last)) & (~std::uint64_t{0} << band.first);
}

void refine_block(const LevelBlock& block, const Band& band, Table table, EndRun& ends,
                  Symbols& symbols) {
  // Levels that this scan makes known end runs; of those known before, it has a bit each, which
  // follow the next symbol.
  std::uint64_t left = block.mask & mask_of(band);
  int last_new = 0;
  for (std::uint64_t rest = left; rest != 0; rest &= rest - 1) {
    const int n = std::countr_zero(rest);
    if (std::abs(block.level(n)) >> band.shift == 1) last_new = n;
  }
  Corrections corrections;
  int zeros = 0;
  int before = band.first - 1;
  const auto put_sixteen = [&] {
    for (; zeros >= 16; zeros -= 16) {
      ends.flush();
      symbols.put(table, kSixteenZeros, 0);
      corrections.put_into(symbols);
    }
  };
  for (; left != 0; left &= left - 1) {
    const int n = std::countr_zero(left);
    const int level = block.level(n);
    const int magnitude = std::abs(level) >> band.shift;
    zeros += n - before - 1;
    before = n;
    if (magnitude == 0) {
      ++zeros;
      continue;
    }
    if (n <= last_new) put_sixteen();
    if (magnitude > 1) {
      corrections.add(static_cast<unsigned>(magnitude) & 1);
      continue;
    }
    ends.flush();
    symbols.put(table, static_cast<unsigned>(zeros << 4 | 1), level > 0 ? 1 : 0);
    corrections.put_into(symbols);
    zeros = 0;
  }
  if (before == band.last && zeros == 0 && corrections.count == 0) return;
  ends.add_block(corrections);
}

}  // namespace

void put_mcu_row(std::span<const Grid> grids, LastDc& last, Symbols& symbols) {
  for_mcu_row(grids, 0, [&](const LevelBlock* block, std::size_t channel) {
    const Grid& grid = grids[channel];
    symbols.reserve(kSymbolsOfBlockMax);
    if (block == nullptr) {  // As cheap as a block can be.
      put_dc(grid.dc_table(), 0, symbols);
      symbols.put(grid.ac_table(), kEndOfBlock, 0);
      return;
    }
    put_dc(grid.dc_table(), block->levels[0] - last[channel], symbols);
    last[channel] = block->levels[0];
    put_sequential(*block, grid.ac_table(), symbols);
  });
}

void put_dc_scan(std::span<const Grid> grids, Symbols& symbols) {
  LastDc last = {};
  const int rows = (grids[0].rows + grids[0].factor - 1) / grids[0].factor;
  for (int row = 0; row < rows; ++row) {
    for_mcu_row(grids, row, [&](const LevelBlock* block, std::size_t channel) {
      symbols.reserve(1);
      const int dc = block == nullptr ? last[channel] : block->levels[0];
      put_dc(grids[channel].dc_table(), dc - last[channel], symbols);
      last[channel] = dc;
    });
  }
}

void put_ac_scan(const Grid& grid, const Band& band, Symbols& symbols) {
  const Table table = grid.ac_table();
  EndRun ends(table, symbols);
  const std::uint64_t mask = mask_of(band);
  const std::ptrdiff_t count = std::ptrdiff_t{grid.columns} * grid.rows;
  for (const LevelBlock* block = grid.blocks; block != grid.blocks + count; ++block) {
    symbols.reserve(kSymbolsOfBlockMax);
    int before = band.first - 1;
    for (std::uint64_t left = block->mask & mask; left != 0; left &= left - 1) {
      const int n = std::countr_zero(left);
      const int level = block->level(n);
      const int magnitude = std::abs(level) >> band.shift;
      if (magnitude == 0) continue;
      ends.flush();
      int zeros = n - before - 1;
      put_run(table, zeros, level < 0 ? -magnitude : magnitude, size_of(magnitude), symbols);
      before = n;
    }
    if (before != band.last) ends.add_block();
  }
  ends.flush();
}

void put_refining_scan(const Grid& grid, const Band& band, Symbols& symbols) {
  EndRun ends(grid.ac_table(), symbols);
  const std::ptrdiff_t count = std::ptrdiff_t{grid.columns} * grid.rows;
  for (const LevelBlock* block = grid.blocks; block != grid.blocks + count; ++block) {
    symbols.reserve(kSymbolsOfRefinedMax);
    refine_block(*block, band, grid.ac_table(), ends, symbols);
  }
  ends.flush();
}

}  // namespace tintype::image
