#include "http/asio_loop.h"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <memory>

namespace tintype::http {

namespace asio = boost::asio;

AsioLoop::AsioLoop() : guard_(asio::make_work_guard(context_)) {}

AsioLoop::~AsioLoop() { end(); }

void AsioLoop::run() {
  ASSERT(!thread_.joinable());
  thread_ = std::thread([this] {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);  // A client that left is an error code, not a signal.
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    Loop::set_current(this);
    context_.run();
    Loop::set_current(nullptr);
  });
}

void AsioLoop::end() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void AsioLoop::post(std::move_only_function<void()> work) {
  asio::post(context_, [work = std::move(work)]() mutable { work(); });
}

void AsioLoop::post_after(std::chrono::milliseconds delay, std::move_only_function<void()> work) {
  auto timer = std::make_unique<asio::steady_timer>(context_, delay);
  asio::steady_timer& waiting = *timer;
  // The timer lives in its own callback, which Asio drops with the loop.
  waiting.async_wait([timer = std::move(timer),
                      work = std::move(work)](const boost::system::error_code& error) mutable {
    if (!error) work();
  });
}

}  // namespace tintype::http
