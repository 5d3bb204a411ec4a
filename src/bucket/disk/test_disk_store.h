// For tests: a disk store with an observer that can be made to refuse.
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "bucket/disk/test_store.h"

namespace tintype::bucket::test {

/// Refuses or fails on demand, and remembers what it was told.
class Witness final : public Observer {
 public:
  Status admit(const PutIntent& intent) override {
    if (intent.key.str() == "refused") return fail(ErrorCode::denied, "not this one");
    return {};
  }
  Status created(sql::Session& session, const ObjectInfo& object, const Writer& writer) override {
    TRY(
        session.execute("INSERT INTO event (id, bucket, key, sequencer, name, record, created_at)"
                        " VALUES (:1, :2, :3, :4, 'x', :5, 0)",
                        {object.sequencer, object.bucket.str(), object.key.str(), object.sequencer,
                         writer.principal}));
    if (object.key.str() == "undone") return fail(ErrorCode::conflict, "no");
    return {};
  }
  void committed(const ObjectInfo& object) override {
    const std::lock_guard lock(mutex_);
    committed_keys.push_back(object.key.str());
  }

  std::vector<std::string> committed_keys;  // Read it once the writers are done.

 private:
  std::mutex mutex_;  // Guards committed_keys while there are several writers.
};

class DiskStoreTest : public ::testing::Test {
 protected:
  DiskStoreTest() { EXPECT_TRUE(store_->create_bucket(bucket_)); }

  Result<ObjectInfo> put(std::string_view key, std::string_view content, PutOptions options = {}) {
    return store_->put(bucket_, key_of(key), as_bytes(content), std::move(options));
  }
  std::string get(std::string_view key) {
    const auto object = store_->open(bucket_, key_of(key));
    return object ? read_all_of(*object) : "error: " + object.error().message;
  }
  std::size_t count_files() { return files_in(folder_.path() / "objects" / "content").size(); }
  std::size_t count_pending() { return files_in(folder_.path() / "objects" / "pending").size(); }
  std::int64_t count_events() {
    const auto rows = store_.database().read(
        [](sql::Session& session) { return session.query("SELECT COUNT(*) FROM event"); });
    return rows ? rows->front().integer(0) : -1;
  }

  TemporaryFolder folder_;
  FixedClock clock_{kNow};
  Witness witness_;
  OpenStore store_{folder_.path(), clock_, {&witness_}};
  const BucketName bucket_ = bucket_of("photos");
};

}  // namespace tintype::bucket::test
