#include "upload/api.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <vector>

#include "base/json.h"
#include "bucket/disk_store.h"
#include "bucket/post_policy.h"
#include "http/client.h"
#include "http/event_stream.h"
#include "sigv4/verify.h"
#include "upload/test_upload.h"

namespace tintype::upload {
namespace {

namespace json = boost::json;
using test::kNow;

constexpr const char* kAssets =
    R"([{"variant":"512","type":"image/jpeg","key":"avatars/a%7Cb/512/0123.jpg",)"
    R"("width":512,"height":512,"size":31000}])";

/// A body that keeps what is written, and calls the test after each piece.
class Recorder final : public http::BodyWriter {
 public:
  std::vector<std::string> pieces;
  std::function<void(std::size_t count)> written = [](std::size_t) {};
  std::atomic<bool> ends = false;
  Status answer;

  Task<Status> write(std::string_view bytes) override {
    pieces.emplace_back(bytes);
    written(pieces.size());
    co_return answer;
  }
  bool stopping() const override { return ends; }
};

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    served_ =
        std::make_unique<test::Served>([this](http::Request& request) -> Task<http::Response> {
          const auto id = std::string(request.query.find("id").value_or(""));
          const auto what = request.query.find("what").value_or("");
          if (what == "cancel") return api_made_->cancel(request, id, owner_);
          if (what == "sign") return api_made_->sign_parts(request, id, owner_);
          if (what == "sign1") return api_made_->sign_part(request, id, "1", owner_);
          if (what == "list") return api_made_->list_parts(request, id, owner_);
          if (what == "complete") return api_made_->complete(request, id, owner_);
          if (request.query.has("id")) return api_made_->status(request, id);
          return api_made_->key_upload(request, policy_, owner_);
        });
    bucket::DiskStoreOptions disk;
    disk.folder = std::filesystem::path(::testing::TempDir()) / ("store-" + make_id());
    folder_ = disk.folder;
    disk.observers = {&slots_};
    auto store = bucket::open_disk_store(std::move(disk), *database_, clock_);
    EXPECT_TRUE(store) << store.error().message;
    store_ = *std::move(store);
    EXPECT_TRUE(store_->create_bucket(test::uploads()));
    make_api();
  }
  ~ApiTest() override {
    served_.reset();
    api_made_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  http::ClientResponse ask(const std::string& body, http::Headers headers = {}) {
    return call("", "", body, std::move(headers));
  }
  /// What one of the API's answers about an upload is.
  http::ClientResponse call(const std::string& what, const std::string& id,
                            const std::string& body = "", http::Headers headers = {}) {
    const std::string query = what.empty() ? "" : "?what=" + what + "&id=" + id;
    auto response = client_.send({.method = "POST",
                                  .url = served_->url() + "/" + query,
                                  .headers = std::move(headers),
                                  .body = body});
    EXPECT_TRUE(response) << response.error().message;
    return response ? *std::move(response) : http::ClientResponse{};
  }
  http::ClientResponse status(const std::string& id, const std::string& accept = "*/*") {
    auto response = client_.send({.method = "GET",
                                  .url = served_->url() + "/?id=" + id,
                                  .headers = {{"Accept", accept}},
                                  .body = {}});
    EXPECT_TRUE(response) << response.error().message;
    return response ? *std::move(response) : http::ClientResponse{};
  }
  std::string open_slot() {
    const auto answer = parse_json_object(ask(R"({"extension":"jpg"})").body);
    return std::string(answer->at("upload_id").as_string());
  }
  void move(const std::string& id, State state, std::string_view reason = {},
            std::string_view assets = {}) {
    const Status moved = database_->write(std::function<Status(sql::Session&)>(
        [&](sql::Session& session) { return slots_.move(session, id, state, reason, assets); }));
    EXPECT_TRUE(moved) << moved.error().message;
    slots_.changed(id);
  }
  /// The stream of an upload, written to `recorder` until it ends.
  Status follow(const std::string& id, Recorder& recorder) {
    http::Request request;
    request.method = "GET";
    request.headers = {{"Accept", "text/event-stream"}};
    const auto response = served_->run(api_made_->status(request, id));
    EXPECT_EQ(response.headers.find("Content-Type"), "text/event-stream");
    const auto* body = std::get_if<http::StreamBody>(&response.body);
    EXPECT_NE(body, nullptr);
    return served_->run(body->run(recorder));
  }
  static std::string event(const std::string& id, const char* state) {
    return http::format_event("status",
                              R"({"upload_id":")" + id + R"(","state":")" + state + "\"}");
  }

