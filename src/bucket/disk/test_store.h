// For tests: a store in a folder of its own, which goes away with it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/random.h"
#include "bucket/disk/disk_store.h"
#include "bucket/read_content.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace tintype::bucket::test {

/// 2027-01-15T08:00:00.123Z.
inline constexpr Instant kNow{std::chrono::milliseconds(1'800'000'000'123)};

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("bucket-" + make_id())) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
};

/// A Store with its database, open. Thread-safe as a Store is.
class OpenStore {
 public:
  OpenStore(const std::filesystem::path& folder, const Clock& clock,
            std::vector<Observer*> observers = {}, std::uint64_t object_bytes_max = 1 << 20) {
    auto database = sql::Database::open("sqlite://" + (folder / "test.db").string(), {});
    EXPECT_TRUE(database);
    database_ = *std::move(database);
    EXPECT_TRUE(sql::migrate(*database_, sql::built_in_migrations()));
    auto store = open_disk_store({.folder = folder / "objects",
                                  .object_bytes_max = object_bytes_max,
                                  .observers = std::move(observers)},
                                 *database_, clock);
    EXPECT_TRUE(store) << store.error().message;
    if (store) store_ = *std::move(store);
  }

  MultipartStore* operator->() { return store_.get(); }
  MultipartStore& operator*() { return *store_; }
  sql::Database& database() { return *database_; }

 private:
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<MultipartStore> store_;
};

inline BucketName bucket_of(std::string_view text) { return *BucketName::parse(text); }
inline Key key_of(std::string_view text) { return *Key::parse(text); }

/// All of an object's content.
inline std::string read_all_of(const Object& object) { return read_content(object).value_or(""); }

/// The files under a folder of the store, without folders.
inline std::vector<std::string> files_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
  return names;
}

}  // namespace tintype::bucket::test
