#include "event/record.h"

#include <gtest/gtest.h>

namespace tintype::event {
namespace {

// The example of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html with
// the fields that we read.
constexpr std::string_view kFromAws = R"({"Records":[{"eventVersion":"2.1","eventSource":"aws:s3",
  "awsRegion":"us-west-2","eventTime":"1970-01-01T00:00:00.000Z","eventName":"ObjectCreated:Put",
  "userIdentity":{"principalId":"AIDAJDPLRKLG7UEXAMPLE"},
  "requestParameters":{"sourceIPAddress":"172.16.0.1"},
  "responseElements":{"x-amz-request-id":"C3D13FE58DE4C810","x-amz-id-2":"FMyUVURIY8/IgAtTv8xRj"},
  "s3":{"s3SchemaVersion":"1.0","configurationId":"testConfigRule","bucket":{"name":"amzn-s3-demo-bucket",
  "ownerIdentity":{"principalId":"A3NL1KOZZKExample"},"arn":"arn:aws:s3:::amzn-s3-demo-bucket"},
  "object":{"key":"red+flower%2B%C3%BC.jpg","size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e",
  "versionId":"096fKKXTRTtl3on89fVO.nfljtsv6qko","sequencer":"0055AED6DCD90281E5"}}}]})";

// What Ceph 16.2 sends, as observed: version 2.2, no region, a key that is not encoded, more
// fields.
constexpr std::string_view kFromCeph = R"({"Records":[{"eventVersion":"2.2","eventSource":"ceph:s3",
  "awsRegion":"","eventTime":"2026-11-23T20:31:04.123Z","eventName":"s3:ObjectCreated:Copy",
  "userIdentity":{"principalId":"u"},"requestParameters":{"sourceIPAddress":""},
  "responseElements":{"x-amz-request-id":"r","x-amz-id-2":"i"},"eventId":"1.2.3","opaqueData":"",
  "s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"b","id":"x"},
  "object":{"key":"a/b.jpg","size":3,"eTag":"e","sequencer":"ab","metadata":[],"tags":[]}}}]})";

/// A record that says no more than it must, with `part` in place of the s3 part.
std::string with_part(const std::string& part, const std::string& more = "") {
  return R"({"Records":[{"eventName":"ObjectCreated:Put","s3":)" + part + more + "}]}";
}

TEST(RecordParse, ReadsWhatAwsSends) {
  const auto records = parse_notification(kFromAws);

  ASSERT_TRUE(records) << records.error().message;
  ASSERT_EQ(records->size(), 1U);
  const Record& record = records->front();
  EXPECT_EQ(record.name, "ObjectCreated:Put");
  EXPECT_EQ(record.bucket, "amzn-s3-demo-bucket");
  EXPECT_EQ(record.key, "red flower+ü.jpg");
  EXPECT_EQ(record.size, 1024U);
  EXPECT_EQ(record.etag, "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(record.sequencer, "0055AED6DCD90281E5");
  EXPECT_EQ(record.version_id, "096fKKXTRTtl3on89fVO.nfljtsv6qko");
  EXPECT_EQ(record.principal, "AIDAJDPLRKLG7UEXAMPLE");
  EXPECT_EQ(record.remote_address, "172.16.0.1");
  EXPECT_EQ(record.request_id, "C3D13FE58DE4C810");
  EXPECT_EQ(record.region, "us-west-2");
  EXPECT_EQ(record.time, from_epoch_ms(0));
}

TEST(RecordParse, ToleratesWhatOthersSend) {
  const struct {
    const char* name;
    std::string text;
    std::size_t count;
  } cases[] = {
      {"Ceph", std::string(kFromCeph), 1},
      {"hardly anything", with_part(R"({"bucket":{"name":"b"},"object":{"key":"k"}})"), 1},
      {"nulls",
       with_part(R"({"bucket":{"name":"b"},"object":{"key":"k","size":null}})",
                 R"(,"userIdentity":null,"eventTime":null)"),
       1},
      {"a version to come",
       with_part(R"({"bucket":{"name":"b"},"object":{"key":"k"}})",
                 R"(,"eventVersion":"2.99","new":{"a":[1]})"),
       1},
      {"none", R"({"Records":[]})", 0},
      {"the test event", R"({"Service":"Amazon S3","Event":"s3:TestEvent","Time":"t","Bucket":"b",
                             "RequestId":"r","HostId":"h"})",
       0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto records = parse_notification(c.text);
    ASSERT_TRUE(records) << records.error().message;
    ASSERT_EQ(records->size(), c.count);
    for (const Record& record : *records) EXPECT_TRUE(record.name.starts_with("ObjectCreated:"));
  }
}

