#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <mutex>
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

  /// `slots` must outlive it, and it outlives the threads of `pool`: one of them may still look for
  /// more after the last request was answered.
  SlotOpener(Slots& slots, BlockingPool& pool) : slots_(slots), pool_(pool) {}
  SlotOpener(const SlotOpener&) = delete;
  SlotOpener& operator=(const SlotOpener&) = delete;

  /// As Slots::open. Must be awaited on a Loop. `policy` must outlive the awaiting expression.
  Task<Result<Slots::Opened>> open(std::vector<Slot> slots, const Policy& policy,
                                   std::optional<IdempotencyKey> idempotency);

 private:
  /// One request, in the frame of its coroutine.
  struct Waiting {
    Slots::Opening opening;
    Loop* loop;
    std::coroutine_handle<> frame;
  };
  struct Turn;

  bool enter(Waiting& waiting);
  void hire();
  void serve();
  std::vector<Waiting*> take_group();
  static void give_back(const std::vector<Waiting*>& group);

  Slots& slots_;
  BlockingPool& pool_;
  std::mutex mutex_;  // Guards all below.
  std::deque<Waiting*> waiting_;
  bool is_served_ = false;  // A thread of the pool is at it, or being asked for.
};

}  // namespace tintype::upload
