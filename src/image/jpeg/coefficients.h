// Coefficients of blocks, as many of each as a scale can show.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tintype::image::jpeg {

/// Blocks that are transformed at once. Of each group, all first coefficients lie side by side,
/// then all second ones, and so on: a vector is one coefficient of many blocks.
inline constexpr int kGroup = 16;

/// Beyond the 63 that a block has: where a broken run, or kEndOfBlock, ends up.
inline constexpr int kIndicesMax = 128 + 64;

/// How much of a block is kept: the `side` x `side` lowest frequencies, from which as many samples
/// are made. Sides are 1, 2, 3, 4, 6 and 8.
struct Layout {
  int side = 8;
  /// Indices in zigzag order below this may be kept, none above is.
  int end = 64;
  /// [index in zigzag order]: of the coefficient's line in a group, in samples; spare() for those
  /// that are not kept.
  std::array<std::uint16_t, kIndicesMax> offset = {};

  constexpr int count() const { return side * side; }
  constexpr std::uint16_t spare() const { return static_cast<std::uint16_t>(count() * kGroup); }
  bool keeps(int index) const { return offset[static_cast<std::size_t>(index)] != spare(); }
  /// Samples of a group: the kept ones, and a line that nobody reads.
  int group_size() const { return (count() + 1) * kGroup; }

  static const Layout& of(int side);
};

/// Rows of blocks of one component, zero at first.
class CoefficientStore {
 public:
  CoefficientStore() = default;
  CoefficientStore(int blocks_wide, int rows, const Layout& layout)
      : layout_(&layout),
        groups_((blocks_wide + kGroup - 1) / kGroup),
        rows_(rows),
        values_(row_size() * static_cast<std::size_t>(rows)) {}

  int groups() const { return groups_; }
  int rows() const { return rows_; }
  const Layout& layout() const { return *layout_; }
  /// The first group of a row; the others follow.
  std::int16_t* row(int y) { return values_.data() + row_size() * static_cast<std::size_t>(y); }
  const std::int16_t* row(int y) const {
    return values_.data() + row_size() * static_cast<std::size_t>(y);
  }
  /// Where the block's coefficients are: add Layout::offset.
  std::int16_t* block(int x, int y) { return row(y) + offset_in_row(x); }
  const std::int16_t* block(int x, int y) const { return row(y) + offset_in_row(x); }
  void clear() { values_.assign(values_.size(), 0); }
  /// Only the first so many blocks of each row.
  void clear(int blocks);

 private:
  std::size_t row_size() const {
    return static_cast<std::size_t>(groups_) * static_cast<std::size_t>(layout_->group_size());
  }
  std::ptrdiff_t offset_in_row(int x) const {
    return static_cast<std::ptrdiff_t>(x / kGroup) * layout_->group_size() + x % kGroup;
  }

  const Layout* layout_ = nullptr;
  int groups_ = 0;
  int rows_ = 0;
  std::vector<std::int16_t> values_;
};

/// Blocks side by side in a row of a store.
struct BlockRun {
  int x;
  int y;
  int count;
};

/// Copies `run` of `from` to where `x`, `y` is in `to`, which has the same layout; `difference` is
/// added to each DC, of which 16 bits count.
void copy_blocks(const CoefficientStore& from, BlockRun run, CoefficientStore& to, int x, int y,
                 std::uint32_t difference);

}  // namespace tintype::image::jpeg
