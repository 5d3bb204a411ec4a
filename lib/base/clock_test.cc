#include "base/clock.h"

#include <gtest/gtest.h>

namespace tintype {
namespace {

// 2026-11-23T20:31:04.123Z
const Instant kInstant = from_epoch_ms(1795465864123);

TEST(Clock, WritesEverySpelling) {
  EXPECT_EQ(to_rfc3339(kInstant), "2026-11-23T20:31:04.123Z");
  EXPECT_EQ(to_http_date(kInstant), "Mon, 23 Nov 2026 20:31:04 GMT");
  EXPECT_EQ(to_amz_date(kInstant), "20261123T203104Z");
  // https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
  EXPECT_EQ(to_http_date(from_epoch_ms(784111777000)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(to_rfc3339(from_epoch_ms(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Clock, ReadsWhatItWrites) {
  for (const std::int64_t seconds :
       {std::int64_t{0}, std::int64_t{951'782'400}, std::int64_t{1'709'164'799},
        std::int64_t{1'795'465'864}, std::int64_t{4'102'444'799}, std::int64_t{-86'401}}) {
    SCOPED_TRACE(seconds);
    const Instant at = from_epoch_ms(seconds * 1000);
    EXPECT_EQ(*parse_rfc3339(to_rfc3339(at)), at);
    EXPECT_EQ(*parse_http_date(to_http_date(at)), at);
    EXPECT_EQ(*parse_amz_date(to_amz_date(at)), at);
  }
  EXPECT_EQ(*parse_rfc3339(to_rfc3339(kInstant)), kInstant);
  EXPECT_EQ(to_epoch_ms(kInstant), 1795465864123);
}

TEST(ParseRfc3339, TakesWholeSeconds) {
  EXPECT_EQ(*parse_rfc3339("2026-11-23T20:31:04Z"), from_epoch_ms(1795465864000));
  EXPECT_EQ(*parse_rfc3339("2016-12-31T23:59:60Z"), *parse_rfc3339("2017-01-01T00:00:00Z"));
  EXPECT_TRUE(parse_rfc3339("2024-02-29T00:00:00Z"));
}

TEST(ParseRfc3339, Rejects) {
  for (const char* text : {"",
                           "2026-11-23",
                           "2026-11-23T20:31:04",
                           "2026-11-23T20:31:04+01:00",
                           "2026-11-23t20:31:04Z",
                           "2026-11-23 20:31:04Z",
                           "2026-11-23T20:31:04.1Z",
                           "2026-11-23T20:31:04.1234Z",
                           "2026-11-23T20:31:04,123Z",
                           "2026-13-23T20:31:04Z",
                           "2026-00-23T20:31:04Z",
                           "2026-11-31T20:31:04Z",
                           "2025-02-29T00:00:00Z",
                           "2026-11-00T20:31:04Z",
                           "2026-11-23T24:00:00Z",
                           "2026-11-23T20:60:04Z",
                           "2026-11-23T20:31:61Z",
                           "2026-1a-23T20:31:04Z",
                           "+026-11-23T20:31:04Z",
                           "2026-11-23T20:31:-4Z",
                           "2026-11-23T20:31:04.-12Z",
                           "02026-11-23T20:31:04Z",
                           "2026-11-23T20:31:04ZZ"}) {
    SCOPED_TRACE(text);
    const auto at = parse_rfc3339(text);
    ASSERT_FALSE(at);
    EXPECT_EQ(at.error().code, ErrorCode::invalid_argument);
  }
}

TEST(ParseHttpDate, Rejects) {
  for (const char* text : {"", "0", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Xxx 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:4a:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_http_date(text));
  }
}

TEST(ParseAmzDate, Rejects) {
  for (const char* text :
       {"", "20261123", "20261123T203104", "20261123t203104Z", "2026-11-23T20:31:04Z",
        "20261123T203104z", "20261323T203104Z", "20261131T203104Z", "20261123T243104Z",
        "20261123T206004Z", "2026112 T203104Z", "20261123T203104ZZ", " 20261123T203104Z"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_amz_date(text));
  }
}

TEST(FixedClock, MovesWhenItIsMoved) {
  FixedClock clock(kInstant);
  EXPECT_EQ(clock.now(), kInstant);
  clock.advance(std::chrono::milliseconds(5));
  EXPECT_EQ(clock.now(), kInstant + std::chrono::milliseconds(5));
}

TEST(SystemClock, IsInThisCentury) {
  EXPECT_GT(SystemClock().now(), *parse_rfc3339("2024-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace tintype
