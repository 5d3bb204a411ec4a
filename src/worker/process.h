// One worker, seen from the server: a process, a socket to talk and a memory for results.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "worker/pool.h"
#include "worker/protocol.h"

namespace tintype::worker {

/// Thread-compatible, but for kill(). Ends its process when it is destroyed.
class Process {
 public:
  struct Options {
    std::filesystem::path program;
    std::int64_t memory_bytes_max = 0;
    std::chrono::seconds cpu_time_max{};
  };

  /// Starts a process that warms up by itself. Call it on a thread that lives as long as the pool:
  /// the kernel ends the worker together with the thread that started it.
  static Result<std::unique_ptr<Process>> start(const Options& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Once the socket is readable: the report of its jail.
  Result<std::string> take_ready();

  enum class Fate {
    reusable,
    unused,  ///< It was dead already; the job has not begun.
    ended,   ///< It died or has to.
  };
  struct Outcome {
    Result<std::optional<JobResult>> result;  ///< Nothing: it declines.
    Fate fate;
  };
  /// Gives it one job and waits, at most `time_max`.
  Outcome run(const Request& request, int source, std::chrono::milliseconds time_max);

  /// Stops the process at once; whoever waits in run() comes back. From any thread, before end().
  void kill() const;
  /// Kills, unless it is dead, and reaps: "signal 9 (Killed)", "exit code 70".
  std::string end();

  int pid() const { return pid_; }
  int socket() const { return socket_.get(); }
  std::size_t jobs() const { return jobs_; }
  /// Since it was started.
  std::chrono::milliseconds age() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 started_);
  }

 private:
  Process(int pid, Fd socket, Fd memory);
  Result<JobResult> collect(const Answer& answer);
  /// All of it, wherever the worker wrote: the memory goes back, and the next job finds zeros.
  Status empty_memory();

  int pid_;  // -1 after end().
  Fd socket_;
  Fd memory_;
  std::size_t jobs_ = 0;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace tintype::worker
