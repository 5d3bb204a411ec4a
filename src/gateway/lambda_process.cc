#include "gateway/lambda_process.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "base/spawn_plan.h"

namespace tintype::gateway {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kDelayMin{100};
constexpr std::chrono::milliseconds kDelayMax{30'000};
/// A process that lived for so long was no failed start.
constexpr std::chrono::seconds kLasting{10};

/// Null, our log, our log; our standard output is for whoever started us.
int open_only_log(const std::string& folder, SpawnPlan& plan) {
  int error = plan.open_null(STDIN_FILENO, O_RDONLY);
  if (error == 0) error = plan.duplicate(STDERR_FILENO, STDOUT_FILENO);
  if (error == 0) error = plan.close_from(STDERR_FILENO + 1);
  if (error == 0 && !folder.empty()) error = plan.change_folder(folder.c_str());
  return error;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

Result<int> spawn(const LambdaProcess::Options& options) {
  SpawnPlan plan;
  int error = open_only_log(options.folder, plan);
  if (error == 0) error = plan.reset_signals();
  std::vector<std::string> words = options.command;
  std::vector<std::string> variables = options.environment;
  pid_t pid = -1;
  if (error == 0)
    error = ::posix_spawnp(&pid, words.front().c_str(), plan.actions(), plan.attributes(),
                           pointers_to(words).data(), pointers_to(variables).data());
  if (error != 0) return errno_error("start", options.command.front(), error);
  return pid;
}

std::string to_text(int status) {
  if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
  return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace

Result<std::unique_ptr<LambdaProcess>> LambdaProcess::start(Options options) {
  ASSERT(!options.command.empty());
  TRY_LET(const int pid, spawn(options));
  return std::unique_ptr<LambdaProcess>(new LambdaProcess(std::move(options), pid));
}

LambdaProcess::LambdaProcess(Options options, int pid)
    : options_(std::move(options)),
      pid_(pid),
      thread_([this](const std::stop_token& stop) { keep_alive(stop); }) {}

LambdaProcess::~LambdaProcess() {
  {
    const std::lock_guard lock(mutex_);
    thread_.request_stop();
    kill_locked();
  }
  thread_.join();
}

void LambdaProcess::kill() {
  const std::lock_guard lock(mutex_);
  kill_locked();
}

void LambdaProcess::kill_locked() {
  if (pid_ < 0) return;
  killed_ = true;
  ::kill(-pid_, SIGKILL);
}

std::string LambdaProcess::wait_for_end(int pid) {
  // First without reaping: until pid_ is taken back, its number must not be another process's.
  siginfo_t ignored{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &ignored, WEXITED | WNOWAIT) != 0)
    ASSERT(errno == EINTR);
  const std::lock_guard lock(mutex_);
  ::kill(-pid, SIGKILL);  // What it started does not outlive it.
  int status = 0;
  while (::waitpid(pid, &status, 0) != pid) ASSERT(errno == EINTR);
  pid_ = -1;
  return to_text(status);
}

void LambdaProcess::keep_alive(const std::stop_token& stop) {
  std::chrono::milliseconds delay = kDelayMin;
  for (;;) {
    const auto begun_at = SteadyClock::now();
    int pid = -1;
    {
      const std::lock_guard lock(mutex_);
      pid = pid_;
    }
    if (pid >= 0) {
      const std::string how = wait_for_end(pid);
      options_.ended(how);
      if (stop.stop_requested()) return;
      log(LogLevel::warning, "function process ended", {{"function", options_.name}, {"how", how}});
    }
    std::unique_lock lock(mutex_);
    const bool lasted = SteadyClock::now() - begun_at >= kLasting;
    if (lasted || std::exchange(killed_, false)) delay = kDelayMin;
    stopped_.wait_for(lock, stop, delay, [] { return false; });
    if (stop.stop_requested()) return;
    delay = std::min(delay * 2, kDelayMax);
    const auto started = spawn(options_);
    if (started)
      pid_ = *started;
    else
      log(LogLevel::error, "function process not started", {{"reason", started.error().message}});
  }
}

}  // namespace tintype::gateway
