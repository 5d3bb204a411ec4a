#include "sql/snapshot.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "sql/database.h"

namespace tintype::sql {
namespace {

TEST(Snapshot, HasWhatWasCommittedAndNothingLater) {
  const auto folder = std::filesystem::temp_directory_path() / ("snapshot-" + make_id());
  std::filesystem::create_directories(folder);
  const std::string url = "sqlite://" + (folder / "a.db").string();
  const auto insert = [](Database& database, int value) {
    return database.write([value](Session& session) -> Status {
      TRY(session.execute("INSERT INTO t (x) VALUES (:1)", {std::int64_t{value}}));
      return {};
    });
  };
  const auto count = [](Database& database) {
    const auto rows =
        database.read([](Session& session) { return session.query("SELECT COUNT(*) FROM t"); });
    EXPECT_TRUE(rows);
    return rows ? rows->at(0).integer(0) : -1;
  };
  {
    const auto database = Database::open(url, {});
    ASSERT_TRUE(database);
    ASSERT_TRUE((*database)->write([](Session& session) -> Status {
      TRY(session.execute("CREATE TABLE t (x BIGINT)"));
      return {};
    }));
    ASSERT_TRUE(insert(**database, 1));
    const Status written = write_snapshot(url, folder / "b.db");  // Beside the open one.
    ASSERT_TRUE(written) << written.error().message;
    ASSERT_TRUE(insert(**database, 2));
    EXPECT_EQ(count(**database), 2);
    EXPECT_EQ(write_snapshot(url, folder / "b.db").error().code, ErrorCode::conflict);
  }
  const auto copy = Database::open("sqlite://" + (folder / "b.db").string(), {});
  ASSERT_TRUE(copy);
  EXPECT_EQ(count(**copy), 1);
  EXPECT_EQ(write_snapshot("postgresql://x", folder / "c.db").error().code, ErrorCode::unsupported);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tintype::sql
