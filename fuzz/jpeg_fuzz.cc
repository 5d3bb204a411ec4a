// A JPEG that libjpeg-turbo reads without a warning is read with the same coefficients, or refused
// as one of those that are not ours. Whatever else comes is refused, or at least does no harm.
//
// The last bytes of the input, behind the end of the image, choose what is asked for.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <source_location>
#include <string_view>

#include "image/codec/exif.h"
#include "image/jpeg/decoder.h"
#include "image/jpeg/reference.h"
#include "image/jpeg/transform.h"

namespace tintype::image::jpeg {
namespace {

void require(bool condition, std::source_location at = std::source_location::current()) {
  if (condition) return;
  std::fprintf(stderr, "line %u does not hold\n", static_cast<unsigned>(at.line()));
  std::abort();
}

bool has_marker(Bytes file, char marker) {
  const char both[] = {'\xff', marker};
  return as_text(file).find(std::string_view(both, 2)) != std::string_view::npos;
}

/// A component that never comes, or one that comes again when it is complete: libjpeg does not
/// mind.
bool scans_are_strange(const reference::Picture& picture) {
  std::array<std::array<bool, kCoefficients>, 4> seen = {};
  for (const reference::SeenScan& scan : picture.scans) {
    if (scan.standard_tables) return true;
    for (const int component : scan.components)
      for (int index = scan.first; index <= scan.last && scan.high == 0; ++index) {
        bool& each = seen[static_cast<std::size_t>(component)][static_cast<std::size_t>(index)];
        if (each) return true;
        each = true;
      }
  }
  for (std::size_t i = 0; i < picture.components.size(); ++i)
    if (!seen[i][0]) return true;
  return false;
}

/// What decoder.h leaves to others.
bool is_for_others(Bytes file, const reference::Picture& picture) {
  if (picture.arithmetic || has_marker(file, '\xcc') || has_marker(file, '\xdc')) return true;
  if (picture.colours != JCS_YCbCr && picture.colours != JCS_GRAYSCALE) return true;
  int horizontal_max = 1;
  int vertical_max = 1;
  int blocks = 0;
  for (const reference::Component& each : picture.components) {
    horizontal_max = std::max(horizontal_max, each.horizontal);
    vertical_max = std::max(vertical_max, each.vertical);
    blocks += each.horizontal * each.vertical;
  }
  if (picture.components.size() > 1 && blocks > 10) return true;
  for (const reference::Component& each : picture.components) {
    if (horizontal_max % each.horizontal != 0 || vertical_max % each.vertical != 0) return true;
    for (const reference::Component& other : picture.components)
      if (&each != &other && each.id == other.id) return true;
  }
  return scans_are_strange(picture);
}

/// libjpeg lets a run go beyond the end of its block or band, and does not look at the numbers of
/// tables that a progressive scan has no use for.
bool is_broken_in_silence(const reference::Picture& picture, const Error& error) {
  if (error.message.ends_with("the coded data is broken")) return true;
  return std::any_of(picture.scans.begin(), picture.scans.end(),
                     [](const reference::SeenScan& scan) { return scan.strange_tables; });
}

void compare_coefficients(const reference::Picture& theirs, const Coefficients& ours) {
  require(ours.frame.component_count == static_cast<int>(theirs.components.size()));
  for (std::size_t i = 0; i < theirs.components.size(); ++i) {
    const reference::Component& component = theirs.components[i];
    const CoefficientStore& store = ours.stores[i];
    const Layout& layout = store.layout();
    require(store.rows() >= component.blocks_high / component.vertical);
    // Alone, a component has no MCUs that would reach beyond the picture.
    const bool alone = theirs.components.size() == 1;
    const int wide = alone ? ours.frame.components[0].blocks_wide : component.blocks_wide;
    const int high = alone ? ours.frame.components[0].blocks_high : component.blocks_high;
    for (int y = 0; y < high; ++y)
      for (int x = 0; x < wide; ++x)
        for (int index = 0; index < layout.end; ++index) {
          if (!layout.keeps(index)) continue;
          const auto at = static_cast<std::size_t>(index);
          const auto natural = static_cast<std::size_t>(reference::kNaturalOrder[at]);
          require(store.block(x, y)[layout.offset[at]] == component.block(x, y)[natural]);
        }
  }
}

/// The channel, made from what read_coefficients() kept.
void compare_channel(const reference::Component& component, const CoefficientStore& store,
                     const Channel& channel) {
  const Layout& layout = store.layout();
  const Dequantisation dequantisation(layout, component.steps, {});
  Plane rows(store.groups() * kGroup * layout.side, layout.side);
  require(channel.left == 0 && channel.top == 0);
  require(channel.plane.width() <= rows.width());
  for (int y = 0; y < channel.plane.height(); ++y) {
    if (y % layout.side == 0)
      transform_row(layout, store.row(y / layout.side), store.groups(), dequantisation,
                    {rows.row(0), rows.stride()});
    require(std::memcmp(rows.row(y % layout.side), channel.plane.row(y),
                        static_cast<std::size_t>(channel.plane.width())) == 0);
  }
}

/// `part` is of the same picture as `whole`.
void compare_part(const Channel& whole, const Channel& part) {
  const auto left = static_cast<int>(part.left);
  const auto top = static_cast<int>(part.top);
  require(left + part.plane.width() <= whole.plane.width());
  require(top + part.plane.height() <= whole.plane.height());
  for (int y = 0; y < part.plane.height(); ++y)
    require(std::memcmp(whole.plane.row(top + y) + left, part.plane.row(y),
                        static_cast<std::size_t>(part.plane.width())) == 0);
}

constexpr std::array kSides = {1, 2, 4, 8, 3, 6};
/// Short ones, so that small files too are read ahead.
constexpr std::array kLeads = {1, 5, 12, 30, 60, 120, 300};

/// What the last bytes of an input choose.
struct Choice {
  int luma_side;
  int chroma_side;
  int lead_bytes;
  std::uint32_t bits;

