#include "gateway/lambda_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/test_loop.h"

namespace tintype::gateway {
namespace {

using Fault = FunctionFailure::Fault;
using Work = LambdaQueue::Work;

constexpr std::chrono::milliseconds kTimeMax{1000};

class LambdaQueueTest : public ::testing::Test {
 protected:
  std::unique_ptr<LambdaQueue> queue(std::size_t slots = 1, std::size_t waiting_max = 10) {
    return std::make_unique<LambdaQueue>(
        LambdaQueue::Options{.slots = slots,
                             .waiting_max = waiting_max,
                             .time_max = kTimeMax,
                             .overdue = [this](std::size_t slot) { overdue_.push_back(slot); }});
  }

  /// An invocation that runs beside the test; its answer comes into the returned place.
  std::shared_ptr<std::optional<FunctionAnswer>> ask(LambdaQueue& queue, std::string payload) {
    auto place = std::make_shared<std::optional<FunctionAnswer>>();
    start(queue.invoke({.payload = std::move(payload), .request_id = "r"}),
          [place](FunctionAnswer answer) { place->emplace(std::move(answer)); });
    return place;
  }
  std::shared_ptr<std::optional<std::optional<Work>>> next(LambdaQueue& queue, std::size_t slot) {
    auto place = std::make_shared<std::optional<std::optional<Work>>>();
    start(queue.next(slot), [place](std::optional<Work> work) { place->emplace(std::move(work)); });
    loop_.run_ready();
    return place;
  }

  test::TestLoop loop_;
  std::vector<std::size_t> overdue_;
};

TEST_F(LambdaQueueTest, GivesWorkAndBringsTheAnswerBack) {
  const auto lambda = queue();
  const auto answer = ask(*lambda, "1");
  const auto work = next(*lambda, 0);
  ASSERT_TRUE(*work && **work);
  EXPECT_EQ((**work)->payload, "1");
  EXPECT_LE((**work)->left, kTimeMax);

  EXPECT_FALSE(lambda->answer(0, "another", "2"));
  EXPECT_TRUE(lambda->answer(0, (**work)->id, "2"));
  loop_.run_ready();
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->value(), "2");
  EXPECT_FALSE(lambda->answer(0, (**work)->id, "3")) << "answered once";
}

TEST_F(LambdaQueueTest, KeepsTheOrder) {
  const auto lambda = queue(2);
  const auto idle = next(*lambda, 1);
  EXPECT_FALSE(*idle);
  const auto first = ask(*lambda, "1");
  const auto second = ask(*lambda, "2");
  loop_.run_ready();
  ASSERT_TRUE(*idle && **idle);
  EXPECT_EQ((**idle)->payload, "1");
  EXPECT_EQ((**next(*lambda, 0))->payload, "2");
  lambda->stop();
  loop_.run_ready();
}

TEST_F(LambdaQueueTest, IsBounded) {
  const auto lambda = queue(1, 2);
  const auto first = ask(*lambda, "1");
  const auto second = ask(*lambda, "2");
  EXPECT_FALSE(*first || *second);
  const auto third = ask(*lambda, "3");
  ASSERT_TRUE(*third);
  EXPECT_EQ((*third)->error().fault, Fault::unavailable);
  lambda->stop();
  loop_.run_ready();
}

TEST_F(LambdaQueueTest, EndsWhatTakesTooLong) {
  const auto lambda = queue(2);
  const auto answer = ask(*lambda, "1");
  const auto work = next(*lambda, 1);
  loop_.advance(kTimeMax - std::chrono::milliseconds(1));
  loop_.run_ready();
  EXPECT_FALSE(*answer);

  loop_.advance(std::chrono::milliseconds(1));
  loop_.run_ready();
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->error().fault, Fault::timed_out);
  EXPECT_EQ(overdue_, std::vector<std::size_t>{1});
  EXPECT_FALSE(lambda->answer(1, (**work)->id, "too late"));
}

TEST_F(LambdaQueueTest, WhatNobodyTookIsUnavailableAndNobodyIsBlamed) {
  const auto lambda = queue();
  const auto answer = ask(*lambda, "1");
  loop_.advance(kTimeMax);
  loop_.run_ready();
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->error().fault, Fault::unavailable);
  EXPECT_TRUE(overdue_.empty());
  EXPECT_FALSE(*next(*lambda, 0)) << "what was given up is not given out";
  lambda->stop();
  loop_.run_ready();
}

TEST_F(LambdaQueueTest, AProcessThatEndsFailsWhatItHad) {
  const auto lambda = queue();
  const auto answer = ask(*lambda, "1");
  const auto work = next(*lambda, 0);
  lambda->process_ended(0, "signal 11");
  loop_.run_ready();
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->error().fault, Fault::failed);
  EXPECT_NE((*answer)->error().message.find("signal 11"), std::string::npos);
}

TEST_F(LambdaQueueTest, AProcessThatAsksForMoreFailsWhatItHad) {
  const auto lambda = queue();
  const auto answer = ask(*lambda, "1");
  next(*lambda, 0);
  const auto more = next(*lambda, 0);
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->error().fault, Fault::failed);
  lambda->stop();
  loop_.run_ready();
}

TEST_F(LambdaQueueTest, TheDeadGetNoWork) {
  const auto lambda = queue();
  const auto dead = next(*lambda, 0);
  lambda->process_ended(0, "signal 9");
  const auto alive = next(*lambda, 0);
  ASSERT_TRUE(*dead);
  EXPECT_FALSE(**dead);
  const auto answer = ask(*lambda, "1");
  loop_.run_ready();
  ASSERT_TRUE(*alive && **alive);
  lambda->stop();
  loop_.run_ready();
}

TEST_F(LambdaQueueTest, OfTwoCallsOfAProcessTheLastOneCounts) {
  const auto lambda = queue();
  const auto first = next(*lambda, 0);
  const auto second = next(*lambda, 0);
  ASSERT_TRUE(*first);
  EXPECT_FALSE(**first);
  EXPECT_FALSE(*second);
  lambda->stop();
  loop_.run_ready();
  ASSERT_TRUE(*second);
  EXPECT_FALSE(**second);
}

TEST_F(LambdaQueueTest, StopSendsEverybodyAway) {
  const auto lambda = queue();
  const auto running = ask(*lambda, "1");
  next(*lambda, 0);
  const auto waiting = ask(*lambda, "2");
  lambda->stop();
  loop_.run_ready();
  ASSERT_TRUE(*running && *waiting);
  EXPECT_EQ((*running)->error().fault, Fault::unavailable);
  EXPECT_EQ((*waiting)->error().fault, Fault::unavailable);
  const auto late = ask(*lambda, "3");
  ASSERT_TRUE(*late);
  EXPECT_EQ((*late)->error().fault, Fault::unavailable);
  ASSERT_TRUE(*next(*lambda, 0));
}

}  // namespace
}  // namespace tintype::gateway
