#include "metrics/process.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/text.h"

namespace tintype::metrics {
namespace {

constexpr std::size_t kProcFileSizeMax = std::size_t{1} << 20;

std::string read_proc(const char* path) {
  return read_file(path, kProcFileSizeMax).value_or(std::string());
}

double number_at(std::string_view text, std::size_t index) {
  const auto fields = split(text, ' ');
  if (index >= fields.size()) return 0;
  return static_cast<double>(parse_integer<std::uint64_t>(fields[index]).value_or(0));
}

/// Seconds since 1970 at which the machine booted: the line "btime N" of /proc/stat.
double boot_time_seconds() {
  const std::string stat = read_proc("/proc/stat");
  for (const std::string_view line : split(stat, '\n'))
    if (line.starts_with("btime ")) return number_at(line, 1);
  return 0;
}

double start_time_seconds() {
  const std::string stat = read_proc("/proc/self/stat");
  // The second field is the program's name in brackets, which may hold spaces and brackets; the
  // start time, in clock ticks since boot, is the 22nd, so the 20th behind it.
  const std::size_t end = stat.rfind(") ");
  if (end == std::string::npos) return 0;
  const double ticks = number_at(std::string_view(stat).substr(end + 2), 19);
  return boot_time_seconds() + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double count_open_files() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return 0;
  double count = 0;
  for (const auto end = std::filesystem::directory_iterator(); entries != end;
       entries.increment(error)) {
    if (error) break;
    ++count;
  }
  return count - 1;  // The iterator's own.
}

}  // namespace

ProcessFigures read_process_figures() {
  static const double kStarted = start_time_seconds();  // Does not change.
  const double pages = number_at(read_proc("/proc/self/statm"), 1);
  return {.resident_bytes = pages * static_cast<double>(sysconf(_SC_PAGESIZE)),
          .open_files = count_open_files(),
          .start_time_seconds = kStarted};
}

}  // namespace tintype::metrics