TEST(RecordParse, ReadsEveryRecord) {
  std::string text = R"({"Records":[)";
  for (int i = 0; i < 100; ++i) {
    text += i == 0 ? "" : ",";
    text += R"({"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k)" +
            std::to_string(i) + R"("}}})";
  }
  const auto records = parse_notification(text + "]}");

  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 100U);
  EXPECT_EQ(records->back().key, "k99");
}

TEST(RecordParse, RejectsWithTheRightCode) {
  const std::string good = R"({"bucket":{"name":"b"},"object":{"key":"k"}})";
  ASSERT_TRUE(parse_notification(with_part(good)));
  const struct {
    const char* name;
    std::string text;
    ErrorCode code = ErrorCode::invalid_argument;
  } cases[] = {
      {"empty", ""},
      {"no JSON", "Records"},
      {"cut", std::string(kFromAws.substr(0, kFromAws.size() - 1))},
      {"more behind it", std::string(kFromAws) + "x"},
      {"an array", "[]"},
      {"no records", "{}"},
      {"another event", R"({"Event":"s3:Other"})"},
      {"the event is no text", R"({"Event":7})"},
      {"records are no array", R"({"Records":{}})"},
      {"a record is no object", R"({"Records":[7]})"},
      {"one of two is broken", with_part(good).insert(12, "{},")},
      {"no name", R"({"Records":[{"s3":)" + good + "}]}"},
      {"the name is no text", R"({"Records":[{"eventName":1,"s3":)" + good + "}]}"},
      {"the name is a prefix", R"({"Records":[{"eventName":"s3:","s3":)" + good + "}]}"},
      {"version 1", with_part(good, R"(,"eventVersion":"1.0")")},
      {"version 3", with_part(good, R"(,"eventVersion":"3.0")")},
      {"version 20", with_part(good, R"(,"eventVersion":"20.0")")},
      {"a time that is none", with_part(good, R"(,"eventTime":"yesterday")")},
      {"no s3", R"({"Records":[{"eventName":"ObjectCreated:Put"}]})"},
      {"s3 is a text", with_part(R"("s3")")},
      {"no bucket", with_part(R"({"object":{"key":"k"}})")},
      {"no key", with_part(R"({"bucket":{"name":"b"},"object":{}})")},
      {"an empty key", with_part(R"({"bucket":{"name":"b"},"object":{"key":""}})")},
      {"a key cut in an escape", with_part(R"({"bucket":{"name":"b"},"object":{"key":"a%2"}})")},
      {"a key that is no UTF-8", with_part(R"({"bucket":{"name":"b"},"object":{"key":"%FF"}})")},
      {"a key with NUL", with_part(R"({"bucket":{"name":"b"},"object":{"key":"a%00"}})")},
      {"a key that is too long",
       with_part(R"({"bucket":{"name":"b"},"object":{"key":")" + std::string(1025, 'k') + "\"}}")},
      {"a negative size", with_part(R"({"bucket":{"name":"b"},"object":{"key":"k","size":-1}})")},
      {"a size that is text",
       with_part(R"({"bucket":{"name":"b"},"object":{"key":"k","size":"3"}})")},
      {"too deep", with_part(good, ",\"deep\":" + std::string(100, '[') + std::string(100, ']'))},
      {"too large", std::string(kNotificationSizeMax + 1, ' '), ErrorCode::too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto records = parse_notification(c.text);
    ASSERT_FALSE(records);
    EXPECT_EQ(records.error().code, c.code);
  }
}

