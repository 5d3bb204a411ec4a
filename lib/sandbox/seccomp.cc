// The calls of a jailed worker: what a threaded codec needs to compute, and to read and write the
// descriptors it has. Three answers besides yes:
//
//   kill     the call has no honest use in a worker: somebody is in control of it
//   EACCES   libraries probe for files (locale, /proc, fonts) and cope without
//   EPERM    all the rest, also what future kernels bring
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "sandbox/layers.h"

namespace tintype::sandbox {
namespace {

struct ReleaseFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

/// Adds rules and remembers the first failure, so that a list reads as a list.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  void add(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    const int result = seccomp_rule_add_array(
        filter_, action, call, static_cast<unsigned>(conditions.size()), conditions.begin());
    // A call that this architecture does not have needs no rule.
    if (result != 0 && result != -EDOM && error_ == 0) error_ = -result;
  }
  void allow(int call, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    add(SCMP_ACT_ALLOW, call, conditions);
  }
  void deny(int error, int call, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)), call, conditions);
  }
  void kill(int call, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    add(SCMP_ACT_KILL_PROCESS, call, conditions);
  }
  int error() const { return error_; }

 private:
  scmp_filter_ctx filter_;
  int error_ = 0;
};

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}
scmp_arg_cmp differs(unsigned argument, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_NE, .datum_a = value, .datum_b = 0};
}
scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

void allow_computing(Rules& rules) {
  for (const int call :
       {// Threads, as the C library and the codecs' pools use them.
        SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield),
        SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_setaffinity), SCMP_SYS(gettid),
        SCMP_SYS(getpid), SCMP_SYS(getcpu), SCMP_SYS(membarrier), SCMP_SYS(exit),
        SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
        // Memory; executable memory is below.
        SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
        // Time and chance.
        SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
        SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
        SCMP_SYS(getrandom),
        // Signals to oneself; tgkill is below.
        SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
        SCMP_SYS(sigaltstack),
        // How large the machine is: qsort(3) and encoders ask.
        SCMP_SYS(sysinfo), SCMP_SYS(uname)})
    rules.allow(call);

  // Memory is writable or executable code, and no new code comes in: neither plugins nor what a JIT
  // makes. (libvips' orc must be switched off before.)
  rules.allow(SCMP_SYS(mmap), {masked(2, PROT_EXEC, 0)});
  rules.allow(SCMP_SYS(mprotect), {masked(2, PROT_EXEC, 0)});

  // A thread, but no process and no namespace. clone3 hides its flags in memory, where a filter
  // cannot look; told that it does not exist, the C library falls back.
  constexpr std::uint64_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                        CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  rules.allow(SCMP_SYS(clone), {masked(0, CLONE_THREAD | kNamespaces, CLONE_THREAD)});
  rules.kill(SCMP_SYS(clone), {masked(0, CLONE_THREAD, 0)});
  rules.deny(ENOSYS, SCMP_SYS(clone3));

  rules.allow(SCMP_SYS(prctl), {equals(0, PR_SET_NAME)});
  rules.allow(SCMP_SYS(prctl), {equals(0, PR_GET_NAME)});
  // Reading one's limits: null for the new ones.
  rules.allow(SCMP_SYS(prlimit64), {equals(0, 0), equals(2, 0)});

  // abort(3) and raise(3), to this process alone.
  const auto self = static_cast<std::uint64_t>(::getpid());
  rules.allow(SCMP_SYS(tgkill), {equals(0, self)});
  rules.kill(SCMP_SYS(tgkill), {differs(0, self)});
}

void allow_open_descriptors(Rules& rules, bool shared_memory) {
  for (const int call :
       {SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(preadv), SCMP_SYS(write),
        SCMP_SYS(pwrite64), SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(ftruncate),
        SCMP_SYS(close), SCMP_SYS(dup), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(recvfrom),
        SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(shutdown)})
    rules.allow(call);
  // send(2): without an address. (That of sendmsg is in memory; hence keep_open's rule for
  // sockets.)
  rules.allow(SCMP_SYS(sendto), {equals(4, 0)});
  for (const int command :
       {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_ADD_SEALS, F_GET_SEALS})
    rules.allow(SCMP_SYS(fcntl), {equals(1, static_cast<std::uint64_t>(command))});
  if (shared_memory) rules.allow(SCMP_SYS(memfd_create));

  // fstat(3) of glibc 2.33 and later. A path beside the flag would be obeyed: the size and times of
  // a file whose name is known can be seen, its content not.
  rules.allow(SCMP_SYS(newfstatat), {equals(3, AT_EMPTY_PATH)});
  rules.deny(EACCES, SCMP_SYS(newfstatat), {differs(3, AT_EMPTY_PATH)});
  // isatty(3), of whoever writes to a stream.
  rules.deny(ENOTTY, SCMP_SYS(ioctl));
}

void deny_paths(Rules& rules) {
  for (const int call : {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(creat),
                         SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(access),
                         SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
                         SCMP_SYS(readlinkat), SCMP_SYS(statfs), SCMP_SYS(getcwd), SCMP_SYS(chdir)})
    rules.deny(EACCES, call);
}

void kill_hostile(Rules& rules) {
  for (const int call :
       {// Another program or process.
        SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork),
        // Another process's memory, descriptors or life.
        SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
        SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal), SCMP_SYS(kill),
        SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo),
        // The network.
        SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen),
        SCMP_SYS(accept), SCMP_SYS(accept4),
        // Ways around the file system's walls.
        SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at), SCMP_SYS(mount),
        SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(open_tree),
        SCMP_SYS(move_mount), SCMP_SYS(fsopen), SCMP_SYS(setns), SCMP_SYS(unshare),
        // The kernel itself, where its bugs have been.
        SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup),
        SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(keyctl), SCMP_SYS(add_key),
        SCMP_SYS(request_key), SCMP_SYS(init_module), SCMP_SYS(finit_module),
        SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot),
        SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(modify_ldt)})
    rules.kill(call);
}

}  // namespace

Status filter_calls(bool shared_memory) {
  const std::unique_ptr<void, ReleaseFilter> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return errno_error("make", "seccomp filter", ENOMEM);
  // The 32-bit way into a 64-bit kernel has other numbers for the calls.
  int error = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (error == 0) error = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  if (error != 0) return errno_error("set up", "seccomp filter", -error);
  Rules rules(filter.get());
  allow_computing(rules);
  allow_open_descriptors(rules, shared_memory);
  deny_paths(rules);
  kill_hostile(rules);
  if (rules.error() != 0) return errno_error("write", "seccomp filter", rules.error());
  error = seccomp_load(filter.get());
  if (error != 0) return errno_error("load", "seccomp filter", -error);
  return {};
}

}  // namespace tintype::sandbox
