// POST <policy.route>, and cancelling.
#include "upload/api.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "bucket/s3/request/post_policy.h"
#include "sigv4/verify.h"
#include "upload/test_api.h"

namespace tintype::upload {
namespace {

namespace json = boost::json;
using test::ApiTest;
using test::kAssets;
using test::kNow;

TEST_F(ApiTest, AnswersWithThePresignedRequest) {
  const auto response = ask(R"({"content_type":"image/jpeg","size":500})");

  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  const auto answer = *parse_json_object(response.body);
  const std::string id(answer.at("upload_id").as_string());
  EXPECT_EQ(answer.at("method").as_string(), "PUT");
  EXPECT_EQ(answer.at("headers"), (json::object{{"Content-Type", "image/jpeg"}}));
  EXPECT_EQ(answer.at("key").as_string(), "avatars/a%7Cb/" + id + ".jpg");
  EXPECT_EQ(answer.at("expires_at").as_string(), "2026-11-23T20:36:04.000Z");
  EXPECT_EQ(answer.at("status_url").as_string(), "http://localhost:8080/uploads/" + id);
  EXPECT_EQ(answer.size(), 7U);
  EXPECT_TRUE(std::string_view(answer.at("url").as_string())
                  .starts_with("http://localhost:9000/uploads/avatars/a%257Cb/" + id + ".jpg?"));
}

TEST_F(ApiTest, SignsWhatThePutMustBe) {
  const struct {
    const char* name;
    const char* body;
    const char* length;
    bool accepted;
  } cases[] = {
      {"exactly the size", R"({"content_type":"image/jpeg","size":500})", "500", true},
      {"another size", R"({"content_type":"image/jpeg","size":500})", "501", false},
      {"no size was said", R"({"extension":"jpg"})", "501", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = *parse_json_object(ask(c.body).body);
    const std::string url(answer.at("url").as_string());
    const std::size_t path = url.find('/', 7);
    const std::size_t query = url.find('?');
    http::Headers headers = {{"Host", url.substr(7, path - 7)},
                             {"Content-Type", "image/jpeg"},
                             {"Content-Length", c.length}};
    const std::string path_text = url.substr(path, query - path);
    const std::string query_text = url.substr(query + 1);
    const auto verify = [&](Instant now) {
      const sigv4::RequestView view = {
          .method = "PUT", .path = path_text, .query_text = query_text, .headers = headers};
      const auto authorization = sigv4::parse(view);
      EXPECT_TRUE(authorization && *authorization);
      return sigv4::verify(**authorization, view, Secret("wJalrXUtnFEMI"), now,
                           {.regions = {"us-east-1"}})
          .has_value();
    };
    EXPECT_EQ(verify(kNow), c.accepted);
    EXPECT_FALSE(verify(kNow + std::chrono::minutes(6)));
    headers.set("Content-Type", "text/html");
    EXPECT_FALSE(verify(kNow));
  }
}

TEST_F(ApiTest, SaysWhatIsWrong) {
  const struct {
    const char* name;
    std::string body;
    int status;
    const char* code;
  } cases[] = {
      {"nothing", "", 400, "invalid_request"},
      {"no JSON", "{", 400, "invalid_request"},
      {"twice", R"({"extension":"jpg","extension":"png"})", 400, "invalid_request"},
      {"no bytes", R"({"content_type":"image/jpeg","size":0})", 400, "invalid_request"},
      {"too large", R"({"content_type":"image/jpeg","size":1001})", 413, "too_large"},
      {"beyond all numbers", R"({"content_type":"image/jpeg","size":99999999999999999999})", 400,
       "invalid_request"},
      {"not in the policy", R"({"content_type":"image/gif","size":1})", 415,
       "unsupported_media_type"},
      {"no picture", R"({"content_type":"text/html","size":1})", 415, "unsupported_media_type"},
      {"another's key", R"({"extension":"a/VICTIM.jpg"})", 415, "unsupported_media_type"},
      {"a body over 4 KiB", R"({"extension":")" + std::string(5000, 'x') + "\"}", 413, "too_large"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = ask(c.body);
    EXPECT_EQ(response.status, c.status);
    const auto problem = parse_json_object(response.body);
    ASSERT_TRUE(problem) << response.body;
    EXPECT_EQ(problem->at("code").as_string(), c.code);
    EXPECT_EQ(response.body.find("VICTIM"), std::string::npos);
  }
}

TEST_F(ApiTest, BoundsWhatOneOwnerBegins) {
  for (std::int64_t i = 0; i < policy_.limits.waiting_max; ++i) open_slot();
  const auto refused = ask(R"({"extension":"jpg"})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.find("Retry-After"), "300");
  EXPECT_EQ(parse_json_object(refused.body)->at("code").as_string(), "too_many_slots");
}

TEST_F(ApiTest, AnswersWithAFormThatItsPolicyBinds) {
  const auto answer =
      *parse_json_object(ask(R"({"content_type":"image/jpeg","size":500,"method":"post"})").body);
  EXPECT_EQ(answer.at("method").as_string(), "POST");
  EXPECT_EQ(answer.at("url").as_string(), "http://localhost:9000/uploads");
  const auto& fields = answer.at("fields").as_object();
  EXPECT_EQ(fields.at("key"), answer.at("key"));
  const auto policy =
      bucket::parse_post_policy(*from_base64(std::string_view(fields.at("policy").as_string())));
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->size_min, 500);
  EXPECT_EQ(policy->size_max, 500);
  EXPECT_EQ(policy->expires_at, kNow + std::chrono::minutes(5));
  bucket::FormFields form;
  for (const auto& [name, value] : fields)
    EXPECT_TRUE(form.add(name, std::string(value.as_string())));
  EXPECT_TRUE(bucket::check_post_policy(*policy, form, "uploads", kNow));
  EXPECT_TRUE(form.add("acl", "public-read"));
  EXPECT_FALSE(bucket::check_post_policy(*policy, form, "uploads", kNow));

  const auto any = *parse_json_object(ask(R"({"extension":"jpg","method":"post"})").body);
  const auto open = bucket::parse_post_policy(
      *from_base64(std::string_view(any.at("fields").as_object().at("policy").as_string())));
  EXPECT_EQ(open->size_min, 1);
  EXPECT_EQ(open->size_max, 1000);
}

TEST_F(ApiTest, AnswersForEachOfManyFiles) {
  const auto answer = *parse_json_object(
      ask(R"({"files":[{"extension":"jpg"},{"extension":"exe"},)"
          R"({"content_type":"image/png","size":1001},{"extension":"png","method":"post"}]})")
          .body);
  const auto& files = answer.at("files").as_array();
  ASSERT_EQ(files.size(), 4U);
  EXPECT_EQ(files[0].at("method").as_string(), "PUT");
  EXPECT_EQ(files[1].at("problem").at("code").as_string(), "unsupported_media_type");
  EXPECT_EQ(files[2].at("problem").at("status").as_int64(), 413);
  EXPECT_EQ(files[3].at("method").as_string(), "POST");
  EXPECT_NE(files[0].at("key"), files[3].at("key"));
  const auto none = ask(R"({"files":[{"extension":"exe"}]})");
  EXPECT_EQ(none.status, 200);
  EXPECT_NE(none.body.find("problem"), std::string::npos);
}

TEST_F(ApiTest, AnswersTheSameToTheSameIdempotencyKey) {
  const http::Headers key = {{"Idempotency-Key", "\"8e03978e\""}};
  const std::string body = R"({"content_type":"image/jpeg","size":500})";
  const auto first = ask(body, key);
  EXPECT_EQ(ask(body, key).body, first.body);
  clock_.advance(std::chrono::seconds(10));
  EXPECT_EQ(ask(body, key).body, first.body) << "to the byte";
  const auto reused = ask(R"({"extension":"jpg"})", key);
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(code_in(reused), "idempotency_key_reused");
  EXPECT_EQ(ask(body, {{"Idempotency-Key", "two words"}}).status, 400);
  const std::string many = R"({"files":[{"extension":"exe"},{"extension":"jpg"}]})";
  const http::Headers other_key = {{"Idempotency-Key", "other"}};
  EXPECT_EQ(ask(many, other_key).body, ask(many, other_key).body);
  const std::string parts = R"({"content_type":"image/jpeg","size":500,"method":"multipart"})";
  const http::Headers third_key = {{"Idempotency-Key", "third"}};
  EXPECT_EQ(ask(parts, third_key).body, ask(parts, third_key).body);
  EXPECT_EQ(store_->multiparts().list(test::uploads(), {})->uploads.size(), 1U)
      << "the second one's was aborted";
}

TEST_F(ApiTest, CancelsWhatWaits) {
  const std::string id = open_slot();
  EXPECT_EQ(call("cancel", id).status, 204);
  EXPECT_EQ(call("cancel", id).status, 204);
  EXPECT_EQ(status(id).body,
            R"({"upload_id":")" + id +
                R"(","state":"failed","reason":"cancelled","detail":"The upload was cancelled."})");
  const std::string ready = open_slot();
  move(ready, State::ready, "", kAssets);
  EXPECT_EQ(code_in(call("cancel", ready)), "upload_ended");
  owner_ = test::owner("eve");
  const auto others = call("cancel", id);
  EXPECT_EQ(others.status, 404);
  EXPECT_EQ(code_in(others), "unknown_upload");
}

}  // namespace
}  // namespace tintype::upload
