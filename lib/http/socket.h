#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/task.h"

namespace tintype::http {

/// An instant after which waiting has been enough. Only a number: whoever keeps the time looks at
/// it now and then (deadlines.h).
class Deadline {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr Time kNever = Time::max();

  void set(std::chrono::milliseconds time) { set(std::chrono::steady_clock::now() + time); }
  void set(Time at) {
    at_ = at;
    passed_ = false;
  }
  void clear() { set(kNever); }
  Time at() const { return at_; }
  bool passed() const { return passed_; }
  /// True if it passes now, which it does once.
  bool pass(Time now) {
    if (at_ > now) return false;
    at_ = kNever;
    passed_ = true;
    return true;
  }

 private:
  Time at_ = kNever;
  bool passed_ = false;
};

/// One connection's bytes, with the deadlines that it waits under. Keeps Asio out of the HTTP code.
/// Bound to its loop's thread; one read and one write at a time.
class Socket {
 public:
  /// What one write gathers. Empty parts are nothing.
  using Parts = std::array<std::string_view, 4>;
  enum class More { no, yes };  ///< Whether to wait for more before a packet leaves.

  virtual ~Socket() = default;

  /// Agrees on TLS, where there is any, within the reading deadline. Before all else. As read_some.
  virtual Task<Status> open() { co_return Status{}; }
  /// What has arrived, at least a byte; 0 at the end. `unavailable` if the deadline passed or
  /// cancel_read() was called, after which it may be called again; `damaged_input` if the
  /// connection broke.
  virtual Task<Result<std::size_t>> read_some(std::span<char> target) = 0;
  /// Sends all. `unavailable` if the peer left or took nothing for the idle time.
  virtual Task<Status> write(Parts parts, More more) = 0;
  /// Sends part of a file. As write; `internal` if the file is shorter.
  virtual Task<Status> send_file(int file, std::uint64_t offset, std::uint64_t size) = 0;

  /// No more bytes to the peer, who may still send.
  virtual void end_writing() = 0;
  /// Whoever reads comes back with an error.
  virtual void cancel_read() = 0;
  virtual void close() = 0;
  /// Closes so that the peer cannot take it for the end of what was sent (RST).
  virtual void reset() = 0;
  /// The peer closed its side, or the connection broke. Takes a system call.
  virtual bool peer_left() const = 0;
  /// Nobody sent anything and nobody left: fit to be kept for the next request.
  virtual bool quiet() const = 0;

  /// Reads from now on fail after `time`, until the next call of either.
  void set_deadline(std::chrono::milliseconds time) { read_deadline_.set(time); }
  void clear_deadline() { read_deadline_.clear(); }
  bool expired() const { return read_deadline_.passed(); }

  /// How long a write waits for the peer to take a byte.
  void set_write_idle(std::chrono::milliseconds time) { write_idle_max_ = time; }

  /// Calls `left` once if the peer leaves, which is noticed within a few seconds, or the server
  /// must end. For who waits for something else than this socket. Empty ends it.
  void watch(std::move_only_function<void()> left) { left_ = std::move(left); }
  /// As if the peer had left.
  void tell_left() {
    if (left_) std::exchange(left_, nullptr)();
  }

  // For Deadlines, on the loop's thread.
  Deadline::Time due() const { return std::min(read_deadline_.at(), write_deadline_.at()); }
  /// Wakes who waited too long, and who watches a peer that left. Resumes nobody before it returns.
  void look(Deadline::Time now) {
    const bool read_passed = read_deadline_.pass(now);
    const bool write_passed = write_deadline_.pass(now);
    if (read_passed || write_passed) interrupt();
    if (left_ && peer_left()) tell_left();
  }
  /// Bytes that the kernel took so far.
  std::uint64_t bytes_written() const { return bytes_written_; }

 protected:
  /// Whoever waits looks at the deadlines again.
  virtual void interrupt() = 0;

  Deadline read_deadline_;
  Deadline write_deadline_;
  std::chrono::milliseconds write_idle_max_{30'000};
  std::uint64_t bytes_written_ = 0;

 private:
  friend class Deadlines;
  std::size_t place_ = 0;  // In Deadlines.
  std::move_only_function<void()> left_;
};

}  // namespace tintype::http
