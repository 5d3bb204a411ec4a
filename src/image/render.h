// Pixels: a source and plans in, finished pictures out. Decodes once and makes every variant from
// that one decode. Only for jailed processes (and `tintype image`): what it reads is hostile.
//
// Two engines share the work, each in a program of its own (docs/decisions/0010):
//
//   source ──▶ photographs (photograph.h) ──────────────────────────▶ results
//                     └─ declines: anything else ──▶ general (general/general.h) ──▶ results
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "image/limits.h"
#include "image/plan.h"

namespace tintype::image {

struct Output {
  Format format;
  int width = 0;
  int height = 0;
  std::string bytes;
};

struct Timings {
  double decode_ms = 0;
  double resize_ms = 0;
  double encode_ms = 0;
};

struct Rendered {
  std::string source_type;  ///< What the bytes are, whatever they were said to be: "image/heic".
  int source_width = 0;     ///< Upright, after orientation.
  int source_height = 0;
  std::vector<Output> outputs;  ///< One per plan, in order.
  Timings timings;
};

struct Source {
  Bytes bytes;
  /// Drawn by us (a default avatar), so it may be SVG; what people upload may not.
  bool trusted = false;
};

/// A way to make results. Values of this type are immutable and live as long as the program.
struct Engine {
  /// Loads every codec, so that no file is opened later. Call it once, before the jail closes and
  /// while the process has one thread; it still has one afterwards.
  Status (*start)();
  /// Reads and writes a small picture in every format. Inside the jail, this shows that the jail
  /// lets the codecs work; and the first real picture finds their code in memory. `internal` if one
  /// fails.
  Status (*warm)();
  /// `unsupported` if it is not an image that we read, `damaged_input` if it is broken or cut,
  /// `too_large` over a limit. Never a half picture. Nothing if it declines: another engine has to
  /// begin anew. Thread-safe after start().
  Result<std::optional<Rendered>> (*render)(const Source& source, const std::vector<Plan>& plans,
                                            const Limits& limits);
};

}  // namespace tintype::image
