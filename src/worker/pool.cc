// Scheduling. Workers are in one of these places, and exactly one owner moves them:
//
//   starting_ ──(ready)──▶ idle_ ──(run)──▶ busy_ ──(answered)──▶ idle_
//       │ keeper's own       │ keeper           │ the thread in run()
//       └────────────────────┴──── ended ◀──────┘ (fault, time-out, jobs_max)
//
// The keeper is a thread that starts workers wherever one is missing and notices those that die
// while they are idle. It lives as long as the pool, which matters: a worker ends with the thread
// that started it (PR_SET_PDEATHSIG).
#include "worker/pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/fd.h"
#include "base/file.h"
#include "base/log.h"
#include "worker/process.h"
#include "worker/protocol.h"

namespace tintype::worker {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

/// A start that takes longer has failed. Warm-up takes a tenth of a second of CPU; a machine that
/// just booted can be that slow.
constexpr milliseconds kStartTimeMax{60'000};
/// After a failed start, so that a broken installation does not keep a core busy.
constexpr milliseconds kStartPauseMin{100};
constexpr milliseconds kStartPauseMax{5'000};
constexpr std::size_t kIdSizeMax = 1024;

milliseconds age(const Process& process) {
  return std::chrono::duration_cast<milliseconds>(SteadyClock::now() - process.started());
}

/// The source as a worker may have it: for reading only, though the caller may have it for writing.
Result<Fd> open_for_reading(int source) {
  const int flags = ::fcntl(source, F_GETFL);
  if (flags < 0) return errno_error("look at", "source", errno);
  if ((flags & O_ACCMODE) == O_RDONLY) {
    Fd duplicate(::fcntl(source, F_DUPFD_CLOEXEC, 0));
    if (!duplicate) return errno_error("duplicate", "source", errno);
    return duplicate;
  }
  const std::string path = fmt::format("/proc/self/fd/{}", source);
  Fd reopened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reopened) return errno_error("reopen", path, errno);
  return reopened;
}

class ProcessPool final : public Pool {
 public:
  ProcessPool(Options options, Fd wake) : options_(std::move(options)), wake_(std::move(wake)) {
    keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
  }
  ~ProcessPool() override;

  Result<JobResult> run(const Job& job) override;
  bool ready() const override;
  Result<std::string> jail_report() override;
  Counts counts() const override;

 private:
  // The keeper's.
  void keep(const std::stop_token& stop);
  void start_missing();
  void wait_for_news();
  void welcome(std::unique_ptr<Process> process);
  void start_failed(const Error& error);
  void bury_dead_idle();

  // Of the threads in run().
  Result<JobResult> run_on_worker(const Request& request, int source);
  Result<std::unique_ptr<Process>> acquire();
  void release(std::unique_ptr<Process> process, Process::Fate fate, const std::string& job);

  void end_with_log(std::unique_ptr<Process> process, bool fault, const std::string& job);
  void wake_keeper() const;

  class Visit;

  const Options options_;
  const Fd wake_;  // An eventfd: the keeper is to look again.

  mutable std::mutex mutex_;  // Guards all below, up to the keeper's own.
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Process>> idle_;
  std::set<const Process*> busy_;  // Owned by the threads in run().
  std::size_t callers_ = 0;        // Threads in run() or jail_report(); the destructor waits.
  Counts counts_;
  std::optional<Error> start_error_;  // Of the last start, if it failed.
  std::string jail_report_;
  bool stopping_ = false;

  // The keeper's own.
  std::vector<std::unique_ptr<Process>> starting_;
  milliseconds pause_ = kStartPauseMin;
  SteadyClock::time_point next_start_;

  std::jthread keeper_;  // Last: ends before what it uses.
};

/// Counts the calling thread among the pool's callers as long as it lives.
class ProcessPool::Visit {
 public:
  explicit Visit(ProcessPool& pool) : pool_(pool) {
    const std::lock_guard lock(pool_.mutex_);
    ++pool_.callers_;
  }
  ~Visit() {
    // Told under the lock: once it is free, the pool may be gone.
    const std::lock_guard lock(pool_.mutex_);
    if (--pool_.callers_ == 0) pool_.changed_.notify_all();
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  ProcessPool& pool_;
};

ProcessPool::~ProcessPool() {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    for (const Process* process : busy_) process->kill();
    changed_.notify_all();
    changed_.wait(lock, [this] { return callers_ == 0; });
  }
  keeper_.request_stop();
  wake_keeper();
  keeper_.join();
  for (auto& process : idle_) end_with_log(std::move(process), false, "");
  for (auto& process : starting_) end_with_log(std::move(process), false, "");
}

void ProcessPool::wake_keeper() const {
  const std::uint64_t one = 1;
  // It fails only if the counter is full, and then the keeper is awake anyway.
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof(one));
}

void ProcessPool::end_with_log(std::unique_ptr<Process> process, bool fault,
                               const std::string& job) {
  const int pid = process->pid();
  const std::string reason = process->end();
  log(fault ? LogLevel::warning : LogLevel::info, "worker ended",
      {{"pid", pid},
       {"reason", fault ? std::string_view(reason) : std::string_view("retired")},
       {"job", job},
       {"jobs", process->jobs()},
       {"age_ms", age(*process).count()}});
}

// --- The keeper --------------------------------------------------------------------------------

void ProcessPool::keep(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    start_missing();
    wait_for_news();
    bury_dead_idle();
  }
}

