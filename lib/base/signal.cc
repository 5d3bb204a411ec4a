#include "base/signal.h"

#include <algorithm>
#include <atomic>

namespace tintype {

struct Signal::Waiter {
  Loop* loop;
  std::coroutine_handle<> frame;
  bool changed = false;            // Written before `woken` by whoever wakes.
  std::atomic<bool> woken{false};  // Change and timer race; the first one resumes.

  void wake(bool by_change) {
    if (woken.exchange(true)) return;
    changed = by_change;
    loop->post([resume = frame] { resume.resume(); });
  }
};

struct Signal::Waiting {
  Signal& signal;
  std::uint64_t seen;
  std::chrono::milliseconds timeout;
  std::shared_ptr<Waiter> waiter = std::make_shared<Waiter>();

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> frame) {
    Loop* const loop = Loop::current();
    ASSERT(loop != nullptr);
    waiter->loop = loop;
    waiter->frame = frame;
    const std::shared_ptr<Waiter> mine = waiter;  // This object may be gone once it is listed.
    {
      const std::lock_guard lock(signal.mutex_);
      if (signal.version_ != seen) {
        waiter->changed = true;
        return false;
      }
      signal.waiters_.push_back(mine);
    }
    loop->post_after(timeout, [mine] { mine->wake(false); });
    return true;
  }
  bool await_resume() {
    if (!waiter->changed) {
      const std::lock_guard lock(signal.mutex_);
      std::erase(signal.waiters_, waiter);
    }
    return waiter->changed;
  }
};

std::uint64_t Signal::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

void Signal::notify() {
  std::vector<std::shared_ptr<Waiter>> waiters;
  {
    const std::lock_guard lock(mutex_);
    ++version_;
    waiters.swap(waiters_);
  }
  for (const auto& waiter : waiters) waiter->wake(true);
}

Task<bool> Signal::wait(std::uint64_t seen, std::chrono::milliseconds timeout) {
  Waiting waiting{*this, seen, timeout};
  co_return co_await waiting;
}

}  // namespace tintype
