// What the tests of this folder share: a folder and a database that go away, a loop, names.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/random.h"
#include "http/problem.h"
#include "http/server.h"
#include "sql/database.h"
#include "sql/migrations.h"
#include "upload/slots.h"

namespace tintype::upload::test {

/// 2026-11-23T20:31:04Z.
inline constexpr Instant kNow{std::chrono::milliseconds(1'795'465'864'000)};

/// A new database of the newest schema, in a folder that is removed with it.
class TemporaryDatabase {
 public:
  TemporaryDatabase()
      : folder_(std::filesystem::path(::testing::TempDir()) / ("upload-" + make_id())) {
    std::filesystem::create_directory(folder_);
    auto opened = sql::Database::open("sqlite://" + (folder_ / "test.db").string(), {});
    EXPECT_TRUE(opened) << opened.error().message;
    database_ = *std::move(opened);
    const auto migrated = sql::migrate(*database_, sql::built_in_migrations());
    EXPECT_TRUE(migrated) << migrated.error().message;
  }
  ~TemporaryDatabase() {
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

  sql::Database& operator*() const { return *database_; }
  sql::Database* operator->() const { return database_.get(); }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<sql::Database> database_;
};

/// A server with one listener; its loop runs what the test wants to run on one.
class Served {
 public:
  explicit Served(http::Handler handler) {
    std::vector<http::Listener> listeners;
    listeners.push_back(
        {.name = "test", .address = "127.0.0.1:0", .limits = {}, .handler = std::move(handler)});
    auto started = http::Server::start({}, std::move(listeners));
    EXPECT_TRUE(started) << started.error().message;
    server_ = *std::move(started);
  }
  std::string url() const { return "http://" + server_->addresses().front(); }

  template <class T>
  T run(Task<T> task) {
    std::promise<T> promise;
    auto future = promise.get_future();
    server_->loop().post([&promise, task = std::move(task)]() mutable {
      start(std::move(task), [&promise](T value) { promise.set_value(std::move(value)); });
    });
    return future.get();
  }

 private:
  std::unique_ptr<http::Server> server_;
};

inline bucket::Owner owner(std::string_view sub = "ada") { return *bucket::Owner::parse(sub); }
inline bucket::BucketName uploads() { return *bucket::BucketName::parse("uploads"); }

inline Policy policy() {
  return {.collection = "avatars",
          .route = "/avatars/key_upload",
          .types = {"image/jpeg", "image/png"},
          .size_max = 1000,
          .slot_ttl = std::chrono::minutes(5)};
}

}  // namespace tintype::upload::test
