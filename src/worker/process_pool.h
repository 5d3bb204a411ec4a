// Workers of one program, and who moves them. They are in one of these places, and exactly one
// owner moves them:
//
//   starting_ ──(ready)──▶ idle_ ──(run)──▶ busy_ ──(answered)──▶ idle_
//       │ keeper's own       │ keeper           │ the thread in run()
//       └────────────────────┴──── ended ◀──────┘ (fault, time-out, jobs_max; idle for too long)
//
// The keeper is a thread that starts workers wherever one is missing and notices those that die
// while they are idle, or have been for too long. It lives as long as the pool, which matters: a
// worker ends with the thread that started it (PR_SET_PDEATHSIG).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "worker/pool.h"
#include "worker/process.h"
#include "worker/protocol.h"

namespace tintype::worker {

/// Thread-safe, as Pool is.
class ProcessPool {
 public:
  struct Options {
    std::filesystem::path program;
    std::size_t workers = 0;
    std::size_t waiting_max = 0;
    std::size_t jobs_max = 0;
    std::chrono::milliseconds job_time_max{};
    std::int64_t memory_bytes_max = 0;
    /// None is started before somebody waits, and each ends after so long without a job. Zero:
    /// all are always there.
    std::chrono::milliseconds idle_max{};
  };
  using Counts = Pool::Counts;

  /// Starts the workers in the background. `not_found` if there is no such program.
  static Result<std::unique_ptr<ProcessPool>> start(Options options);
  /// `wake`: an eventfd that does not block.
  ProcessPool(Options options, Fd wake);
  /// As Pool's.
  ~ProcessPool();

  /// As Pool::run, of a checked request and a source that is open for reading only. Nothing: the
  /// worker declines.
  Result<std::optional<JobResult>> run(const Request& request, int source);
  bool ready() const;
  Result<std::string> jail_report();
  Counts counts() const;

 private:
  // The keeper's: keeper.cc.
  void keep(const std::stop_token& stop);
  void start_missing();
  void wait_for_news();
  void welcome(std::unique_ptr<Process> process);
  void start_failed(const Error& error);
  void bury_dead_idle();
  void retire_idle();
  std::size_t wanted_locked() const;
  bool on_demand() const { return options_.idle_max > std::chrono::milliseconds(0); }

  // Of the threads in run().
  Result<std::unique_ptr<Process>> acquire();
  void release(std::unique_ptr<Process> process, Process::Fate fate, const std::string& job);

  void end_with_log(std::unique_ptr<Process> process, bool fault, const std::string& job);
  void wake_keeper() const;

  class Visit;

  /// After a failed start, so that a broken installation does not keep a core busy.
  static constexpr std::chrono::milliseconds kStartPauseMin{100};
  static constexpr std::chrono::milliseconds kStartPauseMax{5'000};

  /// One that waits for a job, and since when.
  struct Idle {
    std::unique_ptr<Process> process;
    std::chrono::steady_clock::time_point since;
  };

  const Options options_;
  const Fd wake_;  // An eventfd: the keeper is to look again.

  mutable std::mutex mutex_;  // Guards all below, up to the keeper's own.
  std::condition_variable changed_;
  std::vector<Idle> idle_;         // The longest idle first.
  std::set<const Process*> busy_;  // Owned by the threads in run().
  std::size_t callers_ = 0;        // Threads in run() or jail_report(); the destructor waits.
  Counts counts_;
  std::optional<Error> start_error_;  // Of the last start, if it failed.
  std::string jail_report_;
  bool stopping_ = false;

  // The keeper's own.
  std::vector<std::unique_ptr<Process>> starting_;
  std::chrono::milliseconds pause_ = kStartPauseMin;
  std::chrono::steady_clock::time_point next_start_;

  std::jthread keeper_;  // Last: ends before what it uses.
};

}  // namespace tintype::worker
