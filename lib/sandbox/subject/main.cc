// A small program that enters a jail and then tries one thing, named by its argument. Exit code 0
// if it could, else the errno. Descriptor 3 is a socket to the test, 4 is left behind.
#include <fcntl.h>
#include <linux/sched.h>
#include <malloc.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "sandbox/jail.h"
#include "sandbox/layers.h"
#include "sandbox/subject/limits.h"

namespace tintype::sandbox {
namespace {

constexpr int kSocket = 3;
constexpr int kLeftBehind = 4;

int errno_if(bool failed) { return failed ? errno : 0; }
int call(long number, long a = 0, long b = 0, long c = 0) {
  return errno_if(::syscall(number, a, b, c, 0, 0) < 0);
}

int receive_descriptor() {
  char byte = 0;
  iovec part{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(kSocket, &message, 0) != 1) return -1;
  return *reinterpret_cast<const int*>(CMSG_DATA(CMSG_FIRSTHDR(&message)));
}

int allocate(std::size_t size) {
  char* memory = static_cast<char*>(std::malloc(size));
  if (memory == nullptr) return errno;
  for (std::size_t i = 0; i < size; i += 4096) memory[i] = 1;
  const volatile char seen = memory[size / 2];
  (void)seen;
  std::free(memory);
  return 0;
}

int burn(double seconds) {
  volatile unsigned work = 0;
  const auto limit = static_cast<std::clock_t>(seconds * CLOCKS_PER_SEC);
  while (std::clock() < limit) work = work + 1;
  return 0;
}

/// Resizes memory that the test passed in.
int resize(off_t size) {
  const int fd = receive_descriptor();
  return errno_if(fd < 0 || ::ftruncate(fd, size) != 0);
}

int open_many(std::uint64_t count) {
  // 0, 1 and 2 are closed, 3 is kept: the number behind the last is the count.
  for (std::uint64_t have = 1; have < count; ++have)
    if (::dup(kSocket) < 0) return errno;
  return 0;
}

int map(int protection) {
  return errno_if(::mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                  MAP_FAILED);
}

int protect(int protection) {
  void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return errno_if(memory == MAP_FAILED || ::mprotect(memory, 4096, protection) != 0);
}

int run_threads() {
  std::atomic<int> sum = 0;
  std::vector<std::thread> threads;
  for (int i = 1; i <= 8; ++i)
    threads.emplace_back([&sum, i] {
      ::pthread_setname_np(::pthread_self(), "codec");
      const std::vector<int> numbers(10'000, i);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      sum += numbers.back();
    });
  for (auto& thread : threads) thread.join();
  return sum == 36 ? 0 : EINVAL;
}

int echo() {
  std::array<char, 16> bytes{};
  const ssize_t size = ::read(kSocket, bytes.data(), bytes.size());
  if (size <= 0) return EIO;
  return errno_if(::send(kSocket, bytes.data(), static_cast<std::size_t>(size), 0) != size);
}

int use_passed_memory() {
  const int fd = receive_descriptor();
  struct stat status{};
  if (fd < 0 || ::fstat(fd, &status) != 0 || ::ftruncate(fd, 8192) != 0) return errno;
  auto* memory =
      static_cast<char*>(::mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  if (memory == MAP_FAILED) return errno;
  std::copy_n("result", 6, memory);
  return 0;
}

int use_the_library() {
  std::vector<std::string> words(2000, "b");
  words[7] = "a";
  std::qsort(words.data(), 0, sizeof(std::string), [](const void*, const void*) { return 0; });
  std::ranges::sort(words);
  if (words[0] != "a" || std::thread::hardware_concurrency() == 0) return EINVAL;
  bool caught = false;
  try {
    throw std::runtime_error("thrown");
  } catch (const std::runtime_error&) {
    caught = true;  // Unwinding looks the loaded libraries up.
  }
  if (!caught) return EINVAL;
  std::array<char, 8> random{};
  timespec time{};
  rlimit limit{};
  if (::getentropy(random.data(), random.size()) != 0) return errno;
  if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0) return errno;
  return errno_if(::getrlimit(RLIMIT_AS, &limit) != 0);
}

int send_elsewhere() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy_n("/tmp/x", 7, address.sun_path);
  return errno_if(::sendto(kSocket, "x", 1, 0, reinterpret_cast<const sockaddr*>(&address),
                           sizeof(address)) < 0);
}

int spawn() {
  std::array<char, 10> name{"/bin/true"};
  std::array<char*, 2> arguments{name.data(), nullptr};
  pid_t child = 0;
  return ::posix_spawn(&child, name.data(), nullptr, nullptr, arguments.data(), nullptr);
}

int execute() {
  std::array<char, 10> name{"/bin/true"};
  std::array<char*, 2> arguments{name.data(), nullptr};
  return errno_if(::execve(name.data(), arguments.data(), nullptr) < 0);
}

#ifdef __x86_64__
int call_as_32_bit() {
  int result = 20;  // getpid, by its 32-bit number.
  __asm__ volatile("int $0x80" : "+a"(result)::"memory");
  return 0;
}
#endif

const std::map<std::string, int (*)()>& attempts() {
  static const std::map<std::string, int (*)()> kAll = {
      {"nothing", [] { return 0; }},
      {"threads", run_threads},
      {"echo", echo},
      {"use passed memory", use_passed_memory},
      {"use the library", use_the_library},
      {"abort", []() -> int { std::abort(); }},
      {"allocate under the limit", [] { return allocate(kMemoryMax / 4); }},
      {"allocate above the limit", [] { return allocate(kMemoryMax); }},
      {"burn under the limit", [] { return burn(0.1); }},
      {"burn above the limit", [] { return burn(60); }},
      {"resize to the limit", [] { return resize(kFileSizeMax); }},
      {"resize above the limit", [] { return resize(kFileSizeMax + 1); }},
      {"open files to the limit", [] { return open_many(kOpenFilesMax); }},
      {"open files above the limit", [] { return open_many(kOpenFilesMax + 1); }},
      {"raise a limit",
       [] {
         const rlimit limit{.rlim_cur = 1, .rlim_max = 1};
         return errno_if(::setrlimit(RLIMIT_CPU, &limit) != 0);
       }},
      {"use what was left behind", [] { return errno_if(::write(kLeftBehind, "x", 1) != 1); }},
      {"use standard error", [] { return errno_if(::write(2, "x", 1) != 1); }},
      {"open a file", [] { return errno_if(::open("/etc/passwd", O_RDONLY) < 0); }},
      {"create a file", [] { return errno_if(::open("/tmp/jail", O_WRONLY | O_CREAT, 0600) < 0); }},
      {"stat a file",
       [] {
         struct stat status{};
         return errno_if(::stat("/etc/passwd", &status) != 0);
       }},
      {"see a file", [] { return errno_if(::access("/etc/passwd", R_OK) != 0); }},
      {"remove a file", [] { return errno_if(::unlink("/tmp/jail") != 0); }},
      {"list a folder", [] { return call(SYS_getdents64, kSocket); }},
      {"make a memfd", [] { return errno_if(::memfd_create("x", 0) < 0); }},
      {"map executable", [] { return map(PROT_READ | PROT_EXEC); }},
      {"map writable", [] { return map(PROT_READ | PROT_WRITE); }},
      {"make executable", [] { return protect(PROT_READ | PROT_EXEC); }},
      {"make read-only", [] { return protect(PROT_READ); }},
      {"make executable by key", [] { return call(SYS_pkey_mprotect, 0, 4096, PROT_EXEC); }},
      {"change the personality", [] { return call(SYS_personality, READ_IMPLIES_EXEC); }},
      {"become dumpable", [] { return errno_if(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0); }},
      {"become root", [] { return call(SYS_setuid, 0); }},
      {"ask a terminal", [] { return errno_if(::ioctl(kSocket, TCGETS, nullptr) != 0); }},
      {"call an unknown number", [] { return call(100'000); }},
      {"call clone3", [] { return call(SYS_clone3); }},
      {"send elsewhere", send_elsewhere},
      {"execute", execute},
      {"spawn", spawn},
      {"fork", [] { return errno_if(::fork() < 0); }},
      {"make a namespace", [] { return call(SYS_unshare, CLONE_NEWUSER); }},
      {"trace", [] { return errno_if(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0); }},
      {"read its parent", [] { return call(SYS_process_vm_readv, 1); }},
      {"kill its parent", [] { return errno_if(::kill(::getppid(), 0) != 0); }},
      {"kill its group", [] { return errno_if(::kill(0, SIGTERM) != 0); }},
      {"kill a thread of its parent", [] { return call(SYS_tgkill, 1, 1, SIGTERM); }},
      {"make a socket", [] { return errno_if(::socket(AF_UNIX, SOCK_STREAM, 0) < 0); }},
      {"make an internet socket", [] { return errno_if(::socket(AF_INET, SOCK_STREAM, 0) < 0); }},
      {"connect", [] { return call(SYS_connect, kSocket); }},
      {"open by handle", [] { return call(SYS_open_by_handle_at, kSocket); }},
      {"mount", [] { return call(SYS_mount); }},
      {"set up io_uring", [] { return call(SYS_io_uring_setup, 1); }},
      {"load a program into the kernel", [] { return call(SYS_bpf); }},
#ifdef __x86_64__
      {"call as a 32-bit program", call_as_32_bit},
#endif
  };
  return kAll;
}

/// What only shows with one layer at a time, or with a thread from before.
int run_apart(const std::string& name) {
  if (name == "open a file under Landlock alone") {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return kSetupFailed;
    if (!restrict_by_landlock()) return kLayerMissing;
    return errno_if(::open("/etc/passwd", O_RDONLY) < 0);
  }
  if (name == "open a file in a thread from before") {
    std::atomic<bool> jailed = false;
    std::atomic<int> result = 0;
    std::thread thread([&] {
      jailed.wait(false);
      result = errno_if(::open("/etc/passwd", O_RDONLY) < 0);
    });
    const bool filtered = filter_calls(false).has_value();
    jailed = true;
    jailed.notify_all();
    thread.join();
    return filtered ? result.load() : kSetupFailed;
  }
  return kSetupFailed;
}

int run(const std::string& name) {
  // An arena for each of eight threads would not fit into kMemoryMax.
  if (::mallopt(M_ARENA_MAX, 1) != 1) return kSetupFailed;
  const auto attempt = attempts().find(name);
  if (attempt == attempts().end()) return run_apart(name);
  JailBuilder builder;
  builder.memory_max(kMemoryMax)
      .cpu_time_max(kCpuTimeMax)
      .file_size_max(kFileSizeMax)
      .open_files_max(kOpenFilesMax)
      .keep_open(kSocket);
  if (std::getenv("SHARED_MEMORY") != nullptr) builder.allow_shared_memory();
  const auto jail = builder.build();
  if (!jail) return kSetupFailed;
  const auto report = jail->enter();
  if (!report) return kSetupFailed;
  if (std::getenv("REPORT") != nullptr) {
    const std::string text = report->to_json();
    return errno_if(::write(kSocket, text.data(), text.size()) < 0);
  }
  return attempt->second();
}

}  // namespace
}  // namespace tintype::sandbox

int main(int count, char** arguments) {
  if (count != 2) return tintype::sandbox::kSetupFailed;
  ::_exit(tintype::sandbox::run(arguments[1]));
}
