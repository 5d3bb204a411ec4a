// Opening: what is refused and how it is said, and what is set.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "sql/test_engines.h"

namespace tintype::sql::test {
namespace {

namespace fs = std::filesystem;

void put_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

TEST(DatabaseOpen, RefusesAUrlItDoesNotKnow) {
  const struct {
    const char* name;
    std::string url;
  } cases[] = {
      {"empty", ""},
      {"a path", "/tmp/x.db"},
      {"another engine", "mysql://user:hunter2@host/db"},
      {"no path", "sqlite://"},
      {"in memory", "sqlite://:memory:"},
      {"one slash", "sqlite:/x.db"},
      {"NUL", std::string("sqlite:///tmp/a\0b", 17)},
      {"upper case", "SQLITE:///tmp/x.db"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto opened = Database::open(c.url, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(opened.error().message.find("hunter2"), std::string::npos);
  }
}

TEST(DatabaseOpen, NamesTheFileItCannotOpen) {
  const Folder folder;
  put_file(folder.path() / "file", "x");
  put_file(folder.path() / "short.db", "no database");
  put_file(folder.path() / "long.db", std::string(100000, 'x'));
  const struct {
    const char* name;
    std::string path;
    ErrorCode code;
  } cases[] = {
      {"no such folder", folder.path() / "missing" / "x.db", ErrorCode::not_found},
      {"below a file", folder.path() / "file" / "x.db", ErrorCode::internal},
      {"a folder", folder.path(), ErrorCode::internal},
      {"short, no database", folder.path() / "short.db", ErrorCode::corrupt},
      {"long, no database", folder.path() / "long.db", ErrorCode::corrupt},
      {"'=' and '\"'", folder.path() / "a=\"b", ErrorCode::invalid_argument},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto opened = Database::open("sqlite://" + c.path, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, c.code) << opened.error().message;
    EXPECT_NE(opened.error().message.find(c.path), std::string::npos) << opened.error().message;
  }
  EXPECT_EQ(fs::file_size(folder.path() / "long.db"), 100000U);
}

TEST(DatabaseOpen, NamesTheFileInAFolderThatCannotBeWritten) {
  const Folder folder;
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  const std::string path = folder.path() / "x.db";
  // In a child, since root may write anywhere and would have to become somebody else.
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && seteuid(65534) != 0) _exit(2);
    const auto opened = Database::open("sqlite://" + path, {});
    const bool right = !opened && opened.error().code == ErrorCode::denied &&
                       opened.error().message.find(path) != std::string::npos;
    _exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(fs::exists(path));
}

TEST(DatabaseOpen, TakesThePathAsItIs) {
  const Folder folder;
  for (const std::string name : {"a b.db", "a=b.db", "a=b c=d.db", "q\".db", "it's.db", "a%20b?x#y",
                                 "timeout=5", "\u00fc.db", "a;b:1"}) {
    SCOPED_TRACE(name);
    const auto database = open_database(folder.url(name));
    ASSERT_NE(database, nullptr);
    run_all(*database, {"CREATE TABLE t (id BIGINT)"});
    EXPECT_TRUE(fs::exists(folder.path() / name));
  }
}

TEST(DatabaseOpen, MakesAFileForItsOwnerOnly) {
  const Folder folder;
  const auto database = open_database(folder.url("x.db"));
  ASSERT_NE(database, nullptr);
  run_all(*database, {"CREATE TABLE t (id BIGINT)"});
  for (const auto& file : fs::directory_iterator(folder.path()))
    EXPECT_EQ(fs::status(file).permissions(), fs::perms(0600)) << file.path();
}

TEST(DatabaseOpen, SetsWhatDurabilityNeeds) {
  const Folder folder;
  const auto database = open_database(folder.url());
  ASSERT_NE(database, nullptr);
  const auto check = [](Session& session) -> Status {
    for (const auto& [pragma, value] :
         {std::pair("journal_mode", "wal"), std::pair("synchronous", "2"),
          std::pair("foreign_keys", "1"), std::pair("mmap_size", "0")}) {
      TRY_LET(const Rows rows, session.query(std::string("PRAGMA ") + pragma));
      EXPECT_EQ(rows.at(0).text(0), value) << pragma;
    }
    return {};
  };
  EXPECT_TRUE(database->write(check));
  EXPECT_TRUE(database->read(check));
}

TEST(DatabaseOpen, SaysThatTheServerIsAwayWithoutThePassword) {
  const Folder folder;
  const auto opened =
      Database::open("postgresql://user:hunter2@/db?host=" + folder.path().string(), {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
  EXPECT_EQ(opened.error().message.find("hunter2"), std::string::npos) << opened.error().message;
}

}  // namespace
}  // namespace tintype::sql::test
