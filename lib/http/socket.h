#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/task.h"

namespace tintype::http {

/// One accepted connection's bytes, with the one deadline that it waits under. Keeps Asio out of
/// the HTTP code. Bound to its loop's thread; one read or write at a time.
///
/// A deadline is only a number here: the loop looks at all of them now and then (lane.h), since a
/// timer armed for each operation would cost more than the operation.
class Socket {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr Time kNever = Time::max();
  /// What one write gathers. Empty parts are nothing.
  using Parts = std::array<std::string_view, 3>;
  enum class More { no, yes };  ///< Whether to wait for more before a packet leaves.

  virtual ~Socket() = default;

  /// What has arrived, at least a byte; 0 at the end. `unavailable` if the deadline passed,
  /// `damaged_input` if the connection broke.
  virtual Task<Result<std::size_t>> read_some(std::span<char> target) = 0;
  /// Sends all. `unavailable` if the client left or took nothing for the idle time.
  virtual Task<Status> write(Parts parts, More more) = 0;
  /// Sends part of a file without copying it. As write; `internal` if the file is shorter.
  virtual Task<Status> send_file(int file, std::uint64_t offset, std::uint64_t size) = 0;

  /// No more bytes to the client, who may still send.
  virtual void end_writing() = 0;
  /// Whoever waits comes back with an error.
  virtual void cancel() = 0;
  virtual void close() = 0;

  /// Reads from now on fail after `time`, until the next call of either.
  void set_deadline(std::chrono::milliseconds time) {
    deadline_ = std::chrono::steady_clock::now() + time;
    expired_ = false;
  }
  void clear_deadline() {
    deadline_ = kNever;
    expired_ = false;
  }
  Time deadline() const { return deadline_; }
  bool expired() const { return expired_; }
  /// By the loop, when the deadline has passed.
  void expire() {
    deadline_ = kNever;
    expired_ = true;
    cancel();
  }
  /// Bytes that the kernel took so far.
  std::uint64_t bytes_written() const { return bytes_written_; }

 protected:
  std::uint64_t bytes_written_ = 0;

 private:
  Time deadline_ = kNever;
  bool expired_ = false;
};

}  // namespace tintype::http
