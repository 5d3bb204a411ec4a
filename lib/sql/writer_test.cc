// Groups, faults at every call, the limits.
#include "sql/writer.h"

#include <atomic>
#include <semaphore>

#include "sql/test_engines.h"

namespace tintype::sql::test {
namespace {

/// A connection whose n-th call fails: at once, or (for a commit) as a lost disk would.
class FaultyConnection final : public Connection {
 public:
  FaultyConnection(std::unique_ptr<Connection> real, int calls_until_failure)
      : real_(std::move(real)), calls_until_failure_(calls_until_failure) {}

  Status begin() override { return fails() ? fault() : real_->begin(); }
  Status commit() override { return fails() ? fault() : real_->commit(); }
  void rollback() override { real_->rollback(); }
  Status save() override { return fails() ? fault() : real_->save(); }
  Status keep() override { return fails() ? fault() : real_->keep(); }
  Status undo() override { return fails() ? fault() : real_->undo(); }
  Result<std::int64_t> execute(std::string_view statement, const Values& values) override {
    if (fails()) return std::unexpected(fault().error());
    return real_->execute(statement, values);
  }
  Result<Rows> query(std::string_view statement, const Values& values) override {
    return real_->query(statement, values);
  }

 private:
  bool fails() { return calls_until_failure_-- == 0; }
  static Status fault() { return fail(ErrorCode::unavailable, "fault"); }

  std::unique_ptr<Connection> real_;
  int calls_until_failure_;
};

class WriterTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = open_database(folder_.url());
    ASSERT_NE(database_, nullptr);
    run_all(*database_, {"CREATE TABLE item (id BIGINT PRIMARY KEY)"});
  }

  std::unique_ptr<Connection> connect() {
    return std::move(*Connection::open(*Address::parse(folder_.url()), Purpose::write));
  }

  /// A work of two statements.
  static Work insert_pair(std::int64_t id) {
    return [id](Session& session) -> Status {
      TRY(session.execute("INSERT INTO item (id) VALUES (:1)", {id}));
      TRY(session.execute("INSERT INTO item (id) VALUES (:1)", {id + 1000}));
      return {};
    };
  }

  /// 0, 1 or 2 of the pair.
  std::string found(std::int64_t id) {
    return read_text(*database_, "SELECT COUNT(*) FROM item WHERE id = :1 OR id = :1 + 1000", {id});
  }

  Folder folder_;
  std::unique_ptr<Database> database_;  // To look from outside.
};

/// Keeps a Writer inside one work until told to go on, so that others must wait.
class Gate {
 public:
  explicit Gate(Writer& writer)
      : thread_([this, &writer] {
          EXPECT_TRUE(writer.write([this](Session&) -> Status {
            entered_.release();
            open_.acquire();
            return {};
          }));
        }) {
    entered_.acquire();
  }
  void open() {
    open_.release();
    thread_.join();
  }

 private:
  std::binary_semaphore entered_{0};
  std::binary_semaphore open_{0};
  std::jthread thread_;
};

/// Starts one write more than `writer` lets wait. When the constructor is done one of them was
/// refused; so all the others wait.
class Crowd {
 public:
  Crowd(Writer& writer, const std::vector<Work>& works) : results_(works.size()) {
    for (std::size_t i = 0; i < works.size(); ++i) {
      threads_.emplace_back([this, &writer, i, work = works[i]] {
        results_[i] = writer.write(work);
        answered_.release();
      });
    }
    answered_.acquire();
  }
  /// What each was told, in the order of `works`.
  const std::vector<Status>& join() {
    threads_.clear();
    return results_;
  }

 private:
  std::vector<Status> results_;
  std::counting_semaphore<> answered_{0};
  std::vector<std::jthread> threads_;
};

TEST_F(WriterTest, CommitsOnceForAllThatWait) {
  Writer writer(connect(), {.waiting_max = 4, .group_max = 100});
  Gate gate(writer);
  Crowd crowd(writer,
              {insert_pair(1), insert_pair(2), insert_pair(3), insert_pair(4), insert_pair(5)});
  gate.open();
  int refused = 0;
  for (const Status& status : crowd.join()) {
    if (status) continue;
    ++refused;
    EXPECT_EQ(status.error().code, ErrorCode::unavailable);
  }
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(writer.totals().writes, 5U);   // The gate's and four.
  EXPECT_EQ(writer.totals().commits, 2U);  // The gate's, and one for the four.
  EXPECT_EQ(read_text(*database_, "SELECT COUNT(*) FROM item"), "8");
}

