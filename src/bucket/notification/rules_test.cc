#include "bucket/notification/rules.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

NotificationRule rule_of(std::vector<std::string> events, std::optional<std::string> prefix = {},
                         std::optional<std::string> suffix = {}) {
  return {.id = "id",
          .target = {.kind = TargetKind::webhook, .name = "hook"},
          .arn = "arn",
          .events = std::move(events),
          .prefix = std::move(prefix),
          .suffix = std::move(suffix)};
}

TEST(NotificationRule, WantsItsEventsOfItsKeys) {
  const struct {
    const char* name;
    NotificationRule rule;
    const char* event;
    const char* key;
    bool wanted;
  } cases[] = {
      {"all of a kind", rule_of({"ObjectCreated:*"}), "ObjectCreated:Put", "a", true},
      {"another kind", rule_of({"ObjectCreated:*"}), "ObjectRemoved:Delete", "a", false},
      {"that one", rule_of({"ObjectCreated:Post"}), "ObjectCreated:Post", "a", true},
      {"another one", rule_of({"ObjectCreated:Post"}), "ObjectCreated:Put", "a", false},
      {"one of two", rule_of({"ObjectCreated:Copy", "ObjectRemoved:*"}), "ObjectRemoved:Delete",
       "a", true},
      {"both ends", rule_of({"ObjectCreated:*"}, "in/", ".jpg"), "ObjectCreated:Put", "in/a.jpg",
       true},
      {"another beginning", rule_of({"ObjectCreated:*"}, "in/", ".jpg"), "ObjectCreated:Put",
       "out/a.jpg", false},
      {"another end", rule_of({"ObjectCreated:*"}, "in/", ".jpg"), "ObjectCreated:Put", "in/a.png",
       false},
      {"ends that meet", rule_of({"ObjectCreated:*"}, "abc", "cde"), "ObjectCreated:Put", "abcde",
       true},
  };
  for (const auto& c : cases) EXPECT_EQ(wants(c.rule, c.event, c.key), c.wanted) << c.name;
}

TEST(NotificationRule, OverlapsWhereOneEventCouldBeOfBoth) {
  const struct {
    const char* name;
    NotificationRule a;
    NotificationRule b;
    bool overlaps;
  } cases[] = {
      {"the same", rule_of({"ObjectCreated:*"}), rule_of({"ObjectCreated:*"}), true},
      {"one of all", rule_of({"ObjectCreated:*"}), rule_of({"ObjectCreated:Put"}), true},
      {"others", rule_of({"ObjectCreated:Put"}), rule_of({"ObjectCreated:Post"}), false},
      {"a prefix of the prefix", rule_of({"ObjectCreated:*"}, "a/"),
       rule_of({"ObjectCreated:*"}, "a/b/"), true},
      {"other prefixes", rule_of({"ObjectCreated:*"}, "a/"), rule_of({"ObjectCreated:*"}, "b/"),
       false},
      {"other suffixes", rule_of({"ObjectCreated:*"}, {}, ".jpg"),
       rule_of({"ObjectCreated:*"}, {}, ".png"), false},
      {"none and one", rule_of({"ObjectCreated:*"}), rule_of({"ObjectCreated:*"}, "a", ".b"), true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(overlap(c.a, c.b), c.overlaps) << c.name;
    EXPECT_EQ(overlap(c.b, c.a), c.overlaps) << c.name << ", the other way";
  }
}

}  // namespace
}  // namespace tintype::bucket
