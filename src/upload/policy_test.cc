#include <gtest/gtest.h>

#include <string>

#include "upload/slots.h"

namespace tintype::upload {
namespace {

Result<Policy> read(const std::string& body, const std::string& collection = "avatars") {
  auto document = config::Document::parse("[collection." + collection + "]\n" + body, "test.toml");
  EXPECT_TRUE(document) << document.error().message;
  const auto collections = document->root().table("collection");
  return read_policy(collection, *collections->table(collection));
}

TEST(ReadPolicy, HasDefaults) {
  const auto policy = read("");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->collection, "avatars");
  EXPECT_EQ(policy->route, "/avatars/key_upload");
  EXPECT_EQ(policy->types.size(), 6U);
  EXPECT_EQ(policy->size_max, 15 << 20);
  EXPECT_EQ(policy->slot_ttl, std::chrono::minutes(5));
  EXPECT_EQ(policy->methods, (std::vector<Method>{Method::put, Method::post, Method::multipart}));
  EXPECT_EQ(policy->part_size, 8 << 20);
  EXPECT_EQ(policy->multipart_ttl, std::chrono::hours(24));
  EXPECT_EQ(policy->limits.waiting_max, 20);
  EXPECT_EQ(policy->limits.per_hour, 200);
  EXPECT_EQ(policy->limits.bytes_per_day, 2LL << 30);
}

TEST(ReadPolicy, ReadsWhatIsWritten) {
  const auto policy = read(R"(
    route = "/me/photo"
    owner = "sub"
    types = ["image/JPEG"]
    size_max = "2MiB"
    slot_ttl = "90s"
    methods = ["multipart", "Put"]
    part_size = "5MiB"
    multipart_ttl = "2h"
    slots_waiting_max = 1
    slots_per_hour = 2
    bytes_per_day = "2MiB")");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->route, "/me/photo");
  EXPECT_EQ(policy->types, std::vector<std::string>{"image/jpeg"});
  EXPECT_EQ(policy->size_max, 2 << 20);
  EXPECT_EQ(policy->slot_ttl, std::chrono::seconds(90));
  EXPECT_EQ(policy->methods, (std::vector<Method>{Method::multipart, Method::put}));
  EXPECT_EQ(policy->part_size, 5 << 20);
  EXPECT_EQ(policy->multipart_ttl, std::chrono::hours(2));
  EXPECT_EQ(policy->limits.waiting_max, 1);
  EXPECT_EQ(policy->limits.per_hour, 2);
  EXPECT_EQ(policy->limits.bytes_per_day, 2 << 20);
}

TEST(ReadPolicy, NamesTheSettingThatIsWrong) {
  const struct {
    const char* name;
    const char* body;
    const char* setting;
  } cases[] = {
      {"a route that is none", R"(route = "avatars")", "route"},
      {"a route with a parameter", R"(route = "/{id}/x")", "route"},
      {"an owner from the client", R"(owner = "key")", "owner"},
      {"no types", "types = []", "types"},
      {"a type that is no picture", R"(types = ["image/jpeg", "text/html"])", "types"},
      {"SVG", R"(types = ["image/svg+xml"])", "types"},
      {"a wildcard", R"(types = ["image/*"])", "types"},
      {"types as a text", R"(types = "image/jpeg")", "types"},
      {"nothing fits", "size_max = 0", "size_max"},
      {"more than S3 takes", R"(size_max = "6GiB")", "size_max"},
      {"not a size", R"(size_max = "15 bananas")", "size_max"},
      {"no time", R"(slot_ttl = "0s")", "slot_ttl"},
      {"less than a second", R"(slot_ttl = "500ms")", "slot_ttl"},
      {"a broken second", R"(slot_ttl = "1500ms")", "slot_ttl"},
      {"longer than a signature lives", R"(slot_ttl = "8d")", "slot_ttl"},
      {"no method", "methods = []", "methods"},
      {"an unknown method", R"(methods = ["put", "patch"])", "methods"},
      {"a method twice", R"(methods = ["put", "PUT"])", "methods"},
      {"parts that S3 would not take", R"(part_size = "4MiB")", "part_size"},
      {"parts over the limit", R"(part_size = "2GiB")", "part_size"},
      {"no time for parts", R"(multipart_ttl = "0s")", "multipart_ttl"},
      {"nobody may wait", "slots_waiting_max = 0", "slots_waiting_max"},
      {"no slot in an hour", "slots_per_hour = 0", "slots_per_hour"},
      {"a day that is too short for one", R"(bytes_per_day = "1MiB")", "bytes_per_day"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto policy = read(c.body);
    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(policy.error().message.find("collection.avatars." + std::string(c.setting)),
              std::string::npos)
        << policy.error().message;
  }
  EXPECT_FALSE(read("", "Avatars"));
}

}  // namespace
}  // namespace tintype::upload
