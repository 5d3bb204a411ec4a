#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "gateway/function_client.h"

namespace tintype::gateway {

/// A function behind the Invoke API of AWS Lambda, as the Runtime Interface Emulator of Lambda's
/// container images serves it:
/// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
struct RemoteFunctionOptions {
  std::string name;
  /// "http://127.0.0.1:9001/2015-03-31/functions/function/invocations"
  std::string url;
  std::chrono::milliseconds time_max{29'000};  ///< Of an answer, connecting included.
  std::size_t concurrency_max = 16;            ///< Asked at once, each on a thread.
  std::size_t waiting_max = 256;               ///< More are `unavailable` at once.
};
std::shared_ptr<FunctionClient> make_remote_function(RemoteFunctionOptions options);

}  // namespace tintype::gateway
