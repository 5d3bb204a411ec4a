// Statements that fail, and what works after them: the same on both engines.
#include "sql/test_engines.h"

namespace tintype::sql::test {
namespace {

class FailureOn : public ItemsOnEachEngine {};

TEST_P(FailureOn, TellsAConflictFromABug) {
  const struct {
    const char* name;
    std::string statement;
    ErrorCode code;
  } cases[] = {
      {"primary key", "INSERT INTO item (id, text) VALUES (1, :1)", ErrorCode::conflict},
      {"unique", "INSERT INTO item (id, name, text) VALUES (2, 'a', :1)", ErrorCode::conflict},
      {"not null", "INSERT INTO part (item) SELECT CAST(NULL AS BIGINT) WHERE :1 = 'hunter' || 2",
       ErrorCode::internal},
      {"foreign key", "INSERT INTO part (item) SELECT 99 WHERE :1 = 'hunter' || 2",
       ErrorCode::internal},
  };
  ASSERT_TRUE(execute("INSERT INTO item (id, name) VALUES (1, 'a')"));
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto done = execute(c.statement, {"hunter2"});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, c.code) << done.error().message;
    // The log gets the statement, not what was in it.
    EXPECT_EQ(done.error().message.find("hunter2"), std::string::npos) << done.error().message;
    EXPECT_TRUE(done.error().message.starts_with("run 'INSERT INTO ")) << done.error().message;
  }
}

TEST_P(FailureOn, RunsNothingAfterAFailure) {
  ASSERT_TRUE(execute("INSERT INTO item (id) VALUES (1)"));
  const Status done = database_->write([](Session& session) -> Status {
    TRY(session.execute("INSERT INTO item (id) VALUES (2)"));
    EXPECT_FALSE(session.execute("INSERT INTO item (id) VALUES (1)"));  // Swallowed.
    EXPECT_FALSE(session.execute("INSERT INTO item (id) VALUES (3)"));
    EXPECT_FALSE(session.query("SELECT id FROM item"));
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::conflict);
  EXPECT_EQ(read_text(*database_, "SELECT COUNT(*) FROM item"), "1");
}

TEST_P(FailureOn, ReadsOnly) {
  const auto done = database_->read(
      [](Session& session) { return session.execute("INSERT INTO item (id) VALUES (1)"); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::internal);
  EXPECT_EQ(read_text(*database_, "SELECT COUNT(*) FROM item"), "0");
}

TEST_P(FailureOn, SurvivesMoreStatementsThanItKeeps) {
  for (int i = 0; i < 600; ++i) {
    const auto rows = query("SELECT id AS n" + std::to_string(i) + " FROM item WHERE id = :1", {i});
    ASSERT_TRUE(rows) << rows.error().message;
  }
}

TEST_P(FailureOn, GoesOnAfterManyErrors) {
  ASSERT_TRUE(execute("INSERT INTO item (id) VALUES (1)"));
  for (int i = 0; i < 100; ++i) {
    const auto done = execute("INSERT INTO item (id, text) VALUES (:1, :2)", {1, "again"});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::conflict) << done.error().message;
  }
  EXPECT_TRUE(execute("INSERT INTO item (id, text) VALUES (:1, :2)", {2, "new"}));
}

INSTANTIATE_EACH_ENGINE(FailureOn);

}  // namespace
}  // namespace tintype::sql::test
