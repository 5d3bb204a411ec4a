#include "image/codec/jpeg_session.h"

#include <algorithm>
#include <limits>

namespace tintype::image {
namespace {

constexpr std::size_t kFirstBytes = 1 << 16;  // A picture of 512 x 512 pixels, mostly.

/// A byte more than the file may have: libjpeg asks for more as soon as none is left, whether it
/// has anything to write or not.
std::size_t room_max(std::size_t size_max) {
  return size_max + (size_max < std::numeric_limits<std::size_t>::max() ? 1 : 0);
}

}  // namespace

JpegSession::JpegSession(std::size_t size_max) {
  target_.size_max = size_max;
  target_.init_destination = begin;
  target_.empty_output_buffer = grow;
  target_.term_destination = finish;
  compressor_.err = jpeg_std_error(&trouble_);
  trouble_.error_exit = [](j_common_ptr common) {
    auto& trouble = *static_cast<Trouble*>(common->err);
    trouble.format_message(common, trouble.text);
    std::longjmp(trouble.back, 1);  // NOLINT(modernize-avoid-setjmp-longjmp): libjpeg's only way.
  };
  trouble_.emit_message = [](j_common_ptr, int) {};
}

JpegSession::~JpegSession() { jpeg_destroy_compress(&compressor_); }

Status JpegSession::run(void (*step)(jpeg_compress_struct&, const void*), const void* context) {
  if (setjmp(trouble_.back) == 0) {
    if (compressor_.mem == nullptr) {  // Here, because it may fail too.
      jpeg_create_compress(&compressor_);
      compressor_.dest = &target_;
    }
    step(compressor_, context);
    return {};
  }
  if (target_.over)
    return fail(ErrorCode::too_large,
                "JPEG grew over " + std::to_string(target_.size_max) + " bytes");
  return fail(ErrorCode::internal, std::string("libjpeg: ") + trouble_.text);
}

void JpegSession::begin(j_compress_ptr compressor) {
  auto& target = *static_cast<Target*>(compressor->dest);
  target.file.resize(std::min(kFirstBytes, room_max(target.size_max)));
  target.next_output_byte = reinterpret_cast<JOCTET*>(target.file.data());
  target.free_in_buffer = target.file.size();
}

boolean JpegSession::grow(j_compress_ptr compressor) {
  auto& target = *static_cast<Target*>(compressor->dest);
  const std::size_t used = target.file.size();
  if (used > target.size_max) {
    target.over = true;
    compressor->err->error_exit(reinterpret_cast<j_common_ptr>(compressor));
  }
  target.file.resize(std::min(used * 2, room_max(target.size_max)));
  target.next_output_byte = reinterpret_cast<JOCTET*>(target.file.data()) + used;
  target.free_in_buffer = target.file.size() - used;
  return TRUE;
}

void JpegSession::finish(j_compress_ptr compressor) {
  auto& target = *static_cast<Target*>(compressor->dest);
  target.file.resize(target.file.size() - target.free_in_buffer);
}

}  // namespace tintype::image
