// The general path: whatever libvips can read, at the price of RGB and of some forty libraries.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "image/render.h"

namespace tintype::image {

/// For every type that sniff() knows; never declines.
const Engine& general_engine();

/// The photograph engine, and the general one for what it declines, in one process: what tests and
/// fuzzers ask. Errors as Engine::render has them.
Result<Rendered> render(const Source& source, const std::vector<Plan>& plans, const Limits& limits);

/// Name and version of each library that touches pixels, for `tintype doctor`. Call it after the
/// general engine's start().
std::vector<std::pair<std::string, std::string>> codec_versions();

}  // namespace tintype::image
