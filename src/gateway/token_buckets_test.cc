#include "gateway/token_buckets.h"

#include <gtest/gtest.h>

#include <string>

#include "gateway/rate.h"

namespace tintype::gateway {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant kStart{milliseconds(1'795'465'864'000)};
constexpr Rate kTwoASecond{.count = 2, .per = seconds(1), .burst = 3};

int taken(TokenBuckets& buckets, std::string_view key, Instant now, int times) {
  int allowed = 0;
  for (int i = 0; i < times; ++i) allowed += buckets.take(key, now).allowed ? 1 : 0;
  return allowed;
}

TEST(Rate, ReadsWhatPeopleWrite) {
  const struct {
    const char* text;
    Rate rate;
    std::int64_t window_s;
  } cases[] = {
      {"100/s", {.count = 100, .per = seconds(1), .burst = 100}, 1},
      {"100/s burst 200", {.count = 100, .per = seconds(1), .burst = 200}, 2},
      {"30/m", {.count = 30, .per = minutes(1), .burst = 30}, 60},
      {"1/h burst 1", {.count = 1, .per = hours(1), .burst = 1}, 3600},
      {"1000000/s burst 1000000", {.count = 1'000'000, .per = seconds(1), .burst = 1'000'000}, 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto rate = Rate::parse(c.text);
    ASSERT_TRUE(rate) << rate.error().message;
    EXPECT_EQ(*rate, c.rate);
    EXPECT_EQ(rate->window(), seconds(c.window_s));
    EXPECT_EQ(*Rate::parse(to_string(*rate)), *rate);
  }
}

TEST(Rate, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "100",
                           "/s",
                           "100/",
                           "100/d",
                           "100 / s",
                           "0/s",
                           "-1/s",
                           "1.5/s",
                           "1000001/s",
                           "100/s/s",
                           "100/s burst",
                           "100/s burst 0",
                           "100/s burst x",
                           "100/s burst 1000001",
                           "100/s  burst 2",
                           "100/s brust 2",
                           "100/s burst 2 ",
                           " 100/s",
                           "99999999999999999999/s",
                           "none"}) {
    SCOPED_TRACE(text);
    const auto rate = Rate::parse(text);
    ASSERT_FALSE(rate);
    EXPECT_EQ(rate.error().code, ErrorCode::invalid_argument);
  }
}

TEST(TokenBuckets, LetsTheBurstPassAndThenTheRate) {
  TokenBuckets buckets(kTwoASecond);
  EXPECT_EQ(taken(buckets, "a", kStart, 10), 3);
  EXPECT_EQ(taken(buckets, "a", kStart + milliseconds(499), 10), 0);
  EXPECT_EQ(taken(buckets, "a", kStart + milliseconds(500), 10), 1);
  EXPECT_EQ(taken(buckets, "a", kStart + milliseconds(1500), 10), 2);
  EXPECT_EQ(taken(buckets, "a", kStart + hours(1), 10), 3);
}

TEST(TokenBuckets, SaysWhereOneStands) {
  TokenBuckets buckets(kTwoASecond);
  const Standing first = buckets.take("a", kStart);
  EXPECT_TRUE(first.allowed);
  EXPECT_EQ(first.remaining, 2);
  EXPECT_EQ(first.full_in, seconds(1));
  EXPECT_EQ(first.retry_after, seconds(0));

  taken(buckets, "a", kStart, 2);
  const Standing refused = buckets.take("a", kStart);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.full_in, seconds(2));
  EXPECT_EQ(refused.retry_after, seconds(1));
}

TEST(TokenBuckets, RetryAfterIsEnough) {
  TokenBuckets buckets({.count = 1, .per = minutes(1), .burst = 1});
  EXPECT_TRUE(buckets.take("a", kStart).allowed);
  const Standing refused = buckets.take("a", kStart + milliseconds(1));
  EXPECT_EQ(refused.retry_after, seconds(60));
  EXPECT_TRUE(buckets.take("a", kStart + milliseconds(1) + refused.retry_after).allowed);
}

TEST(TokenBuckets, ARefusalCostsNothing) {
  TokenBuckets buckets(kTwoASecond);
  taken(buckets, "a", kStart, 1000);
  EXPECT_TRUE(buckets.take("a", kStart + milliseconds(500)).allowed);
}

TEST(TokenBuckets, KeysDoNotShare) {
  TokenBuckets buckets(kTwoASecond);
  EXPECT_EQ(taken(buckets, "a", kStart, 9), 3);
  EXPECT_EQ(taken(buckets, "b", kStart, 9), 3);
}

TEST(TokenBuckets, AClockSetBackLocksNobodyOutForLong) {
  TokenBuckets buckets(kTwoASecond);
  taken(buckets, "a", kStart, 9);
  EXPECT_FALSE(buckets.take("a", kStart - hours(24)).allowed);
  EXPECT_TRUE(buckets.take("a", kStart - hours(24) + milliseconds(500)).allowed);
}

TEST(TokenBuckets, AreBounded) {
  TokenBuckets buckets(kTwoASecond, 2);
  for (int i = 0; i < 100; ++i) buckets.take(std::to_string(i), kStart + seconds(i));
  EXPECT_EQ(buckets.count(), 2U);
}

TEST(TokenBuckets, ForgetsTheFullWithoutATrace) {
  TokenBuckets buckets(kTwoASecond, 2);
  taken(buckets, "a", kStart, 9);
  const Instant later = kStart + seconds(2);
  buckets.take("b", later);
  buckets.take("c", later);  // Forgets a, whose bucket is full again.
  EXPECT_EQ(taken(buckets, "d", later + seconds(2), 9), 3);
}

TEST(TokenBuckets, NobodyHasHisOwnForgotten) {
  TokenBuckets buckets(kTwoASecond, 2);
  EXPECT_EQ(taken(buckets, "mallory", kStart, 9), 3);
  for (int i = 0; i < 50; ++i) buckets.take("made up " + std::to_string(i), kStart);
  EXPECT_EQ(taken(buckets, "mallory", kStart, 9), 0);
  EXPECT_EQ(taken(buckets, "mallory", kStart + milliseconds(500), 9), 1);
}

}  // namespace
}  // namespace tintype::gateway