void ProcessPool::start_missing() {
  if (SteadyClock::now() < next_start_) return;
  std::size_t present = starting_.size();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    present += idle_.size() + busy_.size();
  }
  // Over its whole life: all jobs that it may have, at their longest. What bounds one job is
  // job_time_max; this only ends a worker whose pool has lost its mind.
  const auto cpu_time_max = std::chrono::ceil<std::chrono::seconds>(options_.job_time_max) *
                            static_cast<std::int64_t>(options_.jobs_max + 1);
  for (; present < options_.workers; ++present) {
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
  {
    // Only the end of an idle one counts (POLLHUP, which comes unasked): one that is given a job
    // meanwhile does not wake the keeper by its answer. A busy one is watched by its own thread.
    const std::lock_guard lock(mutex_);
    for (const auto& process : idle_)
      entries.push_back({.fd = process->socket(), .events = 0, .revents = 0});
  }
  int timeout_ms = -1;
  if (!starting_.empty()) timeout_ms = static_cast<int>(kStartTimeMax.count());
  if (const auto now = SteadyClock::now(); now < next_start_)
    timeout_ms = static_cast<int>(std::chrono::ceil<milliseconds>(next_start_ - now).count());
  ::poll(entries.data(), entries.size(), timeout_ms);

  if (entries[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof(count));
  }
  std::vector<std::unique_ptr<Process>> still_starting;
  for (std::size_t i = 0; i < starting_.size(); ++i) {
    std::unique_ptr<Process>& process = starting_[i];
    if (entries[i + 1].revents != 0)
      welcome(std::move(process));
    else if (age(*process) < kStartTimeMax)
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
      {{"pid", process->pid()}, {"start_ms", age(*process).count()}});
  pause_ = kStartPauseMin;
  const std::lock_guard lock(mutex_);
  start_error_.reset();
  jail_report_ = std::move(*report);
  ++counts_.started;
  idle_.push_back(std::move(process));
  changed_.notify_all();
}

void ProcessPool::bury_dead_idle() {
  std::vector<std::unique_ptr<Process>> dead;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(idle_, [&dead](std::unique_ptr<Process>& process) {
      pollfd entry{.fd = process->socket(), .events = 0, .revents = 0};
      if (::poll(&entry, 1, 0) <= 0) return false;
      dead.push_back(std::move(process));
      return true;
    });
    counts_.faults += dead.size();
  }
  for (auto& process : dead) end_with_log(std::move(process), true, "");
}

// --- Jobs --------------------------------------------------------------------------------------

