// Owners for cjose's objects; included by the .cc files of this folder only.
#pragma once

#include <cjose/cjose.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::crypto {

struct ReleaseJwk {
  void operator()(cjose_jwk_t* jwk) const { cjose_jwk_release(jwk); }
};
struct ReleaseJws {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
struct ReleaseHeader {
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
/// cjose allocates with malloc unless told otherwise, which nobody does.
struct FreeText {
  void operator()(char* text) const {
    std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): cjose's own.
  }
};

using Jwk = std::unique_ptr<cjose_jwk_t, ReleaseJwk>;
using Jws = std::unique_ptr<cjose_jws_t, ReleaseJws>;
using Header = std::unique_ptr<cjose_header_t, ReleaseHeader>;
using OwnedText = std::unique_ptr<char, FreeText>;

/// `what` and the library's reason.
inline std::string cjose_message(std::string_view what, const cjose_err& error) {
  return std::string(what) + ": " + (error.message == nullptr ? "unknown" : error.message);
}

}  // namespace tintype::crypto
