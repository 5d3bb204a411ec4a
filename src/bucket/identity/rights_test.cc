#include "bucket/identity/rights.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

TEST(Rights, ReadAndWriteAsAnOperatorDoes) {
  const struct {
    const char* text;
    Rights rights;
    const char* written;
  } cases[] = {
      {"", {}, ""},
      {"read", {Right::read}, "read"},
      {"write,list,read", {Right::list, Right::read, Right::write}, "list,read,write"},
      {"read,read", {Right::read}, "read"},
  };
  for (const auto& c : cases) {
    const auto parsed = parse_rights(c.text);
    ASSERT_TRUE(parsed) << c.text;
    EXPECT_EQ(*parsed, c.rights) << c.text;
    EXPECT_EQ(to_string(*parsed), c.written);
    EXPECT_EQ(parse_rights(to_string(*parsed)), c.rights);
  }
  for (const char* const text : {"reads", "read,", ",", "Read", "read list", "*"})
    EXPECT_FALSE(parse_rights(text)) << text;
}

TEST(Rights, AdminHoldsAll) {
  const auto admin = parse_rights("admin,read");
  ASSERT_TRUE(admin);
  for (const Right right : {Right::list, Right::read, Right::write, Right::admin})
    EXPECT_TRUE(admin->has(right));
  EXPECT_EQ(to_string(*admin), "admin");
  EXPECT_FALSE(Rights({Right::list, Right::read, Right::write}).has(Right::admin));
  EXPECT_TRUE((Rights{Right::list} | Rights{Right::read}).has(Right::read));
}

}  // namespace
}  // namespace tintype::bucket
