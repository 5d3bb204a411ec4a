#include "upload/slot_opener.h"

#include <algorithm>
#include <coroutine>
#include <deque>
#include <mutex>
#include <utility>

#include "base/assert.h"

namespace tintype::upload {

/// One request, in the frame of its coroutine.
struct SlotOpener::Waiting {
  Slots::Opening opening;
  Loop* loop;
  std::coroutine_handle<> frame;
};

/// Those who wait, and the thread that serves them while there are any.
class SlotOpener::Queue : public std::enable_shared_from_this<Queue> {
 public:
  Queue(Slots& slots, BlockingPool& pool) : slots_(slots), pool_(pool) {}

  bool enter(Waiting& waiting);

 private:
  void hire();
  void serve();
  std::vector<Waiting*> take_group();
  static void give_back(const std::vector<Waiting*>& group);

  Slots& slots_;        // Not touched when nobody waits: it may be gone then.
  BlockingPool& pool_;  // Neither.
  std::mutex mutex_;    // Guards all below.
  std::deque<Waiting*> waiting_;
  bool is_served_ = false;  // A thread of the pool is at it, or being asked for.
};

SlotOpener::SlotOpener(Slots& slots, BlockingPool& pool)
    : queue_(std::make_shared<Queue>(slots, pool)) {}
SlotOpener::~SlotOpener() = default;

/// Suspends until a group with `waiting` was served; comes back at once, with false, if it cannot
/// be.
struct SlotOpener::Turn {
  Queue& queue;
  Waiting& waiting;
  bool accepted = true;

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> frame) {
    waiting.frame = frame;
    // Once it is entered the frame may be resumed (and this object gone) at any time, so `accepted`
    // is written only on the path that stays.
    if (queue.enter(waiting)) return true;
    accepted = false;
    return false;
  }
  bool await_resume() const noexcept { return accepted; }
};

Task<Result<Slots::Opened>> SlotOpener::open(std::vector<Slot> slots, const Policy& policy,
                                             std::optional<IdempotencyKey> idempotency) {
  Waiting mine{.opening = {.slots = std::move(slots),
                           .policy = policy,
                           .idempotency = std::move(idempotency)},
               .loop = Loop::current(),
               .frame = {}};
  ASSERT(mine.loop != nullptr);
  if (!co_await Turn{*queue_, mine})
    co_return fail(ErrorCode::unavailable, "open slots: too many are waiting");
  co_return std::move(mine.opening.opened);
}

/// False if there is no room.
bool SlotOpener::Queue::enter(Waiting& waiting) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kWaitingMax) return false;
  waiting_.push_back(&waiting);
  // After what the loop has to do now: more requests of it may be about to wait.
  if (!std::exchange(is_served_, true))
    waiting.loop->post([self = shared_from_this()] { self->hire(); });
  return true;
}

/// Finds a thread for those who wait, or sends them away.
void SlotOpener::Queue::hire() {
  if (pool_.try_post([self = shared_from_this()] { self->serve(); })) return;
  for (auto group = take_group(); !group.empty(); group = take_group()) {
    for (Waiting* const waiting : group)
      waiting->opening.opened = fail(ErrorCode::unavailable, "open slots: no thread is free");
    give_back(group);
  }
}

void SlotOpener::Queue::serve() {
  for (;;) {
    const std::vector<Waiting*> group = take_group();
    if (group.empty()) return;
    std::vector<Slots::Opening*> openings;
    openings.reserve(group.size());
    for (Waiting* const waiting : group) openings.push_back(&waiting->opening);
    slots_.open_all(openings);
    give_back(group);
  }
}

/// Empty if nobody waits; then the next who comes asks for a thread again.
std::vector<SlotOpener::Waiting*> SlotOpener::Queue::take_group() {
  const std::lock_guard lock(mutex_);
  const auto end =
      waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kGroupMax));
  std::vector<Waiting*> group(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  is_served_ = !group.empty();
  return group;
}

/// Each loop is woken once for all of its own. Nothing of `group` is touched after its post.
void SlotOpener::Queue::give_back(const std::vector<Waiting*>& group) {
  std::vector<std::pair<Loop*, std::vector<std::coroutine_handle<>>>> by_loop;
  for (const Waiting* const waiting : group) {
    auto found = std::ranges::find(by_loop, waiting->loop, &decltype(by_loop)::value_type::first);
    if (found == by_loop.end()) found = by_loop.insert(found, {waiting->loop, {}});
    found->second.push_back(waiting->frame);
  }
  for (auto& [loop, all] : by_loop)
    loop->post([frames = std::move(all)] {
      for (const std::coroutine_handle<> frame : frames) frame.resume();
    });
}

}  // namespace tintype::upload
