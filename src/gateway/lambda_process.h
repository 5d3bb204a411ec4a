#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace tintype::gateway {

/// A process that is started again whenever it ends, each time a little later if it did not last:
/// 100 ms, 200 ms, ... up to 30 s. Its standard output and error are our standard error; of our
/// descriptors it gets no others, of our environment only what it is given. Thread-safe.
class LambdaProcess {
 public:
  struct Options {
    std::string name;                      ///< For the log.
    std::vector<std::string> command;      ///< A program, found in PATH, and its arguments.
    std::vector<std::string> environment;  ///< "NAME=value"
    std::string folder;                    ///< In which it runs; empty: ours.
    /// Called from this object's thread when a process ended, before the next begins: "signal 9".
    std::function<void(const std::string& how)> ended;
  };

  /// Starts the first one. `not_found` or `denied` naming the program if that cannot be done.
  static Result<std::unique_ptr<LambdaProcess>> start(Options options);
  /// Kills it, as Lambda does with a runtime that has no extensions.
  ~LambdaProcess();
  LambdaProcess(const LambdaProcess&) = delete;
  LambdaProcess& operator=(const LambdaProcess&) = delete;

  /// Ends the process, and those it started, at once; another one follows without delay.
  void kill();

 private:
  LambdaProcess(Options options, int pid);
  void keep_alive(const std::stop_token& stop);
  std::string wait_for_end(int pid);
  void kill_locked();

  const Options options_;
  std::mutex mutex_;  // Guards all below but thread_.
  std::condition_variable_any stopped_;
  int pid_;              // -1 between two processes.
  bool killed_ = false;  // The one that runs was killed by us.
  std::jthread thread_;  // Last: ends before what it uses.
};

}  // namespace tintype::gateway
