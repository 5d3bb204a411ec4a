// What the tests of this folder share: an empty database of either engine. For PostgreSQL a server
// of our own is started when the first test asks for one, in a temporary folder, reachable only
// through a socket there, and ends with the program.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "sql/database.h"

namespace tintype::sql::test {

/// A new folder, removed with all in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// The URL of an SQLite database in it.
  std::string url(const std::string& name = "test.db") const;

 private:
  std::filesystem::path path_;
};

/// Opens, or fails the test and returns null.
std::unique_ptr<Database> open_database(const std::string& url, Database::Options options = {});

/// Runs statements in one write, or fails the test.
void run_all(Database& database, const std::vector<std::string>& statements);
/// The first column of the first row.
std::string read_text(Database& database, const std::string& statement, const Values& values = {});

/// A test that runs once per engine, on an empty database.
class EachEngine : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override;

  bool sqlite() const { return GetParam() == Engine::sqlite; }

  Folder folder_;
  std::string url_;
  std::unique_ptr<Database> database_;
};

/// With a table `item`, and a table `part` that refers to it.
class ItemsOnEachEngine : public EachEngine {
 protected:
  void SetUp() override;

  /// One statement in a write, or in a read.
  Result<std::int64_t> execute(std::string_view statement, const Values& values = {});
  Result<Rows> query(std::string_view statement, const Values& values = {});
};

std::string engine_name(const testing::TestParamInfo<Engine>& info);

}  // namespace tintype::sql::test

#define INSTANTIATE_EACH_ENGINE(suite)                                                     \
  INSTANTIATE_TEST_SUITE_P(                                                                \
      On, suite,                                                                           \
      testing::Values(::tintype::sql::Engine::sqlite, ::tintype::sql::Engine::postgresql), \
      ::tintype::sql::test::engine_name)
