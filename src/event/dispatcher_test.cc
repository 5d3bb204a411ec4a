#include "event/dispatcher.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "event/test_database.h"

namespace tintype::event {
namespace {

constexpr Instant kStart(std::chrono::milliseconds(1'795'465'864'123));

bucket::ObjectInfo object_of(const char* bucket, const char* key) {
  return {.bucket = *bucket::BucketName::parse(bucket),
          .key = *bucket::Key::parse(key),
          .size = 3,
          .etag = "e",
          .sha256 = "s",
          .content_type = "image/jpeg",
          .cache_control = {},
          .metadata = {},
          .sequencer = "0006A1B2C3D4E5F6",
          .modified_at = kStart};
}

class DispatcherTest : public ::testing::Test {
 protected:
  Status create(const bucket::ObjectInfo& object, bool commit = true) {
    return database_->write([&](sql::Session& session) -> Status {
      TRY(dispatcher_.created(session, object,
                              {.principal = "AK", .remote_address = "::1", .request_id = "r"}));
      return commit ? Status() : fail(ErrorCode::internal, "the object was not written");
    });
  }

  Status configure(const char* bucket, const std::string& rules) {
    return database_->write([&](sql::Session& session) -> Status {
      TRY(session.execute("INSERT INTO bucket (name, created_at) VALUES (:1, 0)",
                          {std::string(bucket)}));
      TRY(session.execute(
          "INSERT INTO bucket_setting (bucket, setting, document, updated_at)"
          " VALUES (:1, 'notification', :2, 0)",
          {std::string(bucket),
           "<NotificationConfiguration>" + rules + "</NotificationConfiguration>"}));
      return {};
    });
  }
  Status remove(const char* bucket, const char* key, bucket::WrittenBy by) {
    return database_->write([&](sql::Session& session) -> Status {
      return dispatcher_.removed(session,
                                 {.bucket = *bucket::BucketName::parse(bucket),
                                  .key = *bucket::Key::parse(key),
                                  .sequencer = "02",
                                  .at = kStart},
                                 {.by = by});
    });
  }

  TestDatabase database_;
  FixedClock clock_{kStart};
  Queue queue_{{}, *database_, clock_};
  Queue notifications_{{.lane = "notify"}, *database_, clock_};
  Dispatcher dispatcher_{{{"uploads", "avatars/", "image:avatars"},
                          {"uploads", "", "log"},
                          {"other", "banners/", "image:banners"}},
                         {.work = queue_, .notifications = notifications_, .region = "us-east-1"}};
};

TEST_F(DispatcherTest, GivesAnObjectToWhoeverSubscribed) {
  const struct {
    const char* name;
    const char* bucket;
    const char* key;
    std::size_t count;
  } cases[] = {
      {"both", "uploads", "avatars/me/1.jpg", 2},
      {"another prefix", "uploads", "banners/me/1.jpg", 1},
      {"a prefix of the prefix", "uploads", "avatars", 1},
      {"another bucket", "assets", "avatars/me/1.jpg", 0},
      {"that bucket, another prefix", "other", "avatars/me/1.jpg", 0},
  };
  std::size_t before = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ASSERT_TRUE(create(object_of(c.bucket, c.key)));
    const std::size_t after = queue_.list({}, 100)->size();
    EXPECT_EQ(after - before, c.count);
    before = after;
  }
}

TEST_F(DispatcherTest, WritesTheRecordOfTheObject) {
  ASSERT_TRUE(create(object_of("other", "banners/me/ü.jpg")));

  const auto leased = queue_.lease();

  ASSERT_TRUE(leased && *leased);
  EXPECT_EQ((*leased)->function, "image:banners");
  const Record& record = (*leased)->record;
  EXPECT_EQ(record.name, "ObjectCreated:Put");
  EXPECT_EQ(record.bucket, "other");
  EXPECT_EQ(record.key, "banners/me/ü.jpg");
  EXPECT_EQ(record.size, 3U);
  EXPECT_EQ(record.etag, "e");
  EXPECT_EQ(record.sequencer, "0006A1B2C3D4E5F6");
  EXPECT_EQ(record.principal, "AK");
  EXPECT_EQ(record.remote_address, "::1");
  EXPECT_EQ(record.request_id, "r");
  EXPECT_EQ(record.region, "us-east-1");
  EXPECT_EQ(record.time, kStart);
  EXPECT_EQ(record.version_id, "");
}

TEST_F(DispatcherTest, TellsWhomTheBucketNames) {
  ASSERT_TRUE(configure("other",
                        "<TopicConfiguration><Id>photos</Id><Topic>arn:aws:sns:r:1:hook</Topic>"
                        "<Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:Delete</Event>"
                        "</TopicConfiguration>"));
  ASSERT_TRUE(create(object_of("other", "a.jpg")));
  ASSERT_TRUE(remove("other", "a.jpg", bucket::WrittenBy::put));
  ASSERT_TRUE(remove("other", "a.jpg", bucket::WrittenBy::lifecycle));
  ASSERT_TRUE(create(object_of("uploads", "b.jpg")));

  std::vector<std::string> told;
  for (;;) {
    const auto leased = notifications_.lease();
    ASSERT_TRUE(leased);
    if (!*leased) break;
    EXPECT_EQ((*leased)->function, "notify:webhook:hook");
    EXPECT_EQ((*leased)->record.configuration_id, "photos");
    told.push_back((*leased)->record.name + " " + (*leased)->record.key);
  }
  std::ranges::sort(told);  // Of one millisecond, they come in any order.
  EXPECT_EQ(told,
            (std::vector<std::string>{"ObjectCreated:Put a.jpg", "ObjectRemoved:Delete a.jpg"}));
  const auto work = queue_.lease();
  ASSERT_TRUE(work && *work);
  EXPECT_EQ((*work)->function, "log") << "the other lane";
}

TEST_F(DispatcherTest, LeavesNoEventWithoutItsObject) {
  EXPECT_FALSE(create(object_of("uploads", "avatars/me/1.jpg"), false));
  EXPECT_TRUE(queue_.list({}, 10)->empty());
}

}  // namespace
}  // namespace tintype::event
