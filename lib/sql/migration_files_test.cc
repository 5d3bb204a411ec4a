#include "sql/migration_files.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "sql/test_engines.h"

namespace tintype::sql::test {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

Result<std::vector<Migration>> load(const Files& files) {
  const Folder folder;
  for (const auto& [name, text] : files)
    EXPECT_TRUE(write_file(folder.path() / name, text, 0644)) << name;
  return load_migrations(folder.path());
}

TEST(LoadMigrations, SortsThemAndKnowsWhoseTheyAre) {
  const auto all = load({{"0002_b.postgresql.down.sql", "pd"},
                         {"0002_b.postgresql.up.sql", "pu"},
                         {"0010_c_1.up.sql", "u10"},
                         {"0010_c_1.down.sql", "d10"},
                         {"0002_b.sqlite.up.sql", "lu"},
                         {"0002_b.sqlite.down.sql", "ld"},
                         {"0001_a.down.sql", "d1"},
                         {"0001_a.up.sql", "u1"},
                         {"README.md", "no migration"}});
  ASSERT_TRUE(all) << all.error().message;
  std::string seen;
  for (const Migration& m : *all)
    seen += m.id + ":" + m.up + ":" + m.down +
            (m.only ? (*m.only == Engine::sqlite ? " sqlite\n" : " postgresql\n") : "\n");
  EXPECT_EQ(seen, "0001_a:u1:d1\n0002_b:lu:ld sqlite\n0002_b:pu:pd postgresql\n0010_c_1:u10:d10\n");
}

TEST(LoadMigrations, RefusesWhatIsMisnamedOrHalf) {
  const struct {
    const char* name;
    Files files;
    std::string named;
  } cases[] = {
      {"no down", {{"0001_a.up.sql", ""}}, "0001_a.down.sql"},
      {"no up", {{"0001_a.down.sql", ""}}, "0001_a.up.sql"},
      {"narrow", {{"001_a.up.sql", ""}, {"001_a.down.sql", ""}}, "001_a"},
      {"wide", {{"00001_a.up.sql", ""}, {"00001_a.down.sql", ""}}, "00001_a"},
      {"no number", {{"a.up.sql", ""}}, "a.up.sql"},
      {"no name", {{"0001_.up.sql", ""}}, "0001_.up.sql"},
      {"no mark", {{"0001a.up.sql", ""}}, "0001a.up.sql"},
      {"upper case", {{"0001_A.up.sql", ""}}, "0001_A.up.sql"},
      {"a space", {{"0001_a b.up.sql", ""}}, "0001_a b.up.sql"},
      {"no direction", {{"0001_a.sql", ""}}, "0001_a.sql"},
      {"sideways", {{"0001_a.left.sql", ""}}, "0001_a.left.sql"},
      {"another engine", {{"0001_a.mysql.up.sql", ""}}, "0001_a.mysql.up.sql"},
      {"the engine after", {{"0001_a.up.sqlite.sql", ""}}, "0001_a.up.sqlite.sql"},
      {"one engine alone",
       {{"0001_a.sqlite.up.sql", ""}, {"0001_a.sqlite.down.sql", ""}},
       "0001_a.postgresql.up.sql"},
      {"an engine's up alone",
       {{"0001_a.sqlite.up.sql", ""}, {"0001_a.postgresql.up.sql", ""}},
       "0001_a.sqlite.down.sql"},
      {"both ways",
       {{"0001_a.up.sql", ""}, {"0001_a.down.sql", ""}, {"0001_a.sqlite.up.sql", ""}},
       "0001_a"},
      {"not even a name", {{".sql.sql", ""}}, ".sql.sql"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto all = load(c.files);
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(all.error().message.find(c.named), std::string::npos) << all.error().message;
  }
  EXPECT_EQ(load({{"0001_a.up.sql", std::string(kMigrationSizeMax + 1, ' ')}}).error().code,
            ErrorCode::too_large);
  EXPECT_TRUE(
      load({{"0001_a.up.sql", std::string(kMigrationSizeMax, ' ')}, {"0001_a.down.sql", ""}}));
  EXPECT_TRUE(load({})->empty());
  EXPECT_EQ(load_migrations("/nowhere").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace tintype::sql::test
