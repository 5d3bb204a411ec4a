#include "image/general/general.h"

#include <fmt/format.h>
#include <vips/vips8>

#include <algorithm>
#include <utility>

#include "image/engine.h"
#include "image/general/colour.h"
#include "image/general/encode.h"
#include "image/general/libvips.h"
#include "image/general/load.h"
#include "image/general/resize.h"
#include "image/geometry.h"
#include "image/photograph.h"
#include "image/stopwatch.h"

namespace tintype::image {
namespace {

using vips::VImage;

/// Drops an alpha band that hides nothing: three bands cost less than four everywhere.
VImage without_idle_alpha(const VImage& image) {
  if (!image.has_alpha()) return image;
  const int alpha = image.bands() - 1;
  const double opaque = image.format() == VIPS_FORMAT_USHORT ? 65'535 : 255;
  if (image.extract_band(alpha).min() < opaque) return image;
  return image.extract_band(0, VImage::option()->set("n", alpha));
}

/// The pixels of one result, in memory.
VImage transform(Levels& levels, const Header& header, const Plan& plan, const Placement& place) {
  // The order is the design. The picture is upright already, so width means width on screen. In the
  // fast mode colours are converted last, when there are fewest pixels; in the best mode first,
  // because only light can be averaged without a loss.
  VImage image;
  if (plan.mode == Mode::best) {
    image = resize(to_linear(levels.whole(), header.nclx, plan.colour), place.resized);
    image = image.colourspace(VIPS_INTERPRETATION_sRGB).cast(VIPS_FORMAT_UCHAR);
  } else {
    image =
        to_srgb(resize(levels.for_target(place.resized), place.resized), header.nclx, plan.colour);
  }
  return crop(image, place.result, plan.gravity).copy_memory();
}

Result<Output> make_output(const VImage& pixels, const Plan& plan, const Limits& limits) {
  TRY_LET(std::string file, encode(pixels, plan, limits));
  return Output{plan.format, pixels.width(), pixels.height(), std::move(file)};
}

Result<Rendered> render_throwing(const Source& source, const std::vector<Plan>& plans,
                                 const Limits& limits) {
  TRY_LET(const SourceType type, check_job(source, plans, limits));
  Rendered rendered;
  Timings& timings = rendered.timings;
  std::vector<Placement> placements;
  Header header;
  double scale = 0;
  Mode mode = Mode::fast;
  {
    const Stopwatch stopwatch(timings.decode_ms);
    TRY_LET(header, read_header(source, type, limits));
    for (const Plan& plan : plans) {
      TRY_LET(placements.emplace_back(), place(plan, header.size, limits));
      scale = std::max(scale, placements.back().scale(header.size));
      if (plan.mode == Mode::best) mode = Mode::best;
    }
  }
  rendered.source_type = media_type(header.type);
  rendered.source_width = header.size.width;
  rendered.source_height = header.size.height;

  std::optional<Levels> levels;
  {
    const Stopwatch stopwatch(timings.decode_ms);
    TRY_LET(const VImage decoded, decode(source, header, scale, mode));
    levels.emplace(without_idle_alpha(decoded));
  }
  // From here on nothing reads the source.
  for (std::size_t i = 0; i < plans.size(); ++i) {
    VImage pixels;
    {
      const Stopwatch stopwatch(timings.resize_ms);
      pixels = transform(*levels, header, plans[i], placements[i]);
    }
    const Stopwatch stopwatch(timings.encode_ms);
    TRY_LET(auto output, make_output(pixels, plans[i], limits));
    rendered.outputs.push_back(std::move(output));
  }
  return rendered;
}

/// The first line of what libvips has to say, and printable: it may quote the file.
std::string first_line(std::string_view text) {
  constexpr std::size_t kShownMax = 200;
  std::string line(text.substr(0, std::min(text.find('\n'), kShownMax)));
  for (char& c : line)
    if (c < ' ' || c > '~') c = '?';
  return line.empty() ? "its decoder gives no reason" : line;
}

Result<std::optional<Rendered>> render_caught(const Source& source, const std::vector<Plan>& plans,
                                              const Limits& limits) {
  try {
    return render_throwing(source, plans, limits);
  } catch (const vips::VError& error) {  // The only place that catches it.
    vips_error_clear();
    return fail(ErrorCode::damaged_input, first_line(error.what()));
  }
}

Status warm() {
  return warm_engine(general_engine(), [](SourceType) { return true; });
}

}  // namespace

const Engine& general_engine() {
  static constexpr Engine kEngine = {.start = start_libvips, .warm = warm, .render = render_caught};
  return kEngine;
}

Result<Rendered> render(const Source& source, const std::vector<Plan>& plans,
                        const Limits& limits) {
  TRY_LET(auto photograph, photograph_engine().render(source, plans, limits));
  if (photograph) return *std::move(photograph);
  TRY_LET(auto rendered, general_engine().render(source, plans, limits));
  return *std::move(rendered);
}

}  // namespace tintype::image
