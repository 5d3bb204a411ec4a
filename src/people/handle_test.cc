#include "people/handle.h"

#include <gtest/gtest.h>

namespace tintype::people {
namespace {

TEST(Handle, IsComparedWithoutCase) {
  for (const char* text : {"ada", "ADA", "Ada"}) {
    const auto handle = Handle::parse(text);
    ASSERT_TRUE(handle) << text;
    EXPECT_EQ(handle->str(), "ada");
  }
  EXPECT_TRUE(Handle::parse("0_0"));
  EXPECT_TRUE(Handle::parse("abc"));
  EXPECT_TRUE(Handle::parse(std::string(Handle::kLengthMax, 'a')));
}

TEST(Handle, Refuses) {
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"two", "ab"},
      {"one more than the longest", std::string(Handle::kLengthMax + 1, 'a')},
      {"an underscore first", "_ada"},
      {"a hyphen", "ada-l"},
      {"a dot", "ada.l"},
      {"a blank", "ada l"},
      {"a slash", "ada/l"},
      {"a line feed", "ada\n"},
      {"NUL", std::string("ada\0", 4)},
      {"percent", "%61da"},
      {"no UTF-8", "ada\xff"},
      {"Cyrillic a", "\u0430da"},
      {"Greek omicron", "\u03bfda"},
      {"full width", "\uff41\uff44\uff41"},
      {"dotless i", "l\u0131sa"},
      {"Kelvin sign, which is k in lower case", "\u212aate"},
      {"long s, which is S in upper case", "\u017fam"},
      {"mathematical a", "\U0001d41ada"},
      {"combining", "ada\u0301"},
      {"zero width", "ada\u200b"},
      {"right to left", "\u202eada"},
      {"reserved", "admin"},
      {"reserved, in another case", "Api"},
      {"reserved, the last", "webmaster"},
      {"reserved, the first", "about"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto handle = Handle::parse(c.text);
    ASSERT_FALSE(handle);
    EXPECT_EQ(handle.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Handle, IsSuggestedFromWhatIsKnown) {
  const struct {
    const char* hint;
    const char* handle;
  } cases[] = {
      {"Ada", "ada"},
      {"Ada Lovelace", "ada_lovelace"},
      {"ada.lovelace+news@example.com", "ada_lovelace_news"},
      {"  --Ada--  ", "ada"},
      {"Zo\u00eb Quinn", "zo_quinn"},
      {"A very long name that somebody has", "a_very_long_name_that_somebody"},
  };
  for (const auto& c : cases) EXPECT_EQ(Handle::suggest(c.hint, 0).str(), c.handle) << c.hint;
}

TEST(Handle, IsRandomWhereNothingIsKnown) {
  for (const char* hint : {"", "ab", "admin", "\u4e16\u754c", "@example.com", "__"}) {
    SCOPED_TRACE(hint);
    const Handle handle = Handle::suggest(hint, 0);
    EXPECT_TRUE(handle.str().starts_with("person_")) << handle.str();
    EXPECT_NE(handle, Handle::suggest(hint, 0));
  }
}

TEST(Handle, EverySuggestionIsAHandle) {
  for (const char* hint : {"", "Ada", "admin", "a234567890123456789012345678_x", "\xff\xfe"}) {
    for (int attempt = 0; attempt < Handle::kHintedAttempts + 2; ++attempt) {
      const Handle handle = Handle::suggest(hint, attempt);
      EXPECT_EQ(Handle::parse(handle.str()), handle) << handle.str();
    }
  }
}

}  // namespace
}  // namespace tintype::people
