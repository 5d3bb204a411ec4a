#include "edge/gate.h"

namespace tintype::edge {

Task<Result<Gate::Pass>> Gate::enter() {
  if (try_enter()) co_return Pass(this);
  {
    const std::lock_guard lock(mutex_);
    if (waiting_ >= options_.waiting_max)
      co_return fail(ErrorCode::unavailable, "gate: too many wait");
    ++waiting_;
  }
  bool entered = false;
  for (bool moving = true; moving && !entered;) {
    const std::uint64_t seen = left_.version();
    entered = try_enter();
    if (!entered) moving = co_await left_.wait(seen, options_.standstill_max);
  }
  const std::lock_guard lock(mutex_);
  --waiting_;
  if (!entered) co_return fail(ErrorCode::unavailable, "gate: nobody leaves");
  co_return Pass(this);
}

bool Gate::try_enter() {
  const std::lock_guard lock(mutex_);
  if (inside_ >= options_.inside_max) return false;
  ++inside_;
  return true;
}

void Gate::leave() {
  {
    const std::lock_guard lock(mutex_);
    --inside_;
  }
  left_.notify();
}

}  // namespace tintype::edge
