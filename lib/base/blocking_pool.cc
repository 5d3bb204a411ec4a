#include "base/blocking_pool.h"

namespace tintype {

namespace {
thread_local Loop* current_loop = nullptr;
}  // namespace

Loop* Loop::current() { return current_loop; }
void Loop::set_current(Loop* loop) { current_loop = loop; }

BlockingPool::BlockingPool(Options options) : waiting_max_(options.waiting_max) {
  for (std::size_t i = 0; i < options.threads; ++i) threads_.emplace_back([this] { serve(); });
}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  threads_.clear();
}

bool BlockingPool::try_post(std::move_only_function<void()> work) {
  bool wakes = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(work));
    wakes = must_wake();
  }
  if (wakes) arrived_.notify_one();
  return true;
}

/// Under the lock: whether the caller is to notify. Threads are woken one after the other, each by
/// the one before once it has its work: short work is often done before a second thread would have
/// been up, and threads that are up at the same time only wait for each other's locks.
bool BlockingPool::must_wake() {
  if (waking_ || idle_ == 0 || waiting_.empty()) return false;
  waking_ = true;
  return true;
}

bool BlockingPool::Offload::await_suspend(std::coroutine_handle<> frame) const {
  Loop* const loop = Loop::current();
  ASSERT(loop != nullptr);
  // Once posted, the frame may be resumed (and this object gone) before try_post returns, so
  // `accepted` is written only on the path that stays.
  const bool posted = pool.try_post([this, loop, frame] {
    work();
    loop->post([frame] { frame.resume(); });
  });
  if (posted) return true;
  accepted = false;
  return false;
}

void BlockingPool::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (waiting_.empty() && !stopping_) {
      ++idle_;
      arrived_.wait(lock);
      --idle_;
      waking_ = false;
    }
    if (waiting_.empty()) return;  // Asked to stop, and nothing accepted is left.
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    const bool wakes = must_wake();
    lock.unlock();
    if (wakes) arrived_.notify_one();
    work();
    work = nullptr;  // What it holds goes before the lock is taken.
    lock.lock();
  }
}

}  // namespace tintype
