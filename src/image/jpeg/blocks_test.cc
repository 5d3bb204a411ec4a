// Blocks in one lane and in two are what reading one symbol after the other makes of them; of any
// bytes, because most of what a scout reads at first is nonsense.
#include "image/jpeg/blocks.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vector>

#include "image/jpeg/test_codes.h"
#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

using Block = std::vector<std::int16_t>;

Block empty_block(const Layout& layout) {
  return Block(static_cast<std::size_t>(layout.group_size()));
}
/// Without the line that nobody reads.
Block kept(const Layout& layout, Block block) {
  block.resize(static_cast<std::size_t>(layout.count()) * kGroup);
  return block;
}

/// T.81, F.2.2, symbol by symbol.
Block read_simply(Lane& lane, const BlockCode& code) {
  Block block = empty_block(*code.layout);
  lane.fill();
  block[0] = static_cast<std::int16_t>(code.dc->read(lane).value);
  int index = 0;
  while (index < kLastIndex) {
    lane.fill();
    const HuffmanTable::Coefficient next = code.ac->read(lane);
    index += next.advance;
    if (index <= kLastIndex)
      block[code.layout->offset[static_cast<std::size_t>(index)]] =
          static_cast<std::int16_t>(next.value);
  }
  if (index > kLastIndex && index < kEndOfBlock) lane.set_broken();
  return kept(*code.layout, block);
}

template <int kLanes>
std::array<Block, kLanes> read(std::array<Lane, kLanes>& lanes, const BlockCode& code) {
  std::array<Block, kLanes> blocks;
  std::array<std::int16_t*, kLanes> targets;
  std::array<std::uint32_t, kLanes> predictions = {};
  std::array<std::uint32_t*, kLanes> prediction_targets;
  for (std::size_t i = 0; i < kLanes; ++i) {
    blocks[i] = empty_block(*code.layout);
    targets[i] = blocks[i].data();
    prediction_targets[i] = &predictions[i];
  }
  read_blocks<kLanes>(lanes, code, targets, prediction_targets);
  for (Block& block : blocks) block = kept(*code.layout, block);
  return blocks;
}

TEST(Blocks, InOneLaneOrTwoAreAsSymbolBySymbol) {
  const test::Published published;
  // Many symbols in few bits, and ends behind full blocks.
  const HuffmanCode dense = test::code_of({0, 1, 2, 1, 1, 1}, {0x01, 0x00, 0x11, 0xf0, 0x35, 0x0f});
  const HuffmanCode full = test::code_of({1, 1, 1}, {0x01, 0x02, 0x00});
  for (const HuffmanCode* ac : {&published.ac_luma, &published.ac_chroma, &dense, &full})
    for (const int side : {1, 2, 3, 4, 6, 8}) {
      HuffmanTable dc_table;
      HuffmanTable ac_table;
      ASSERT_TRUE(dc_table.build(published.dc_luma, Role::dc).has_value());
      ASSERT_TRUE(ac_table.build(*ac, Role::ac).has_value());
      const BlockCode code = {.dc = &dc_table, .ac = &ac_table, .layout = &Layout::of(side)};
      test::Random random(static_cast<std::uint32_t>(side));
      std::vector<std::uint8_t> bytes(4000);
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next() >> 9);
      for (int i = 0; i < 1000; ++i) {
        const int begin = random.below(8 * 1000);
        const int other_begin = random.below(8 * 1000);
        SCOPED_TRACE(fmt::format("side {}, bits {} and {}", side, begin, other_begin));
        Lane simple(bytes.data(), begin);
        const Block expected = read_simply(simple, code);
        std::array<Lane, 1> one = {Lane(bytes.data(), begin)};
        std::array<Lane, 2> two = {Lane(bytes.data(), other_begin), Lane(bytes.data(), begin)};
        ASSERT_EQ(read<1>(one, code)[0], expected);
        ASSERT_EQ(read<2>(two, code)[1], expected);
        for (const Lane& lane : {one[0], two[1]}) {
          ASSERT_EQ(lane.position(bytes.data()), simple.position(bytes.data()));
          ASSERT_EQ(lane.broken(), simple.broken());
        }
      }
    }
}

}  // namespace
}  // namespace tintype::image::jpeg
