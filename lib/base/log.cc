#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/assert.h"
#include "base/clock.h"

namespace tintype {
namespace {

constexpr std::size_t kLineSizeUsual = 400;

spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("tintype", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.set_pattern("%v");
    made.flush_on(spdlog::level::debug);
    return made;
  }();
  return instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  __builtin_unreachable();
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  __builtin_unreachable();
}

/// What needs no quotes.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c)
    table.at(c) = c > 0x20 && c != 0x7f && c != '"' && c != '=' && c != '\\';
  return table;
}();

/// Appends `value` as logfmt wants it: quoted if it has a space, a quote, '=' or a control
/// character, so that no value can forge a field or a line.
void append_value(std::string& line, std::string_view value) {
  const auto is_plain = [](char c) { return kPlain[static_cast<unsigned char>(c)]; };
  if (!value.empty() && std::ranges::all_of(value, is_plain)) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

void log(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  std::string line;
  line.reserve(kLineSizeUsual);
  line += "time=";
  line += to_rfc3339(SystemClock().now());
  line += " level=";
  line += name_of(level);
  line += " event=";
  append_value(line, event);
  for (const Field& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  logger().log(to_spdlog(level), line);
}

void set_log_level(LogLevel level) { logger().set_level(to_spdlog(level)); }

void assertion_failed(const char* condition, const char* file, int line) {
  log(LogLevel::error, "assertion failed",
      {{"condition", condition}, {"file", file}, {"line", line}});
  std::abort();
}

}  // namespace tintype
