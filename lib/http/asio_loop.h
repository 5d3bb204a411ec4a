#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "base/task.h"

namespace tintype::http {

/// A Loop that is an io_context with the one thread that runs it.
class AsioLoop final : public Loop {
 public:
  AsioLoop();
  ~AsioLoop() override;
  AsioLoop(const AsioLoop&) = delete;
  AsioLoop& operator=(const AsioLoop&) = delete;

  void run();
  /// Ends and joins the thread; what is still posted is dropped with the loop.
  void end();

  void post(std::move_only_function<void()> work) override;
  void post_after(std::chrono::milliseconds delay, std::move_only_function<void()> work) override;

  boost::asio::io_context& context() { return context_; }

 private:
  boost::asio::io_context context_{1};  // One thread runs it, which lets Asio wake less.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

}  // namespace tintype::http
