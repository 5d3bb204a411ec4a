#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "event/queue.h"
#include "function/function.h"
#include "sql/database.h"

namespace tintype::function {

/// Threads that lease invocations and run their functions: as many as there are workers, for each
/// waits for one. Stops when destroyed, after the attempts at work.
class Runner {
 public:
  struct Options {
    std::size_t threads = 2;
    /// After trouble with the database, before it is asked again.
    std::chrono::milliseconds pause{1'000};
  };
  /// `functions` are not owned and must outlive it.
  Runner(Options options, event::Queue& queue, sql::Database& database,
         std::vector<Function*> functions);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// One attempt on the calling thread, whatever its outcome. False if there was nothing to lease;
  /// an error if the database could not tell, or could not keep the outcome.
  Result<bool> serve_one();

 private:
  void serve(const std::stop_token& stop);
  Function* find(const std::string& name) const;
  Status settle_failure(Function* function, const event::Lease& lease, const Error& error,
                        std::int64_t duration_ms);
  void pause(const std::stop_token& stop);

  const Options options_;
  event::Queue& queue_;
  sql::Database& database_;
  const std::vector<Function*> functions_;
  std::mutex mutex_;  // Guards nothing but the wait of pause().
  std::condition_variable_any paused_;
  std::vector<std::jthread> threads_;  // Last: ends before what it uses.
};

}  // namespace tintype::function