  void make_api() {
    api_made_ = std::make_unique<Api>(Api::Options{.s3_url = "http://localhost:9000",
                                                   .gateway_url = "http://localhost:8080",
                                                   .edge_url = "http://localhost:8081",
                                                   .region = "us-east-1",
                                                   .access_key_id = "AKIDEXAMPLE",
                                                   .secret_access_key = Secret("wJalrXUtnFEMI"),
                                                   .bucket = test::uploads(),
                                                   .ping_interval = std::chrono::milliseconds(1)},
                                      slots_, store_->multiparts(), pool_, clock_);
  }
  static std::string code_in(const http::ClientResponse& response) {
    const auto problem = parse_json_object(response.body);
    return problem && problem->contains("code") ? std::string(problem->at("code").as_string())
                                                : response.body;
  }

  test::TemporaryDatabase database_;
  FixedClock clock_{kNow};
  BlockingPool pool_{{.threads = 2, .waiting_max = 64}};
  Slots slots_{*database_, clock_};
  Policy policy_ = test::policy();
  bucket::Owner owner_ = test::owner("a|b");
  std::filesystem::path folder_;
  std::unique_ptr<bucket::MultipartStore> store_;
  std::unique_ptr<Api> api_made_;
  http::Client client_;
  std::unique_ptr<test::Served> served_;  // Last: ends before what it uses.
};

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
  EXPECT_EQ(store_->multiparts().list(test::uploads(), {})->size(), 1U)
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
  EXPECT_EQ(store_->multiparts().list(test::uploads(), {})->size(), 1U) << "at once";
  EXPECT_EQ(api_made_->sweep_parts(), 0);
  clock_.advance(policy_.multipart_ttl);
  EXPECT_EQ(code_in(call("complete", expired)), "upload_ended");
  EXPECT_EQ(api_made_->sweep_parts(), 1);
  EXPECT_TRUE(store_->multiparts().list(test::uploads(), {})->empty());
}

TEST_F(PartsTest, AreOnlyForSlotsOfParts) {
  const std::string id = open_slot();
  EXPECT_EQ(code_in(call("list", id)), "not_multipart");
  EXPECT_EQ(code_in(call("complete", id)), "not_multipart");
}

TEST_F(ApiTest, TellsHowFarAnUploadIs) {
  const std::string id = open_slot();
  for (const char* accept :
       {"*/*", "application/json", "text/html, */*;q=0.1", "application/json, text/event-stream"}) {
    SCOPED_TRACE(accept);
    const auto waiting = status(id, accept);
    EXPECT_EQ(waiting.status, 200);
    EXPECT_EQ(waiting.headers.find("Content-Type"), "application/json");
    EXPECT_EQ(waiting.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(waiting.body, R"({"upload_id":")" + id + R"(","state":"waiting"})");
  }

  move(id, State::ready, "", kAssets);
  const auto ready = *parse_json_object(status(id).body);
  EXPECT_EQ(ready.at("state").as_string(), "ready");
  const json::array expected = {{{"name", "512"},
                                 {"url", "http://localhost:8081/avatars/a%257Cb/512/0123.jpg"},
                                 {"type", "image/jpeg"},
                                 {"width", 512},
                                 {"height", 512},
                                 {"size", 31000}}};
  EXPECT_EQ(ready.at("assets"), expected);

  for (const char* unknown : {"nobody", "", "%27%20OR%201%3D1"}) {
    SCOPED_TRACE(unknown);
    const auto response = status(unknown);
    EXPECT_EQ(response.status, 404);
    EXPECT_NE(response.body.find("unknown_upload"), std::string::npos);
  }
}

TEST_F(ApiTest, StreamsEachChangeAndEnds) {
  const std::string id = open_slot();
  Recorder recorder;
  std::vector<std::string> events;
  recorder.written = [&](std::size_t) {
    if (recorder.pieces.back() == http::kEventStreamPing) return;
    events.push_back(recorder.pieces.back());
    const State next[] = {State::received, State::processing, State::superseded};
    if (events.size() <= 3) move(id, next[events.size() - 1]);
  };

  EXPECT_TRUE(follow(id, recorder));

  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0], event(id, "waiting"));
  EXPECT_EQ(events[1], event(id, "received"));
  EXPECT_EQ(events[2], event(id, "processing"));
  EXPECT_NE(events[3].find(R"("state":"superseded")"), std::string::npos);
}

