#pragma once

#include <functional>
#include <mutex>
#include <type_traits>
#include <utility>

#include "sql/database.h"

namespace tintype::function {

/// Counts the calls of all fakes; `at` one of them something happens. Thread-safe enough: the calls
/// that run together are counted under a lock.
class Faults {
 public:
  enum class Kind {
    none,
    refuse,  ///< The call fails and nothing happened.
    late,    ///< The call does its work, and then fails all the same.
    crash,   ///< This call and all after it fail, until reset().
  };

  void set(Kind kind, int at) {
    const std::lock_guard lock(mutex_);
    kind_ = kind;
    at_ = at;
    count_ = 0;
  }
  void reset() { interrupt(0, nullptr); }
  /// Runs `hook` once, in the middle of the `at`-th call.
  void interrupt(int at, std::function<void()> hook) {
    set(Kind::none, at);
    const std::lock_guard lock(mutex_);
    hook_ = std::move(hook);
  }
  bool interrupted() const {
    const std::lock_guard lock(mutex_);
    return !hook_;
  }
  int count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }

  enum class Fate { works, fails, works_and_fails };
  Fate next() {
    std::function<void()> hook;
    Fate fate = Fate::works;
    {
      const std::lock_guard lock(mutex_);
      const int call = count_++;
      if (hook_ && call == at_) hook = std::exchange(hook_, nullptr);
      if (kind_ == Kind::refuse && call == at_) fate = Fate::fails;
      if (kind_ == Kind::late && call == at_) fate = Fate::works_and_fails;
      if (kind_ == Kind::crash && call >= at_) fate = Fate::fails;
    }
    if (hook) hook();
    return fate;
  }
  /// Calls `work` as fate has it.
  template <class Work, class R = std::invoke_result_t<Work&>>
  R call(Work work) {
    const Fate fate = next();
    if (fate == Fate::fails) return fail(ErrorCode::unavailable, "fake: refused");
    R result = work();
    if (fate == Fate::works_and_fails) return fail(ErrorCode::unavailable, "fake: lost the answer");
    return result;
  }

 private:
  mutable std::mutex mutex_;  // Guards all below.
  Kind kind_ = Kind::none;
  int at_ = 0;
  int count_ = 0;
  std::function<void()> hook_;
};

/// The real database, whose transactions can fail before and after their commit.
class FaultyDatabase final : public sql::Database {
 public:
  FaultyDatabase(sql::Database& real, Faults& faults) : real_(real), faults_(faults) {}
  sql::Engine engine() const override { return real_.engine(); }
  Totals totals() const override { return real_.totals(); }
  Status write(std::function<Status(sql::Session&)> work) override {
    return faults_.call([&] { return real_.write(std::move(work)); });
  }
  Status read(const std::function<Status(sql::Session&)>& work) override {
    return faults_.call([&] { return real_.read(work); });
  }

 private:
  sql::Database& real_;
  Faults& faults_;
};

}  // namespace tintype::function
