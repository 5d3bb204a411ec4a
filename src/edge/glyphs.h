// An alphabet of our own: A-Z and 0-9 as the middle line of a pen with a round tip. The worker that
// draws them is jailed and can open no font, and these look the same on every machine.
//
//   y=0    +--+     capital height is kCapHeight; round letters go 1 beyond it on both sides,
//          |  |     or they would look smaller than straight ones
//   y=100  +--+     x runs from 0 to the width; the pen hangs over by half of its own
#pragma once

#include <string_view>

namespace tintype::edge {

inline constexpr double kCapHeight = 100;
inline constexpr double kPenWidth = 13.5;

struct Glyph {
  char character;
  double width;
  double left;  ///< Air this side needs beside a neighbour: much for a stem, little for a slope.
  double right;
  std::string_view path;  ///< SVG path data.
};

/// Null for anything but A-Z and 0-9.
const Glyph* find_glyph(char character);

/// From the end of `left` to the start of `right`. Slopes that fit into each other come closer.
double gap_between(const Glyph& left, const Glyph& right);

}  // namespace tintype::edge