TEST_F(ApiTest, PingsAndSeesWhatNobodyTold) {
  const std::string id = open_slot();
  Recorder recorder;
  recorder.written = [&](std::size_t count) {
    // As another node would: in the database, and without a word.
    if (count != 3) return;
    const Status moved =
        database_->write(std::function<Status(sql::Session&)>([&](sql::Session& session) {
          return slots_.move(session, id, State::failed, "damaged_input");
        }));
    EXPECT_TRUE(moved) << moved.error().message;
  };

  EXPECT_TRUE(follow(id, recorder));

  ASSERT_EQ(recorder.pieces.size(), 4U);
  EXPECT_EQ(recorder.pieces[1], http::kEventStreamPing);
  EXPECT_EQ(recorder.pieces[2], http::kEventStreamPing);
  EXPECT_NE(recorder.pieces[3].find(R"("reason":"damaged_input")"), std::string::npos);
}

TEST_F(ApiTest, EndsAStreamWhenTheServerStopsOrTheClientLeaves) {
  const std::string id = open_slot();
  Recorder stopped;
  stopped.written = [&](std::size_t) { stopped.ends = true; };
  EXPECT_TRUE(follow(id, stopped));
  EXPECT_EQ(stopped.pieces.size(), 1U);

  Recorder gone;
  gone.answer = fail(ErrorCode::unavailable, "the client left");
  EXPECT_FALSE(follow(id, gone));
  EXPECT_EQ(gone.pieces.size(), 1U);
}

TEST_F(ApiTest, TellsALateWatcherTheEndAtOnce) {
  const std::string id = open_slot();
  move(id, State::failed, "unsupported");
  const auto response = status(id, "text/event-stream");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "text/event-stream");
  EXPECT_TRUE(response.body.starts_with("event: status\ndata: {\"upload_id\":"));
  EXPECT_TRUE(response.body.ends_with("\n\n"));
  EXPECT_EQ(status("nobody", "text/event-stream").status, 404);
}

TEST(StatusJson, TellsPeopleWhatFailed) {
  const auto slot_with = [](State state, std::string reason, std::string assets) {
    return Slot{.id = "i",
                .collection = "avatars",
                .owner = test::owner(),
                .bucket = test::uploads(),
                .key = *bucket::Key::parse("k"),
                .content_type = "image/jpeg",
                .size = {},
                .size_max = 1,
                .state = state,
                .reason = std::move(reason),
                .assets = std::move(assets),
                .created_at = kNow,
                .expires_at = kNow};
  };
  for (const char* reason :
       {"expired", "damaged_input", "too_large", "unsupported", "internal", "a code of tomorrow"}) {
    SCOPED_TRACE(reason);
    const auto document =
        parse_json_object(*status_json(slot_with(State::failed, reason, ""), "http://e"));
    EXPECT_EQ(document->at("reason").as_string(), reason);
    EXPECT_FALSE(document->at("detail").as_string().empty());
  }
  const auto bare = parse_json_object(*status_json(slot_with(State::failed, "", ""), "http://e"));
  EXPECT_EQ(bare->at("reason").as_string(), "internal");

  for (const char* assets :
       {"", "{}", "[1]", "[{}]", "[{\"variant\":\"512\"}]",
        R"([{"variant":"512","type":"t","key":"","width":1,"height":1,"size":1}])",
        R"([{"variant":"512","type":"t","key":"k","width":"1","height":1,"size":1}])"}) {
    SCOPED_TRACE(assets);
    const auto document = status_json(slot_with(State::ready, "", assets), "http://e");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace tintype::upload
