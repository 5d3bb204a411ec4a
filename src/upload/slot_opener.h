#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/blocking_pool.h"
#include "base/result.h"
#include "base/task.h"
#include "upload/slots.h"

namespace tintype::upload {

/// Opens the slots of all requests that wait, in one write of the database:
///
///   request ─┐                                    ┌─▶ its loop
///   request ─┼─▶ waiting ──(a thread of the pool)─┤     who comes meanwhile waits
///   request ─┘            Slots::open_all         └─▶ its loop     for the next write
///
/// So that what a write costs (two threads' turns, a savepoint, a sync) is shared by as many as are
/// there. Thread-safe.
class SlotOpener {
 public:
  static constexpr std::size_t kWaitingMax = 4096;  ///< More is `unavailable`.
  static constexpr std::size_t kGroupMax = 256;     ///< Requests that share one write.

  /// Both must outlive it. It may end while a thread of `pool` still looks for more, but not before
  /// whoever waits was answered.
  SlotOpener(Slots& slots, BlockingPool& pool);
  ~SlotOpener();
  SlotOpener(const SlotOpener&) = delete;
  SlotOpener& operator=(const SlotOpener&) = delete;

  /// As Slots::open. Must be awaited on a Loop. `policy` must outlive the awaiting expression.
  Task<Result<Slots::Opened>> open(std::vector<Slot> slots, const Policy& policy,
                                   std::optional<IdempotencyKey> idempotency);

 private:
  struct Waiting;
  struct Turn;
  class Queue;

  std::shared_ptr<Queue> queue_;  // With the thread that serves it.
};

}  // namespace tintype::upload
