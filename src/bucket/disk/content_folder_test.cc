#include "bucket/disk/content_folder.h"

#include <gtest/gtest.h>

#include "bucket/disk/test_store.h"

namespace tintype::bucket {
namespace {

using test::files_in;

class ContentFolderTest : public ::testing::Test {
 protected:
  ContentFolderTest() : folder_(*ContentFolder::open(root_.path())) {}

  std::string create(std::string_view content) {
    const auto file = folder_->create();
    EXPECT_TRUE(file);
    EXPECT_TRUE(write_all(file->fd.get(), as_bytes(content), "test"));
    EXPECT_TRUE(folder_->sync(*file));
    return file->id;
  }
  std::vector<std::string> pending() { return files_in(root_.path() / "pending"); }
  std::vector<std::string> settled() { return files_in(root_.path() / "content"); }

  using Names = std::vector<std::string>;
  test::TemporaryFolder root_;
  std::unique_ptr<ContentFolder> folder_;
};

TEST_F(ContentFolderTest, LeadsAFileFromPendingToContentAndBack) {
  const std::string id = create("a");
  EXPECT_EQ(pending(), Names{id});
  ASSERT_TRUE(folder_->settle(id));
  EXPECT_EQ(settled(), Names{id});
  EXPECT_EQ(pending(), Names{});
  ASSERT_TRUE(folder_->unsettle(id));
  EXPECT_EQ(pending(), Names{id});
  ASSERT_TRUE(folder_->discard(id));
  EXPECT_EQ(pending(), Names{});
  EXPECT_EQ(settled(), Names{});
}

TEST_F(ContentFolderTest, ReadsAFileWhereverItIs) {
  const std::string id = create("a");
  EXPECT_TRUE(folder_->read(id));
  ASSERT_TRUE(folder_->settle(id));
  EXPECT_TRUE(folder_->read(id));
  ASSERT_TRUE(folder_->unsettle(id));
  EXPECT_TRUE(folder_->read(id));
  ASSERT_TRUE(folder_->discard(id));
  EXPECT_EQ(folder_->read(id).error().code, ErrorCode::not_found);
}

// Two commits follow each other so closely that the second takes the file away before the first has
// moved it: it must not come to rest in content/, where no sweep looks.
TEST_F(ContentFolderTest, SettlesNothingThatWasTakenAwayMeanwhile) {
  const std::string id = create("a");
  ASSERT_TRUE(folder_->unsettle(id));
  ASSERT_TRUE(folder_->settle(id));
  EXPECT_EQ(pending(), Names{id});
  ASSERT_TRUE(folder_->discard(id));
  EXPECT_EQ(pending(), Names{});
  EXPECT_EQ(settled(), Names{});
}

TEST_F(ContentFolderTest, DiscardsFromContentWhatCouldNotBeMoved) {
  const std::string id = create("a");
  ASSERT_TRUE(folder_->settle(id));
  ASSERT_TRUE(folder_->discard(id));
  EXPECT_EQ(settled(), Names{});
  EXPECT_TRUE(folder_->discard(id));  // Twice is once.
}

TEST_F(ContentFolderTest, NamesWhatAnEarlierProcessLeftAndNothingElse) {
  const std::string id = create("a");
  ASSERT_TRUE(write_file(root_.path() / "pending" / "notes.txt", "not ours", 0600));
  folder_.reset();
  folder_ = *ContentFolder::open(root_.path());
  EXPECT_EQ(*folder_->pending_ids(), Names{id});
  ASSERT_TRUE(folder_->settle_left_over(id));
  EXPECT_EQ(settled(), Names{id});
}

TEST_F(ContentFolderTest, BelongsToOneAtATime) {
  const auto other = ContentFolder::open(root_.path());
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::conflict);
  folder_.reset();
  EXPECT_TRUE(ContentFolder::open(root_.path()));
}

}  // namespace
}  // namespace tintype::bucket
