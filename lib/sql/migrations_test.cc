#include "sql/migrations.h"

#include <thread>

#include "base/clock.h"
#include "crypto/digest.h"
#include "sql/migration_files.h"
#include "sql/split.h"
#include "sql/test_engines.h"

namespace tintype::sql::test {
namespace {

const Migration kFirst = {"0001_first", "CREATE TABLE a (id BIGINT PRIMARY KEY);", "DROP TABLE a;"};
const Migration kSecond = {
    "0002_second", "ALTER TABLE a ADD COLUMN x TEXT;\nCREATE TABLE b (id BIGINT PRIMARY KEY);\n",
    "DROP TABLE b;\nALTER TABLE a DROP COLUMN x;"};
const Migration kThird = {"0003_third", "INSERT INTO b (id) VALUES (7);", "DELETE FROM b;"};

using Ids = std::vector<std::string>;

class MigrationsOn : public EachEngine {
 protected:
  bool has_table(const std::string& name) {
    const std::string catalog = sqlite()
                                    ? "sqlite_master WHERE type = 'table' AND name"
                                    : "pg_tables WHERE schemaname = current_schema() AND tablename";
    return read_text(*database_, "SELECT COUNT(*) FROM " + catalog + " = :1", {name}) == "1";
  }

  /// All that can be seen of the tables, as text.
  std::string schema() {
    const char* const statement =
        sqlite() ? "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master "
                   "ORDER BY type, name"
                 : "SELECT CAST(table_name || ' ' || column_name || ' ' || data_type || ' ' || "
                   "is_nullable || ' ' || COALESCE(collation_name, '') AS TEXT) AS line "
                   "FROM information_schema.columns WHERE table_schema = current_schema() "
                   "UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() "
                   "ORDER BY line";
    const auto rows = database_->read([&](Session& session) { return session.query(statement); });
    EXPECT_TRUE(rows) << rows.error().message;
    std::string all;
    for (const Row& row : *rows) all += row.text(0) + "\n";
    return all;
  }

  void expect_conflict(const std::vector<Migration>& all, const std::string& named) {
    const auto migrated = migrate(*database_, all);
    ASSERT_FALSE(migrated);
    EXPECT_EQ(migrated.error().code, ErrorCode::conflict);
    EXPECT_NE(migrated.error().message.find("'" + named + "'"), std::string::npos)
        << migrated.error().message;
    const auto undone = rollback(*database_, all);
    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().code, ErrorCode::conflict);
  }

  /// "0001_first applied, 0002_second pending".
  std::string standings(const std::vector<Migration>& all) {
    const auto states = migration_states(*database_, all);
    if (!states) return states.error().message;
    std::string text;
    for (const MigrationState& state : *states)
      text += (text.empty() ? "" : ", ") + state.id + " " + std::string(to_string(state.standing));
    return text;
  }

