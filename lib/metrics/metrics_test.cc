#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "base/fd.h"
#include "base/text.h"
#include "metrics/process.h"
#include "metrics/registry.h"

namespace tintype::metrics {
namespace {

bool has_line(const std::string& text, std::string_view line) {
  for (const std::string_view each : split(text, '\n'))
    if (each == line) return true;
  return false;
}

TEST(Registry, ExposesEveryKind) {
  Registry registry;
  const Counter counter =
      registry.counter("tintype_uploads_total", "Uploads.", {{"state", "ready"}});
  const Gauge gauge = registry.gauge("tintype_events_waiting", "Events that wait.");
  const Histogram histogram =
      registry.histogram("tintype_job_seconds", "Time of a job.", {0.1, 1}, {{"mode", "fast"}});

  counter.add();
  counter.add(2);
  gauge.set(7);
  gauge.add(-2.5);
  for (const double seconds : {0.05, 0.1, 0.5, 5.0}) histogram.observe(seconds);
  const std::string text = registry.expose();

  EXPECT_TRUE(has_line(text, "# HELP tintype_uploads_total Uploads.")) << text;
  EXPECT_TRUE(has_line(text, "# TYPE tintype_uploads_total counter"));
  EXPECT_TRUE(has_line(text, "tintype_uploads_total{state=\"ready\"} 3"));
  EXPECT_TRUE(has_line(text, "# TYPE tintype_events_waiting gauge"));
  EXPECT_TRUE(has_line(text, "tintype_events_waiting 4.5"));
  EXPECT_TRUE(has_line(text, "# TYPE tintype_job_seconds histogram"));
  EXPECT_TRUE(has_line(text, "tintype_job_seconds_bucket{mode=\"fast\",le=\"0.1\"} 2"));
  EXPECT_TRUE(has_line(text, "tintype_job_seconds_bucket{mode=\"fast\",le=\"1\"} 3"));
  EXPECT_TRUE(has_line(text, "tintype_job_seconds_bucket{mode=\"fast\",le=\"+Inf\"} 4"));
  EXPECT_TRUE(has_line(text, "tintype_job_seconds_count{mode=\"fast\"} 4"));
  EXPECT_TRUE(has_line(text, "tintype_job_seconds_sum{mode=\"fast\"} 5.65"));
  EXPECT_EQ(counter.value(), 3);
  EXPECT_EQ(gauge.value(), 4.5);
}

TEST(Registry, GivesTheSameSeriesAgain) {
  Registry registry;
  registry.counter("tintype_a_total", "A.", {{"x", "1"}, {"y", "2"}}).add();
  registry.counter("tintype_a_total", "A.", {{"y", "2"}, {"x", "1"}}).add();
  registry.counter("tintype_a_total", "A.", {{"x", "1"}, {"y", "3"}}).add();
  EXPECT_EQ(registry.counter("tintype_a_total", "A.", {{"x", "1"}, {"y", "2"}}).value(), 2);
}

TEST(Registry, EscapesLabelValues) {
  Registry registry;
  registry.counter("tintype_a_total", "A.", {{"x", "a\"b\\c\nd"}}).add();
  EXPECT_TRUE(has_line(registry.expose(), R"(tintype_a_total{x="a\"b\\c\nd"} 1)"));
}

TEST(Registry, BoundsTheSeriesOfAName) {
  Registry registry;
  for (std::size_t i = 0; i < Registry::kSeriesMax + 10; ++i)
    registry.counter("tintype_a_total", "A.", {{"x", std::to_string(i)}}).add();
  EXPECT_EQ(registry.counter("tintype_a_total", "A.", {{"x", "other"}}).value(), 10);
  EXPECT_EQ(registry.counter("tintype_a_total", "A.", {{"x", "0"}}).value(), 1);
  EXPECT_EQ(registry.counter("tintype_a_total", "A.", {{"x", "999"}}).value(), 1);
}

TEST(Registry, MayBeUsedByManyThreads) {
  Registry registry;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&registry] {
      for (int i = 0; i < 100; ++i) {
        registry.counter("tintype_a_total", "A.", {{"x", std::to_string(i % 5)}}).add();
        if (i % 50 == 0) EXPECT_FALSE(registry.expose().empty());
      }
    });
  threads.clear();
  EXPECT_EQ(registry.counter("tintype_a_total", "A.", {{"x", "0"}}).value(), 80);
}

TEST(RegistryDeathTest, AssertsOurOwnMistakes) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Registry registry;
  registry.gauge("tintype_known", "Known.", {{"x", "1"}});
  EXPECT_DEATH(registry.gauge("known", "A."), "starts_with");
  EXPECT_DEATH(registry.gauge("tintype_Known", "A."), "is_name");
  EXPECT_DEATH(registry.counter("tintype_known", "A."), "ends_with");
  EXPECT_DEATH(registry.gauge("tintype_known", "Other.", {{"x", "1"}}), "help");
  EXPECT_DEATH(registry.gauge("tintype_known", "Known.", {{"y", "1"}}), "label_names");
  EXPECT_DEATH(registry.histogram("tintype_known", "Known.", {1}, {{"x", "1"}}), "alternative");
  EXPECT_DEATH(registry.histogram("tintype_h", "H.", {1, 1}), "adjacent_find");
  EXPECT_DEATH(registry.counter("tintype_c_total", "C.").add(-1), "by >= 0");
}

TEST(ProcessFigures, AreThoseOfThisProcess) {
  const ProcessFigures before = read_process_figures();
  const Fd fd(::dup(STDERR_FILENO));
  const ProcessFigures after = read_process_figures();

  EXPECT_EQ(after.open_files, before.open_files + 1);
  EXPECT_GT(before.resident_bytes, 1e6);
  const double now = static_cast<double>(to_epoch_ms(SystemClock().now())) / 1000;
  EXPECT_LE(before.start_time_seconds, now + 2);  // The kernel's boot time is whole seconds.
  EXPECT_GT(before.start_time_seconds, now - 24 * 3600);
  Registry registry;
  const std::string text = registry.expose();
  for (const char* name : {"tintype_process_resident_memory_bytes ", "tintype_process_open_fds ",
                           "tintype_process_start_time_seconds "})
    EXPECT_NE(text.find(name), std::string::npos) << name;
}

}  // namespace
}  // namespace tintype::metrics