TEST(RecordParse, TakesANotificationOfTheLargestSize) {
  std::string text = with_part(R"({"bucket":{"name":"b"},"object":{"key":"k"}})");
  text.append(kNotificationSizeMax - text.size(), ' ');
  EXPECT_TRUE(parse_notification(text));
}

TEST(RecordWrite, SpellsItAsAwsDoes) {
  const Record record{.name = "ObjectCreated:Put",
                      .bucket = "uploads",
                      .key = "avatars/a b+ü/1.jpg",
                      .size = 1581031,
                      .etag = "d41d8cd98f00b204e9800998ecf8427e",
                      .sequencer = "0006A1B2C3D4E5F6",
                      .principal = "AKIAEXAMPLE",
                      .remote_address = "127.0.0.1",
                      .request_id = "01jabc",
                      .region = "us-east-1",
                      .time = from_epoch_ms(1'795'465'864'123)};

  // docs/formats/event.md.
  EXPECT_EQ(to_json(record),
            R"({"eventVersion":"2.5","eventSource":"aws:s3","awsRegion":"us-east-1",)"
            R"("eventTime":"2026-11-23T20:31:04.123Z","eventName":"ObjectCreated:Put",)"
            R"("userIdentity":{"principalId":"AKIAEXAMPLE"},)"
            R"("requestParameters":{"sourceIPAddress":"127.0.0.1"},)"
            R"("responseElements":{"x-amz-request-id":"01jabc"},)"
            R"("s3":{"s3SchemaVersion":"1.0","configurationId":"tintype",)"
            R"("bucket":{"name":"uploads","ownerIdentity":{"principalId":"tintype"},)"
            R"("arn":"arn:aws:s3:::uploads"},)"
            R"("object":{"key":"avatars/a+b%2B%C3%BC/1.jpg","size":1581031,)"
            R"("eTag":"d41d8cd98f00b204e9800998ecf8427e","sequencer":"0006A1B2C3D4E5F6"}}})");
}

TEST(RecordWrite, ReadsBackWhatItWrote) {
  const char* const keys[] = {"k",  "a b",         "a+b",  "a%20b",    "ü/🐈.jpg",
                              "..", "\x01\x02/\"", "a//b", "100%",     "a&b=c",
                              "\\", " ",           "+",    "%2B%2b%%", "a\nb\t"};
  for (const char* const key : keys) {
    SCOPED_TRACE(key);
    const Record record{.name = "ObjectCreated:Put",
                        .bucket = "b",
                        .key = key,
                        .size = 1ULL << 63,
                        .etag = "e",
                        .sequencer = "1",
                        .principal = "p",
                        .remote_address = "::1",
                        .request_id = "r",
                        .region = "us-east-1",
                        .time = from_epoch_ms(1),
                        .version_id = key};
    const std::string text = to_json(record);
    const auto again = parse_record(text);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->key, key);
    EXPECT_EQ(again->size, record.size);
    EXPECT_EQ(to_json(*again), text);
  }
}

TEST(RecordSequencer, ComparesAsS3Says) {
  const struct {
    const char* name;
    const char* a;
    const char* b;
    std::strong_ordering order;
  } cases[] = {
      {"same", "0055AED6DCD90281E5", "0055AED6DCD90281E5", std::strong_ordering::equal},
      {"last digit", "0055AED6DCD90281E5", "0055AED6DCD90281E6", std::strong_ordering::less},
      {"first digit", "1055AED6DCD90281E5", "0055AED6DCD90281E6", std::strong_ordering::greater},
      {"digit before letter", "9", "A", std::strong_ordering::less},
      {"shorter is padded on the right", "1", "0FFF", std::strong_ordering::greater},
      {"shorter and less", "0055AED6", "0055AED6DCD90281E5", std::strong_ordering::less},
      {"shorter and equal", "0055AED6", "0055AED600", std::strong_ordering::equal},
      {"none before all", "", "01", std::strong_ordering::less},
      {"none is zero", "", "00", std::strong_ordering::equal},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(compare_sequencers(c.a, c.b), c.order);
    EXPECT_EQ(compare_sequencers(c.b, c.a), 0 <=> c.order);
  }
}

}  // namespace
}  // namespace tintype::event
