#pragma once

#include <string>

#include "base/result.h"
#include "event/queue.h"

namespace tintype::function {

/// What runs on an event. Idempotent by the record's bucket, key and sequencer: it may be called
/// twice. Called from several threads.
class Function {
 public:
  virtual ~Function() = default;
  /// "image:avatars"; what a subscription names.
  virtual const std::string& name() const = 0;
  /// Adds to the transaction of the lease. Fails only if the database does: then nothing is leased,
  /// and the same invocation is the first in line again.
  virtual Status leased(sql::Session& /*session*/, const event::Lease& /*lease*/) { return {}; }
  /// Does the work and completes the lease in the same transaction as its effect. An error is
  /// retried or buried by the runner, by its code.
  virtual Status run(const event::Lease& lease) = 0;
  /// In the transaction that buries the invocation: nothing more will be tried.
  virtual Status buried(sql::Session& /*session*/, const event::Lease& /*lease*/,
                        const Error& /*reason*/) {
    return {};
  }
  /// After that transaction.
  virtual void settled(const event::Lease& /*lease*/) {}
};

/// True if trying again cannot help: the input is what is wrong.
bool is_permanent(ErrorCode code);

}  // namespace tintype::function
