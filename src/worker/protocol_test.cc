#include "worker/protocol.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

namespace tintype::worker {
namespace {

const Request kRequest = {.id = "job \"1\"",
                          .trusted = true,
                          .source_size = 12,
                          .plans = {{.width = 5, .quality = 70}, {.format = image::Format::webp}},
                          .limits = {.source_bytes_max = 20, .output_bytes_max = 1000}};
const Answer kAnswer = {.source_type = "image/heic",
                        .source_width = 4032,
                        .source_height = 3024,
                        .decode_ms = 1.5,
                        .resize_ms = 0,
                        .encode_ms = 2.25,
                        .variants = {{image::Format::jpeg, 5, 4, 0, 1000},
                                     {image::Format::webp, 4032, 3024, kMemorySize - 1, 1}}};

TEST(Request, SurvivesTheJourney) {
  const auto request = parse_request(to_json(kRequest));
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->id, kRequest.id);
  EXPECT_TRUE(request->trusted);
  EXPECT_EQ(request->source_size, 12);
  ASSERT_EQ(request->plans.size(), 2U);
  EXPECT_EQ(request->plans[0], kRequest.plans[0]);
  EXPECT_EQ(to_string(request->plans[1]), to_string(kRequest.plans[1]));
  EXPECT_EQ(request->limits.source_bytes_max, 20);
  EXPECT_EQ(request->limits.source_pixels_max, image::Limits{}.source_pixels_max);
  EXPECT_EQ(request->limits.output_bytes_max, 1000);
}

TEST(Answer, SurvivesTheJourney) {
  const auto answer = parse_answer(to_json(kAnswer), kRequest);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_TRUE(*answer);
  const Answer& arrived = **answer;
  EXPECT_EQ(arrived.source_type, "image/heic");
  EXPECT_EQ(arrived.source_width, 4032);
  EXPECT_EQ(arrived.source_height, 3024);
  EXPECT_EQ(arrived.decode_ms, 1.5);
  EXPECT_EQ(arrived.encode_ms, 2.25);
  ASSERT_EQ(arrived.variants.size(), 2U);
  EXPECT_EQ(arrived.variants[0].size, 1000);
  EXPECT_EQ(arrived.variants[1].offset, kMemorySize - 1);
}

TEST(Answer, CanDecline) {
  const auto answer = parse_answer(declined_message(), kRequest);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_FALSE(*answer);
}

TEST(Answer, CanBeAnError) {
  for (const ErrorCode code :
       {ErrorCode::invalid_argument, ErrorCode::too_large, ErrorCode::unsupported,
        ErrorCode::damaged_input, ErrorCode::internal}) {
    const auto answer = parse_answer(to_json(Error{code, "line\nbreak \x1b[31m"}), kRequest);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code);
    EXPECT_EQ(answer.error().message, "line?break ?[31m");
  }
}

/// A right answer with one change.
std::string answer_with(std::string_view part, std::string_view other) {
  std::string text = to_json(kAnswer);
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return at == std::string::npos ? text : text.replace(at, part.size(), other);
}

