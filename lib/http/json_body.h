// The body of a request that must be one JSON object, and the answers where it is none.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <vector>

#include "base/task.h"
#include "http/message.h"
#include "http/problem.h"

namespace tintype::http {

/// A value, or the answer that says why there is none.
template <class T>
using OrAnswer = std::expected<T, Response>;

/// The body as one JSON object. 413 over `size_max`, 415 if it is announced as something else than
/// application/json, 400 if it is none, nests too deep or has a name twice.
Task<OrAnswer<boost::json::object>> read_object(Request& request, std::size_t size_max);

/// 422, with each field that is wrong.
Response invalid_fields(const Request& request, std::vector<Problem::Fault> faults);

}  // namespace tintype::http
