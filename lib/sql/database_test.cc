// Writing in groups, reading beside it, losing disk or server.
#include <atomic>
#include <thread>

#include "sql/test_engines.h"

namespace tintype::sql::test {
namespace {

class DatabaseOn : public EachEngine {
 protected:
  void SetUp() override {
    EachEngine::SetUp();
    if (database_ != nullptr) run_all(*database_, {"CREATE TABLE item (id BIGINT PRIMARY KEY)"});
  }

  static Status insert(Session& session, std::int64_t id) {
    TRY(session.execute("INSERT INTO item (id) VALUES (:1)", {id}));
    return {};
  }
  static std::int64_t count(Session& session) {
    const auto rows = session.query("SELECT COUNT(*) FROM item");
    return rows ? rows->at(0).integer(0) : -1;
  }
  std::int64_t count() {
    std::int64_t found = -1;
    EXPECT_TRUE(database_->read([&](Session& session) -> Status {
      found = count(session);
      return {};
    }));
    return found;
  }
};

TEST_P(DatabaseOn, CommitsFewerTimesThanItWrites) {
  constexpr std::int64_t kThreads = 16;
  constexpr std::int64_t kWrites = 200;
  const auto before = database_->totals();
  {
    std::vector<std::jthread> threads;
    for (std::int64_t thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([this, thread] {
        for (std::int64_t i = 0; i < kWrites; ++i) {
          const std::int64_t id = thread * kWrites + i;
          EXPECT_TRUE(database_->write([id](Session& session) { return insert(session, id); }));
        }
      });
    }
  }
  const auto after = database_->totals();
  EXPECT_EQ(count(), kThreads * kWrites);
  EXPECT_EQ(after.writes - before.writes, static_cast<std::uint64_t>(kThreads * kWrites));
  EXPECT_LT(after.commits - before.commits, after.writes - before.writes);
}

TEST_P(DatabaseOn, ReadsOnlyWhatIsCommitted) {
  EXPECT_TRUE(database_->write([this](Session& session) -> Status {
    TRY(insert(session, 1));
    EXPECT_EQ(count(session), 1);
    // Another thread: the writer's own must not wait for a reader.
    std::jthread([this] { EXPECT_EQ(count(), 0); }).join();
    return {};
  }));
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseOn, ReadsOneInstant) {
  EXPECT_TRUE(database_->read([this](Session& session) -> Status {
    EXPECT_EQ(count(session), 0);
    EXPECT_TRUE(database_->write([](Session& writing) { return insert(writing, 1); }));
    EXPECT_EQ(count(session), 0);
    return {};
  }));
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseOn, MakesMoreReadersThanConnectionsWait) {
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 20; ++j)
          if (count() == 0) ++done;
      });
    }
  }
  EXPECT_EQ(done, 16 * 20);
}

TEST_P(DatabaseOn, ReturnsWhatTheWorkReturns) {
  const Result<std::int64_t> written =
      database_->write([](Session& session) -> Result<std::int64_t> {
        TRY(insert(session, 5));
        return 42;
      });
  EXPECT_EQ(written, 42);
  const auto failed = database_->write([](Session& session) -> Result<std::int64_t> {
    TRY(insert(session, 6));
    return fail(ErrorCode::denied, "no");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::denied);
  EXPECT_EQ(failed.error().message, "no");
  EXPECT_EQ(count(), 1);
  const auto read = database_->read(
      [](Session&) -> Result<std::int64_t> { return fail(ErrorCode::not_found, "none"); });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::not_found);
}

TEST_P(DatabaseOn, OutlivesWorkThatThrows) {
  for (int round = 0; round < 3; ++round) {
    const Status thrown = database_->write([](Session& session) -> Status {
      TRY(insert(session, 1));
      throw std::runtime_error("ouch");
    });
    ASSERT_FALSE(thrown);
    EXPECT_EQ(thrown.error().code, ErrorCode::internal);
    EXPECT_NE(thrown.error().message.find("ouch"), std::string::npos);
    const Status odd = database_->read([](Session&) -> Status { throw 42; });
    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error().code, ErrorCode::internal);
  }
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(database_->write([](Session& session) { return insert(session, 1); }));
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseOn, HasWhatWasWrittenWhenItIsOpenedAgain) {
  {
    std::vector<std::jthread> threads;
    for (std::int64_t id = 0; id < 8; ++id)
      threads.emplace_back([this, id] {
        EXPECT_TRUE(database_->write([id](Session& session) { return insert(session, id); }));
      });
  }
  database_.reset();
  database_ = open_database(url_);
  ASSERT_NE(database_, nullptr);
  EXPECT_EQ(count(), 8);
}

