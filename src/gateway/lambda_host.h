#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/function_client.h"

namespace tintype::gateway {

/// A function that runs here: processes of an unmodified Lambda runtime client, which find the
/// Lambda Runtime API at AWS_LAMBDA_RUNTIME_API, an address of 127.0.0.1 for each process. Whoever
/// may open a connection on this machine can pose as the process, so run no stranger's programs
/// beside it.
struct LambdaHostOptions {
  std::string name;
  std::vector<std::string> command;  ///< {"ruby", "handler.rb"}
  std::string folder = {};           ///< In which it runs; empty: the node's.
  std::string handler = {};          ///< _HANDLER; empty: not set.
  std::vector<std::string> environment =
      {};  ///< "NAME=value", besides Lambda's own, PATH and HOME.
  std::string region = "us-east-1";
  std::size_t processes = 1;
  std::size_t waiting_max = 256;               ///< More invocations at once are `unavailable`.
  std::chrono::milliseconds time_max{29'000};  ///< Of an answer; then its process is killed.
};

/// Starts the processes. `not_found` or `denied` naming the program if it cannot be started. The
/// function stops when the last holder lets go, which must not be on a Loop.
Result<std::shared_ptr<FunctionClient>> start_lambda_host(LambdaHostOptions options);

}  // namespace tintype::gateway
