#include "base/blocking_pool.h"

namespace tintype {

namespace {
thread_local Loop* current_loop = nullptr;
}  // namespace

Loop* Loop::current() { return current_loop; }
void Loop::set_current(Loop* loop) { current_loop = loop; }

BlockingPool::BlockingPool(Options options) : waiting_max_(options.waiting_max) {
  for (std::size_t i = 0; i < options.threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
}

BlockingPool::~BlockingPool() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

bool BlockingPool::try_post(std::move_only_function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(work));
  }
  arrived_.notify_one();
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

void BlockingPool::serve(const std::stop_token& stop) {
  for (;;) {
    std::move_only_function<void()> work;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, stop, [this] { return !waiting_.empty(); });
      if (waiting_.empty()) return;  // Asked to stop, and nothing accepted is left.
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace tintype
