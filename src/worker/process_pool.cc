#include "worker/process_pool.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/log.h"

namespace tintype::worker {

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

ProcessPool::ProcessPool(Options options, Fd wake)
    : options_(std::move(options)), wake_(std::move(wake)) {
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

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
  for (Idle& idle : idle_) end_with_log(std::move(idle.process), false, "");
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
       {"age_ms", process->age().count()}});
}

Result<std::unique_ptr<Process>> ProcessPool::acquire() {
  std::unique_lock lock(mutex_);
  if (idle_.empty() && counts_.waiting >= options_.waiting_max)
    return fail(ErrorCode::unavailable,
                fmt::format("workers: {} callers are waiting already", counts_.waiting));
  ++counts_.waiting;
  if (on_demand() && idle_.empty()) wake_keeper();
  changed_.wait(lock, [this] {
    const bool none_lives = idle_.empty() && busy_.empty() && start_error_;
    return !idle_.empty() || stopping_ || none_lives;
  });
  --counts_.waiting;
  if (stopping_) return fail(ErrorCode::unavailable, "workers: the pool is stopping");
  if (idle_.empty())
    return fail(ErrorCode::unavailable, "workers: none can be started: " + start_error_->message);
  // The one that worked last: its caches are warm, and the others' memory can be swapped out.
  std::unique_ptr<Process> process = std::move(idle_.back().process);
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
      idle_.push_back({std::move(process), std::chrono::steady_clock::now()});
      changed_.notify_one();
    }
  }
  const bool ends = process != nullptr;
  if (ends) end_with_log(std::move(process), fault, job);
  if (ends || on_demand()) wake_keeper();
}

Result<std::optional<JobResult>> ProcessPool::run(const Request& request, int source) {
  const Visit visit(*this);
  // A worker that died while it was idle has not seen the job, which gets another; each can be dead
  // but once.
  while (true) {
    TRY_LET(std::unique_ptr<Process> process, acquire());
    Process::Outcome outcome = process->run(request, source, options_.job_time_max);
    release(std::move(process), outcome.fate, request.id);
    if (outcome.fate != Process::Fate::unused) return std::move(outcome.result);
  }
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

ProcessPool::Counts ProcessPool::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts = counts_;
  counts.idle = idle_.size();
  counts.busy = busy_.size();
  return counts;
}

Result<std::unique_ptr<ProcessPool>> ProcessPool::start(Options options) {
  if (::access(options.program.c_str(), X_OK) != 0)
    return errno_error("start workers of", options.program.string(), errno);
  Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return errno_error("make", "eventfd", errno);
  return std::make_unique<ProcessPool>(std::move(options), std::move(wake));
}

}  // namespace tintype::worker
