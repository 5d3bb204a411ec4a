#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "http/asio_loop.h"
#include "http/connection.h"
#include "http/server.h"

namespace tintype::http {

/// A listener with what all lanes count together.
struct OpenListener {
  Listener listener;
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> turned_away{0};  ///< That are just being told so.
};

/// How many coroutines of a server run, so that stop() can wait for the last. Thread-safe.
class Running {
 public:
  void enter();
  void leave();
  /// False if some still run after `time`.
  bool wait_for_none(std::chrono::milliseconds time);
  void wait_for_none();

 private:
  std::mutex mutex_;  // Guards all below.
  std::condition_variable none_;
  std::size_t count_ = 0;
};

/// One loop with its acceptors and connections; a connection never leaves its lane.
class Lane {
 public:
  /// More than these wait at once to hear that there is no room; the rest is just closed.
  static constexpr std::size_t kTurnedAwayMax = 64;

  /// `running` and `observer` outlive this. `shortest` is the shortest of all limits.
  Lane(Running& running, const Observer& observer, std::chrono::milliseconds shortest);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// Before run(): accepts from `socket`, which listens. `listener` outlives this.
  void add(OpenListener& listener, boost::asio::ip::tcp::acceptor acceptor);
  void run();

  // Thread-safe.
  /// Accepts no more; connections end after the request they are in.
  void stop();
  /// Closes every connection.
  void cut();
  AsioLoop& loop() { return loop_; }

 private:
  struct Door {
    OpenListener& listener;
    boost::asio::ip::tcp::acceptor acceptor;
  };

  Task<void> accept_all(Door& door);
  void admit(OpenListener& listener, boost::asio::ip::tcp::socket socket);
  Task<void> serve(std::unique_ptr<Connection> connection, OpenListener& listener, bool admitted);

  Running& running_;
  const Observer& observer_;
  AsioLoop loop_;
  // All below belong to the loop's thread once it runs.
  std::vector<std::unique_ptr<Door>> doors_;  // Coroutines hold references.
  std::vector<Connection*> connections_;      // Each is owned by its coroutine.
  bool stopping_ = false;
};

}  // namespace tintype::http
