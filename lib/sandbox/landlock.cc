// Landlock by its system calls: Debian 12's headers know only the first three versions of it.
// https://docs.kernel.org/userspace-api/landlock.html
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "base/fd.h"
#include "sandbox/layers.h"

namespace tintype::sandbox {
namespace {

// The same on every architecture, as all calls since 5.1 are.
constexpr long kCreateRuleset = 444;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskForVersion = 1;

/// linux/landlock.h: struct landlock_ruleset_attr. What is handled and not allowed is denied.
struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  // Since version 4.
  std::uint64_t scoped = 0;              // Since version 6.
};

constexpr std::uint64_t bits(unsigned count) { return (std::uint64_t{1} << count) - 1; }

/// Everything that `version` can deny.
RulesetAttributes deny_all(long version) {
  RulesetAttributes attributes;
  attributes.handled_access_fs = bits(13);                    // Execute ... make symlink.
  if (version >= 2) attributes.handled_access_fs = bits(14);  // Refer.
  if (version >= 3) attributes.handled_access_fs = bits(15);  // Truncate.
  if (version >= 5) attributes.handled_access_fs = bits(16);  // Device ioctl.
  if (version >= 4) attributes.handled_access_net = bits(2);  // Bind and connect of TCP.
  if (version >= 6) attributes.scoped = bits(2);              // Abstract UNIX sockets and signals.
  return attributes;
}

/// Older kernels refuse a longer structure only if its tail is not zero, and here it is.
constexpr std::size_t kAttributesSize = sizeof(RulesetAttributes);

}  // namespace

Status restrict_by_landlock() {
  const long version = ::syscall(kCreateRuleset, nullptr, 0, kAskForVersion);
  if (version < 1) return errno_error("ask for", "Landlock", errno);
  const RulesetAttributes attributes = deny_all(version);
  const Fd ruleset(static_cast<int>(::syscall(kCreateRuleset, &attributes, kAttributesSize, 0)));
  if (!ruleset) return errno_error("make", "Landlock ruleset", errno);
  if (::syscall(kRestrictSelf, ruleset.get(), 0) != 0)
    return errno_error("enter", "Landlock ruleset", errno);
  return {};
}

}  // namespace tintype::sandbox
