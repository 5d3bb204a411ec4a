#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>

#include "sandbox/layers.h"

namespace tintype::sandbox {
namespace {

Status close_range_of(unsigned begin, unsigned last) {
  // By number: the C library's close_range is younger than some that we build against.
  if (::syscall(SYS_close_range, begin, last, 0) != 0)
    return errno_error("close", "descriptors", errno);
  return {};
}

}  // namespace

Status close_others(const std::vector<int>& kept) {
  unsigned begin = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > begin) TRY(close_range_of(begin, number - 1));
    begin = number + 1;
  }
  return close_range_of(begin, std::numeric_limits<unsigned>::max());
}

Status leave_namespaces() {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
    return errno_error("leave", "namespaces", errno);
  return {};
}

Status drop_privileges() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0)
    return errno_error("drop", "capabilities", errno);
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno_error("set", "not dumpable", errno);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return errno_error("set", "no_new_privs", errno);
  return {};
}

}  // namespace tintype::sandbox
