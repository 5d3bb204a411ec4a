#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <thread>

#include "base/random.h"

namespace tintype {
namespace {

/// A folder of its own for each test.
class FileTest : public ::testing::Test {
 public:
  FileTest() : folder_(std::filesystem::temp_directory_path() / ("tintype-" + make_id())) {
    std::filesystem::create_directory(folder_);
  }
  ~FileTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

 protected:
  std::filesystem::path at(const std::string& name) const { return folder_ / name; }
  std::size_t count() const {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      if (entry.exists()) ++files;
    return files;
  }

  const std::filesystem::path folder_;
};

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777U;
}

TEST_F(FileTest, ReadsWhatWasWritten) {
  const std::string content = std::string("a\0b\xff", 4) + std::string(100'000, 'x');
  ASSERT_TRUE(write_file(at("f"), content, 0600));
  EXPECT_EQ(*read_file(at("f"), content.size()), content);
  EXPECT_EQ(mode_of(at("f")), 0600U);
  ASSERT_TRUE(write_file(at("f"), "", 0600));
  EXPECT_EQ(*read_file(at("f"), 0), "");
  EXPECT_EQ(count(), 1U);
}

TEST_F(FileTest, KeepsTheReadersLimit) {
  ASSERT_TRUE(write_file(at("f"), "12345", 0600));
  EXPECT_TRUE(read_file(at("f"), 5));
  EXPECT_EQ(read_file(at("f"), 4).error().code, ErrorCode::too_large);
}

TEST_F(FileTest, ReadsFilesThatSayTheyAreEmpty) {
  // Files of /proc have a size of 0 and content all the same.
  const auto content = read_file("/proc/self/status", 1 << 20);
  ASSERT_TRUE(content);
  EXPECT_GT(content->size(), 100U);
  EXPECT_EQ(read_file("/proc/self/status", 10).error().code, ErrorCode::too_large);
}

TEST_F(FileTest, SaysWhatIsMissing) {
  const auto missing = read_file(at("missing"), 1);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().message.find("missing"), std::string::npos);
  EXPECT_EQ(write_file(at("no/f"), "x", 0600).error().code, ErrorCode::not_found);
  EXPECT_FALSE(read_file(folder_, 1 << 20));
  EXPECT_FALSE(sync_folder(at("missing")));
  EXPECT_FALSE(file_size(-1));
}

TEST_F(FileTest, LeavesNothingBehindWhereItFails) {
  std::filesystem::create_directory(at("f"));
  EXPECT_FALSE(write_file(at("f"), "x", 0600));  // A file cannot take a folder's name.
  EXPECT_EQ(count(), 1U);
}

TEST_F(FileTest, OpensForReadingAndClosesOnExec) {
  ASSERT_TRUE(write_file(at("f"), "12345", 0600));
  const auto fd = open_file(at("f"));
  ASSERT_TRUE(fd);
  EXPECT_EQ(*file_size(fd->get()), 5U);
  EXPECT_EQ(::fcntl(fd->get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::write(fd->get(), "x", 1), -1);
}

TEST_F(FileTest, WritesAllThroughAPipeThatFills) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  const Fd reader(pipe[0]);
  Fd writer(pipe[1]);
  const std::string content(1 << 20, 'x');  // Larger than a pipe holds.
  std::string seen;
  std::jthread thread([&] {
    std::array<char, 65536> part{};
    for (ssize_t got = 0; (got = ::read(reader.get(), part.data(), part.size())) > 0;)
      seen.append(part.data(), static_cast<std::size_t>(got));
  });
  EXPECT_TRUE(write_all(writer.get(), as_bytes(content), "pipe"));
  writer.reset();
  thread.join();
  EXPECT_EQ(seen, content);
}

TEST_F(FileTest, MakesFoldersOnce) {
  ASSERT_TRUE(make_folders(at("a/b/c"), 0750));
  EXPECT_EQ(mode_of(at("a/b")), 0750U);
  EXPECT_TRUE(make_folders(at("a/b/c")));
  EXPECT_TRUE(make_folders(at("a/b/c/")));
  ASSERT_TRUE(write_file(at("f"), "x", 0600));
  EXPECT_EQ(make_folders(at("f")).error().code, ErrorCode::conflict);
  EXPECT_FALSE(make_folders(at("f/g")));
}

TEST(Fd, OwnsItsDescriptor) {
  Fd a(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int number = a.get();
  Fd b = std::move(a);
  EXPECT_EQ(b.get(), number);
  b = Fd();
  EXPECT_FALSE(b);
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
  Fd c(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Fd d(c.release());
  EXPECT_FALSE(c);
  EXPECT_TRUE(d);
}

}  // namespace
}  // namespace tintype
