#include "image/jpeg/sequential.h"

#include <memory>

#include "image/jpeg/dispatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/jpeg/sequential.cc"
#include <hwy/foreach_target.h>  // Must come before highway.h.

#include <hwy/highway.h>

#include "image/jpeg/sequential_reader-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tintype::image::jpeg {
namespace HWY_NAMESPACE {

Status read_sequential_scan(BitReader& reader, const Frame& frame, const Scan& scan,
                            const Tables& tables, const SequentialJob& job, Stores& stores) {
  const auto coding = std::make_unique<Coding>();
  for (int i = 0; i < scan.part_count; ++i) {
    const ScanPart& part = scan.parts[as_index(i)];
    const auto dc = as_index(part.dc_table);
    const auto ac = as_index(part.ac_table);
    TRY(coding->dc[dc].build(tables.dc[dc], Role::dc));
    TRY(coding->ac[ac].build(tables.ac[ac], Role::ac));
  }
  const ScanGrid grid(frame, scan);
  const Bytes data = std::as_bytes(std::span(reader.position(), reader.end()));
  SequentialReader sequential(data, grid, scan, *coding, job, tables.restart_interval, stores);
  TRY(sequential.read());
  reader = BitReader(sequential.position(), reader.end());
  return {};
}

}  // namespace HWY_NAMESPACE
}  // namespace tintype::image::jpeg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image::jpeg {

HWY_EXPORT(read_sequential_scan);

Status read_sequential_scan(BitReader& reader, const Frame& frame, const Scan& scan,
                            const Tables& tables, const SequentialJob& job, Stores& stores) {
  return HWY_DYNAMIC_DISPATCH(read_sequential_scan)(reader, frame, scan, tables, job, stores);
}

}  // namespace tintype::image::jpeg
#endif
