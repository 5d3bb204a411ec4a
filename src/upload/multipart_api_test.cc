// Uploads in parts, from the first to complete.
#include "upload/api.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "upload/test_api.h"

namespace tintype::upload {
namespace {

namespace json = boost::json;
using test::ApiTest;

/// An upload in parts, with the store itself in the place of the browser.
class PartsTest : public ApiTest {
 protected:
  PartsTest() { policy_.part_size = 200; }

  std::string open_parts() {
    const auto answer = *parse_json_object(
        ask(R"({"content_type":"image/jpeg","size":500,"method":"multipart"})").body);
    EXPECT_EQ(answer.at("method").as_string(), "MULTIPART");
    EXPECT_EQ(answer.at("part_count").as_int64(), 3);
    return std::string(answer.at("upload_id").as_string());
  }
  Status put_part(const std::string& id, std::int64_t number, std::size_t size) {
    const auto slot = slots_.find(id);
    EXPECT_TRUE(slot);
    TRY_LET(const auto part,
            store_->multiparts().begin_part(
                {.bucket = slot->bucket, .key = slot->key, .upload_id = slot->multipart_id},
                {.number = number,
                 .size = size,
                 .writer = {.principal = "",
                            .remote_address = "",
                            .request_id = "",
                            .presigned = true,
                            .by = bucket::WrittenBy::multipart}}));
    TRY(part->write(as_bytes(std::string(size, 'p'))));
    TRY(part->commit());
    return {};
  }
};

TEST_F(PartsTest, BecomeAnObjectOnce) {
  const std::string id = open_parts();
  const auto signed_parts =
      parse_json_object(call("sign", id, R"({"numbers":[1,3]})").body)->at("parts").as_array();
  ASSERT_EQ(signed_parts.size(), 2U);
  EXPECT_EQ(signed_parts[0].at("size").as_int64(), 200);
  EXPECT_EQ(signed_parts[1].at("size").as_int64(), 100);
  EXPECT_NE(signed_parts[1].at("url").as_string().find("partNumber=3&uploadId="),
            json::string::npos);
  EXPECT_EQ(call("sign", id, R"({"numbers":[4]})").status, 400);
  EXPECT_EQ(call("sign", id, "{").status, 400);
  EXPECT_EQ(parse_json_object(call("sign1", id).body)->at("number").as_int64(), 1);

  EXPECT_TRUE(put_part(id, 3, 100));
  EXPECT_TRUE(put_part(id, 1, 200));
  EXPECT_FALSE(put_part(id, 2, 201)) << "its size is bound";
  EXPECT_EQ(code_in(call("complete", id)), "incomplete_upload");
  EXPECT_TRUE(put_part(id, 2, 200));
  const auto listed = *parse_json_object(call("list", id).body);
  EXPECT_EQ(listed.at("parts").as_array().size(), 3U);
  json::object others = listed;
  others.at("parts").as_array()[0].at("ETag") = "\"another\"";
  EXPECT_EQ(code_in(call("complete", id, json::serialize(others))), "incomplete_upload");

  const auto done = call("complete", id, json::serialize(listed));

  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(status(id).body, R"({"upload_id":")" + id + R"(","state":"received"})");
  EXPECT_EQ(store_->head(test::uploads(), slots_.find(id)->key)->size, 500);
  EXPECT_EQ(call("complete", id).body, done.body) << "again is no change";
  EXPECT_EQ(code_in(call("sign", id, R"({"numbers":[1]})")), "upload_ended");
  EXPECT_EQ(code_in(call("cancel", id)), "upload_ended");
}

TEST_F(PartsTest, AreTheirOwnersAlone) {
  const std::string id = open_parts();
  owner_ = test::owner("eve");
  for (const char* what : {"sign", "sign1", "list", "complete", "cancel"}) {
    const auto response = call(what, id, what == std::string("sign") ? R"({"numbers":[1]})" : "");
    EXPECT_EQ(response.status, 404) << what;
    EXPECT_EQ(code_in(response), "unknown_upload");
  }
}

TEST_F(PartsTest, GoWithTheirSlot) {
  const std::string cancelled = open_parts();
  const std::string expired = open_parts();
  ASSERT_TRUE(put_part(cancelled, 1, 200));
  ASSERT_TRUE(put_part(expired, 1, 200));
  EXPECT_EQ(call("cancel", cancelled).status, 204);
  EXPECT_EQ(store_->multiparts().list(test::uploads(), {})->uploads.size(), 1U) << "at once";
  EXPECT_EQ(api_made_->sweep_parts(), 0);
  clock_.advance(policy_.multipart_ttl);
  EXPECT_EQ(code_in(call("complete", expired)), "upload_ended");
  EXPECT_EQ(api_made_->sweep_parts(), 1);
  EXPECT_TRUE(store_->multiparts().list(test::uploads(), {})->uploads.empty());
}

TEST_F(PartsTest, AreOnlyForSlotsOfParts) {
  const std::string id = open_slot();
  EXPECT_EQ(code_in(call("list", id)), "not_multipart");
  EXPECT_EQ(code_in(call("complete", id)), "not_multipart");
}

}  // namespace
}  // namespace tintype::upload
