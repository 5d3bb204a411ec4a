#include "sql/writer.h"

#include <algorithm>

#include "base/assert.h"

namespace tintype::sql {

Writer::Writer(std::unique_ptr<Connection> connection, Limits limits)
    : limits_(limits),
      connection_(std::move(connection)),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

Writer::~Writer() = default;  // ~jthread asks it to stop, and waits.

Status Writer::write(const Work& work) {
  ASSERT(std::this_thread::get_id() != thread_.get_id());  // It would wait for itself.
  Waiting mine{.work = work, .result = {}, .mutex = {}, .changed = {}};
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= limits_.waiting_max)
      return fail(ErrorCode::unavailable, "write: too many are waiting");
    waiting_.push_back(&mine);
    arrived_.notify_one();  // With the lock: without it the Writer might end in between.
  }
  mine.wait_for_answer();
  return std::move(mine.result);
}

Database::Totals Writer::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

void Writer::serve(const std::stop_token& stop) {
  for (;;) {
    const std::vector<Waiting*> group = take_group(stop);
    if (group.empty()) return;
    const Status outcome = run_group(group);
    if (!outcome) connection_->rollback();
    answer(group, outcome);
  }
}

/// Waits for writes; empty if none is left and the end has come.
std::vector<Writer::Waiting*> Writer::take_group(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, stop, [this] { return !waiting_.empty(); });
  const auto end =
      waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), limits_.group_max));
  std::vector<Waiting*> group(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  return group;
}

/// Fails if the transaction as a whole did.
Status Writer::run_group(const std::vector<Waiting*>& group) {
  TRY(connection_->begin());
  for (Waiting* const waiting : group) TRY(run_one(*waiting));
  return connection_->commit();
}

Status Writer::run_one(Waiting& waiting) {
  TRY(connection_->save());
  waiting.result = run_work(*connection_, waiting.work);
  if (waiting.result) return connection_->keep();
  // A full disk or a lost server takes the whole transaction, and the savepoint with it.
  if (!connection_->undo()) return waiting.result;
  return {};
}

void Writer::answer(const std::vector<Waiting*>& group, const Status& outcome) {
  std::uint64_t write_count = 0;
  for (Waiting* const waiting : group) {
    // Also those that had failed by themselves: it may have been for a row that is gone now.
    if (!outcome) waiting->result = outcome;
    write_count += waiting->result ? 1 : 0;
  }
  {
    const std::lock_guard lock(mutex_);
    totals_.commits += outcome ? 1 : 0;
    totals_.writes += write_count;
  }
  for (Waiting* const waiting : group) waiting->answer();
}

void Writer::Waiting::answer() {
  const std::lock_guard lock(mutex);
  answered = true;
  changed.notify_one();  // With the lock: without it the caller's frame might be gone.
}

void Writer::Waiting::wait_for_answer() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [this] { return answered; });
}

}  // namespace tintype::sql
