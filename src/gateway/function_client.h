#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "base/task.h"

namespace tintype::gateway {

/// One question to a function.
struct Invocation {
  std::string payload;           ///< JSON.
  std::string request_id;        ///< Of the request that causes it, for logs on both sides.
  std::string traceparent = {};  ///< W3C Trace Context of the request, if it has one.
};

/// Why a function gave no answer.
struct FunctionFailure {
  enum class Fault {
    failed,       ///< It ran and said that it failed, or died.
    timed_out,    ///< It did not answer in its time.
    unavailable,  ///< It could not be asked: nobody there, or all of it is busy.
    too_large,    ///< The payload or the answer is over kPayloadSizeMax.
  };
  Fault fault;
  std::string message;  ///< For the log.
};

/// The function's answer: JSON, unless the function is broken; whoever asked parses it.
using FunctionAnswer = std::expected<std::string, FunctionFailure>;

/// Something that can be asked like an AWS Lambda function, whatever runs it. Thread-safe.
class FunctionClient {
 public:
  /// Each way, as with Lambda's synchronous invocations:
  /// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  static constexpr std::size_t kPayloadSizeMax = 6U << 20;

  virtual ~FunctionClient() = default;
  /// Comes back on the calling Loop, at the latest when the function's time is over.
  virtual Task<FunctionAnswer> invoke(Invocation invocation) = 0;
};

}  // namespace tintype::gateway
