#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "sql/database.h"
#include "sql/migrations.h"

namespace tintype::event {

/// A real database with all migrations, in a folder of its own that goes with it. For tests.
class TestDatabase {
 public:
  TestDatabase() {
    // In memory where there is such a place: what these tests are about is not the speed of a disk.
    const std::filesystem::path memory = "/dev/shm";
    const bool usable = ::access(memory.c_str(), W_OK | X_OK) == 0;
    const auto parent = usable ? memory : std::filesystem::temp_directory_path();
    std::string name = (parent / "tintype-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    open();
    if (!sql::migrate(*database_, sql::built_in_migrations())) std::abort();
  }
  ~TestDatabase() {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  sql::Database& operator*() { return *database_; }
  sql::Database* operator->() { return database_.get(); }
  const std::filesystem::path& folder() const { return folder_; }
  /// Threads do not survive fork(): close before it, open after.
  void close() { database_.reset(); }
  void open() {
    auto opened = sql::Database::open("sqlite://" + (folder_ / "tintype.db").string(), {});
    if (!opened) std::abort();
    database_ = *std::move(opened);
  }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<sql::Database> database_;
};

}  // namespace tintype::event
