#pragma once

#include <string>

#include "base/result.h"

namespace tintype::function {

/// What a receiver is told.
struct Notification {
  std::string id;    ///< The same each time that it is told: it may be told twice.
  std::string body;  ///< {"Records":[...]}, as S3 writes it.
};

/// A receiver of notifications that somebody outside runs. Thread-safe; blocks.
class Target {
 public:
  virtual ~Target() = default;
  /// Returns once the receiver has said that it has it; any error is one to try again.
  virtual Status deliver(const Notification& notification) = 0;
};

}  // namespace tintype::function
