// The thread that writes. Whatever waits when it begins becomes one transaction; see database.h.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sql/connection.h"
#include "sql/database.h"

namespace tintype::sql {

/// Thread-safe, but for its destruction.
class Writer {
 public:
  struct Limits {
    std::size_t waiting_max;
    std::size_t group_max;
  };

  Writer(std::unique_ptr<Connection> connection, Limits limits);
  /// Finishes what was accepted.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// As Database::write.
  Status write(const Work& work);
  Database::Totals totals() const;

 private:
  /// One write, in the frame of its caller, who once answered touches nothing else: the Writer may
  /// be gone by then.
  struct Waiting {
    const Work& work;
    Status result;
    std::mutex mutex;  // Guards `answered`.
    std::condition_variable changed;
    bool answered = false;

    void answer();
    void wait_for_answer();
  };

  void serve(const std::stop_token& stop);
  std::vector<Waiting*> take_group(const std::stop_token& stop);
  Status run_group(const std::vector<Waiting*>& group);
  Status run_one(Waiting& waiting);
  void answer(const std::vector<Waiting*>& group, const Status& outcome);

  const Limits limits_;
  const std::unique_ptr<Connection> connection_;  // The thread's own.
  mutable std::mutex mutex_;                      // Guards all below but the thread.
  std::condition_variable_any arrived_;
  std::deque<Waiting*> waiting_;
  Database::Totals totals_;
  std::jthread thread_;  // Last: ends before what it uses.
};

}  // namespace tintype::sql
