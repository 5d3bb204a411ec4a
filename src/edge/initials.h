#pragma once

#include <string>
#include <string_view>

namespace tintype::edge {

/// One or two of A-Z 0-9 to stand for a person: the first characters of the first two words of
/// `sub`, of what is in front of the '@' if it is an address. Empty if `sub` is no name (a UUID, a
/// number, "auth0|5f7c...") or begins a word with a letter that we cannot draw.
std::string initials_of(std::string_view sub);

}  // namespace tintype::edge