TEST_F(WriterTest, TakesNoMoreThanAGroup) {
  Writer writer(connect(), {.waiting_max = 4, .group_max = 2});
  Gate gate(writer);
  Crowd crowd(writer,
              {insert_pair(1), insert_pair(2), insert_pair(3), insert_pair(4), insert_pair(5)});
  gate.open();
  (void)crowd.join();
  EXPECT_EQ(writer.totals().writes, 5U);
  EXPECT_EQ(writer.totals().commits, 3U);
}

TEST_F(WriterTest, UndoesInAGroupOnlyWhatFailed) {
  const auto bad = [](std::int64_t id) -> Work {
    return [id](Session& session) -> Status {
      TRY(insert_pair(id)(session));
      return fail(ErrorCode::denied, "changed its mind");
    };
  };
  const auto twice = [](std::int64_t id) -> Work {
    return [id](Session& session) -> Status {
      TRY(insert_pair(id)(session));
      return insert_pair(id)(session);
    };
  };
  Writer writer(connect(), {.waiting_max = 5, .group_max = 100});
  Gate gate(writer);
  // Whoever is refused, there is a good and a bad one in the group.
  const std::vector<Work> works = {insert_pair(0), bad(1),         insert_pair(2),
                                   twice(3),       insert_pair(4), bad(5)};
  Crowd crowd(writer, works);
  gate.open();
  const std::vector<Status>& results = crowd.join();
  for (std::size_t i = 0; i < works.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(found(static_cast<std::int64_t>(i)), results[i] ? "2" : "0");
    if (results[i]) continue;
    const ErrorCode own = i == 3 ? ErrorCode::conflict : ErrorCode::denied;
    EXPECT_TRUE(results[i].error().code == own ||
                results[i].error().code == ErrorCode::unavailable);
  }
  EXPECT_EQ(writer.totals().commits, 2U);
}

// Wherever a call fails: what was acknowledged is there whole, what was refused is not there at
// all.
TEST_F(WriterTest, SurvivesAFailureAtEveryCall) {
  // The gate makes 4 calls (begin, save, keep, commit); a group of three 1 + 3 * 4 + 1.
  for (int fail_at = 4; fail_at < 4 + 14; ++fail_at) {
    SCOPED_TRACE(fail_at);
    run_all(*database_, {"DELETE FROM item"});
    Writer writer(std::make_unique<FaultyConnection>(connect(), fail_at),
                  {.waiting_max = 3, .group_max = 100});
    Gate gate(writer);
    Crowd crowd(writer, {insert_pair(0), insert_pair(1), insert_pair(2), insert_pair(3)});
    gate.open();
    const std::vector<Status>& results = crowd.join();
    int accepted = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      accepted += results[i] ? 1 : 0;
      EXPECT_EQ(found(static_cast<std::int64_t>(i)), results[i] ? "2" : "0");
      if (!results[i]) EXPECT_EQ(results[i].error().code, ErrorCode::unavailable);
    }
    // A failing statement takes its own write with it, any other call the group.
    const int in_work = (fail_at - 4 - 1) % 4;
    const bool statement = fail_at > 4 && fail_at < 4 + 13 && (in_work == 1 || in_work == 2);
    EXPECT_EQ(accepted, statement ? 2 : 0);
    EXPECT_TRUE(writer.write(insert_pair(9)));  // And it goes on.
    EXPECT_EQ(found(9), "2");
  }
}

TEST_F(WriterTest, CommitsAWriteThatIsAlone) {
  Writer writer(connect(), {.waiting_max = 4, .group_max = 100});
  EXPECT_TRUE(writer.write(insert_pair(1)));
  EXPECT_EQ(found(1), "2");
  EXPECT_EQ(writer.totals().commits, 1U);
  EXPECT_EQ(writer.totals().writes, 1U);
}

TEST_F(WriterTest, FinishesWhatItAcceptedBeforeItEnds) {
  auto writer =
      std::make_unique<Writer>(connect(), Writer::Limits{.waiting_max = 3, .group_max = 2});
  Gate gate(*writer);
  Crowd crowd(*writer, {insert_pair(0), insert_pair(1), insert_pair(2), insert_pair(3)});
  std::jthread end([&] { writer.reset(); });  // Waits for the gate and for the three.
  gate.open();
  const std::vector<Status>& results = crowd.join();
  end.join();
  int accepted = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    accepted += results[i] ? 1 : 0;
    EXPECT_EQ(found(static_cast<std::int64_t>(i)), results[i] ? "2" : "0");
  }
  EXPECT_EQ(accepted, 3);
}

}  // namespace
}  // namespace tintype::sql::test