  std::string checksums() {
    return read_text(*database_, "SELECT checksum FROM schema_migrations ORDER BY id");
  }
};

TEST_P(MigrationsOn, RunInOrderAndOnce) {
  EXPECT_EQ(migrate(*database_, {kFirst, kSecond}), (Ids{"0001_first", "0002_second"}));
  EXPECT_EQ(migrate(*database_, {kFirst, kSecond}), Ids());
  EXPECT_EQ(migrate(*database_, {kFirst, kSecond, kThird}), Ids{"0003_third"});
  EXPECT_EQ(read_text(*database_, "SELECT id FROM b"), "7");
}

TEST_P(MigrationsOn, AreUndoneNewestFirst) {
  const std::vector<Migration> all = {kFirst, kSecond, kThird};
  ASSERT_TRUE(migrate(*database_, all));
  EXPECT_EQ(rollback(*database_, all), "0003_third");
  EXPECT_EQ(rollback(*database_, all), "0002_second");
  EXPECT_FALSE(has_table("b"));
  EXPECT_TRUE(has_table("a"));
  EXPECT_EQ(rollback(*database_, all), "0001_first");
  EXPECT_EQ(rollback(*database_, all), "");
  EXPECT_FALSE(has_table("a"));
  EXPECT_EQ(migrate(*database_, all), (Ids{"0001_first", "0002_second", "0003_third"}));
}

TEST_P(MigrationsOn, StateIsKnownBeforeAndAfter) {
  const std::vector<Migration> all = {kFirst, kSecond};
  const auto before = migration_states(*database_, all);
  ASSERT_TRUE(before);
  ASSERT_EQ(before->size(), 2U);
  EXPECT_EQ(before->at(0).standing, MigrationStanding::pending);
  EXPECT_EQ(before->at(0).applied_at, "");
  EXPECT_FALSE(has_table("schema_migrations"));  // Asking changes nothing.

  ASSERT_TRUE(migrate(*database_, {kFirst}));
  const auto after = migration_states(*database_, all);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->at(0).id, "0001_first");
  EXPECT_EQ(after->at(0).standing, MigrationStanding::applied);
  EXPECT_TRUE(parse_rfc3339(after->at(0).applied_at)) << after->at(0).applied_at;
  EXPECT_EQ(after->at(1).standing, MigrationStanding::pending);
}

TEST_P(MigrationsOn, AreRefusedWhenWhatRanIsNotWhatIsThere) {
  ASSERT_TRUE(migrate(*database_, {kFirst, kSecond}));
  Migration edited = kFirst;
  edited.up += "\n";
  Migration edited_down = kSecond;
  edited_down.down += "\n";
  const Migration between = {"0001a_between", "CREATE TABLE c (id BIGINT);", "DROP TABLE c;"};
  const Migration before = {"0000_before", "CREATE TABLE c (id BIGINT);", "DROP TABLE c;"};
  {
    SCOPED_TRACE("edited");
    expect_conflict({edited, kSecond, kThird}, "0001_first");
    EXPECT_EQ(standings({edited, kSecond, kThird}),
              "0001_first edited, 0002_second applied, 0003_third pending");
  }
  {
    SCOPED_TRACE("edited, what undoes it");
    expect_conflict({kFirst, edited_down}, "0002_second");
    EXPECT_EQ(standings({kFirst, edited_down}), "0001_first applied, 0002_second edited");
  }
  {
    SCOPED_TRACE("missing, the newest");
    expect_conflict({kFirst}, "0002_second");
    EXPECT_EQ(standings({kFirst}), "0001_first applied, 0002_second missing");
  }
  {
    SCOPED_TRACE("missing, the oldest");
    expect_conflict({kSecond, kThird}, "0001_first");
  }
  {
    SCOPED_TRACE("all missing");
    expect_conflict({}, "0001_first");
  }
  {
    SCOPED_TRACE("added before what ran");
    expect_conflict({before, kFirst, kSecond}, "0000_before");
    EXPECT_EQ(standings({before, kFirst, kSecond}),
              "0000_before out of order, 0001_first applied, 0002_second applied");
  }
  {
    SCOPED_TRACE("another width");
    expect_conflict({kFirst, between, kSecond}, "0001a_between");
  }
  EXPECT_FALSE(has_table("c"));
  EXPECT_EQ(migrate(*database_, {kFirst, kSecond}), Ids());
}

