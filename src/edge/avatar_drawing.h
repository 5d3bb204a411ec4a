// What stands for a person without a picture: initials, or a silhouette where we know no name, in
// white on a colour that is always the same for the same person.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "bucket/naming.h"

namespace tintype::edge {

/// A background runs from one to the other. White on either has at least the contrast that WCAG 2.2
/// (1.4.3, AA) asks of text, 4.5 to 1, and by far that of large text.
struct Shade {
  std::string_view top;  ///< "#b85061"
  std::string_view bottom;
};
/// Twelve hues around the OKLCH circle, each as light as that contrast allows (4.8 at the top, 6.8
/// at the bottom), chroma 0.13 or what sRGB has there.
inline constexpr std::array<Shade, 12> kShades = {{
    {"#b85061", "#9a394b"},
    {"#b85341", "#9a3c2c"},
    {"#b05b10", "#904701"},
    {"#4a7f24", "#356708"},
    {"#038355", "#056843"},
    {"#018076", "#04665e"},
    {"#067d92", "#066374"},
    {"#0b77ba", "#045f96"},
    {"#4e6ec2", "#3a57a5"},
    {"#7365bf", "#5c4ea2"},
    {"#915caf", "#774593"},
    {"#ad5389", "#903c70"},
}};

struct AvatarDrawing {
  std::string initials;  ///< Up to two of A-Z 0-9; empty: the silhouette.
  std::size_t shade;     ///< Of kShades.

  bool operator==(const AvatarDrawing&) const = default;
};

AvatarDrawing drawing_for(const bucket::Owner& owner);

/// The drawing as SVG of that many pixels. What matters is inside the circle that many pages cut
/// out of a square picture.
std::string to_svg(const AvatarDrawing& drawing, int width, int height);

}  // namespace tintype::edge
