#include <algorithm>

#include "image/jpeg/progressive.h"

namespace tintype::image::jpeg {
namespace {

using Layouts = std::array<const Layout*, kComponentsMax>;

bool overlap(const Scan& one, const Scan& other) {
  return one.first <= other.last && other.first <= one.last;
}

bool brings_kept(const Scan& scan, const Layouts& layouts) {
  for (int i = 0; i < scan.part_count; ++i) {
    const auto component =
        static_cast<std::size_t>(scan.parts[static_cast<std::size_t>(i)].component);
    if (scan.first < layouts[component]->end) return true;
  }
  return false;
}

bool refines_ac(const Scan& scan) { return scan.high != 0 && scan.first != 0; }

/// How many bits of each coefficient are still to come: 255 while none came.
class Progress {
 public:
  Progress() {
    for (auto& each : low_) each.fill(kNothing);
  }
  /// False if the scan is not one that may come now.
  bool add(const Scan& scan) {
    for (int i = 0; i < scan.part_count; ++i) {
      auto& low = low_[static_cast<std::size_t>(scan.parts[static_cast<std::size_t>(i)].component)];
      if (scan.first != 0 && low[0] == kNothing) return false;
      for (int index = scan.first; index <= scan.last; ++index) {
        std::uint8_t& each = low[static_cast<std::size_t>(index)];
        if (scan.high == 0 ? each != kNothing : each != scan.high) return false;
        each = static_cast<std::uint8_t>(scan.low);
      }
    }
    return true;
  }
  bool has_dc(int component) const {
    return low_[static_cast<std::size_t>(component)][0] != kNothing;
  }
  /// Bits that `other` has and this one has not.
  MissingBits missing(const Progress& other) const {
    MissingBits missing = {};
    for (std::size_t component = 0; component < missing.size(); ++component)
      for (std::size_t index = 0; index < kCoefficients; ++index) {
        const int mine = low_[component][index];
        const int theirs = other.low_[component][index];
        if (mine != kNothing && mine > theirs)
          missing[component][index] = static_cast<std::uint8_t>(mine - theirs);
      }
    return missing;
  }

 private:
  static constexpr std::uint8_t kNothing = 255;
  std::array<std::array<std::uint8_t, kCoefficients>, kComponentsMax> low_;
};

}  // namespace

Result<MissingBits> choose_scans(const Frame& frame, const Layouts& layouts, int missing_bits_max,
                                 std::vector<PlannedScan>& scans) {
  Progress whole;
  for (const PlannedScan& planned : scans)
    if (!whole.add(planned.scan))
      return fail(ErrorCode::unsupported, "JPEG: its scans come in no order");
  for (int component = 0; component < frame.component_count; ++component)
    if (!whole.has_dc(component))
      return fail(ErrorCode::unsupported, "JPEG: a component never comes");

  for (PlannedScan& planned : scans) {
    const bool may_miss = refines_ac(planned.scan) && planned.scan.low < missing_bits_max;
    planned.wanted = brings_kept(planned.scan, layouts) && !may_miss;
  }
  // From the last to the first: what is wanted for another one's sake may want more.
  for (std::size_t i = scans.size(); i-- > 0;) {
    if (!scans[i].wanted || !refines_ac(scans[i].scan)) continue;
    for (std::size_t before = 0; before < i; ++before)
      if (scans[before].scan.first != 0 && overlap(scans[before].scan, scans[i].scan) &&
          scans[before].scan.covers(scans[i].scan.parts[0].component))
        scans[before].wanted = true;
  }
  Progress read;
  for (const PlannedScan& planned : scans)
    if (planned.wanted) read.add(planned.scan);
  return read.missing(whole);
}

}  // namespace tintype::image::jpeg
