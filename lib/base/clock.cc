#include "base/clock.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace tintype {
namespace {

struct Fields {
  std::tm tm{};
  int milliseconds = 0;
};

Fields fields_of(Instant at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const std::time_t time = seconds.time_since_epoch().count();
  Fields fields;
  gmtime_r(&time, &fields.tm);
  fields.milliseconds = static_cast<int>((at - seconds).count());
  return fields;
}

/// Appends `value` in at least `width` digits, and `end` unless it is NUL. A tenth of what
/// fmt::format takes, and a request to be signed has many dates.
void append(std::string& text, int value, std::size_t width, char end = '\0') {
  std::array<char, 12> digits{};
  std::size_t at = digits.size();
  const bool is_negative = value < 0;
  for (auto rest = static_cast<unsigned>(is_negative ? -value : value);
       rest > 0 || digits.size() - at < width; rest /= 10)
    digits.at(--at) = static_cast<char>('0' + rest % 10);
  if (is_negative) text += '-';
  text.append(digits.data() + at, digits.size() - at);
  if (end != '\0') text += end;
}

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Reads exactly `size` digits at `text[at]`; -1 if one of them is none.
int digits(std::string_view text, std::size_t at, std::size_t size) {
  if (at + size > text.size()) return -1;
  int value = 0;
  for (const char c : text.substr(at, size)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

struct Date {
  int year, month, day, hour, minute, second;
  int milliseconds = 0;
};

Result<Instant> instant_of(const Date& date, std::string_view text) {
  using namespace std::chrono;
  const year_month_day day(year(date.year), month(static_cast<unsigned>(date.month)),
                           std::chrono::day(static_cast<unsigned>(date.day)));
  // -1 marks a field that could not be read. 60 is a leap second.
  if (date.year < 0 || date.month < 1 || date.day < 1 || !day.ok() || date.hour < 0 ||
      date.hour > 23 || date.minute < 0 || date.minute > 59 || date.second < 0 ||
      date.second > 60 || date.milliseconds < 0)
    return fail(ErrorCode::invalid_argument, fmt::format("date '{}': no such instant", text));
  return Instant(sys_days(day) + hours(date.hour) + minutes(date.minute) + seconds(date.second) +
                 milliseconds(date.milliseconds));
}

}  // namespace

std::string to_rfc3339(Instant at) {
  const Fields f = fields_of(at);
  std::string text;
  text.reserve(24);
  append(text, f.tm.tm_year + 1900, 4, '-');
  append(text, f.tm.tm_mon + 1, 2, '-');
  append(text, f.tm.tm_mday, 2, 'T');
  append(text, f.tm.tm_hour, 2, ':');
  append(text, f.tm.tm_min, 2, ':');
  append(text, f.tm.tm_sec, 2, '.');
  append(text, f.milliseconds, 3, 'Z');
  return text;
}

std::string to_http_date(Instant at) {
  const Fields f = fields_of(at);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays.at(static_cast<std::size_t>(f.tm.tm_wday)), f.tm.tm_mday,
                     kMonths.at(static_cast<std::size_t>(f.tm.tm_mon)), f.tm.tm_year + 1900,
                     f.tm.tm_hour, f.tm.tm_min, f.tm.tm_sec);
}

std::string to_amz_date(Instant at) {
  const Fields f = fields_of(at);
  std::string text;
  text.reserve(16);
  append(text, f.tm.tm_year + 1900, 4);
  append(text, f.tm.tm_mon + 1, 2);
  append(text, f.tm.tm_mday, 2, 'T');
  append(text, f.tm.tm_hour, 2);
  append(text, f.tm.tm_min, 2);
  append(text, f.tm.tm_sec, 2, 'Z');
  return text;
}

Result<Instant> parse_rfc3339(std::string_view text) {
  // 2026-11-23T20:31:04[.123]Z
  const bool shape = text.size() >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' &&
                     text[13] == ':' && text[16] == ':' && text.back() == 'Z';
  const bool fraction = text.size() == 24 && text[19] == '.';
  if (!shape || (text.size() != 20 && !fraction))
    return fail(ErrorCode::invalid_argument, fmt::format("date '{}': not RFC 3339 in UTC", text));
  return instant_of({.year = digits(text, 0, 4),
                     .month = digits(text, 5, 2),
                     .day = digits(text, 8, 2),
                     .hour = digits(text, 11, 2),
                     .minute = digits(text, 14, 2),
                     .second = digits(text, 17, 2),
                     .milliseconds = fraction ? digits(text, 20, 3) : 0},
                    text);
}

Result<Instant> parse_http_date(std::string_view text) {
  // Mon, 23 Nov 2026 20:31:04 GMT
  const bool shape = text.size() == 29 && text.substr(3, 2) == ", " && text[7] == ' ' &&
                     text[11] == ' ' && text[16] == ' ' && text[19] == ':' && text[22] == ':' &&
                     text.substr(25) == " GMT";
  if (!shape)
    return fail(ErrorCode::invalid_argument, fmt::format("date '{}': not an IMF-fixdate", text));
  int month = -1;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (kMonths.at(i) == text.substr(8, 3)) month = static_cast<int>(i) + 1;
  return instant_of({.year = digits(text, 12, 4),
                     .month = month,
                     .day = digits(text, 5, 2),
                     .hour = digits(text, 17, 2),
                     .minute = digits(text, 20, 2),
                     .second = digits(text, 23, 2)},
                    text);
}

Result<Instant> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z')
    return fail(ErrorCode::invalid_argument, fmt::format("date '{}': not ISO 8601 basic", text));
  return instant_of({.year = digits(text, 0, 4),
                     .month = digits(text, 4, 2),
                     .day = digits(text, 6, 2),
                     .hour = digits(text, 9, 2),
                     .minute = digits(text, 11, 2),
                     .second = digits(text, 13, 2)},
                    text);
}

}  // namespace tintype
