#include "sandbox/jail.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "sandbox/layers.h"

namespace tintype::sandbox {
namespace {

// Sanitizers map terabytes for their shadow, which RLIMIT_AS would refuse.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kMemoryCanBeLimited = false;
#else
constexpr bool kMemoryCanBeLimited = true;
#endif

struct Limit {
  int resource;
  const char* name;
  rlim_t soft;
  rlim_t hard;
};

Status set_limit(const Limit& limit) {
  const rlimit value{.rlim_cur = limit.soft, .rlim_max = limit.hard};
  if (::setrlimit(static_cast<__rlimit_resource_t>(limit.resource), &value) != 0)
    return errno_error("limit", limit.name, errno);
  return {};
}

}  // namespace

std::string JailReport::to_json() const {
  std::vector<std::string> quoted;
  for (const std::string& remark : remarks) {
    std::string plain = remark;  // Our own words and strerror's: no quotes, no control characters.
    std::erase_if(plain, [](char c) { return c == '"' || c == '\\'; });
    quoted.push_back('"' + plain + '"');
  }
  return fmt::format(
      R"({{"limits":{},"memory_limit":{},"capabilities_dropped":{},"no_new_privs":{},)"
      R"("namespaces":{},"landlock":{},"seccomp":{},"remarks":[{}]}})",
      limits, memory_limit, capabilities_dropped, no_new_privs, namespaces, landlock, seccomp,
      fmt::join(quoted, ","));
}

Result<JailReport> Jail::enter() const {
  JailReport report;
  const auto attempt = [&report](std::string_view layer, const Status& status) {
    if (!status) report.remarks.push_back(std::string(layer) + ": " + status.error().message);
    return status.has_value();
  };

  TRY(close_others(kept_));
  const auto cpu = static_cast<rlim_t>(limits_.cpu_time_max.count());
  TRY(set_limit({RLIMIT_CORE, "core size", 0, 0}));
  // A second between the signal that can be caught and the one that cannot.
  TRY(set_limit({RLIMIT_CPU, "CPU time", cpu, cpu + 1}));
  TRY(set_limit({RLIMIT_FSIZE, "file size", limits_.file_bytes_max, limits_.file_bytes_max}));
  TRY(set_limit({RLIMIT_NOFILE, "open files", limits_.open_files_max, limits_.open_files_max}));
  report.limits = true;
  if (kMemoryCanBeLimited)
    TRY(set_limit({RLIMIT_AS, "memory", limits_.memory_bytes_max, limits_.memory_bytes_max}));
  else
    report.remarks.emplace_back("memory_limit: a sanitizer needs the address space");
  report.memory_limit = kMemoryCanBeLimited;

  // A new user namespace brings capabilities, so they are dropped behind it.
  report.namespaces = attempt("namespaces", leave_namespaces());
  TRY(drop_privileges());
  report.capabilities_dropped = true;
  report.no_new_privs = true;
  // The filter forbids Landlock's calls as well, so it is last.
  report.landlock = attempt("landlock", restrict_by_landlock());
  TRY(filter_calls(limits_.shared_memory));
  report.seccomp = true;
  return report;
}

JailBuilder& JailBuilder::memory_max(std::uint64_t bytes) {
  memory_max_ = bytes;
  return *this;
}
JailBuilder& JailBuilder::cpu_time_max(std::chrono::seconds time) {
  cpu_time_max_ = time;
  return *this;
}
JailBuilder& JailBuilder::file_size_max(std::uint64_t bytes) {
  file_size_max_ = bytes;
  return *this;
}
JailBuilder& JailBuilder::open_files_max(std::uint64_t count) {
  open_files_max_ = count;
  return *this;
}
JailBuilder& JailBuilder::allow_shared_memory() {
  shared_memory_ = true;
  return *this;
}
JailBuilder& JailBuilder::keep_open(int fd) {
  kept_.push_back(fd);
  return *this;
}

Result<Jail> JailBuilder::build() const {
  const auto missing = [](std::string_view what) {
    return fail(ErrorCode::invalid_argument, fmt::format("jail: no {}", what));
  };
  if (memory_max_.value_or(0) == 0) return missing("memory_max");
  if (cpu_time_max_.value_or(std::chrono::seconds(0)) <= std::chrono::seconds(0))
    return missing("cpu_time_max");
  if (file_size_max_.value_or(0) == 0) return missing("file_size_max");
  if (open_files_max_.value_or(0) == 0) return missing("open_files_max");
  std::vector<int> kept = kept_;
  std::ranges::sort(kept);
  kept.erase(std::ranges::unique(kept).begin(), kept.end());
  if (!kept.empty() && kept.front() < 0)
    return fail(ErrorCode::invalid_argument, "jail: keep_open of no descriptor");
  return Jail({.memory_bytes_max = *memory_max_,
               .cpu_time_max = *cpu_time_max_,
               .file_bytes_max = *file_size_max_,
               .open_files_max = *open_files_max_,
               .shared_memory = shared_memory_},
              std::move(kept));
}

}  // namespace tintype::sandbox
