// How far an upload is: asked once, and followed.
#include "upload/api.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "http/event_stream.h"
#include "upload/test_api.h"

namespace tintype::upload {
namespace {

namespace json = boost::json;
using test::ApiTest;
using test::kAssets;
using test::kNow;

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

class StatusTest : public ApiTest {
 protected:
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
};

TEST_F(StatusTest, TellsHowFarAnUploadIs) {
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

TEST_F(StatusTest, StreamsEachChangeAndEnds) {
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

TEST_F(StatusTest, PingsAndSeesWhatNobodyTold) {
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

TEST_F(StatusTest, EndsAStreamWhenTheServerStopsOrTheClientLeaves) {
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

TEST_F(StatusTest, TellsALateWatcherTheEndAtOnce) {
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
