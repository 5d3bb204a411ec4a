// The shapes of the edge's answers and the headers that each carries.
#pragma once

#include "base/result.h"
#include "edge/asset.h"
#include "edge/conditions.h"
#include "http/message.h"

namespace tintype::edge {

/// What an answer about a picture says of it besides its bytes. A 304 carries all of it.
struct Presentation {
  Validators validators;
  http::Headers headers;  ///< Cache-Control, Vary and the like.
};

/// The 304 or 412 that the request's conditions ask for, or nothing if the picture is to be sent.
/// The picture need not be read for it.
std::optional<http::Response> without_picture(const http::Request& request,
                                              const Presentation& presentation);

/// All of the picture, a part (206), or 416. For HEAD too: the server keeps the body back.
Result<http::Response> with_picture(const http::Request& request, const Presentation& presentation,
                                    const Asset& asset);

/// The answer to OPTIONS: everybody may read.
http::Response preflight();
http::Response method_not_allowed(const http::Request& request);
/// The problem document; logged here if a person must look.
http::Response failure(const http::Request& request, const Error& error);

/// What every answer of the edge carries: people's files are shown by any page, and script none.
void add_security_headers(http::Headers& headers);

}  // namespace tintype::edge
