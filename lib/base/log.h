#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace tintype {

/// error: a person must act. warning: we coped. info: state changed. debug: off by default.
enum class LogLevel { debug, info, warning, error };

/// One `key=value` of a log line. Numbers and text; a Secret does not convert.
struct Field {
  std::string_view key;
  std::string value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(v) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  Field(std::string_view k, Number v) : key(k), value(std::to_string(v)) {}
};

/// Writes one line to standard error, logfmt: time, level, event, fields. `event` is a constant
/// phrase in the past tense, so that it can be counted; what varies goes into fields. Thread-safe.
void log(LogLevel level, std::string_view event, std::initializer_list<Field> fields = {});

/// Lines below `level` are not written. `info` at start.
void set_log_level(LogLevel level);

}  // namespace tintype
