#include "sandbox/jail.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "sandbox/subject/limits.h"

namespace tintype::sandbox {
namespace {

/// How a jailed program ended: the errno it met (0: it could), or the signal that ended it.
struct Ending {
  int code = 0;
  int signal = 0;
  bool operator==(const Ending&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Ending& ending) {
  return out << "code " << ending.code << " (" << std::strerror(ending.code) << "), signal "
             << ending.signal;
}

struct Subject {
  const char* variable = nullptr;  // In its environment: NAME=1.
  std::optional<int> passed = {};  // A descriptor to send it.
  std::string said = {};           // Written to it first.
  std::string answer = {};         // What it wrote.
};

void send_descriptor(int socket, int fd) {
  char byte = 'x';
  iovec part{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &fd, sizeof(fd));
  ASSERT_EQ(::sendmsg(socket, &message, 0), 1);
}

/// Runs the program of subject/main.cc until its end.
Ending attempt(const char* what, Subject* subject = nullptr) {
  Subject none;
  Subject& with = subject == nullptr ? none : *subject;
  std::array<int, 2> pair{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
  const Fd ours(pair[0]);
  Fd theirs(pair[1]);
  if (!with.said.empty())
    EXPECT_EQ(::write(ours.get(), with.said.data(), with.said.size()),
              static_cast<ssize_t>(with.said.size()));
  if (with.passed) send_descriptor(ours.get(), *with.passed);

  const std::string variable = with.variable == nullptr ? "" : std::string(with.variable) + "=1";
  const std::array<const char*, 3> arguments = {SANDBOX_SUBJECT, what, nullptr};
  const std::array<const char*, 2> environment = {variable.c_str(), nullptr};
  const pid_t child = ::fork();
  if (child == 0) {
    // Away from the numbers that are about to be taken.
    const int socket = ::fcntl(theirs.get(), F_DUPFD, 100);
    ::dup2(socket, 3);
    ::dup2(socket, 4);
    ::execve(SANDBOX_SUBJECT, const_cast<char* const*>(arguments.data()),
             const_cast<char* const*>(environment.data()));
    ::_exit(kSetupFailed);
  }
  theirs.reset();
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  std::array<char, 4096> answer{};
  const ssize_t size = ::read(ours.get(), answer.data(), answer.size());
  with.answer.assign(answer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (WIFSIGNALED(status)) return {.signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status)};
}

constexpr Ending kFine{};
constexpr Ending kKilled{.signal = SIGSYS};

TEST(Jail, LetsACodecWork) {
  for (const char* what :
       {"nothing", "threads", "use the library", "map writable", "make read-only",
        "allocate under the limit", "burn under the limit", "open files to the limit"}) {
    SCOPED_TRACE(what);
    EXPECT_EQ(attempt(what), kFine);
  }
}

TEST(Jail, LetsItsSocketWork) {
  Subject subject{.said = "hello"};
  EXPECT_EQ(attempt("echo", &subject), kFine);
  EXPECT_EQ(subject.answer, "hello");
}

TEST(Jail, LetsPassedMemoryBeUsed) {
  const Fd memory(::memfd_create("test", MFD_CLOEXEC));
  Subject subject{.passed = memory.get()};
  EXPECT_EQ(attempt("use passed memory", &subject), kFine);
  std::array<char, 6> bytes{};
  EXPECT_EQ(::pread(memory.get(), bytes.data(), bytes.size(), 0), 6);
  EXPECT_EQ(std::string(bytes.data(), bytes.size()), "result");
}

TEST(Jail, FailsWhatLibrariesProbe) {
  const struct {
    const char* what;
    int code;
  } cases[] = {
      {"open a file", EACCES},
      {"create a file", EACCES},
      {"stat a file", EACCES},
      {"see a file", EACCES},
      {"use what was left behind", EBADF},
      {"use standard error", EBADF},
      {"remove a file", EPERM},
      {"list a folder", EPERM},
      {"raise a limit", EPERM},
      {"make a memfd", EPERM},
      {"map executable", EPERM},
      {"make executable", EPERM},
      {"make executable by key", EPERM},
      {"change the personality", EPERM},
      {"become dumpable", EPERM},
      {"become root", EPERM},
      {"send elsewhere", EPERM},
      {"call an unknown number", EPERM},
      {"ask a terminal", ENOTTY},
      {"call clone3", ENOSYS},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(attempt(c.what), Ending{.code = c.code});
  }
}

TEST(Jail, KillsWhatIsHostile) {
  for (const char* what : {
           "execute",
           "spawn",
           "fork",
           "make a namespace",
           "trace",
           "read its parent",
           "kill its parent",
           "kill its group",
           "kill a thread of its parent",
           "make a socket",
           "make an internet socket",
           "connect",
           "open by handle",
           "mount",
           "set up io_uring",
           "load a program into the kernel",
#ifdef __x86_64__
           "call as a 32-bit program",
#endif
       }) {
    SCOPED_TRACE(what);
    EXPECT_EQ(attempt(what), kKilled);
  }
}

TEST(Jail, LetsAProgramAbort) { EXPECT_EQ(attempt("abort"), Ending{.signal = SIGABRT}); }

TEST(Jail, KeepsItsLimits) {
  const Fd memory(::memfd_create("test", MFD_CLOEXEC));
  Subject subject{.passed = memory.get()};
  EXPECT_EQ(attempt("resize to the limit", &subject), kFine);
  EXPECT_EQ(attempt("resize above the limit", &subject), Ending{.signal = SIGXFSZ});
  EXPECT_EQ(attempt("allocate above the limit"), Ending{.code = ENOMEM});
  EXPECT_EQ(attempt("open files above the limit"), Ending{.code = EMFILE});
  EXPECT_EQ(attempt("burn above the limit"), Ending{.signal = SIGXCPU});
}

TEST(Jail, LetsSharedMemoryBeMadeIfAllowed) {
  Subject subject{.variable = "SHARED_MEMORY"};
  EXPECT_EQ(attempt("make a memfd", &subject), kFine);
  EXPECT_EQ(attempt("open a file", &subject), Ending{.code = EACCES});
}

TEST(Jail, FiltersThreadsThatWereThereBefore) {
  EXPECT_EQ(attempt("open a file in a thread from before"), Ending{.code = EACCES});
}

TEST(Jail, SaysWhichLayersHold) {
  Subject subject{.variable = "REPORT"};
  EXPECT_EQ(attempt("nothing", &subject), kFine);
  for (const char* layer :
       {"limits", "memory_limit", "capabilities_dropped", "no_new_privs", "seccomp"})
    EXPECT_NE(subject.answer.find('"' + std::string(layer) + "\":true"), std::string::npos)
        << subject.answer;
  // Landlock is the kernel's to have; the report and a trial without seccomp must agree.
  const bool reported = subject.answer.find("\"landlock\":true") != std::string::npos;
  EXPECT_EQ(attempt("open a file under Landlock alone"),
            Ending{.code = reported ? EACCES : kLayerMissing});
}

TEST(JailReport, IsJson) {
  JailReport report{.limits = true, .remarks = {"landlock: \"no\"", "namespaces: no"}};
  EXPECT_EQ(report.to_json(),
            R"({"limits":true,"memory_limit":false,"capabilities_dropped":false,)"
            R"("no_new_privs":false,"namespaces":false,"landlock":false,"seccomp":false,)"
            R"("remarks":["landlock: no","namespaces: no"]})");
}

TEST(JailBuilder, RefusesWhatIsIncomplete) {
  const auto complete = [] {
    return JailBuilder()
        .memory_max(1 << 20)
        .cpu_time_max(std::chrono::seconds(1))
        .file_size_max(1)
        .open_files_max(1)
        .keep_open(0);
  };
  EXPECT_TRUE(complete().build());
  const struct {
    const char* name;
    JailBuilder builder;
  } cases[] = {
      {"nothing", JailBuilder()},
      {"no memory", complete().memory_max(0)},
      {"no time", complete().cpu_time_max(std::chrono::seconds(0))},
      {"negative time", complete().cpu_time_max(std::chrono::seconds(-1))},
      {"no file size", complete().file_size_max(0)},
      {"no files", complete().open_files_max(0)},
      {"no descriptor", complete().keep_open(-1)},
      {"only memory", JailBuilder().memory_max(1 << 20)},
      {"all but open files",
       JailBuilder().memory_max(1 << 20).cpu_time_max(std::chrono::seconds(1)).file_size_max(1)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto jail = c.builder.build();
    ASSERT_FALSE(jail);
    EXPECT_EQ(jail.error().code, ErrorCode::invalid_argument);
  }
}

// The worker of a sanitized build must be able to live in its jail as well.
TEST(Jail, HoldsAroundThisBuildToo) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto jail = JailBuilder()
                          .memory_max(std::uint64_t{1} << 30)
                          .cpu_time_max(std::chrono::seconds(10))
                          .file_size_max(1)
                          .open_files_max(64)
                          .keep_open(STDERR_FILENO)
                          .build();
    if (!jail || !jail->enter()) ::_exit(1);
    const std::string text(1 << 20, 'x');
    if (::open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES) ::_exit(2);
    ::_exit(text.back() == 'x' ? 0 : 3);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace tintype::sandbox
