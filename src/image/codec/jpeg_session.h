// One use of libjpeg-turbo as a compressor. libjpeg reports errors by longjmp, which must not cross
// a C++ object with a destructor; so all that may fail runs inside `run`, in a plain function of
// pointers and numbers, and everything that owns something lives outside.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>  // jpeglib.h wants it before.
#include <string>

#include <jpeglib.h>

#include "base/result.h"

namespace tintype::image {

/// Thread-bound; used once.
class JpegSession {
 public:
  /// The file may not grow over `size_max` bytes.
  explicit JpegSession(std::size_t size_max);
  ~JpegSession();
  JpegSession(const JpegSession&) = delete;
  JpegSession& operator=(const JpegSession&) = delete;

  /// Calls `step(compressor, context)`. `too_large` if the file outgrew its limit, `internal` with
  /// libjpeg's text for anything else. REQUIRES: neither `step` nor what it calls has automatic
  /// objects with destructors while libjpeg may fail.
  Status run(void (*step)(jpeg_compress_struct&, const void*), const void* context);

  /// What was written so far.
  std::string take_file() { return std::move(target_.file); }

 private:
  struct Target : jpeg_destination_mgr {
    std::string file;
    std::size_t size_max = 0;
    bool over = false;
  };
  struct Trouble : jpeg_error_mgr {
    std::jmp_buf back;
    char text[JMSG_LENGTH_MAX] = {};
  };

  static void begin(j_compress_ptr compressor);
  static boolean grow(j_compress_ptr compressor);
  static void finish(j_compress_ptr compressor);

  jpeg_compress_struct compressor_ = {};
  Target target_;
  Trouble trouble_;
};

}  // namespace tintype::image
