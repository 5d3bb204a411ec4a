// The markers of a JPEG file (T.81, annex B, and JFIF 1.02) around entropy-coded data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "image/codec/jpeg_encoder.h"
#include "image/codec/jpeg_tables.h"
#include "image/codec/scans.h"

namespace tintype::image {

/// `too_large` if JPEG, or libjpeg, has no room for so many pixels or for the profile.
Status check_frame(const Planes& planes, const JpegSettings& settings);

/// `too_large` if these symbols make the file outgrow its limit with any codes: a symbol has a bit
/// at least. So memory stays bounded, too.
Status check_symbols(const Symbols& symbols, const JpegSettings& settings);

/// The planes' grids, without blocks: one if they are grey, else three.
std::vector<Grid> grids_of(const Planes& planes);

/// Luma, Cb, Cr.
inline const Plane& channel(const Planes& planes, std::size_t index) {
  return index == 0 ? planes.luma : index == 1 ? planes.cb : planes.cr;
}

/// What a scan is, beside its symbols: T.81, B.2.3.
struct ScanHeader {
  int first_channel = 0;
  int channel_count = 1;
  Band band = {.first = 0, .last = 63};
  int shift_before = 0;  ///< Of the scan that this one refines; 0 for a first one.
};

/// A file as it grows.
class JpegFile {
 public:
  enum class Process { baseline, progressive };

  /// Begins it: everything before the first scan. `planes` and `settings` have to stay.
  JpegFile(const Planes& planes, const JpegSettings& settings, const QuantTables& tables,
           Process process);

  /// The scan with the best codes for it, and their tables. `too_large` if it outgrows the limit.
  Status add_scan(const ScanHeader& header, const Symbols& symbols);

  /// Ends it. `too_large` as above.
  Result<std::string> finish();

 private:
  void put_tables(const QuantTables& tables);
  void put_icc(std::string_view icc);
  void put_frame(Process process);
  void put_codes(const Symbols& symbols, std::span<const HuffmanCode, kTables> codes);
  Status check_size(std::uint64_t more) const;

  const Planes& planes_;
  std::size_t size_max_;
  std::string file_;
};

}  // namespace tintype::image
