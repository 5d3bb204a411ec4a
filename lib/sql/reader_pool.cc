#include "sql/reader_pool.h"

#include <algorithm>

#include "base/assert.h"

namespace tintype::sql {
namespace {

Status read_on(Connection& connection, const Work& work) {
  Status done = connection.begin();
  if (done) done = run_work(connection, work);
  if (done) done = connection.commit();
  if (!done) connection.rollback();
  return done;
}

}  // namespace

ReaderPool::ReaderPool(std::vector<std::unique_ptr<Connection>> connections) {
  ASSERT(!connections.empty());
  for (auto& connection : connections) readers_.push_back({std::move(connection), {}});
}

Status ReaderPool::read(const Work& work) {
  Reader& reader = take();
  Status done = read_on(*reader.connection, work);
  give_back(reader);
  return done;
}

ReaderPool::Reader& ReaderPool::take() {
  const auto self = std::this_thread::get_id();
  std::unique_lock lock(mutex_);
  // A read inside a read: with every reader taken so, all would wait for each other.
  ASSERT(std::ranges::find(readers_, self, &Reader::user) == readers_.end());
  auto free = readers_.end();
  returned_.wait(lock, [&] {
    free = std::ranges::find(readers_, std::thread::id(), &Reader::user);
    return free != readers_.end();
  });
  free->user = self;
  return *free;
}

void ReaderPool::give_back(Reader& reader) {
  {
    const std::lock_guard lock(mutex_);
    reader.user = {};
  }
  returned_.notify_one();
}

}  // namespace tintype::sql
