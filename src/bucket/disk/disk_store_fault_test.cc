#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <functional>

#include "bucket/disk/test_disk_store.h"

namespace tintype::bucket {
namespace {

class DiskStoreFault : public test::DiskStoreTest {};

// A disk that takes no more, by the kernel's own means: no file may grow over the limit. The
// database's files are under it, as a full disk would hit them too.
TEST_F(DiskStoreFault, IsUnavailableWhenTheDiskTakesNoMore) {
  ASSERT_TRUE(put("a", "old"));
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  rlimit tight = old_limit;
  tight.rlim_cur = 600'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);

  const auto stored = put("a", std::string(700'000, 'x'));

  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  (void)std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, ErrorCode::unavailable) << stored.error().message;
  EXPECT_EQ(get("a"), "old");
  EXPECT_EQ(count_pending(), 0);
}

// Every step of a write that a disk can refuse, refused: the old object stays whole, and what is
// told is an error that asks to try again.
TEST_F(DiskStoreFault, KeepsTheOldObjectWhereverAWriteFails) {
  const auto objects = folder_.path() / "objects";
  const auto hide = [&](const std::string& name) {
    std::filesystem::rename(objects / name, objects / (name + ".hidden"));
  };
  const struct {
    const char* name;
    std::function<void()> harm;
    std::function<void()> heal;
    bool survives;  // The write, since nothing that it needs was harmed.
  } cases[] = {
      {"the reservation of sequencers",
       [&] {
         std::filesystem::remove(objects / "sequencer");
         std::filesystem::create_directories(objects / "sequencer" / "in the way");
         clock_.advance(std::chrono::hours(1));
       },
       [&] { std::filesystem::remove_all(objects / "sequencer"); }, false},
      {"the row",
       [&] {
         ASSERT_TRUE(store_.database().write([](sql::Session& session) -> Status {
           TRY(session.execute("ALTER TABLE object RENAME COLUMN etag TO hidden"));
           return {};
         }));
       },
       [&] {
         ASSERT_TRUE(store_.database().write([](sql::Session& session) -> Status {
           TRY(session.execute("ALTER TABLE object RENAME COLUMN hidden TO etag"));
           return {};
         }));
       },
       false},
      {"the move of the new and the old content",
       [&] {
         for (const auto& entry : std::filesystem::directory_iterator(objects / "content"))
           std::filesystem::rename(entry.path(), entry.path().string() + ".hidden");
       },
       [&] {
         for (const auto& entry : std::filesystem::directory_iterator(objects / "content"))
           std::filesystem::rename(entry.path(), entry.path().parent_path() / entry.path().stem());
       },
       true},
      {"nothing, though a name above moved", [&] { hide("content"); },
       [&] { std::filesystem::rename(objects / "content.hidden", objects / "content"); }, true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ASSERT_TRUE(put("a", "old"));
    c.harm();
    const auto stored = put("a", "new");
    c.heal();
    EXPECT_EQ(stored.has_value(), c.survives);
    EXPECT_EQ(get("a"), c.survives ? "new" : "old");
  }
}

}  // namespace
}  // namespace tintype::bucket