  explicit Choice(Bytes file) {
    std::uint32_t hash = 2166136261U;  // FNV-1a.
    for (const std::byte each : file.last(std::min<std::size_t>(file.size(), 4)))
      hash = (hash ^ static_cast<std::uint32_t>(each)) * 16777619U;
    luma_side = kSides[hash % kSides.size()];
    chroma_side = kSides[hash / kSides.size() % kSides.size()];
    bits = hash >> 8;
    lead_bytes = kLeads[hash % kLeads.size()];
  }
  Window window(Size size) const {
    const auto part = [](std::uint32_t where, int length) {
      const int begin = static_cast<int>(where & 0xff) * length / 256;
      const int rest = length - begin;
      return std::pair(begin, 1 + static_cast<int>(where >> 8 & 15) * (rest - 1) / 15);
    };
    const auto [left, width] = part(bits, size.width);
    const auto [top, height] = part(bits >> 12, size.height);
    return {.left = left, .top = top, .width = width, .height = height};
  }
};

void compare_pictures(Bytes file, const Choice& choice, const reference::Picture& theirs,
                      const Photo& whole) {
  for (const int side : {choice.luma_side, choice.chroma_side}) {
    const auto ours = read_coefficients(file, side, choice.lead_bytes);
    // A progressive file may be broken in scans that only the other side needs.
    require(ours.has_value() || theirs.progressive);
    if (!ours) continue;
    compare_coefficients(theirs, *ours);
    if (side == choice.luma_side)
      compare_channel(theirs.components[0], ours->stores[0], whole.luma);
    if (side != choice.chroma_side || whole.grey()) continue;
    compare_channel(theirs.components[1], ours->stores[1], whole.cb);
    compare_channel(theirs.components[2], ours->stores[2], whole.cr);
  }
}

/// Everything that can be asked for of one file agrees.
void read_ours(Bytes file, const reference::Picture* theirs) {
  const auto info = read_info(file);
  if (info) {
    const int orientation = exif_orientation(info->exif);
    require(orientation >= 1 && orientation <= 8);
    if (static_cast<std::int64_t>(info->size.width) * info->size.height > reference::kPixelsMax)
      return;
  }
  const Choice choice(file);
  Request request = {.luma_side = choice.luma_side,
                     .chroma_side = choice.chroma_side,
                     .window = {},
                     .lead_bytes = choice.lead_bytes};
  if (info) request.window = {.width = info->size.width, .height = info->size.height};
  const Result<Photo> whole =
      info ? decode(file, request) : Result<Photo>(std::unexpected(info.error()));
  if (theirs != nullptr && !whole) {
    const bool excused = whole.error().code == ErrorCode::unsupported
                             ? is_for_others(file, *theirs)
                             : is_broken_in_silence(*theirs, whole.error());
    require(excused);
  }
  if (!info) return;
  // Every bit of a file of one scan is read, whatever is kept of it.
  const auto everything = read_coefficients(file, 8, choice.lead_bytes);
  if (everything) require(whole.has_value());
  // Nor does it depend on what is read ahead.
  const auto as_usual = read_coefficients(file, 8);
  require(as_usual.has_value() == everything.has_value());
  if (!as_usual) require(as_usual.error().code == everything.error().code);
  if (theirs != nullptr && whole) {
    require(info->size.width == theirs->width && info->size.height == theirs->height);
    require(info->grey == (theirs->components.size() == 1));
    require(info->progressive == theirs->progressive);
    require(info->icc == theirs->icc);
    require(theirs->colours == JCS_YCbCr || theirs->colours == JCS_GRAYSCALE);
    compare_pictures(file, choice, *theirs, *whole);
    if (!theirs->progressive) require(everything.has_value());
  }

  request.window = choice.window(info->size);
  const auto part = decode(file, request);
  if (whole) {
    require(part.has_value());
    compare_part(whole->luma, part->luma);
    compare_part(whole->cb, part->cb);
    compare_part(whole->cr, part->cr);
  }
  request.missing_bits_max = 1;
  const auto coarse = decode(file, request);
  require(coarse.has_value() || !part.has_value());
}

}  // namespace
}  // namespace tintype::image::jpeg

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tintype::Bytes file = std::as_bytes(std::span(data, size));
  const auto theirs = tintype::image::jpeg::reference::read(file);
  tintype::image::jpeg::read_ours(file, theirs ? &*theirs : nullptr);
  return 0;
}