TEST_P(MigrationsOn, AreRefusedUnlessTheirNumbersRise) {
  const auto named = [](const std::string& id) {
    return Migration{id, "CREATE TABLE t_" + id + " (id BIGINT);", "DROP TABLE t_" + id + ";"};
  };
  const struct {
    const char* name;
    Ids ids;
    std::string culprit;
  } cases[] = {
      {"falling", {"0002_a", "0001_b"}, "0001_b"},
      {"equal", {"0001_a", "0001_a"}, "0001_a"},
      {"the same number", {"0001_a", "0001_b"}, "0001_b"},
      {"wider", {"0009_a", "00010_b"}, "00010_b"},
      {"narrower", {"0009_a", "010_b"}, "010_b"},
      {"9 and 10", {"9_a", "10_b"}, "10_b"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    expect_conflict({named(c.ids[0]), named(c.ids[1])}, c.culprit);
  }
  EXPECT_FALSE(has_table("schema_migrations"));
}

TEST_P(MigrationsOn, LeaveNothingWhenTheyFail) {
  const Migration broken = {"0002_broken",
                            "CREATE TABLE half (id BIGINT);\nINSERT INTO a (id) VALUES (1);\n"
                            "CREATE TABLE a (id BIGINT);",
                            ""};
  const auto migrated = migrate(*database_, {kFirst, broken});
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::internal);
  EXPECT_NE(migrated.error().message.find("0002_broken"), std::string::npos);
  EXPECT_FALSE(has_table("half"));
  EXPECT_EQ(read_text(*database_, "SELECT COUNT(*) FROM a"), "0");
  EXPECT_EQ(read_text(*database_, "SELECT COUNT(*) FROM schema_migrations"), "1");
  // Mended, it runs.
  EXPECT_EQ(migrate(*database_, {kFirst, kSecond}), Ids{"0002_second"});
}

TEST_P(MigrationsOn, LeaveNothingUndoneByHalf) {
  const Migration stuck = {"0001_stuck", "CREATE TABLE a (id BIGINT);",
                           "DROP TABLE a;\nDROP TABLE nothing;"};
  ASSERT_TRUE(migrate(*database_, {stuck}));
  EXPECT_FALSE(rollback(*database_, {stuck}));
  EXPECT_TRUE(has_table("a"));
  EXPECT_EQ(standings({stuck}), "0001_stuck applied");
}

TEST_P(MigrationsOn, RunOnceWhenTwoBeginTogether) {
  std::vector<Migration> all;
  for (int i = 10; i < 15; ++i) {
    const std::string name = "t" + std::to_string(i);
    all.push_back({std::to_string(i) + "_x", "CREATE TABLE " + name + " (id BIGINT);",
                   "DROP TABLE " + name + ";"});
  }
  std::vector<std::size_t> counts(2);
  {
    std::vector<std::jthread> threads;
    for (auto& count : counts) {
      threads.emplace_back([&] {
        const auto database = open_database(url_);
        ASSERT_NE(database, nullptr);
        const auto ran = migrate(*database, all);
        ASSERT_TRUE(ran) << ran.error().message;
        count = ran->size();
      });
    }
  }
  EXPECT_EQ(counts[0] + counts[1], all.size());
}

TEST_P(MigrationsOn, GoOnAfterABrokenOneInTheMiddleIsMended) {
  const Migration broken = {"0002_second", "CREATE TABLE b (id BIGINT);\nCREATE TABLE b (x TEXT);",
                            "DROP TABLE b;"};
  ASSERT_FALSE(migrate(*database_, {kFirst, broken, kThird}));
  EXPECT_EQ(standings({kFirst, broken, kThird}),
            "0001_first applied, 0002_second pending, 0003_third pending");
  // The mended file is another one than that which failed, and that is right: nothing ran.
  const std::vector<Migration> mended = {kFirst, kSecond, kThird};
  EXPECT_EQ(migrate(*database_, mended), (Ids{"0002_second", "0003_third"}));
  for (const char* id : {"0003_third", "0002_second", "0001_first", ""})
    EXPECT_EQ(rollback(*database_, mended), id);
  EXPECT_EQ(migrate(*database_, mended), (Ids{"0001_first", "0002_second", "0003_third"}));
}

