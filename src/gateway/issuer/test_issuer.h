// What the tests of this folder share: the newest schema on each engine, a clock, somebody.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "gateway/issuer/credentials.h"
#include "gateway/test_gateway.h"
#include "sql/migrations.h"
#include "sql/test_engines.h"

namespace tintype::gateway::test {

/// A test that runs once per engine, on the newest schema, with "ada" who has the sub "sub-ada".
class OnEachEngine : public sql::test::EachEngine {
 protected:
  void SetUp() override {
    EachEngine::SetUp();
    ASSERT_NE(database_, nullptr);
    const auto migrated = sql::migrate(*database_, sql::built_in_migrations());
    ASSERT_TRUE(migrated) << migrated.error().message;
    add_person("sub-ada", "ada");
  }

  /// Without a password, which would take its time.
  void add_person(const std::string& sub, const std::string& name) {
    sql::test::run_all(*database_,
                       {"INSERT INTO person (sub, created_at) VALUES ('" + sub + "', 0)",
                        "INSERT INTO credential (sub, name, name_key, name_skeleton, "
                        "password_hash, changed_at) VALUES ('" +
                            sub + "', '" + name + "', '" + name + "', '" + name + "', '', 0)"});
  }
  std::string count_of(const std::string& table_and_condition) {
    return sql::test::read_text(*database_, "SELECT COUNT(*) FROM " + table_and_condition);
  }

  FixedClock clock_{kNow};
};

}  // namespace tintype::gateway::test
