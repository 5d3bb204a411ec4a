// A jail confines the process that enters it, for good: a worker enters once its libraries and
// plugins are loaded and before it sees the first untrusted byte. Whatever a crafted picture makes
// of a codec, it computes within its limits and reads and writes the descriptors it was left.
// Layers, each of which holds where another one fails:
//
//   descriptors    all closed but those kept
//   rlimits        address space, CPU time, file size, open files, no core dumps
//   privileges     not dumpable, no capabilities, no_new_privs
//   namespaces     user, network, IPC, UTS: nothing to reach      (where the kernel lets us)
//   Landlock       no file, no TCP port, no foreign signal         (where the kernel has it)
//   seccomp        a list of calls; a hostile one kills, the rest fail
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace tintype::sandbox {

/// Which layers hold.
struct JailReport {
  bool limits = false;
  /// Part of `limits`; sanitizers need terabytes of address space, so their builds go without.
  bool memory_limit = false;
  bool capabilities_dropped = false;
  bool no_new_privs = false;
  bool namespaces = false;
  bool landlock = false;
  bool seccomp = false;
  /// Why a layer is missing: "landlock: Function not implemented".
  std::vector<std::string> remarks;

  /// {"no_new_privs":true,...,"remarks":[...]}, for `tintype doctor` and the log.
  std::string to_json() const;
};

class Jail {
 public:
  /// Confines the calling process. Call it while the process has one thread; others escape Landlock
  /// and the namespaces, though not seccomp. Any error (a layer that every supported kernel
  /// has did not hold) means a half-confined process: end it with _exit.
  /// Afterwards: opening a file is EACCES; a new process, a socket, a debugger, a signal to another
  /// process kill (SIGSYS); memory cannot be made executable; over the CPU limit is SIGXCPU; over
  /// the address space is ENOMEM; other unlisted calls are EPERM.
  Result<JailReport> enter() const;

 private:
  friend class JailBuilder;
  struct Limits {
    std::uint64_t memory_bytes_max = 0;
    std::chrono::seconds cpu_time_max{};
    std::uint64_t file_bytes_max = 0;
    std::uint64_t open_files_max = 0;
    bool shared_memory = false;
  };
  Jail(Limits limits, std::vector<int> kept) : limits_(limits), kept_(std::move(kept)) {}

  Limits limits_;
  std::vector<int> kept_;  // Sorted, unique.
};

/// Denies by default: every limit must be named, and every descriptor that stays.
class JailBuilder {
 public:
  /// Of the address space, reserved or used: code, shared memory, 8 MiB of stack a thread, and the
  /// 64 MiB that glibc's malloc reserves for each thread's arena (mallopt(M_ARENA_MAX) bounds their
  /// number).
  JailBuilder& memory_max(std::uint64_t bytes);
  /// Over the whole life of the process, so a worker for many jobs needs the sum of theirs. Does
  /// not bound waiting: whoever waits for the worker bounds the wall time.
  JailBuilder& cpu_time_max(std::chrono::seconds time);
  /// Of any one file or shared memory that it writes.
  JailBuilder& file_size_max(std::uint64_t bytes);
  /// Descriptors at a time, those kept and those received; the kernel's limit is of the highest
  /// number.
  JailBuilder& open_files_max(std::uint64_t count);
  /// Lets the process create anonymous shared memory (memfd_create) to hand results over. Each
  /// piece is bounded by file_size_max and their number by open_files_max, but none counts for
  /// memory_max until it is mapped. Memory that is passed in needs no such opening.
  JailBuilder& allow_shared_memory();
  /// Leaves `fd` open. A socket must be connected and of a kind that cannot send elsewhere:
  /// SOCK_STREAM or SOCK_SEQPACKET.
  JailBuilder& keep_open(int fd);

  /// `invalid_argument` naming the limit that is missing or zero, or a descriptor that is
  /// negative.
  Result<Jail> build() const;

 private:
  std::optional<std::uint64_t> memory_max_;
  std::optional<std::chrono::seconds> cpu_time_max_;
  std::optional<std::uint64_t> file_size_max_;
  std::optional<std::uint64_t> open_files_max_;
  bool shared_memory_ = false;
  std::vector<int> kept_;
};

}  // namespace tintype::sandbox