Result<std::unique_ptr<Process>> ProcessPool::acquire() {
  std::unique_lock lock(mutex_);
  if (idle_.empty() && counts_.waiting >= options_.waiting_max)
    return fail(ErrorCode::unavailable,
                fmt::format("workers: {} callers are waiting already", counts_.waiting));
  ++counts_.waiting;
  changed_.wait(lock, [this] {
    const bool none_lives = idle_.empty() && busy_.empty() && start_error_;
    return !idle_.empty() || stopping_ || none_lives;
  });
  --counts_.waiting;
  if (stopping_) return fail(ErrorCode::unavailable, "workers: the pool is stopping");
  if (idle_.empty())
    return fail(ErrorCode::unavailable, "workers: none can be started: " + start_error_->message);
  // The one that worked last: its caches are warm, and the others' memory can be swapped out.
  std::unique_ptr<Process> process = std::move(idle_.back());
  idle_.pop_back();
  busy_.insert(process.get());
  return process;
}

void ProcessPool::release(std::unique_ptr<Process> process, Process::Fate fate,
                          const std::string& job) {
  const bool worn = process->jobs() >= options_.jobs_max;
  bool fault = fate != Process::Fate::reusable;
  {
    const std::lock_guard lock(mutex_);
    busy_.erase(process.get());
    if (stopping_) fault = false;  // We killed it ourselves.
    if (fault) ++counts_.faults;
    if (!fault && !worn && !stopping_) {
      idle_.push_back(std::move(process));
      changed_.notify_one();
    }
  }
  if (process) {
    end_with_log(std::move(process), fault, job);
    wake_keeper();
  }
}

Result<JobResult> ProcessPool::run_on_worker(const Request& request, int source) {
  // A worker that died while it was idle has not seen the job, which gets another; each can be dead
  // but once.
  while (true) {
    TRY_LET(std::unique_ptr<Process> process, acquire());
    Process::Outcome outcome = process->run(request, source, options_.job_time_max);
    release(std::move(process), outcome.fate, request.id);
    if (outcome.fate != Process::Fate::unused) return std::move(outcome.result);
  }
}

Result<JobResult> ProcessPool::run(const Job& job) {
  const Visit visit(*this);
  if (job.plans.empty()) return fail(ErrorCode::invalid_argument, "job: no plan is given");
  if (job.plans.size() > kPlansMax)
    return fail(ErrorCode::too_large, fmt::format("job: over {} plans", kPlansMax));
  if (job.id.size() > kIdSizeMax) return fail(ErrorCode::too_large, "job: its id is over 1 KiB");
  TRY_LET(const Fd source, open_for_reading(job.source));
  TRY_LET(const std::uint64_t size, file_size(source.get()));
  if (size > static_cast<std::uint64_t>(std::max<std::int64_t>(0, job.limits.source_bytes_max)))
    return fail(ErrorCode::too_large, fmt::format("source has {} bytes: at most {} are allowed",
                                                  size, job.limits.source_bytes_max));
  const Request request = {.id = job.id,
                           .trusted = job.trusted,
                           .source_size = static_cast<std::int64_t>(size),
                           .plans = job.plans,
                           .limits = job.limits};
  return run_on_worker(request, source.get());
}

bool ProcessPool::ready() const {
  const std::lock_guard lock(mutex_);
  return !idle_.empty() || !busy_.empty();
}

Result<std::string> ProcessPool::jail_report() {
  const Visit visit(*this);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !jail_report_.empty() || stopping_ || start_error_; });
  if (!jail_report_.empty()) return jail_report_;
  if (start_error_) return std::unexpected(*start_error_);
  return fail(ErrorCode::unavailable, "workers: the pool is stopping");
}

Pool::Counts ProcessPool::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts = counts_;
  counts.idle = idle_.size();
  counts.busy = busy_.size();
  return counts;
}

}  // namespace

Result<std::unique_ptr<Pool>> Pool::start(Options options) {
  if (options.workers == 0 || options.jobs_max == 0 || options.job_time_max <= milliseconds(0) ||
      options.memory_bytes_max <= 0)
    return fail(ErrorCode::invalid_argument,
                "workers: count, jobs_max, job_time_max and memory_bytes_max are at least 1");
  if (::access(options.program.c_str(), X_OK) != 0)
    return errno_error("start workers of", options.program.string(), errno);
  Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return errno_error("make", "eventfd", errno);
  return std::make_unique<ProcessPool>(std::move(options), std::move(wake));
}

}  // namespace tintype::worker
