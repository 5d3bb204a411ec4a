#include "bucket/s3/rule/cors_rules.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

TEST(CorsRules, ComeBackAsTheyWere) {
  const CorsRules rules = {{.id = "one",
                            .origins = {"https://a.example", "https://*.b.example"},
                            .methods = {"GET", "PUT"},
                            .headers = {"x-*"},
                            .exposed = {"ETag"},
                            .max_age_s = 60},
                           {.origins = {"*"}, .methods = {"HEAD"}}};
  const auto again = parse_cors_rules(write_cors_rules(rules));
  ASSERT_TRUE(again);
  ASSERT_EQ(again->size(), 2);
  EXPECT_EQ(write_cors_rules(*again), write_cors_rules(rules));
  EXPECT_EQ(again->front().max_age_s, 60);
}

TEST(CorsRules, FindTheFirstThatAllowsAllOfIt) {
  const CorsRules rules = {{.id = "get", .origins = {"https://a.example"}, .methods = {"GET"}},
                           {.id = "put",
                            .origins = {"https://*.example"},
                            .methods = {"PUT", "GET"},
                            .headers = {"x-amz-*"}},
                           {.id = "all", .origins = {"*"}, .methods = {"HEAD"}}};
  const auto id_for = [&](const CorsQuestion& question) {
    const CorsRule* const rule = find_rule(rules, question);
    return rule != nullptr ? rule->id : "none";
  };
  EXPECT_EQ(id_for({.origin = "https://a.example", .method = "GET"}), "get");
  EXPECT_EQ(id_for({.origin = "https://a.example", .method = "GET", .headers = {"x-amz-date"}}),
            "put");
  EXPECT_EQ(id_for({.origin = "https://a.example", .method = "GET", .headers = {"range"}}), "none");
  EXPECT_EQ(id_for({.origin = "https://b.example", .method = "PUT"}), "put");
  EXPECT_EQ(id_for({.origin = "http://b.example", .method = "PUT"}), "none");
  EXPECT_EQ(id_for({.origin = "null", .method = "HEAD"}), "all");
  EXPECT_FALSE(is_for_everyone(rules[1]));
  EXPECT_TRUE(is_for_everyone(rules[2]));
}

}  // namespace
}  // namespace tintype::bucket
