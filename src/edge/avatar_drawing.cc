#include "edge/avatar_drawing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "crypto/digest.h"
#include "edge/glyphs.h"
#include "edge/initials.h"

namespace tintype::edge {
namespace {

/// Parts of the shorter side.
constexpr double kCapHeightOfOne = 0.40;
constexpr double kCapHeightOfTwo = 0.34;
constexpr double kInitialsWidthMax = 0.60;

constexpr std::string_view kBackground =
    R"svg(<defs><linearGradient id="shade" x1="0" y1="0" x2=".35" y2="1">)svg"
    R"svg(<stop offset="0" stop-color="{}"/><stop offset="1" stop-color="{}"/>)svg"
    R"svg(</linearGradient></defs><rect width="{}" height="{}" fill="url(#shade)"/>)svg";

/// Head and shoulders in a square of 100. They stand free of its edge: cut out as a circle on a
/// white page, shoulders that reach it would eat the circle.
constexpr std::string_view kSilhouette =
    R"svg(<circle cx="50" cy="36.5" r="14.5"/>)svg"
    R"svg(<path d="M23 75C23 63 36 55.5 50 55.5S77 63 77 75)svg"
    R"svg(V76A4 4 0 0 1 73 80H27A4 4 0 0 1 23 76Z"/>)svg";

struct Box {
  double width;
  double height;
  double side() const { return std::min(width, height); }
};

std::string silhouette(const Box& box) {
  return fmt::format(R"svg(<g fill="#fff" )svg"
                     R"svg(transform="translate({:.3f} {:.3f}) scale({:.5f})">{}</g>)svg",
                     (box.width - box.side()) / 2, (box.height - box.side()) / 2, box.side() / 100,
                     kSilhouette);
}

std::string letters(std::string_view initials, const Box& box) {
  std::string paths;
  double width = 0;
  const Glyph* before = nullptr;
  for (const char c : initials) {
    const Glyph* glyph = find_glyph(c);
    ASSERT(glyph != nullptr);
    if (before != nullptr) width += gap_between(*before, *glyph);
    paths += fmt::format(R"svg(<path transform="translate({})" d="{}"/>)svg", width, glyph->path);
    width += glyph->width;
    before = glyph;
  }
  const double cap_height = initials.size() == 1 ? kCapHeightOfOne : kCapHeightOfTwo;
  double scale = cap_height * box.side() / kCapHeight;
  if (width * scale > kInitialsWidthMax * box.side())  // "WW"
    scale = kInitialsWidthMax * box.side() / width;
  return fmt::format(
      R"svg(<g fill="none" stroke="#fff" stroke-width="{}" stroke-linecap="round" )svg"
      R"svg(stroke-linejoin="round" transform="translate({:.3f} {:.3f}) scale({:.5f})">)svg"
      "{}</g>",
      kPenWidth, (box.width - width * scale) / 2, (box.height - kCapHeight * scale) / 2, scale,
      paths);
}

}  // namespace

AvatarDrawing drawing_for(const bucket::Owner& owner) {
  // Any hash would do; this one is the same on every machine and in every version.
  const std::string digest = crypto::sha256(as_bytes(owner.str()));
  return {.initials = initials_of(owner.str()),
          .shade = static_cast<unsigned char>(digest[0]) % kShades.size()};
}

std::string to_svg(const AvatarDrawing& drawing, int width, int height) {
  const Shade& shade = kShades.at(drawing.shade);
  const Box box{.width = static_cast<double>(width), .height = static_cast<double>(height)};
  std::string svg = fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" )"
                                R"(height="{1}" viewBox="0 0 {0} {1}">)",
                                width, height);
  svg += fmt::format(kBackground, shade.top, shade.bottom, width, height);
  svg += drawing.initials.empty() ? silhouette(box) : letters(drawing.initials, box);
  svg += "</svg>";
  return svg;
}

}  // namespace tintype::edge
