#include "edge/conditions.h"

#include <gtest/gtest.h>

namespace tintype::edge {
namespace {

using namespace std::chrono_literals;

constexpr const char* kBefore = "Mon, 23 Nov 2026 20:31:03 GMT";
constexpr const char* kThen = "Mon, 23 Nov 2026 20:31:04 GMT";
constexpr const char* kAfter = "Mon, 23 Nov 2026 20:31:05 GMT";

const Validators kBoth{.etag = "\"abc\"", .modified_at = *parse_http_date(kThen) + 700ms};
const Validators kEtagOnly{.etag = "\"abc\"", .modified_at = std::nullopt};

TEST(CheckConditions, DecidesInTheOrderOfRfc9110) {
  const struct {
    const char* name;
    http::Headers headers;
    Verdict verdict;
    Validators validators = kBoth;
  } cases[] = {
      {"none", {}, Verdict::send},
      {"If-None-Match", {{"If-None-Match", "\"abc\""}}, Verdict::not_modified},
      {"weakened by a proxy", {{"If-None-Match", "W/\"abc\""}}, Verdict::not_modified},
      {"in a list", {{"if-none-match", "\"x\", \"a,b\" , \"abc\""}}, Verdict::not_modified},
      {"in a second field",
       {{"If-None-Match", "\"x\""}, {"If-None-Match", "\"abc\""}},
       Verdict::not_modified},
      {"any", {{"If-None-Match", "*"}}, Verdict::not_modified},
      {"another", {{"If-None-Match", "\"xyz\""}}, Verdict::send},
      {"a part of it", {{"If-None-Match", "\"ab\""}}, Verdict::send},
      {"in capitals", {{"If-None-Match", "\"ABC\""}}, Verdict::send},
      {"empty", {{"If-None-Match", ""}}, Verdict::send},
      {"only commas", {{"If-None-Match", ",,,"}}, Verdict::send},
      {"a quote that never ends", {{"If-None-Match", "\"abc"}}, Verdict::send},
      {"modified then", {{"If-Modified-Since", kThen}}, Verdict::not_modified},
      {"modified before", {{"If-Modified-Since", kAfter}}, Verdict::not_modified},
      {"modified since", {{"If-Modified-Since", kBefore}}, Verdict::send},
      {"no date", {{"If-Modified-Since", "yesterday"}}, Verdict::send},
      {"empty date", {{"If-Modified-Since", ""}}, Verdict::send},
      {"a date where we have none", {{"If-Modified-Since", kAfter}}, Verdict::send, kEtagOnly},
      {"the tag outweighs the date",
       {{"If-None-Match", "\"xyz\""}, {"If-Modified-Since", kAfter}},
       Verdict::send},
      {"If-Match", {{"If-Match", "\"abc\""}}, Verdict::send},
      {"If-Match any", {{"If-Match", "*"}}, Verdict::send},
      {"If-Match another", {{"If-Match", "\"xyz\""}}, Verdict::failed},
      {"If-Match goes first",
       {{"If-Match", "\"xyz\""}, {"If-None-Match", "\"abc\""}},
       Verdict::failed},
      {"If-Match, then If-None-Match",
       {{"If-Match", "\"abc\""}, {"If-None-Match", "\"abc\""}},
       Verdict::not_modified},
      {"unmodified since", {{"If-Unmodified-Since", kThen}}, Verdict::send},
      {"modified after all", {{"If-Unmodified-Since", kBefore}}, Verdict::failed},
      {"If-Unmodified-Since, no date", {{"If-Unmodified-Since", "x"}}, Verdict::send},
      {"If-Match outweighs If-Unmodified-Since",
       {{"If-Match", "\"abc\""}, {"If-Unmodified-Since", kBefore}},
       Verdict::send},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(check_conditions(c.headers, c.validators), c.verdict);
  }
}

TEST(ChooseRange, SendsAPartOnlyIfAllAgrees) {
  constexpr std::uint64_t kSize = 100;
  const struct {
    const char* name;
    std::string method;
    http::Headers headers;
    std::optional<http::Range> range;
    Validators validators = kBoth;
  } cases[] = {
      {"none", "GET", {}, {}},
      {"first", "GET", {{"Range", "bytes=0-0"}}, http::Range{0, 1}},
      {"open", "GET", {{"Range", "bytes=90-"}}, http::Range{90, 10}},
      {"over the end", "GET", {{"Range", "bytes=90-1000"}}, http::Range{90, 10}},
      {"last", "GET", {{"Range", "bytes=-10"}}, http::Range{90, 10}},
      {"HEAD has none", "HEAD", {{"Range", "bytes=0-0"}}, {}},
      {"another unit", "GET", {{"Range", "pages=0-0"}}, {}},
      {"several", "GET", {{"Range", "bytes=0-0,5-6"}}, {}},
      {"several fields", "GET", {{"Range", "bytes=0-0"}, {"Range", "bytes=5-6"}}, {}},
      {"backwards", "GET", {{"Range", "bytes=6-5"}}, {}},
      {"nothing", "GET", {{"Range", "bytes=-"}}, {}},
      {"no numbers", "GET", {{"Range", "bytes=a-b"}}, {}},
      {"If-Range", "GET", {{"Range", "bytes=0-0"}, {"If-Range", "\"abc\""}}, http::Range{0, 1}},
      {"If-Range, date", "GET", {{"Range", "bytes=0-0"}, {"If-Range", kThen}}, http::Range{0, 1}},
      {"If-Range, another", "GET", {{"Range", "bytes=0-0"}, {"If-Range", "\"xyz\""}}, {}},
      {"If-Range, weak", "GET", {{"Range", "bytes=0-0"}, {"If-Range", "W/\"abc\""}}, {}},
      {"If-Range, any is no tag", "GET", {{"Range", "bytes=0-0"}, {"If-Range", "*"}}, {}},
      {"If-Range, later date", "GET", {{"Range", "bytes=0-0"}, {"If-Range", kAfter}}, {}},
      {"If-Range, no date of ours",
       "GET",
       {{"Range", "bytes=0-0"}, {"If-Range", kThen}},
       {},
       kEtagOnly},
      {"If-Range, nonsense", "GET", {{"Range", "bytes=0-0"}, {"If-Range", "?"}}, {}},
      {"another If-Range forgives what cannot be satisfied",
       "GET",
       {{"Range", "bytes=100-"}, {"If-Range", "\"xyz\""}},
       {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    http::Request request;
    request.method = c.method;
    request.headers = c.headers;
    const auto range = choose_range(request, c.validators, kSize);
    ASSERT_TRUE(range);
    ASSERT_EQ(range->has_value(), c.range.has_value());
    if (c.range) {
      EXPECT_EQ((*range)->offset, c.range->offset);
      EXPECT_EQ((*range)->size, c.range->size);
    }
  }
}

TEST(ChooseRange, RefusesWhatIsBehindTheEnd) {
  for (const char* text :
       {"bytes=100-", "bytes=100-200", "bytes=99999999999999999999-", "bytes=-0"}) {
    SCOPED_TRACE(text);
    http::Request request;
    request.method = "GET";
    request.headers = {{"Range", text}};
    const auto range = choose_range(request, kBoth, 100);
    ASSERT_FALSE(range);
    EXPECT_EQ(range.error().code, ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace tintype::edge
