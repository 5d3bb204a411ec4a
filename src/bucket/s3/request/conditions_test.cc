#include "bucket/s3/request/conditions.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

// Half a second more than HTTP can say.
const Instant kModified =
    *parse_http_date("Mon, 23 Nov 2026 20:31:04 GMT") + std::chrono::milliseconds(500);
const char* const kBefore = "Mon, 23 Nov 2026 20:31:03 GMT";
const char* const kThen = "Mon, 23 Nov 2026 20:31:04 GMT";
const char* const kLater = "Mon, 23 Nov 2026 20:31:05 GMT";

TEST(ReadConditions, FollowThePrecedenceOfRfc9110) {
  const struct {
    const char* name;
    http::Headers headers;
    Verdict verdict;
  } cases[] = {
      {"none", {}, Verdict::proceed},
      {"If-Match, matches", {{"If-Match", "\"e\""}}, Verdict::proceed},
      {"If-Match, one of a list", {{"If-Match", "\"x\", \"e\""}}, Verdict::proceed},
      {"If-Match, any", {{"If-Match", "*"}}, Verdict::proceed},
      {"If-Match, other", {{"If-Match", "\"x\""}}, Verdict::failed},
      {"If-Unmodified-Since, same second", {{"If-Unmodified-Since", kThen}}, Verdict::proceed},
      {"If-Unmodified-Since, before", {{"If-Unmodified-Since", kBefore}}, Verdict::failed},
      {"If-Unmodified-Since, no date", {{"If-Unmodified-Since", "soon"}}, Verdict::proceed},
      {"If-Match beats If-Unmodified-Since",
       {{"If-Match", "\"e\""}, {"If-Unmodified-Since", kBefore}},
       Verdict::proceed},
      {"If-None-Match, other", {{"If-None-Match", "\"x\""}}, Verdict::proceed},
      {"If-None-Match, matches", {{"If-None-Match", "\"e\""}}, Verdict::not_modified},
      {"If-None-Match, any", {{"If-None-Match", "*"}}, Verdict::not_modified},
      {"If-Modified-Since, same second", {{"If-Modified-Since", kThen}}, Verdict::not_modified},
      {"If-Modified-Since, later", {{"If-Modified-Since", kLater}}, Verdict::not_modified},
      {"If-Modified-Since, before", {{"If-Modified-Since", kBefore}}, Verdict::proceed},
      {"If-Modified-Since, no date", {{"If-Modified-Since", "0"}}, Verdict::proceed},
      {"If-None-Match beats If-Modified-Since",
       {{"If-None-Match", "\"x\""}, {"If-Modified-Since", kLater}},
       Verdict::proceed},
      {"If-Match is asked first",
       {{"If-None-Match", "\"e\""}, {"If-Match", "\"x\""}},
       Verdict::failed},
      {"both hold so far, then If-None-Match",
       {{"If-Match", "\"e\""}, {"If-None-Match", "\"e\""}},
       Verdict::not_modified},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(check_read_conditions(c.headers, "\"e\"", kModified), c.verdict);
  }
}

TEST(RangeApplies, OnlyToTheObjectThatIfRangeNames) {
  const struct {
    const char* name;
    http::Headers headers;
    bool applies;
  } cases[] = {
      {"no condition", {}, true},
      {"this etag", {{"If-Range", "\"e\""}}, true},
      {"other etag", {{"If-Range", "\"x\""}}, false},
      {"weak etag", {{"If-Range", "W/\"e\""}}, false},
      {"this date", {{"If-Range", kThen}}, true},
      {"later date", {{"If-Range", kLater}}, false},
      {"neither", {{"If-Range", "x"}}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(range_applies(c.headers, "\"e\"", kModified), c.applies);
  }
}

}  // namespace
}  // namespace tintype::bucket