TEST_P(DatabaseOn, IsUnavailableWhileSomebodyElseKeepsTheLock) {
  const auto other = open_database(url_);
  ASSERT_NE(other, nullptr);
  // Not to wait for five seconds.
  ASSERT_TRUE(other->write([this](Session& session) {
    return session.query(sqlite() ? "PRAGMA busy_timeout = 0" : "SET lock_timeout = 1");
  }));
  ASSERT_TRUE(database_->write([&](Session& session) -> Status {
    TRY(insert(session, 1));
    const Status refused = other->write([](Session& theirs) { return insert(theirs, 1); });
    EXPECT_FALSE(refused);
    if (!refused) EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    return {};
  }));
  EXPECT_TRUE(other->write([](Session& session) { return insert(session, 2); }));
  EXPECT_EQ(count(), 2);
}

INSTANTIATE_EACH_ENGINE(DatabaseOn);

TEST(DatabaseOnSqlite, LosesNothingAndGoesOnAfterAFullDisk) {
  const Folder folder;
  const auto database = open_database(folder.url());
  ASSERT_NE(database, nullptr);
  run_all(*database, {"CREATE TABLE t (id BIGINT PRIMARY KEY, text TEXT)",
                      "INSERT INTO t (id, text) VALUES (1, 'kept')"});
  const auto limit_pages = [&](int pages) {
    EXPECT_TRUE(database->write([&](Session& session) {
      return session.query("PRAGMA max_page_count = " + std::to_string(pages));
    }));
  };
  const auto insert_big = [&](std::int64_t id) {
    return database->write([id](Session& session) {
      return session.execute("INSERT INTO t (id, text) VALUES (:1, :2)",
                             {id, std::string(1 << 20, 'x')});
    });
  };

  limit_pages(20);
  for (std::int64_t id = 2; id < 5; ++id) {
    const auto done = insert_big(id);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::unavailable) << done.error().message;
  }
  EXPECT_EQ(read_text(*database, "SELECT COUNT(*) FROM t"), "1");
  limit_pages(1000000);
  EXPECT_TRUE(insert_big(2));
  EXPECT_EQ(read_text(*database, "SELECT COUNT(*) FROM t"), "2");
}

class DatabaseOnPostgresql : public EachEngine {};

TEST_P(DatabaseOnPostgresql, ConnectsAgainAfterTheServerCutIt) {
  run_all(*database_, {"CREATE TABLE t (id BIGINT PRIMARY KEY)"});
  const auto other = open_database(url_);
  ASSERT_NE(other, nullptr);
  // All connections but the one that asks.
  ASSERT_TRUE(other->write([](Session& session) {
    return session.query(
        "SELECT CAST(pg_terminate_backend(pid, 10000) AS TEXT) "
        "FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
  }));
  EXPECT_TRUE(database_->write(
      [](Session& session) { return session.execute("INSERT INTO t (id) VALUES (:1)", {1}); }));
  EXPECT_EQ(read_text(*database_, "SELECT COUNT(*) FROM t"), "1");
  EXPECT_EQ(read_text(*other, "SELECT COUNT(*) FROM t"), "1");
}

TEST_P(DatabaseOnPostgresql, IsUnavailableWhenItIsCutInAWrite) {
  run_all(*database_, {"CREATE TABLE t (id BIGINT PRIMARY KEY)"});
  const auto cut = database_->write([](Session& session) -> Result<Rows> {
    TRY(session.execute("INSERT INTO t (id) VALUES (1)"));
    return session.query("SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS TEXT)");
  });
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::unavailable) << cut.error().message;
  EXPECT_TRUE(database_->write(
      [](Session& session) { return session.execute("INSERT INTO t (id) VALUES (2)"); }));
  EXPECT_EQ(read_text(*database_, "SELECT MIN(id) FROM t"), "2");
}

INSTANTIATE_TEST_SUITE_P(On, DatabaseOnPostgresql, testing::Values(Engine::postgresql),
                         engine_name);

// Who dies cannot clean up, so the folder is removed before.

TEST(DatabaseDeathTest, AWriteInsideAWriteIsOurBug) {
  const Folder folder;
  const auto database = open_database(folder.url());
  ASSERT_NE(database, nullptr);
  const auto write_inside = [&](Session&) {
    std::filesystem::remove_all(folder.path());
    return database->write([](Session&) -> Status { return {}; });
  };
  EXPECT_DEATH((void)database->write(write_inside), "assertion failed");
}

TEST(DatabaseDeathTest, AReadInsideAReadIsOurBug) {
  const Folder folder;
  const auto database = open_database(folder.url());
  ASSERT_NE(database, nullptr);
  const auto read_inside = [&](Session&) {
    std::filesystem::remove_all(folder.path());
    return database->read([](Session&) -> Status { return {}; });
  };
  EXPECT_DEATH((void)database->read(read_inside), "assertion failed");
}

}  // namespace
}  // namespace tintype::sql::test
