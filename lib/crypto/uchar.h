// Not for includers outside this folder: the libraries take bytes as unsigned char.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

namespace tintype::crypto {

inline unsigned char* as_uchar(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
inline const unsigned char* as_uchar(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline const unsigned char* as_uchar(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace tintype::crypto
