#include "image/codec/scans.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <vector>

#include "image/codec/jpeg_file.h"
#include "image/codec/test_codec.h"
#include "image/codec/test_levels.h"

namespace tintype::image {
namespace {

using test::Layout;

/// A picture's blocks.
struct Picture {
  Planes planes;  // Only their size counts.
  std::vector<Grid> grids;
  std::vector<std::vector<LevelBlock>> blocks;
};

void set_level(LevelBlock& block, std::size_t n, int level) {
  block.levels[kPlaceOf[n]] = static_cast<std::int16_t>(level);
  const std::uint64_t bit = std::uint64_t{1} << n;
  block.mask = level == 0 ? block.mask & ~bit : block.mask | bit;
}

Picture make_picture(int width, int height, Layout layout,
                     const std::function<void(LevelBlock&)>& fill) {
  Picture picture;
  picture.planes = test::make_planes(width, height, layout);
  picture.grids = grids_of(picture.planes);
  for (Grid& grid : picture.grids) {
    auto& blocks = picture.blocks.emplace_back(static_cast<std::size_t>(grid.columns) *
                                               static_cast<std::size_t>(grid.rows));
    for (LevelBlock& block : blocks) fill(block);
    grid.blocks = blocks.data();
  }
  return picture;
}

QuantTables ones() {
  QuantTables tables;
  tables.luma.fill(1);
  tables.chroma.fill(1);
  return tables;
}

std::string sequential_file(const Picture& picture) {
  JpegFile file(picture.planes, {}, ones(), JpegFile::Process::baseline);
  Symbols symbols;
  LastDc last = {};
  const int factor = picture.grids[0].factor;
  for (int row = 0; row * factor < picture.grids[0].rows; ++row) {
    std::vector<Grid> strip = picture.grids;
    for (Grid& grid : strip) {
      grid.blocks = &grid.at(0, row * grid.factor);
      grid.rows = std::min(grid.factor, grid.rows - row * grid.factor);
    }
    put_mcu_row(strip, last, symbols);
  }
  EXPECT_TRUE(file.add_scan({.channel_count = static_cast<int>(picture.grids.size())}, symbols));
  return *file.finish();
}

/// DC, and each channel's coefficients up to `split` and above it, less their lowest `shift` bits,
/// which follow one by one.
std::string progressive_file(const Picture& picture, int split, int shift) {
  JpegFile file(picture.planes, {}, ones(), JpegFile::Process::progressive);
  Symbols dc;
  put_dc_scan(picture.grids, dc);
  EXPECT_TRUE(file.add_scan(
      {.channel_count = static_cast<int>(picture.grids.size()), .band = {.first = 0, .last = 0}},
      dc));
  for (int i = 0; i < static_cast<int>(picture.grids.size()); ++i) {
    const Grid& grid = picture.grids[static_cast<std::size_t>(i)];
    for (const Band band : {Band{1, split, shift}, Band{split + 1, 63, shift}}) {
      if (band.first > band.last) continue;
      Symbols symbols;
      put_ac_scan(grid, band, symbols);
      EXPECT_TRUE(file.add_scan({.first_channel = i, .band = band}, symbols));
    }
    for (int bit = shift - 1; bit >= 0; --bit) {
      const Band band = {1, 63, bit};
      Symbols symbols;
      put_refining_scan(grid, band, symbols);
      EXPECT_TRUE(
          file.add_scan({.first_channel = i, .band = band, .shift_before = bit + 1}, symbols));
    }
  }
  return *file.finish();
}

struct Filling {
  const char* name;
  std::function<void(LevelBlock&)> fill;
};

/// Each calls its own generator.
std::vector<Filling> fillings() {
  auto generator = std::make_shared<std::mt19937>(1);
  const auto sparse = [generator](LevelBlock& block) {
    std::mt19937& random = *generator;
    set_level(block, 0, static_cast<int>(random() % 2048) - 1024);
    for (auto i = random() % 6; i > 0; --i)
      set_level(block, 1 + random() % 63, static_cast<int>(random() % 9) - 4);
  };
  const auto dense = [generator](LevelBlock& block) {
    std::mt19937& random = *generator;
    set_level(block, 0, static_cast<int>(random() % 2048) - 1024);
    for (std::size_t n = 1; n < 64; ++n)
      set_level(block, n, static_cast<int>(random() % 2047) - kAcLevelMax);
  };
  const auto ones_and_twos = [generator](LevelBlock& block) {
    std::mt19937& random = *generator;
    for (std::size_t n = 1; n < 64; ++n)
      if (random() % 3 == 0) set_level(block, n, static_cast<int>(random() % 7) - 3);
  };
  const auto last_only = [generator](LevelBlock& block) {
    set_level(block, 63, static_cast<int>((*generator)() % 5) - 2);
  };
  const auto nothing = [](LevelBlock&) {};
  return {{"sparse", sparse},
          {"dense", dense},
          {"small levels", ones_and_twos},
          {"the last one", last_only},
          {"nothing", nothing}};
}

/// What libjpeg-turbo finds in a file is what was put.
void check_file(const std::string& file, const Picture& picture) {
  const test::JpegLevels found = test::read_levels(file);
  EXPECT_EQ(found.warnings, 0);
  ASSERT_EQ(found.channels.size(), picture.grids.size());
  for (std::size_t i = 0; i < picture.grids.size(); ++i) {
    const Grid& grid = picture.grids[i];
    for (int row = 0; row < grid.rows; ++row)
      for (int column = 0; column < grid.columns; ++column)
        for (int n = 0; n < 64; ++n)
          ASSERT_EQ(found.channels[i].at(column, row, kZigzag[static_cast<std::size_t>(n)]),
                    grid.at(column, row).level(n))
              << "channel " << i << " block " << column << ',' << row << " place " << n;
  }
}

TEST(Scans, AreWhatLibjpegReads) {
  const struct {
    int width;
    int height;
  } sizes[] = {{1, 1}, {8, 8}, {17, 9}, {16, 33}, {70, 41}};
  for (const auto& size : sizes)
    for (const Layout layout : test::kLayouts)
      for (const Filling& filling : fillings()) {
        SCOPED_TRACE(filling.name);
        SCOPED_TRACE(testing::Message() << size.width << 'x' << size.height);
        const Picture picture = make_picture(size.width, size.height, layout, filling.fill);
        check_file(sequential_file(picture), picture);
        for (const int split : {1, 5, 63})
          for (const int shift : {0, 1, 3}) {
            SCOPED_TRACE(testing::Message() << "split " << split << " shift " << shift);
            check_file(progressive_file(picture, split, shift), picture);
          }
      }
}

TEST(Scans, EndRunsBeforeTheyGetTooLong) {
  // More empty blocks than one run may have, and bits of many blocks behind an end.
  const struct {
    const char* name;
    std::function<void(LevelBlock&)> fill;
  } cases[] = {{"nothing", [](LevelBlock&) {}}, {"corrections", [](LevelBlock& block) {
                                                   set_level(block, 1, 2);
                                                   set_level(block, 7, -3);
                                                 }}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Picture picture = make_picture(1480, 1480, Layout::grey, c.fill);
    ASSERT_GT(picture.blocks[0].size(), 0x7FFFU);
    check_file(progressive_file(picture, 63, 1), picture);
  }
}

TEST(Scans, AreNoLargerThanLibjpegs) {
  for (const Filling& filling : fillings()) {
    SCOPED_TRACE(filling.name);
    const Picture picture = make_picture(70, 41, Layout::subsampled, filling.fill);
    const std::string file = sequential_file(picture);
    EXPECT_LE(file.size(), test::rewritten(file).size());
  }
}

}  // namespace
}  // namespace tintype::image
