#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <thread>

#include "bucket/disk/test_store.h"

namespace tintype::bucket {
namespace {

using test::bucket_of;
using test::files_in;
using test::key_of;
using test::read_all_of;

constexpr int kWriters = 4;
constexpr int kKeys = 5;  // For each writer: so few that most writes replace an object.

/// What a write of `number` to `key` stores: its number, and enough to notice a missing part.
std::string content_of(const std::string& key, int number) {
  return std::to_string(number) + ' ' + std::string(static_cast<std::size_t>(number % 5000), '.') +
         key;
}

/// Puts `content` in two parts, the second one first.
bool put_in_parts(MultipartStore& store, const BucketName& bucket, const Key& key,
                  const std::string& content) {
  const auto id = store.multiparts().create(bucket, key, {});
  if (!id) return false;
  const MultipartName name{.bucket = bucket, .key = key, .upload_id = *id};
  const std::string_view halves[] = {std::string_view(content).substr(0, content.size() / 2),
                                     std::string_view(content).substr(content.size() / 2)};
  std::vector<PartInfo> parts(2);
  for (const std::size_t i : {std::size_t{1}, std::size_t{0}}) {
    const auto number = static_cast<std::int64_t>(i + 1);
    const auto part =
        store.multiparts().begin_part(name, {.number = number, .size = {}, .writer = {}});
    if (!part || !(*part)->write(as_bytes(halves[i]))) return false;
    const auto info = (*part)->commit();
    if (!info) return false;
    parts[i] = *info;
  }
  return store.multiparts().complete(name, parts, {}).has_value();
}

/// The parts of uploads that a crash left unfinished: those whose files are still there.
std::size_t count_parts(MultipartStore& store, const BucketName& bucket) {
  std::size_t count = 0;
  const auto uploads = store.multiparts().list(bucket, {});
  EXPECT_TRUE(uploads);
  for (const MultipartInfo& upload : uploads->uploads)
    count += store.multiparts().parts(upload.name, 0, 10)->size();
  return count;
}

/// In the child: puts (whole and in parts) and removes for ever; a line on `out` for each put that
/// was acknowledged.
[[noreturn]] void write_until_killed(const std::filesystem::path& folder, int first, int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const SystemClock clock;
  test::OpenStore store(folder, clock);
  const BucketName bucket = bucket_of("photos");
  const auto write_for_ever = [&](int writer) {
    for (int number = first;; ++number) {
      const std::string key = std::to_string(writer) + '-' + std::to_string(number % kKeys);
      if (number % 7 == 0) {
        const std::string other = std::to_string(writer) + "-removed";
        if (!store->put(bucket, key_of(other), as_bytes("x"), {})) ::_exit(1);
        if (!store->remove(bucket, key_of(other))) ::_exit(1);
      }
      const std::string content = content_of(key, number);
      const bool stored = number % 3 == 0
                              ? put_in_parts(*store, bucket, key_of(key), content)
                              : store->put(bucket, key_of(key), as_bytes(content), {}).has_value();
      if (!stored) ::_exit(1);
      const std::string line = key + ' ' + std::to_string(number) + '\n';
      if (::write(out, line.data(), line.size()) < 0) ::_exit(1);
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < kWriters; ++i) threads.emplace_back(write_for_ever, i);
  threads.clear();
  ::_exit(1);
}

/// The greatest number that was acknowledged for each key before the child was killed, which is
/// after it acknowledged `count` writes.
std::map<std::string, int> acknowledged_before_kill(const std::filesystem::path& folder, int first,
                                                    std::ptrdiff_t count) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd out(ends[0]);
  Fd in(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) write_until_killed(folder, first, in.get());
  in.reset();

  std::string text;
  char buffer[4096];
  for (bool killed = false;;) {
    const ssize_t got = ::read(out.get(), buffer, sizeof buffer);
    if (got <= 0) break;  // It is dead, and the pipe is empty.
    text.append(buffer, static_cast<std::size_t>(got));
    if (!killed && std::ranges::count(text, '\n') >= count) killed = ::kill(child, SIGKILL) == 0;
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;

  std::map<std::string, int> acknowledged;
  for (const auto line : split(text, '\n')) {
    const auto parts = split(line, ' ');
    if (parts.size() != 2) continue;
    int& number = acknowledged[std::string(parts[0])];
    number = std::max(number, parse_integer<int>(parts[1]).value_or(0));
  }
  return acknowledged;
}

/// All versions that have a content, each of which must be whole: how many.
std::size_t count_whole_versions(MultipartStore& store, const BucketName& bucket) {
  std::size_t count = 0;
  VersionQuery query;
  for (bool more = true; more;) {
    const auto page = store.versions().list(bucket, query);
    EXPECT_TRUE(page);
    if (!page) return 0;
    for (const VersionInfo& version : page->versions) {
      if (version.is_marker) continue;
      const ObjectInfo& info = version.info;
      const auto object = store.versions().open(bucket, info.key, info.version_id);
      EXPECT_TRUE(object) << object.error().message;
      if (!object) continue;
      ++count;
      const std::string content = read_all_of(*object);
      if (info.key.str().ends_with("-removed")) continue;
      const auto number = parse_integer<int>(content.substr(0, content.find(' ')));
      EXPECT_TRUE(number && content == content_of(info.key.str(), *number)) << info.key.str();
    }
    more = page->truncated;
    query.after_key = page->next_after_key;
    query.after_version_id = page->next_after_version_id;
  }
  return count;
}

class CrashTest : public ::testing::TestWithParam<Versioning> {};
INSTANTIATE_TEST_SUITE_P(Versions, CrashTest,
                         ::testing::Values(Versioning::off, Versioning::enabled,
                                           Versioning::suspended));

TEST_P(CrashTest, KeepsWhatWasAcknowledgedWholeAndLeavesNoFileBehind) {
  const test::TemporaryFolder folder;
  const SystemClock clock;
  const BucketName bucket = bucket_of("photos");
  {
    test::OpenStore store(folder.path(), clock);
    ASSERT_TRUE(store->create_bucket(bucket));
    ASSERT_TRUE(store->versions().set_versioning(bucket, GetParam()));
  }
  std::map<std::string, std::string> sequencers;

  int first = 1;
  for (const std::ptrdiff_t count : {1, 30, 100, 200}) {
    SCOPED_TRACE(count);
    const auto acknowledged = acknowledged_before_kill(folder.path(), first, count);
    first += 10'000;

    test::OpenStore store(folder.path(), clock);
    const auto page = store->list(bucket, {.prefix = "", .delimiter = "", .after = ""});
    ASSERT_TRUE(page);
    std::set<std::string> keys;
    for (const ObjectInfo& info : page->objects) {
      keys.insert(info.key.str());
      const auto object = store->open(bucket, info.key);
      ASSERT_TRUE(object) << object.error().message;
      const std::string content = read_all_of(*object);
      if (info.key.str().ends_with("-removed")) continue;  // Killed between put and remove.
      const auto number = parse_integer<int>(content.substr(0, content.find(' ')));
      ASSERT_TRUE(number);
      EXPECT_EQ(content, content_of(info.key.str(), *number));
      if (const auto seen = acknowledged.find(info.key.str()); seen != acknowledged.end()) {
        EXPECT_GE(*number, seen->second);
        EXPECT_GT(info.sequencer, sequencers[info.key.str()]);
      }
      sequencers[info.key.str()] = info.sequencer;
    }
    for (const auto& [key, number] : acknowledged) EXPECT_TRUE(keys.contains(key)) << key;
    const std::size_t version_count = count_whole_versions(*store, bucket);
    if (GetParam() == Versioning::enabled) {
      EXPECT_GE(version_count, static_cast<std::size_t>(count));
    } else {
      EXPECT_EQ(version_count, page->objects.size());
    }
    EXPECT_EQ(files_in(folder.path() / "objects" / "content").size(), version_count);
    EXPECT_EQ(files_in(folder.path() / "objects" / "pending").size(), count_parts(*store, bucket));
  }

  const FixedClock much_later{clock.now() + std::chrono::hours(24)};
  test::OpenStore store(folder.path(), much_later);
  EXPECT_TRUE(store->multiparts().abort_older(much_later.now()));
  EXPECT_EQ(files_in(folder.path() / "objects" / "pending").size(), 0);
}

// Each state that a crash between two steps of a write, a replacement or a removal can leave, made
// by hand. The row decides.
TEST(Crash, EndsInTheStateThatTheRowSays) {
  const test::TemporaryFolder folder;
  const SystemClock clock;
  const BucketName bucket = bucket_of("photos");
  const auto content = folder.path() / "objects" / "content";
  const auto pending = folder.path() / "objects" / "pending";
  {
    test::OpenStore store(folder.path(), clock);
    ASSERT_TRUE(store->create_bucket(bucket));
    ASSERT_TRUE(store->put(bucket, key_of("kept"), as_bytes("kept"), {}));
  }
  const std::string kept = files_in(content).at(0);
  const std::string unnamed(32, 'f');
  ASSERT_TRUE(write_file(pending / unnamed, "never committed, or replaced", 0600));
  std::filesystem::rename(content / kept.substr(0, 2) / kept, pending / kept);

  test::OpenStore store(folder.path(), clock);

  const auto object = store->open(bucket, key_of("kept"));
  ASSERT_TRUE(object);
  EXPECT_EQ(read_all_of(*object), "kept");
  EXPECT_EQ(files_in(content), std::vector<std::string>{kept});
  EXPECT_TRUE(files_in(pending).empty());
}

}  // namespace
}  // namespace tintype::bucket
