#include "bucket/remote/retries.h"

#include <gtest/gtest.h>

#include <vector>

namespace tintype::bucket {
namespace {

using std::chrono::milliseconds;

TEST(Retries, WaitLongerEachTimeAndNeverTheSame) {
  std::vector<milliseconds> delays;
  Retries retries({.attempts_max = 6,
                   .delay_min = milliseconds(1000),
                   .delay_max = milliseconds(4000),
                   .pause = [&](milliseconds delay) { delays.push_back(delay); }});
  std::vector<milliseconds> greatest(5);
  for (int round = 0; round < 19; ++round) {
    for (int number = 1; number < 6; ++number) {
      ASSERT_TRUE(retries.again(number));
      auto& most = greatest[static_cast<std::size_t>(number - 1)];
      most = std::max(most, delays.back());
    }
    EXPECT_FALSE(retries.again(6));
  }
  const int ceilings[] = {1000, 2000, 4000, 4000, 4000};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_LE(greatest[i], milliseconds(ceilings[i]));
    EXPECT_GT(greatest[i], milliseconds(ceilings[i] / 4)) << "of 19, by chance once in 10^11";
  }
}

TEST(Retries, EndWithTheirBudgetAndComeBackWithSuccess) {
  Retries retries({.pause = [](milliseconds) {}});
  int count = 0;
  while (retries.again(1)) ++count;
  EXPECT_EQ(count, 100);
  for (int i = 0; i < 5; ++i) retries.succeeded();
  EXPECT_TRUE(retries.again(1));
  EXPECT_FALSE(retries.again(1));
}

TEST(Retries, LeaveAServerAloneThatDoesNotAnswer) {
  Retries patient({.silences_max = 3, .rest = std::chrono::hours(1)});
  patient.ended(false);
  patient.ended(false);
  patient.ended(true);
  for (int i = 0; i < 2; ++i) patient.ended(false);
  EXPECT_TRUE(patient.may_begin()) << "not three in a row";
  patient.ended(false);
  EXPECT_FALSE(patient.may_begin());
  patient.ended(true);  // Of one who began before.
  EXPECT_TRUE(patient.may_begin());

  Retries quick({.silences_max = 1, .rest = milliseconds(0)});
  quick.ended(false);
  EXPECT_TRUE(quick.may_begin()) << "after the rest, one may ask";
}

}  // namespace
}  // namespace tintype::bucket
