#include "worker/pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "worker/process_pool.h"

namespace tintype::worker {
namespace {

constexpr std::size_t kIdSizeMax = 1024;

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

/// What a worker is asked, from a job whose source is `source`.
Result<Request> request_of(const Job& job, int source) {
  if (job.plans.empty()) return fail(ErrorCode::invalid_argument, "job: no plan is given");
  if (job.plans.size() > kPlansMax)
    return fail(ErrorCode::too_large, fmt::format("job: over {} plans", kPlansMax));
  if (job.id.size() > kIdSizeMax) return fail(ErrorCode::too_large, "job: its id is over 1 KiB");
  TRY_LET(const std::uint64_t size, file_size(source));
  if (size > static_cast<std::uint64_t>(std::max<std::int64_t>(0, job.limits.source_bytes_max)))
    return fail(ErrorCode::too_large, fmt::format("source has {} bytes: at most {} are allowed",
                                                  size, job.limits.source_bytes_max));
  return Request{.id = job.id,
                 .trusted = job.trusted,
                 .source_size = static_cast<std::int64_t>(size),
                 .plans = job.plans,
                 .limits = job.limits};
}

/// Two pools of processes: what the photographs' decline is the general ones'.
class EnginePool final : public Pool {
 public:
  EnginePool(std::unique_ptr<ProcessPool> photographs, std::unique_ptr<ProcessPool> general)
      : photographs_(std::move(photographs)), general_(std::move(general)) {}

  Result<JobResult> run(const Job& job) override {
    TRY_LET(const Fd source, open_for_reading(job.source));
    TRY_LET(const Request request, request_of(job, source.get()));
    TRY_LET(auto photograph, photographs_->run(request, source.get()));
    if (photograph) return *std::move(photograph);
    TRY_LET(auto general, general_->run(request, source.get()));
    if (general) return *std::move(general);
    return fail(ErrorCode::internal, "its worker declined, which general ones do not");
  }
  bool ready() const override { return photographs_->ready(); }
  Result<std::string> jail_report() override { return photographs_->jail_report(); }
  Counts counts() const override {
    const Counts one = photographs_->counts();
    const Counts other = general_->counts();
    return {.idle = one.idle + other.idle,
            .busy = one.busy + other.busy,
            .waiting = one.waiting + other.waiting,
            .started = one.started + other.started,
            .faults = one.faults + other.faults};
  }

 private:
  const std::unique_ptr<ProcessPool> photographs_;
  const std::unique_ptr<ProcessPool> general_;
};

}  // namespace

Result<std::unique_ptr<Pool>> Pool::start(Options options) {
  if (options.workers == 0 || options.jobs_max == 0 ||
      options.job_time_max <= std::chrono::milliseconds(0) || options.memory_bytes_max <= 0 ||
      options.general_idle_max <= std::chrono::milliseconds(0))
    return fail(ErrorCode::invalid_argument,
                "workers: count, jobs_max, job_time_max, general_idle_max and memory_bytes_max are "
                "at least 1");
  ProcessPool::Options processes = {.program = options.programs.photographs,
                                    .workers = options.workers,
                                    .waiting_max = options.waiting_max,
                                    .jobs_max = options.jobs_max,
                                    .job_time_max = options.job_time_max,
                                    .memory_bytes_max = options.memory_bytes_max};
  TRY_LET(auto photographs, ProcessPool::start(processes));
  processes.program = options.programs.general;
  processes.idle_max = options.general_idle_max;
  TRY_LET(auto general, ProcessPool::start(processes));
  return std::make_unique<EnginePool>(std::move(photographs), std::move(general));
}

}  // namespace tintype::worker
