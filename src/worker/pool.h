// The pool of jailed processes that turn (source, plans) into variants. A worker is warm, reused,
// and recycled after jobs_max jobs or any fault. It can open no file, no socket and no process; a
// crash, a bomb or a time-out costs one attempt of one job.
//
//   run ──▶ [ waiting, bounded ] ──▶ idle worker ──▶ socket pair: descriptor + plans
//                                                ◀── results in shared memory
//
// There are two kinds (image/render.h). Those for photographs are small and always there; what they
// decline goes to a general one, which is started when it is needed and ends when it is not.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/limits.h"
#include "image/plan.h"

namespace tintype::worker {

struct Job {
  int source = -1;       ///< Readable and seekable, from offset 0. Borrowed until run() returns.
  bool trusted = false;  ///< As image::Source has it.
  std::vector<image::Plan> plans = {};
  image::Limits limits = {};
  std::string id = {};  ///< Of the invocation or request, for logs.
};

struct Variant {
  image::Format format;
  int width = 0;
  int height = 0;
  std::string bytes;
};

struct JobResult {
  std::string source_type;
  int source_width = 0;
  int source_height = 0;
  std::vector<Variant> variants;  ///< One per plan, in order.
  double decode_ms = 0;
  double resize_ms = 0;
  double encode_ms = 0;
};

/// Thread-safe. run() blocks: call it from the blocking pool or a thread of one's own.
class Pool {
 public:
  struct Options {
    /// The executables whose `worker` subcommand is a worker.
    struct Programs {
      std::filesystem::path photographs;
      std::filesystem::path general;
    };
    Programs programs;
    std::size_t workers = 2;        ///< Of each kind at the most: one per core.
    std::size_t waiting_max = 256;  ///< More callers at once, for one kind, are `unavailable`.
    std::size_t jobs_max = 1000;    ///< A worker is replaced after so many.
    std::chrono::milliseconds job_time_max{30'000};
    std::chrono::milliseconds general_idle_max{60'000};  ///< Without a job, a general one ends.
    std::int64_t memory_bytes_max = 2LL << 30;           ///< Address space of a worker.
  };

  /// Starts the workers (in the background: run() waits for the first that is warm).
  /// `invalid_argument` if an option is zero, `not_found` if there is no such program.
  static Result<std::unique_ptr<Pool>> start(Options options);
  /// Ends the workers at once and waits for callers of run(), who get `internal` or `unavailable`.
  virtual ~Pool() = default;

  /// What image::Engine::render returns, and besides: `internal` if the worker died (crash,
  /// memory), and `too_large` if it ran out of time. In both a fresh worker takes its place.
  /// `unavailable` if too many wait, or if no worker can be started.
  virtual Result<JobResult> run(const Job& job) = 0;

  /// True once a worker for photographs is warm, for /readyz.
  virtual bool ready() const = 0;
  /// The report of the jail of a worker as JSON, for `tintype doctor`; waits for a warm worker.
  virtual Result<std::string> jail_report() = 0;
  struct Counts {
    std::size_t idle = 0;
    std::size_t busy = 0;
    std::size_t waiting = 0;  ///< Callers without a worker.
    std::size_t started = 0;  ///< Since the pool began; all that were warm.
    std::size_t faults = 0;   ///< Deaths and time-outs, since the pool began.
  };
  virtual Counts counts() const = 0;
};

}  // namespace tintype::worker
