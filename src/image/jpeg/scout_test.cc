#include "image/jpeg/scout.h"

#include <gtest/gtest.h>

#include <vector>

namespace tintype::image::jpeg {
namespace {

/// MCUs of one block, and a scout that has room for six of them.
class ScoutTest : public testing::Test {
 protected:
  /// As if the next MCU had so many bits.
  void read(int bits, bool broken = false) {
    at_ += bits;
    Reading after = {.lane = Lane(data_.data(), at_)};
    after.lane.set_broken(broken);
    *scout_.block(0, 0, 0) = static_cast<std::int16_t>(at_);
    scout_.note(after);
  }
  std::optional<int> find(std::int64_t bit) {
    int from = 0;
    return scout_.find(bit, from);
  }
  void begin(std::int64_t bit, std::int64_t limit, int count_max = 6) {
    at_ = bit;
    scout_.begin(data_.data(), bit, limit, count_max);
  }

  Frame frame_ = {.width = 48, .height = 8, .component_count = 1, .components = {}};
  Scan scan_ = {.part_count = 1, .parts = {}};
  ScanGrid grid_ = (frame_.components[0].blocks_wide = 6, frame_.components[0].blocks_high = 1,
                    ScanGrid(frame_, scan_));
  std::vector<std::uint8_t> data_ = std::vector<std::uint8_t>(1000);
  std::int64_t at_ = 0;
  Scout scout_{grid_, {&Layout::of(1)}, 6};
};

TEST_F(ScoutTest, FindsWhereItsMcusBegan) {
  begin(80, 1000);
  for (const int bits : {10, 20, 30}) read(bits);
  EXPECT_EQ(find(80), 0);
  EXPECT_EQ(find(90), 1);
  EXPECT_EQ(find(110), 2);
  EXPECT_EQ(find(79), std::nullopt);
  EXPECT_EQ(find(91), std::nullopt);
  EXPECT_EQ(find(140), std::nullopt);  // Where it is; nothing was read there.
  EXPECT_EQ(scout_.prediction_before(0, 0), 0U);
  EXPECT_EQ(scout_.prediction_before(0, 2), 110U);
}

TEST_F(ScoutTest, GoesOnWithItsSearch) {
  begin(0, 1000);
  for (const int bits : {10, 10, 10}) read(bits);
  int from = 0;
  EXPECT_EQ(scout_.find(15, from), std::nullopt);
  EXPECT_EQ(from, 2);
  EXPECT_EQ(scout_.find(31, from), std::nullopt);
  EXPECT_EQ(from, scout_.count());
}

TEST_F(ScoutTest, ReliesOnNothingBeforeWhatIsBroken) {
  begin(0, 1000);
  read(10);
  read(10, true);
  read(10);
  EXPECT_EQ(find(0), std::nullopt);
  EXPECT_EQ(find(10), std::nullopt);
  EXPECT_EQ(find(20), 2);
  EXPECT_FALSE(scout_.reading().lane.broken());
}

TEST_F(ScoutTest, StopsWhereItMayNotGoOn) {
  begin(0, 25);
  read(10);
  read(15);
  EXPECT_FALSE(scout_.stopped());
  EXPECT_EQ(scout_.count(), 2);
  read(1);
  EXPECT_TRUE(scout_.stopped());
  EXPECT_EQ(scout_.count(), 2);
  EXPECT_EQ(scout_.reading().lane.position(data_.data()), 25);
}

TEST_F(ScoutTest, StopsWhereItHasNoRoom) {
  for (const int count_max : {3, 6, 100}) {
    begin(0, 1000, count_max);
    while (!scout_.stopped()) read(5);
    EXPECT_EQ(scout_.count(), std::min(count_max, 6));
  }
}

TEST_F(ScoutTest, ForgetsWhatItHadKept) {
  begin(0, 12);
  read(10);
  read(10);  // Too long; kept all the same.
  begin(500, 1000);
  EXPECT_EQ(scout_.count(), 0);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(*scout_.block(0, 0, 0), 0);
    scout_.note({.lane = Lane(data_.data(), 500 + i)});
  }
}

}  // namespace
}  // namespace tintype::image::jpeg
