// What an owner may do with a bucket that is another's.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::bucket {

enum class Right {
  list,   ///< See which keys there are.
  read,   ///< Read objects and what is known of them.
  write,  ///< Put objects, and delete them (in a bucket with versions: hide them).
  admin,  ///< All of it, settings and deleted versions included.
};

/// A set of them; admin holds all.
class Rights {
 public:
  constexpr Rights() = default;
  constexpr Rights(std::initializer_list<Right> rights) {
    for (const Right right : rights) bits_ |= bit_of(right);
  }

  constexpr bool has(Right right) const {
    return (bits_ & (bit_of(right) | bit_of(Right::admin))) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr Rights operator|(Rights other) const {
    Rights both;
    both.bits_ = bits_ | other.bits_;
    return both;
  }
  bool operator==(const Rights&) const = default;

 private:
  static constexpr unsigned bit_of(Right right) { return 1U << static_cast<unsigned>(right); }
  unsigned bits_ = 0;
};

/// "list,read", as an operator writes it, in any order; "" has none. `invalid_argument` for a word
/// that is no right.
Result<Rights> parse_rights(std::string_view text);
/// In the order of Right.
std::string to_string(Rights rights);

}  // namespace tintype::bucket
