#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace tintype::bucket {

/// What a client signs with.
struct AccessKey {
  std::string id;
  Secret secret;
};

/// A new one, random: an id of 20 characters A-Z and 2-7, a secret of 240 bits.
AccessKey make_access_key();

/// Of an id: A-Z a-z 0-9 . _ -; others cannot stand in a signature's scope.
bool is_access_key_character(char c);
/// Whether one that was made elsewhere may be used here: an id of 3 to 128 such
/// characters, a secret of 8 to 128 printable ASCII characters
/// without spaces. `invalid_argument` without the secret.
Status check_access_key(std::string_view id, const Secret& secret);

}  // namespace tintype::bucket
