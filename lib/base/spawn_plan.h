#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "base/assert.h"

namespace tintype {

/// What a process is begun with, for posix_spawn: which files are open in it and which signals
/// reach it. Errors are errno values, 0 for none. Thread-compatible.
class SpawnPlan {
 public:
  SpawnPlan() {
    ASSERT(::posix_spawn_file_actions_init(&actions_) == 0);
    ASSERT(::posix_spawnattr_init(&attributes_) == 0);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int open_null(int fd, int flags) {
    return ::posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", flags, 0);
  }
  int duplicate(int fd, int as) { return ::posix_spawn_file_actions_adddup2(&actions_, fd, as); }
  int close_from(int fd) { return ::posix_spawn_file_actions_addclosefrom_np(&actions_, fd); }
  int change_folder(const char* folder) {
    return ::posix_spawn_file_actions_addchdir_np(&actions_, folder);
  }

  /// No signal is blocked or ignored, and the process leads a group: it can be ended with whatever
  /// it begins, and Ctrl-C at a terminal is for us alone.
  int reset_signals() {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    int error = ::posix_spawnattr_setsigmask(&attributes_, &none);
    if (error == 0) error = ::posix_spawnattr_setsigdefault(&attributes_, &all);
    if (error == 0) error = ::posix_spawnattr_setpgroup(&attributes_, 0);
    if (error == 0)
      error = ::posix_spawnattr_setflags(
          &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    return error;
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace tintype
