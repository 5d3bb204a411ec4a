#include "writing/look_alike.h"

#include <gtest/gtest.h>

namespace tintype::writing {
namespace {

struct Pair {
  const char* name;
  const char* one;
  const char* other;
};

TEST(Compatible, MakesLettersOfForms) {
  EXPECT_EQ(*compatible("\uff21da"), "Ada");
  EXPECT_EQ(*compatible("\ufb01n"), "fin");
  EXPECT_EQ(*compatible("Zoe\u0308"), "Zo\u00eb");
  EXPECT_EQ(*compatible("a\u2460"), "a1");
}

TEST(FoldCase, IsEqualForTheSameName) {
  const Pair cases[] = {
      {"case", "Ada", "aDA"},
      {"sharp s", "Stra\u00dfe", "STRASSE"},
      {"wide letters", "\uff21\uff24\uff21", "ada"},
      {"composed", "Zo\u00eb", "Zoe\u0308"},
      {"what nobody sees", "a\u00adda", "ada"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(*fold_case(c.one), *fold_case(c.other));
  }
  EXPECT_NE(*fold_case("ada"), *fold_case("\u0430da")) << "a look-alike is another name";
}

TEST(Skeleton, IsEqualForLookAlikes) {
  const Pair cases[] = {
      {"case", "Ada", "aDA"},
      {"Cyrillic", "ada", "\u0430d\u0430"},
      {"Cyrillic, capital", "BEAK", "\u0412\u0415\u0410\u041a"},
      {"Greek", "oslo", "\u03bfsl\u03bf"},
      {"a capital I for an l", "paypal", "paypaI"},
      {"one for l", "paypal", "paypa1"},
      {"zero for o", "root", "r00t"},
      {"rn for m", "mary", "rnary"},
      {"rn for M", "Mary", "rnary"},
      {"wide letters", "\uff41\uff44\uff41", "ada"},
      {"a sign for a letter", "\u2133ax", "Max"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(*skeleton(c.one), *skeleton(c.other));
  }
}

TEST(Skeleton, DiffersWhereAReaderSeesADifference) {
  EXPECT_NE(*skeleton("ada"), *skeleton("bob"));
  EXPECT_NE(*skeleton("ada"), *skeleton("adam"));
  EXPECT_NE(*skeleton("Zo\u00eb"), *skeleton("Zoe"));
}

TEST(LookAlike, RefusesWhatIsNoUtf8) {
  for (const char* text : {"\xff", "a\xc3", "\xed\xa0\x80"}) {
    EXPECT_FALSE(compatible(text));
    EXPECT_FALSE(fold_case(text));
    EXPECT_FALSE(skeleton(text));
  }
  EXPECT_EQ(*skeleton(""), "");
}

}  // namespace
}  // namespace tintype::writing
