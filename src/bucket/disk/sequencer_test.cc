#include "bucket/disk/sequencer.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "bucket/disk/test_store.h"

namespace tintype::bucket {
namespace {

constexpr Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};

class SequencerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Sequencer> open() {
    auto sequencer = Sequencer::open(path_, clock_);
    EXPECT_TRUE(sequencer);
    return *std::move(sequencer);
  }

  test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "sequencer";
  FixedClock clock_{kNow};
};

TEST_F(SequencerTest, IsTheTimeInMicrosecondsAsHexadecimal) {
  EXPECT_EQ(*open()->next(""), "0006651728988000");
}

TEST_F(SequencerTest, GrowsWhileTheClockStandsAndAfterItWentBack) {
  const auto sequencer = open();
  std::string last = *sequencer->next("");
  for (const auto step : {0, 1, -3'600'000, 0, 86'400'000, -2}) {
    clock_.advance(std::chrono::milliseconds(step));
    const std::string next = *sequencer->next("");
    EXPECT_GT(next, last) << step;
    EXPECT_EQ(next.size(), Sequencer::kDigits);
    last = next;
  }
}

TEST_F(SequencerTest, GrowsAcrossARestartAlthoughTheKeyIsGoneAndTheClockWentBack) {
  const std::string before = *open()->next("");
  clock_.advance(-std::chrono::hours(24));
  EXPECT_GT(*open()->next(""), before);
}

TEST_F(SequencerTest, ExceedsThePresentOneOfTheKey) {
  EXPECT_EQ(*open()->next("00FFFFFFFFFFFFFF"), "0100000000000000");
}

TEST_F(SequencerTest, WritesItsFileOnceInAMinuteOfUse) {
  const auto sequencer = open();
  ASSERT_TRUE(sequencer->next(""));
  const std::string reserved = *read_file(path_, 64);
  clock_.advance(std::chrono::seconds(60));
  ASSERT_TRUE(sequencer->next(""));
  EXPECT_EQ(*read_file(path_, 64), reserved);
  clock_.advance(std::chrono::milliseconds(1));
  ASSERT_TRUE(sequencer->next(""));
  EXPECT_NE(*read_file(path_, 64), reserved);
}

TEST_F(SequencerTest, GivesNothingThatItCouldNotReserve) {
  const auto sequencer = open();
  std::filesystem::create_directories(path_ / "in the way");  // rename(2) onto it fails.
  const auto next = sequencer->next("");
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, ErrorCode::unavailable);
}

TEST_F(SequencerTest, RefusesWhatIsNoSequencer) {
  for (const char* text : {"", "x", "0006651728988000x", "000665172898800\n", "-006651728988000"}) {
    SCOPED_TRACE(text);
    ASSERT_TRUE(write_file(path_, text, 0600));
    const auto sequencer = Sequencer::open(path_, clock_);
    ASSERT_FALSE(sequencer);
    EXPECT_EQ(sequencer.error().code, ErrorCode::corrupt);
  }
  std::filesystem::remove(path_);
  EXPECT_EQ(open()->next("12").error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace tintype::bucket
