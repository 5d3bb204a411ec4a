// What the routes of the issuer answer where they do not do what they were asked.
#pragma once

#include <chrono>

#include "base/result.h"
#include "http/message.h"

namespace tintype::gateway {

/// 429 `too_many_attempts`, with Retry-After.
http::Response too_many_attempts(const http::Request& request, std::chrono::seconds wait);
/// 403 `foreign_page`: sent by a page of somebody else.
http::Response foreign_page(const http::Request& request);
/// Of an error that is none of theirs; logged.
http::Response issuer_failed(const http::Request& request, const Error& error);

}  // namespace tintype::gateway
