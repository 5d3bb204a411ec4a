#include "edge/initials.h"

#include <algorithm>
#include <cstdint>

namespace tintype::edge {
namespace {

constexpr std::size_t kInitialsMax = 2;

/// A name of so many letters and digits without a gap, or so many hexadecimal digits with gaps,
/// and a digit among them, was made by a machine: UUIDs, ULIDs, Firebase's 28 characters.
constexpr std::size_t kMachineMadeMin = 16;
/// "42" may be somebody's name; a number with more digits is a number.
constexpr std::size_t kDigitsMax = 2;

enum class Kind : std::uint8_t { gap, lower, upper, digit, foreign };

Kind kind_of(char c) {
  if (c >= 'a' && c <= 'z') return Kind::lower;
  if (c >= 'A' && c <= 'Z') return Kind::upper;
  if (c >= '0' && c <= '9') return Kind::digit;
  return static_cast<unsigned char>(c) >= 0x80 ? Kind::foreign : Kind::gap;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_machine_made(std::string_view name) {
  // "auth0|...", "us-east-1:...", "system:serviceaccount:...", "https://...": a path to a person.
  if (name.find_first_of("|:/\\") != std::string_view::npos) return true;
  std::size_t digits = 0;
  std::size_t others = 0;
  std::size_t run = 0;
  std::size_t longest_run_with_digit = 0;
  bool run_has_digit = false;
  bool all_hex = true;
  for (const char c : name) {
    const Kind kind = kind_of(c);
    if (kind == Kind::gap) {
      run = 0;
      run_has_digit = false;
      continue;
    }
    ++run;
    ++(kind == Kind::digit ? digits : others);
    run_has_digit = run_has_digit || kind == Kind::digit;
    if (run_has_digit) longest_run_with_digit = std::max(longest_run_with_digit, run);
    all_hex = all_hex && is_hex(c);
  }
  return longest_run_with_digit >= kMachineMadeMin || (others == 0 && digits > kDigitsMax) ||
         (all_hex && digits > 0 && digits + others >= kMachineMadeMin);
}

char to_upper(char c) { return kind_of(c) == Kind::lower ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::string initials_of(std::string_view sub) {
  const std::string_view name = sub.starts_with('@') ? sub : sub.substr(0, sub.find('@'));
  if (is_machine_made(name)) return {};
  std::string initials;
  Kind before = Kind::gap;
  for (const char c : name) {
    const Kind kind = kind_of(c);
    // A word begins behind a gap, and as in "AndrewBrown".
    const bool begins = (before == Kind::gap && kind != Kind::gap) ||
                        (before == Kind::lower && kind == Kind::upper);
    before = kind;
    if (!begins) continue;
    if (kind == Kind::foreign) return {};
    initials += to_upper(c);
    if (initials.size() == kInitialsMax) break;
  }
  return initials;
}

}  // namespace tintype::edge
