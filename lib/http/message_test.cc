#include "http/message.h"

#include <gtest/gtest.h>

#include <deque>

namespace tintype::http {
namespace {

TEST(HttpHeaders, CompareNamesWithoutCaseAndKeepTheirOrder) {
  Headers headers{{"Host", "a"}, {"X-Tag", "1"}, {"x-tag", "2"}};

  EXPECT_EQ(headers.find("hOST"), "a");
  EXPECT_FALSE(headers.has("X"));
  EXPECT_EQ(headers.find("X-TAG"), "1");
  EXPECT_EQ(headers.find_all("x-tag"), (std::vector<std::string_view>{"1", "2"}));

  headers.set("X-Tag", "3");
  EXPECT_EQ(headers.find_all("x-tag"), (std::vector<std::string_view>{"3"}));
  headers.remove("HOST");
  EXPECT_FALSE(headers.has("Host"));
  EXPECT_EQ(headers.count(), 1U);
}

TEST(HttpQuery, DecodesPairsInTheirOrder) {
  const struct {
    const char* name;
    std::string text;
    std::vector<Query::Entry> pairs;
  } cases[] = {
      {"empty", "", {}},
      {"two without a value", "a&b=", {{"a", ""}, {"b", ""}}},
      {"plus stays", "a=1+2", {{"a", "1+2"}}},
      {"encoded", "a%20b=%2F%3d", {{"a b", "/="}}},
      {"equals in the value", "a=b=c", {{"a", "b=c"}}},
      {"nothing between", "a=1&&b=2&", {{"a", "1"}, {"b", "2"}}},
      {"twice", "a=1&a=2", {{"a", "1"}, {"a", "2"}}},
      {"no name", "=1", {{"", "1"}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto query = Query::parse(c.text);
    ASSERT_TRUE(query);
    EXPECT_EQ(std::vector<Query::Entry>(query->begin(), query->end()), c.pairs);
  }
}

TEST(HttpQuery, RefusesBrokenEncoding) {
  for (const char* text : {"%", "a=%2", "a=%zz", "%f=1", "a=1&b=%"}) {
    SCOPED_TRACE(text);
    const auto query = Query::parse(text);
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().code, ErrorCode::invalid_argument);
  }
}

TEST(HttpQuery, FindsTheFirstAndMindsCase) {
  const auto query = Query::parse("A=1&a=2&a=3");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->find("a"), "2");
  EXPECT_EQ(query->find("A"), "1");
  EXPECT_FALSE(query->has("b"));
}

/// A body that is there already.
class GivenBody final : public BodyReader {
 public:
  explicit GivenBody(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}
  Task<Result<Bytes>> read() override {
    if (pieces_.empty()) co_return fail(ErrorCode::damaged_input, "cut");
    present_ = std::move(pieces_.front());
    pieces_.pop_front();
    co_return as_bytes(present_);
  }

 private:
  std::deque<std::string> pieces_;  // An empty one is the end.
  std::string present_;
};

Result<std::string> read_given(std::deque<std::string> pieces, std::size_t size_max) {
  GivenBody body(std::move(pieces));
  Result<std::string> all;
  start(read_all(body, size_max), [&all](Result<std::string> result) { all = std::move(result); });
  return all;
}

TEST(HttpReadAll, JoinsPiecesUpToTheLimit) {
  EXPECT_EQ(read_given({""}, 0), "");
  EXPECT_EQ(read_given({"ab", "c", ""}, 3), "abc");
  EXPECT_EQ(read_given({"ab", "cd", ""}, 3).error().code, ErrorCode::too_large);
  EXPECT_EQ(read_given({"ab"}, 3).error().code, ErrorCode::damaged_input);
}

TEST(HttpReasonPhrase, KnowsTheStandardOnes) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(413), "Content Too Large");
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace tintype::http
