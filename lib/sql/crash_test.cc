#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <set>
#include <thread>

#include "base/fd.h"
#include "base/text.h"
#include "crash_writer_test.h"
#include "sql/test_engines.h"

namespace tintype::sql::test {

int write_until_killed(const std::string& url) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto database = Database::open(url, {});
  if (!database) return 1;
  const auto first = (*database)->read(
      [](Session& session) { return session.query("SELECT COALESCE(MAX(id), 0) FROM left_half"); });
  if (!first) return 1;
  std::atomic<std::int64_t> next = first->front().integer(0);
  const auto write_for_ever = [&] {
    for (;;) {
      const std::int64_t id = ++next;
      const Status done = (*database)->write([id](Session& session) -> Status {
        TRY(session.execute("INSERT INTO left_half (id) VALUES (:1)", {id}));
        TRY(session.execute("INSERT INTO right_half (id) VALUES (:1)", {id}));
        return {};
      });
      const std::string line = std::to_string(id) + "\n";
      if (!done || write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(1);
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(write_for_ever);
  threads.clear();
  return 0;
}

namespace {

/// Runs write_until_killed until it acknowledged `count` writes, kills it, and returns all ids that
/// it had acknowledged by then.
std::vector<std::int64_t> acknowledged_before_kill(const std::string& url, std::size_t count) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  const Fd out(ends[0]);
  Fd in(ends[1]);
  std::string program = "/proc/self/exe";
  std::string word = "write-until-killed";
  std::string argument = url;
  char* const arguments[] = {program.data(), word.data(), argument.data(), nullptr};
  const pid_t child = fork();
  if (child == 0) {
    dup2(in.get(), STDOUT_FILENO);
    execv(arguments[0], arguments);
    _exit(127);
  }
  in = Fd();

  std::string lines;
  std::size_t line_count = 0;
  bool killed = false;
  char buffer[4096];
  for (;;) {
    const ssize_t got = read(out.get(), buffer, sizeof buffer);
    if (got <= 0) break;  // It is dead, and the pipe is empty.
    const std::string_view part(buffer, static_cast<std::size_t>(got));
    lines += part;
    line_count += static_cast<std::size_t>(std::ranges::count(part, '\n'));
    if (!killed && line_count >= count) killed = kill(child, SIGKILL) == 0;
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;

  std::vector<std::int64_t> ids;
  for (const auto line : split(lines, '\n'))
    if (const auto id = parse_integer<std::int64_t>(line)) ids.push_back(*id);
  return ids;
}

std::set<std::int64_t> ids_in(Database& database, const std::string& table) {
  const auto rows =
      database.read([&](Session& session) { return session.query("SELECT id FROM " + table); });
  EXPECT_TRUE(rows);
  std::set<std::int64_t> ids;
  for (const Row& row : *rows) ids.insert(row.integer(0));
  return ids;
}

class Crash : public EachEngine {};

TEST_P(Crash, KeepsWhatWasAcknowledgedAndNothingByHalf) {
  run_all(*database_, {"CREATE TABLE left_half (id BIGINT PRIMARY KEY)",
                       "CREATE TABLE right_half (id BIGINT PRIMARY KEY)"});
  database_.reset();
  std::set<std::int64_t> acknowledged;

  for (const std::size_t count : std::initializer_list<std::size_t>{1U, 37U, 150U}) {
    SCOPED_TRACE(count);
    for (const auto id : acknowledged_before_kill(url_, count)) acknowledged.insert(id);

    const auto database = open_database(url_);
    ASSERT_NE(database, nullptr);
    const auto left = ids_in(*database, "left_half");
    const auto right = ids_in(*database, "right_half");
    EXPECT_EQ(left, right);
    EXPECT_TRUE(std::ranges::includes(left, acknowledged));
    EXPECT_GE(acknowledged.size(), count);
  }
}
INSTANTIATE_EACH_ENGINE(Crash);

}  // namespace
}  // namespace tintype::sql::test
