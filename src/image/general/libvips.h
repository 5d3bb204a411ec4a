#pragma once

#include "base/result.h"

namespace tintype::image {

/// Engine::start of the general engine: starts libvips with those loaders and plugins that load.cc
/// uses, and no others.
Status start_libvips();

}  // namespace tintype::image
