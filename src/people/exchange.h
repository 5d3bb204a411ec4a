// What the routes of people share: reading a body strictly, and telling what was wrong.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "http/message.h"
#include "http/problem.h"

namespace tintype::people {

/// A value, or the answer that says why there is none.
template <class T>
using OrAnswer = std::expected<T, http::Response>;

/// The body as one JSON object. 413 over `size_max`, 415 if it is announced as something else than
/// application/json, 400 if it is none, nests too deep or has a name twice.
Task<OrAnswer<boost::json::object>> read_object(http::Request& request, std::size_t size_max);

/// 422, with each field that is wrong.
http::Response invalid_fields(const http::Request& request,
                              std::vector<http::Problem::Fault> faults);

/// What If-Match (RFC 9110, 13.1.1) says of a profile: the revisions that it may have; empty: any.
using Revisions = std::vector<std::int64_t>;
Revisions parse_if_match(std::string_view header);
/// "\"7\""
std::string write_etag(std::int64_t revision);

/// The answer to an error, logged if it is ours. `denied` is somebody who was deleted (410), where
/// `what_is_missing` names what a 404 is about.
http::Response answer_to(const Error& error, const http::Request& request,
                         std::string_view what_is_missing);

}  // namespace tintype::people