TEST_P(MigrationsOn, RunTheFilesOfTheirEngine) {
  const std::vector<Migration> all = {
      {"0001_x", "CREATE TABLE lite (id BIGINT);", "DROP TABLE lite;", Engine::sqlite},
      {"0001_x", "CREATE TABLE post (id BIGINT);", "DROP TABLE post;", Engine::postgresql},
      {"0002_y", "CREATE TABLE shared (id BIGINT);", "DROP TABLE shared;"}};
  EXPECT_EQ(migrate(*database_, all), (Ids{"0001_x", "0002_y"}));
  EXPECT_EQ(has_table("lite"), sqlite());
  EXPECT_EQ(has_table("post"), !sqlite());
  EXPECT_EQ(standings(all), "0001_x applied, 0002_y applied");
  EXPECT_EQ(rollback(*database_, all), "0002_y");
  EXPECT_EQ(rollback(*database_, all), "0001_x");
  EXPECT_FALSE(has_table(sqlite() ? "lite" : "post"));
}

TEST_P(MigrationsOn, RenewALedgerOfTheFirstVersion) {
  ASSERT_TRUE(migrate(*database_, {kFirst}));
  const std::string renewed = checksums();
  // SHA-256 of the `up` alone, as 0.1.0 wrote it.
  const std::string first = crypto::sha256_hex(as_bytes(kFirst.up));
  run_all(*database_, {"UPDATE schema_migrations SET checksum = '" + first + "'"});

  EXPECT_EQ(standings({kFirst}), "0001_first applied");
  EXPECT_EQ(checksums(), first) << "asking changes nothing";
  EXPECT_EQ(migrate(*database_, {kFirst}), Ids());
  EXPECT_EQ(checksums(), renewed);
}

TEST_P(MigrationsOn, FilesAreThoseOfTheProgram) {
  const auto loaded = load_migrations("db/migrations");
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_TRUE(migrate(*database_, built_in_migrations()));
  EXPECT_EQ(migrate(*database_, *loaded), Ids());
}

TEST_P(MigrationsOn, BuiltInGoUpDownAndUpToTheSameSchema) {
  const auto& all = built_in_migrations();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front().id, "0001_base");
  const auto ran = migrate(*database_, all);
  ASSERT_TRUE(ran) << ran.error().message;
  const std::string first = schema();
  EXPECT_NE(first.find("invocation_by_due"), std::string::npos) << first;

  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto undone = rollback(*database_, all);
    ASSERT_TRUE(undone) << undone.error().message;
  }
  for (const char* table :
       {"bucket", "object", "slot", "event", "invocation", "manifest", "person", "credential"})
    EXPECT_FALSE(has_table(table)) << table;
  ASSERT_TRUE(migrate(*database_, all));
  EXPECT_EQ(schema(), first);
}

TEST_P(MigrationsOn, BioIsAddedToWhoIsThere) {
  const auto& all = built_in_migrations();
  ASSERT_GE(all.size(), 2U);
  ASSERT_EQ(all[1].id, "0002_add_bio");
  ASSERT_TRUE(migrate(*database_, {all[0]}));
  run_all(
      *database_,
      {"INSERT INTO person (sub, name, password_hash, created_at) VALUES ('a', 'Ada', '-', 1)"});
  ASSERT_TRUE(migrate(*database_, {all[0], all[1]}));
  EXPECT_EQ(read_text(*database_, "SELECT sub FROM person WHERE bio = ''"), "a");
  run_all(*database_, {"UPDATE person SET bio = 'Mathematician'"});
  ASSERT_EQ(rollback(*database_, {all[0], all[1]}), "0002_add_bio");
  EXPECT_EQ(read_text(*database_, "SELECT name FROM person WHERE sub = 'a'"), "Ada");
}

