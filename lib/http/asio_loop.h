#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "base/task.h"
#include "http/deadlines.h"

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
  /// On the loop's thread.
  Deadlines& deadlines() { return deadlines_; }

  /// This loop's own T of `owner` (a number that is never used again), made by `make` (returning
  /// std::shared_ptr<T>) when it is first asked for; it ends with the loop. On the loop's thread.
  template <class T, class Make>
  T& own(std::uint64_t owner, Make make) {
    for (const auto& [number, value] : owned_)
      if (number == owner) return *static_cast<T*>(value.get());
    return *static_cast<T*>(owned_.emplace_back(owner, make()).second.get());
  }

 private:
  boost::asio::io_context context_{1};  // One thread runs it, which lets Asio wake less.
  Deadlines deadlines_{context_};
  std::vector<std::pair<std::uint64_t, std::shared_ptr<void>>> owned_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

}  // namespace tintype::http
