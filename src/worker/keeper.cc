#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "worker/process_pool.h"

namespace tintype::worker {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

/// A start that takes longer has failed. It takes a tenth of a second of CPU; a machine that just
/// booted, or compiles with all its cores, can be that slow.
constexpr milliseconds kStartTimeMax{60'000};

}  // namespace

void ProcessPool::keep(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    start_missing();
    wait_for_news();
    bury_dead_idle();
    if (on_demand()) retire_idle();
  }
}

/// How many there should be, the starting ones included.
std::size_t ProcessPool::wanted_locked() const {
  if (!on_demand()) return options_.workers;
  // After a start that failed one is tried until it works, or nobody would ever see it mended.
  const std::size_t least = start_error_ ? 1 : 0;
  const std::size_t needed = std::max(busy_.size() + counts_.waiting, least);
  return std::min(std::max(needed, idle_.size() + busy_.size()), options_.workers);
}

void ProcessPool::start_missing() {
  if (SteadyClock::now() < next_start_) return;
  std::size_t present = starting_.size();
  std::size_t wanted = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    present += idle_.size() + busy_.size();
    wanted = wanted_locked();
  }
  // Over its whole life: all jobs that it may have, at their longest. What bounds one job is
  // job_time_max; this only ends a worker whose pool has lost its mind.
  const auto cpu_time_max = std::chrono::ceil<std::chrono::seconds>(options_.job_time_max) *
                            static_cast<std::int64_t>(options_.jobs_max + 1);
  for (; present < wanted; ++present) {
    auto process = Process::start({.program = options_.program,
                                   .memory_bytes_max = options_.memory_bytes_max,
                                   .cpu_time_max = cpu_time_max});
    if (!process) return start_failed(process.error());
    starting_.push_back(std::move(*process));
  }
}

void ProcessPool::start_failed(const Error& error) {
  log(LogLevel::error, "worker not started", {{"error", error.message}});
  next_start_ = SteadyClock::now() + pause_;
  pause_ = std::min(pause_ * 2, kStartPauseMax);
  const std::lock_guard lock(mutex_);
  start_error_ = error;
  changed_.notify_all();
}

/// Waits until somebody wakes the keeper, a starting worker says something, an idle one dies, or it
/// is time to start one again.
void ProcessPool::wait_for_news() {
  std::vector<pollfd> entries = {{.fd = wake_.get(), .events = POLLIN, .revents = 0}};
  for (const auto& process : starting_)
    entries.push_back({.fd = process->socket(), .events = POLLIN, .revents = 0});
  auto end = SteadyClock::time_point::max();
  {
    // Only the end of an idle one counts (POLLHUP, which comes unasked): one that is given a job
    // meanwhile does not wake the keeper by its answer. A busy one is watched by its own thread.
    const std::lock_guard lock(mutex_);
    for (const Idle& idle : idle_)
      entries.push_back({.fd = idle.process->socket(), .events = 0, .revents = 0});
    if (on_demand() && !idle_.empty()) end = idle_.front().since + options_.idle_max;
  }
  const auto now = SteadyClock::now();
  if (!starting_.empty()) end = std::min(end, now + kStartTimeMax);
  if (now < next_start_) end = std::min(end, next_start_);
  const auto left = std::chrono::ceil<milliseconds>(end - now).count();
  const bool waits_for_ever = end == SteadyClock::time_point::max();
  ::poll(entries.data(), entries.size(),
         waits_for_ever ? -1 : static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30)));

  if (entries[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof(count));
  }
  std::vector<std::unique_ptr<Process>> still_starting;
  for (std::size_t i = 0; i < starting_.size(); ++i) {
    std::unique_ptr<Process>& process = starting_[i];
    if (entries[i + 1].revents != 0)
      welcome(std::move(process));
    else if (process->age() < kStartTimeMax)
      still_starting.push_back(std::move(process));
    else
      start_failed({ErrorCode::internal, "worker: it does not become ready"});
  }
  starting_ = std::move(still_starting);
}

void ProcessPool::welcome(std::unique_ptr<Process> process) {
  auto report = process->take_ready();
  if (!report) {
    const std::string reason = process->end();
    return start_failed(
        {report.error().code, fmt::format("worker: {} ({})", report.error().message, reason)});
  }
  log(LogLevel::info, "worker started",
      {{"pid", process->pid()}, {"start_ms", process->age().count()}});
  pause_ = kStartPauseMin;
  const std::lock_guard lock(mutex_);
  start_error_.reset();
  jail_report_ = std::move(*report);
  ++counts_.started;
  idle_.push_back({std::move(process), SteadyClock::now()});
  changed_.notify_all();
}

void ProcessPool::bury_dead_idle() {
  std::vector<std::unique_ptr<Process>> dead;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(idle_, [&dead](Idle& idle) {
      pollfd entry{.fd = idle.process->socket(), .events = 0, .revents = 0};
      if (::poll(&entry, 1, 0) <= 0) return false;
      dead.push_back(std::move(idle.process));
      return true;
    });
    counts_.faults += dead.size();
  }
  for (auto& process : dead) end_with_log(std::move(process), true, "");
}

void ProcessPool::retire_idle() {
  std::vector<std::unique_ptr<Process>> retired;
  {
    const std::lock_guard lock(mutex_);
    const auto longest = SteadyClock::now() - options_.idle_max;
    // Whoever waits has been told of an idle one, and takes it once it gets to run.
    std::size_t spare = idle_.size() - std::min(idle_.size(), counts_.waiting);
    std::erase_if(idle_, [&](Idle& idle) {
      if (idle.since > longest || spare == 0) return false;
      --spare;
      retired.push_back(std::move(idle.process));
      return true;
    });
  }
  for (auto& process : retired) end_with_log(std::move(process), false, "");
}

}  // namespace tintype::worker