TEST_P(MigrationsOn, CredentialsAndPeopleArePartedAndJoined) {
  std::vector<Migration> all = built_in_migrations();
  std::erase_if(all, [](const Migration& migration) { return migration.id > "0003_credentials"; });
  ASSERT_EQ(all.back().id, "0003_credentials");
  ASSERT_TRUE(migrate(*database_, {all[0], all[1]}));
  run_all(
      *database_,
      {"INSERT INTO person (sub, name, password_hash, created_at) VALUES ('a', 'Ada', '-', 1)"});
  ASSERT_TRUE(migrate(*database_, all));
  EXPECT_EQ(read_text(*database_,
                      "SELECT p.sub || c.name || c.name_key || c.password_hash "
                      "FROM person p JOIN credential c ON c.sub = p.sub"),
            "aAdaada-");

  run_all(*database_, {"UPDATE person SET bio = 'Mathematician'",
                       "INSERT INTO person (sub, created_at) VALUES ('elsewhere', 2)"});
  ASSERT_EQ(rollback(*database_, all), "0003_credentials");
  EXPECT_EQ(read_text(*database_, "SELECT sub || name || password_hash || bio FROM person"),
            "aAda-Mathematician");
  ASSERT_TRUE(migrate(*database_, all));
  run_all(*database_, {"DELETE FROM person"});
  EXPECT_EQ(read_text(*database_, "SELECT COUNT(*) FROM credential"), "0");
}

TEST_P(MigrationsOn, KeysSortByTheirBytes) {
  ASSERT_TRUE(migrate(*database_, built_in_migrations()));
  run_all(*database_, {"INSERT INTO bucket (name, created_at) VALUES ('b', 0)"});
  // In the order of bytes: English has "a" before "B" and "_" first of all.
  const Ids keys = {"A", "B", "B/", "_", "a", "a b", "a-b", "a/b", "ab", "\u00e9", "\U0001f4f7"};
  for (std::size_t i = keys.size(); i > 0; --i) {
    const Status done = database_->write([&](Session& session) -> Status {
      TRY(
          session.execute("INSERT INTO object (bucket, key, size, etag, sha256, content_type, "
                          "cache_control, metadata, content_id, sequencer, modified_at) "
                          "VALUES ('b', :1, 0, '', '', '', '', '{}', :1, '', 0)",
                          {keys[i - 1]}));
      return {};
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  const auto rows = database_->read([](Session& session) {
    return session.query("SELECT key FROM object WHERE bucket = 'b' AND key > :1 ORDER BY key",
                         {"A"});
  });
  ASSERT_TRUE(rows);
  Ids found = {"A"};
  for (const Row& row : *rows) found.push_back(row.text(0));
  EXPECT_EQ(found, keys);
}

INSTANTIATE_EACH_ENGINE(MigrationsOn);

TEST(SplitStatements, KnowsQuotesAndComments) {
  const struct {
    const char* name;
    std::string text;
    std::vector<std::string> statements;
  } cases[] = {
      {"empty", "", {}},
      {"spaces", " \n\t ;\n; ", {}},
      {"one", "SELECT 1", {"SELECT 1"}},
      {"two", "SELECT 1;\nSELECT 2;\n", {"SELECT 1", "SELECT 2"}},
      {"two in a line", "SELECT 1; SELECT 2", {"SELECT 1", "SELECT 2"}},
      {"only a comment", "-- nothing; here", {}},
      {"comment at the end", "SELECT 1 -- it's :1;\n;", {"SELECT 1"}},
      {"comment within", "SELECT -- a;\n 1;", {"SELECT \n 1"}},
      {"quoted ;", "SELECT ';';SELECT \";\"", {"SELECT ';'", "SELECT \";\""}},
      {"quoted --", "SELECT '--';", {"SELECT '--'"}},
      {"doubled quote", "SELECT 'it''s; --';", {"SELECT 'it''s; --'"}},
      {"other quote within", "SELECT '\";';", {"SELECT '\";'"}},
      {"minus", "SELECT 1 - -1;", {"SELECT 1 - -1"}},
      {"open quote", "SELECT ';", {"SELECT ';"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(split_statements(c.text), c.statements);
  }
}

}  // namespace
}  // namespace tintype::sql::test
