#include "base/random.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace tintype {
namespace {

TEST(RandomBytes, GivesAsManyAsAsked) {
  for (const std::size_t size : {0U, 1U, 32U, 1000U}) EXPECT_EQ(random_bytes(size).size(), size);
  EXPECT_NE(random_bytes(32), random_bytes(32));
}

TEST(MakeId, IsTwentySixLowerCaseDigits) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = make_id();
    EXPECT_EQ(id.size(), 26U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos) << id;
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000U);
}

/// The time inside an id, as its first ten digits have it.
std::int64_t milliseconds_of(const std::string& id) {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  std::int64_t time = 0;
  for (const char c : id.substr(0, 10))
    time = time * 32 + static_cast<std::int64_t>(kDigits.find(c));
  return time;
}

TEST(MakeId, SortsByTime) {
  const auto now = [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const auto before = now();
  const std::string first = make_id();
  while (now() == milliseconds_of(first)) {
  }
  const std::string second = make_id();
  EXPECT_LT(first, second);
  EXPECT_GE(milliseconds_of(first), before);
  EXPECT_LE(milliseconds_of(second), now());
}

}  // namespace
}  // namespace tintype
