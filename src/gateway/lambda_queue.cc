#include "gateway/lambda_queue.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/random.h"

namespace tintype::gateway {

namespace {

using Fault = FunctionFailure::Fault;

/// How long a process that waits for work sleeps before it looks again; a change wakes it at once.
constexpr std::chrono::minutes kLookAgain{1};

FunctionAnswer failed(Fault fault, std::string message) {
  return std::unexpected(FunctionFailure{.fault = fault, .message = std::move(message)});
}

}  // namespace

LambdaQueue::LambdaQueue(Options options) : options_(std::move(options)), slots_(options_.slots) {
  ASSERT(options_.slots > 0);
  ASSERT(options_.overdue);
}

void LambdaQueue::finish_locked(Pending& pending, FunctionAnswer answer) {
  pending.answer = std::move(answer);
  pending.answered.notify();
}

Task<FunctionAnswer> LambdaQueue::invoke(Invocation invocation) {
  const auto pending = std::make_shared<Pending>();
  pending->id = make_id();
  pending->invocation = std::move(invocation);
  pending->deadline = SteadyClock::now() + options_.time_max;
  const std::uint64_t unanswered = pending->answered.version();
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) co_return failed(Fault::unavailable, "the node stops");
    if (waiting_.size() >= options_.waiting_max)
      co_return failed(Fault::unavailable, "too many wait for a process");
    waiting_.push_back(pending);
  }
  arrived_.notify();
  co_await pending->answered.wait(unanswered, options_.time_max);
  co_return conclude(pending);
}

FunctionAnswer LambdaQueue::conclude(const PendingPtr& pending) {
  std::size_t index = 0;
  {
    const std::lock_guard lock(mutex_);
    if (pending->answer) return *std::move(pending->answer);
    if (std::erase(waiting_, pending) > 0)
      return failed(Fault::unavailable, "no process became free in time");
    const auto slot = std::ranges::find(slots_, pending, &Slot::current);
    ASSERT(slot != slots_.end());
    slot->current = nullptr;
    index = static_cast<std::size_t>(slot - slots_.begin());
  }
  options_.overdue(index);
  return failed(Fault::timed_out, "no answer in time");
}

std::optional<LambdaQueue::Work> LambdaQueue::take_locked(Slot& slot) {
  if (waiting_.empty()) return std::nullopt;
  slot.current = std::move(waiting_.front());
  waiting_.pop_front();
  Pending& pending = *slot.current;
  return Work{
      .id = pending.id,
      .payload = std::move(pending.invocation.payload),
      .traceparent = std::move(pending.invocation.traceparent),
      .left = std::chrono::floor<std::chrono::milliseconds>(pending.deadline - SteadyClock::now())};
}

Task<std::optional<LambdaQueue::Work>> LambdaQueue::next(std::size_t index) {
  std::uint64_t call = 0;
  {
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_.at(index);
    call = ++slot.call;
    if (slot.current)
      finish_locked(*std::exchange(slot.current, nullptr),
                    failed(Fault::failed, "the process asked for more without an answer"));
  }
  arrived_.notify();  // Of two calls for one slot, the earlier one ends.
  for (;;) {
    const std::uint64_t seen = arrived_.version();
    {
      const std::lock_guard lock(mutex_);
      Slot& slot = slots_.at(index);
      if (stopped_ || slot.call != call) co_return std::nullopt;
      if (auto work = take_locked(slot)) co_return work;
    }
    co_await arrived_.wait(seen, kLookAgain);
  }
}

bool LambdaQueue::answer(std::size_t index, std::string_view id, FunctionAnswer answer) {
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_.at(index);
  if (!slot.current || slot.current->id != id) return false;
  finish_locked(*std::exchange(slot.current, nullptr), std::move(answer));
  return true;
}

void LambdaQueue::process_ended(std::size_t index, const std::string& how) {
  {
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_.at(index);
    ++slot.call;
    if (slot.current)
      finish_locked(*std::exchange(slot.current, nullptr),
                    failed(Fault::failed, "its process ended: " + how));
  }
  arrived_.notify();
}

void LambdaQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const PendingPtr& pending : std::exchange(waiting_, {}))
      finish_locked(*pending, failed(Fault::unavailable, "the node stops"));
    for (Slot& slot : slots_)
      if (slot.current)
        finish_locked(*std::exchange(slot.current, nullptr),
                      failed(Fault::unavailable, "the node stops"));
  }
  arrived_.notify();
}

}  // namespace tintype::gateway
