// The layers of a jail, one function each; jail.cc alone calls them, in its order.
#pragma once

#include <vector>

#include "base/result.h"

namespace tintype::sandbox {

/// Closes every descriptor but `kept` (sorted, unique, not negative).
Status close_others(const std::vector<int>& kept);

/// Leaves the user, network, IPC and UTS namespaces for empty ones. Fails where the kernel or a
/// container forbids it, or if the process has several threads.
Status leave_namespaces();

/// No capability, not even those that a new user namespace gives; not dumpable, so that no process
/// of this user can look inside; no_new_privs.
Status drop_privileges();

/// Denies every file, TCP port, abstract socket and foreign signal that the kernel's Landlock
/// knows.
Status restrict_by_landlock();

/// Loads the list of calls into every thread of the process.
Status filter_calls(bool shared_memory);

}  // namespace tintype::sandbox
