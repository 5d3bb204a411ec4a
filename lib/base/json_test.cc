#include "base/json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

namespace tintype {
namespace {

TEST(ParseJsonObject, ReadsWhatIsWellFormed) {
  const auto object =
      parse_json_object(R"( {"a": [1, {"a": 2}], "b": {"a": "\u00e9", "c": null}} )");

  ASSERT_TRUE(object) << object.error().message;
  EXPECT_EQ(object->at("b").at("a").as_string(), "\xc3\xa9");
  EXPECT_EQ(object->at("a").at(1).at("a").as_int64(), 2);
}

TEST(ParseJsonObject, RefusesWhatCouldBeReadInTwoWays) {
  const auto nested = [](std::size_t depth) {
    return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"only space", "  "},
      {"cut", R"({"a":1)"},
      {"something behind", R"({"a":1} x)"},
      {"two objects", R"({"a":1}{"a":1})"},
      {"an array", "[1]"},
      {"a text", R"("a")"},
      {"null", "null"},
      {"the same name twice", R"({"a":1,"a":1})"},
      {"twice, one of them escaped", R"({"a":1,"\u0061":2})"},
      {"twice, inside", R"({"b":{"a":1,"a":2}})"},
      {"twice, inside an array", R"({"b":[{"a":1,"c":0,"a":2}]})"},
      {"twice, empty", R"({"":1,"":2})"},
      {"twice, the first inside out", R"({"a":{"b":1},"a":2})"},
      {"a comma too many", R"({"a":1,})"},
      {"a comment", R"({"a":1 /* b */})"},
      {"single quotes", "{'a':1}"},
      {"NaN", R"({"a":NaN})"},
      {"a control character", "{\"a\":\"\n\"}"},
      {"not UTF-8", "{\"a\":\"\xff\"}"},
      {"a lone surrogate", R"({"a":"\ud800"})"},
      {"a byte order mark", "\xef\xbb\xbf{}"},
      {"too deep", nested(kJsonDepthMax)},
      {"far too deep", nested(100'000)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto object = parse_json_object(c.text);
    ASSERT_FALSE(object);
    EXPECT_EQ(object.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(parse_json_object(nested(kJsonDepthMax - 1)));
}

}  // namespace
}  // namespace tintype
