// What the tests of this folder share: the newest schema on each engine, a clock, some persons.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/clock.h"
#include "people/persons.h"
#include "sql/migrations.h"
#include "sql/test_engines.h"

namespace tintype::people::test {

/// 2026-11-23T20:31:04Z.
inline constexpr Instant kNow{std::chrono::milliseconds(1'795'465'864'000)};

/// A test that runs once per engine, on the newest schema.
class OnEachEngine : public sql::test::EachEngine {
 protected:
  void SetUp() override {
    EachEngine::SetUp();
    ASSERT_NE(database_, nullptr);
    const auto migrated = sql::migrate(*database_, sql::built_in_migrations());
    ASSERT_TRUE(migrated) << migrated.error().message;
  }

  std::string text_of(const std::string& statement, const sql::Values& values = {}) {
    return sql::test::read_text(*database_, statement, values);
  }
  std::string count_of(const std::string& table_and_condition) {
    return text_of("SELECT COUNT(*) FROM " + table_and_condition);
  }

  FixedClock clock_{kNow};
};

inline Caller caller(std::string sub, std::string name = "") {
  return {.sub = std::move(sub), .name = std::move(name), .email = {}};
}
inline Handle handle(std::string_view text) { return *Handle::parse(text); }

}  // namespace tintype::people::test
