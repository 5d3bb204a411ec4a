#include "gateway/throttle.h"

#include <gtest/gtest.h>

#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using std::chrono::seconds;
using test::kNow;

constexpr Throttle::Options kOptions{.failures_max = 3, .window = seconds(60), .keys_max = 2};

TEST(Throttle, LetsTryUpToTheLimit) {
  Throttle throttle(kOptions);
  for (int i = 0; i < 2; ++i) throttle.failed("a", kNow);
  EXPECT_FALSE(throttle.wait_of("a", kNow));

  throttle.failed("a", kNow);

  EXPECT_EQ(throttle.wait_of("a", kNow), seconds(60));
  EXPECT_EQ(throttle.wait_of("a", kNow + std::chrono::milliseconds(59'001)), seconds(1));
  EXPECT_FALSE(throttle.wait_of("b", kNow));
}

TEST(Throttle, ForgetsAfterTheWindow) {
  Throttle throttle(kOptions);
  for (int i = 0; i < 3; ++i) throttle.failed("a", kNow);

  EXPECT_FALSE(throttle.wait_of("a", kNow + seconds(60)));
  throttle.failed("a", kNow + seconds(60));
  EXPECT_FALSE(throttle.wait_of("a", kNow + seconds(60)));
}

TEST(Throttle, BeginsAWindowAnewWhereNobodyAsked) {
  Throttle throttle(kOptions);
  for (int i = 0; i < 3; ++i) throttle.failed("a", kNow);
  throttle.failed("a", kNow + seconds(61));
  EXPECT_FALSE(throttle.wait_of("a", kNow + seconds(61)));
}

TEST(Throttle, ForgivesWhoSucceeds) {
  Throttle throttle(kOptions);
  for (int i = 0; i < 2; ++i) throttle.failed("a", kNow);
  throttle.succeeded("a");
  throttle.failed("a", kNow);
  EXPECT_FALSE(throttle.wait_of("a", kNow));
}

TEST(Throttle, IsBounded) {
  Throttle throttle(kOptions);
  for (int i = 0; i < 3; ++i) throttle.failed("oldest", kNow);
  for (int i = 0; i < 3; ++i) throttle.failed("newer", kNow + seconds(1));

  throttle.failed("third", kNow + seconds(2));

  EXPECT_FALSE(throttle.wait_of("oldest", kNow + seconds(2)));
  EXPECT_TRUE(throttle.wait_of("newer", kNow + seconds(2)));
}

}  // namespace
}  // namespace tintype::gateway