TEST(Answer, OfAHostileWorkerIsRefused) {
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"not json", "hello"},
      {"a list", "[]"},
      {"empty object", "{}"},
      {"deep", std::string(1000, '[')},
      {"cut", to_json(kAnswer).substr(0, 100)},
      {"text behind it", to_json(kAnswer) + "x"},
      {"type is html", answer_with("image/heic", "text/html")},
      {"type with a line break", answer_with("image/heic", "image/a\\r\\nb")},
      {"type is endless", answer_with("image/heic", "image/" + std::string(100, 'x'))},
      {"source of no width", answer_with("4032", "0")},
      {"source too wide", answer_with("4032", "65536")},
      {"width is negative", answer_with("\"width\":5", "\"width\":-5")},
      {"width is a text", answer_with("\"width\":5", "\"width\":\"5\"")},
      {"width is a fraction", answer_with("\"width\":5", "\"width\":5.5")},
      {"width overflows", answer_with("\"width\":5", "\"width\":18446744073709551615")},
      {"height over the limit", answer_with("\"height\":4", "\"height\":16385")},
      {"another format", answer_with("\"jpeg\"", "\"png\"")},
      {"negative offset", answer_with("\"offset\":0", "\"offset\":-1")},
      {"offset at the end", answer_with("\"offset\":0", "\"offset\":268435456")},
      {"offset and size overflow", answer_with("\"offset\":0", "\"offset\":9223372036854775807")},
      {"one byte outside", answer_with("\"size\":1}", "\"size\":2}")},
      {"nothing", answer_with("\"size\":1000", "\"size\":0")},
      {"over the limit of bytes", answer_with("\"size\":1000", "\"size\":1001")},
      {"a variant too few", to_json(Answer{.source_type = "image/png",
                                           .source_width = 1,
                                           .source_height = 1,
                                           .variants = {kAnswer.variants[0]}})},
      {"a time that is none", answer_with("1.5E0", "-1")},
      {"declines, and says more", R"({"declined":true,"variants":[]})"},
      {"does not decline", R"({"declined":false})"},
      {"an error that workers do not have", to_json(Error{ErrorCode::denied, "no"})},
      {"an error without a code", R"({"error":{"message":"x"}})"},
      {"an error that is a text", R"({"error":"x"})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = parse_answer(c.text, kRequest);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::corrupt) << answer.error().message;
  }
}

TEST(Ready, CarriesTheReport) {
  const auto report = parse_ready(ready_message(R"({"seccomp":true})"));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(*report, R"({"seccomp":true})");
  const auto refused = parse_ready(to_json(Error{ErrorCode::internal, "no codec"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "no codec");
  for (const char* text : {"", "{}", R"({"protocol":1})", R"({"protocol":3,"jail":"{}"})",
                           R"({"protocol":1,"jail":"x"})"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_ready(text));
  }
}

class Channel : public ::testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    here_ = Fd(ends[0]);
    there_ = Fd(ends[1]);
  }
  Fd here_;
  Fd there_;
};

TEST_F(Channel, CarriesTextAndDescriptor) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const Fd read_end(pipe[0]);
  Fd write_end(pipe[1]);
  ASSERT_TRUE(send_message(here_.get(), "hello", write_end.get()));
  write_end.reset();
  const auto message = receive_message(there_.get(), true);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text, "hello");
  ASSERT_TRUE(message->fd);
  EXPECT_EQ(::write(message->fd.get(), "x", 1), 1);
}

TEST_F(Channel, TakesNoDescriptorThatWasNotAskedFor) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const Fd read_end(pipe[0]);
  Fd write_end(pipe[1]);
  ASSERT_TRUE(send_message(here_.get(), "hello", write_end.get()));
  write_end.reset();
  const auto message = receive_message(there_.get(), false);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->fd);
  char byte = 0;
  EXPECT_EQ(::read(read_end.get(), &byte, 1), 0) << "somebody still has the write end";
}

TEST_F(Channel, KnowsItsLimitFromBothSides) {
  EXPECT_TRUE(send_message(here_.get(), std::string(kMessageSizeMax, 'x')));
  const auto message = receive_message(there_.get(), false);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text.size(), kMessageSizeMax);

  EXPECT_EQ(send_message(here_.get(), std::string(kMessageSizeMax + 1, 'x')).error().code,
            ErrorCode::too_large);
  const std::string over(kMessageSizeMax + 1, 'x');  // As a hostile worker would.
  ASSERT_GT(::send(here_.get(), over.data(), over.size(), 0), 0);
  const auto refused = receive_message(there_.get(), false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
}

TEST_F(Channel, NoticesTheOtherEnd) {
  there_.reset();
  EXPECT_EQ(send_message(here_.get(), "x").error().code, ErrorCode::unavailable);
  const auto message = receive_message(here_.get(), false);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->text.empty());
}

}  // namespace
}  // namespace tintype::worker
