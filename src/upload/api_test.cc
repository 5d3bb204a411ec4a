#include "upload/api.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <vector>

#include "base/json.h"
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
          const auto query = request.query.find("id");
          if (query) return api_.status(request, std::string(*query));
          return api_.key_upload(request, policy_, owner_);
        });
  }

  http::ClientResponse ask(const std::string& body) {
    auto response =
        client_.send({.method = "POST", .url = served_->url() + "/", .headers = {}, .body = body});
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
    const auto response = served_->run(api_.status(request, id));
    EXPECT_EQ(response.headers.find("Content-Type"), "text/event-stream");
    const auto* body = std::get_if<http::StreamBody>(&response.body);
    EXPECT_NE(body, nullptr);
    return served_->run(body->run(recorder));
  }
  static std::string event(const std::string& id, const char* state) {
    return http::format_event("status",
                              R"({"upload_id":")" + id + R"(","state":")" + state + "\"}");
  }

  test::TemporaryDatabase database_;
  FixedClock clock_{kNow};
  BlockingPool pool_{{.threads = 2, .waiting_max = 64}};
  Slots slots_{*database_, clock_};
  Policy policy_ = test::policy();
  bucket::Owner owner_ = test::owner("a|b");
  Api api_{{.s3_url = "http://localhost:9000",
            .gateway_url = "http://localhost:8080",
            .edge_url = "http://localhost:8081",
            .region = "us-east-1",
            .access_key_id = "AKIDEXAMPLE",
            .secret_access_key = Secret("wJalrXUtnFEMI"),
            .bucket = test::uploads(),
            .ping_interval = std::chrono::milliseconds(1)},
           slots_,
           pool_,
           clock_};
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
  for (std::int64_t i = 0; i < Slots::kWaitingMax; ++i) open_slot();
  const auto refused = ask(R"({"extension":"jpg"})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.find("Retry-After"), "300");
  EXPECT_EQ(parse_json_object(refused.body)->at("code").as_string(), "too_many_slots");
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
